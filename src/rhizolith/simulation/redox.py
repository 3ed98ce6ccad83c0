"""Redox potentials, one per couple: the couples of a living soil are not in equilibrium with each other."""

from __future__ import annotations

import re
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
    found = []
    for element in database.masters:
        if re.search(r"\(", element):
            continue
        for made in decoupler.valence_reactions(element):
            needed = {made.name, *made.components}
            if needed <= set(speciation.components) and made.electrons:
                first = next(iter(c for c in made.components if c != "H+"), "H2O")
                components = {**made.components, made.name: made.components.get(made.name, 0.0) - 1.0}
                log_k = made.log_k_at(speciation.temperature)
                found.append(Couple(f"{made.name}/{first}", components, log_k, made.electrons))
    order = {"Fe": 0, "O2": 1}
    return sorted(found, key=lambda c: next((v for k, v in order.items() if c.name.startswith(k)), 2))
