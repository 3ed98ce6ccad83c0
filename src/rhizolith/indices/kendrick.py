"""Kendrick masses: formulas that differ by a repeating unit fall on one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.masses import MASSES
from rhizolith.indices.registry import index

Rounding = Literal["round", "floor", "ceil"]
# Published tools find the whole number in different ways, so that their defects cannot be compared unnamed.
_NOMINAL: dict[str, Callable[[np.ndarray], np.ndarray]] = {"round": np.rint, "floor": np.floor, "ceil": np.ceil}
CH2 = MASSES["C"] + 2 * MASSES["H"]


@index("Kendrick mass", "Da", "mass on the scale where the unit (CH2) weighs exactly a whole number", "Kendrick1963")
def kendrick_mass(mass: ArrayLike, unit: float = CH2) -> np.ndarray:
    """Mass rescaled so that the repeating unit (Da; CH2 = 14.01565) has its nominal mass."""
    return np.asarray(mass, float) * (round(unit) / unit)


@index("KMD", "Da", "nominal minus Kendrick mass: equal within a homologous series", "Kendrick1963")
def kendrick_defect(mass: ArrayLike, unit: float = CH2, nominal: Rounding = "round") -> np.ndarray:
    """Kendrick mass defect, nominal - Kendrick mass; `nominal` names how the whole number is found, for tools differ.

    `round` gives values in -0.5..0.5, `ceil` in 0..1, `floor` in -1..0.
    """
    scaled = kendrick_mass(mass, unit)
    return _NOMINAL[nominal](scaled) - scaled


@index(
    "z*",
    "1",
    "position within the repeating unit; with KMD it names one homologous series",
    "assumed: nominal mass modulo 14, minus 14, as the field uses it",
)
def z_star(mass: ArrayLike, unit: float = CH2) -> np.ndarray:
    """Nominal mass modulo the nominal mass of the unit, minus that unit: -14..-1 for CH2."""
    size = round(unit)
    return np.mod(np.rint(np.asarray(mass, float)), size) - size
