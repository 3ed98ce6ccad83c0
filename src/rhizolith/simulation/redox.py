"""Redox potentials, one per couple: the couples of a living soil are not in equilibrium with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rhizolith.chemistry.activity import LN10
from rhizolith.chemistry.database import Database
from rhizolith.chemistry.decouple import Decoupler

if TYPE_CHECKING:
    from rhizolith.chemistry.speciation import Speciation

Array = NDArray[np.float64]
GAS_CONSTANT, FARADAY = 8.314462618, 96485.33212
"""J mol⁻¹ K⁻¹ and C mol⁻¹ (CODATA 2018)"""


@dataclass(frozen=True)
class Couple:
    """Two valence states of one element: pe = (log K + Σ ν log a)/n over the activities of `components`."""

    name: str
    components: dict[str, float]
    log_k: float
    electrons: float

    def potential(self, ln_activity: dict[str, Array], temperature: float) -> Array:
        """Eh in V at activities given as natural logs."""
        logs = sum(n * ln_activity[c] / LN10 for c, n in self.components.items())
        pe = (self.log_k + logs) / self.electrons
        return np.asarray(pe * LN10 * GAS_CONSTANT * temperature / FARADAY)


def couples(database: Database, speciation: Speciation) -> list[Couple]:
    """All couples whose two states and protons are components of the water; iron first, then oxygen."""
    decoupler = Decoupler(database)
    dissolved = set(speciation.components)
    found = []
    for oxidized in speciation.components:
        for reduced in ("H2O",) if oxidized == "O2" else speciation.components:
            made = decoupler.couple(oxidized, reduced) if oxidized != reduced else None
            if made is not None and made.electrons < 0 and set(made.components) <= dissolved:
                components = {**made.components, oxidized: made.components.get(oxidized, 0.0) - 1.0}
                log_k = made.log_k_at(speciation.temperature)
                found.append(Couple(f"{oxidized}/{reduced}", components, log_k, made.electrons))
    order = {"Fe": 0, "O2": 1}
    return sorted(found, key=lambda c: next((v for k, v in order.items() if c.name.startswith(k)), 2))
