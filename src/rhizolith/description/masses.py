"""Molar masses of formulas."""

from __future__ import annotations

import re

ATOMIC_MASS = {
    "H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "Na": 22.990, "Mg": 24.305, "Al": 26.982, "Si": 28.085,
    "P": 30.974, "S": 32.06, "Cl": 35.45, "K": 39.098, "Ca": 40.078, "Mn": 54.938, "Fe": 55.845,
}  # fmt: skip
"""g mol⁻¹ (IUPAC 2021, abridged)"""


def molar_mass_of(formula: str) -> float:
    """kg mol⁻¹ of a mineral's formula; brackets may be nested once."""
    flat = re.sub(
        r"\(([^()]*)\)(\d*\.?\d*)",
        lambda m: "".join(
            f"{e}{float(n or 1) * float(m[2] or 1):g}" for e, n in re.findall(r"([A-Z][a-z]?)(\d*\.?\d*)", m[1])
        ),
        formula,
    )
    return sum(ATOMIC_MASS[e] * float(n or 1) for e, n in re.findall(r"([A-Z][a-z]?)(\d*\.?\d*)", flat)) / 1e3
