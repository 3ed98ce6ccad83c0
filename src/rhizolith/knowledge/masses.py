"""Molar masses of elements and formulas."""

from __future__ import annotations

import re
from functools import cache

from rhizolith.errors import ModelError

ATOMIC_MASS = {
    "H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "Na": 22.990, "Mg": 24.305, "Al": 26.982, "Si": 28.085,
    "P": 30.974, "S": 32.06, "Cl": 35.45, "K": 39.098, "Ca": 40.078, "Ti": 47.867, "Mn": 54.938, "Fe": 55.845,
}  # fmt: skip
"""g mol⁻¹ (IUPAC 2021, abridged)"""

_PART = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)")
_GROUP = re.compile(r"\(([^()]*)\)(\d*\.?\d*)")


@cache
def atoms(formula: str) -> dict[str, float]:
    """Atoms of each element in a neutral formula such as `Al2SiO3(OH)4`; ModelError when it is no formula."""
    flat = formula
    while "(" in flat:
        spread = _GROUP.sub(
            lambda m: "".join(f"{e}{float(n or 1) * float(m[2] or 1)!r}" for e, n in _PART.findall(m[1])), flat
        )
        if spread == flat:
            raise ModelError(f"{formula!r} is no formula: its brackets do not close")
        flat = spread
    if "".join(e + n for e, n in _PART.findall(flat)) != flat or not flat:
        raise ModelError(f"{formula!r} is no formula")
    found: dict[str, float] = {}
    for element, n in _PART.findall(flat):
        if element not in ATOMIC_MASS:
            raise ModelError(f"{formula!r} holds {element!r}, which is no element rhizolith counts")
        found[element] = found.get(element, 0.0) + float(n or 1)
    return found


def molar_mass(formula: str) -> float:
    """kg mol⁻¹ of a formula."""
    return sum(ATOMIC_MASS[e] * n for e, n in atoms(formula).items()) / 1e3
