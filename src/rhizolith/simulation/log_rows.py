"""Mole balances of dissolved components in logarithms, so that no fall or rise of a total is too steep to follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rhizolith.chemistry.rows import AlgebraicRows
from rhizolith.kernels import Expr, log

PER_KILOGRAM = 1e-3
"""m³ of water per kg: totals are per m³, molalities per kg"""


def log_rows(chemistry: AlgebraicRows, totals: Mapping[str, Expr]) -> dict[str, Any]:
    """ln T_j − ln Σ ν_ij m_i instead of T_j − Σ ν_ij m_i, for every component that only adds up.

    A linearly implicit step takes one Newton step in ln a. Where one species makes up most of a total the logarithmic
    row is a straight line in ln a, and the step exact even if the total changes tenfold within it; the plain row is an
    exponential, and a step that leaves it open by more than a factor of two can never be repaired. Protons count with
    both signs (OH- is a lack of them), so their row stays as it is.
    """
    s = chemistry.speciation
    rows: dict[str, Any] = {}
    for j, component in enumerate(s.components):
        column = s.balance[:, j]
        if (column < 0).any():
            rows[component] = chemistry.rows[j]
            continue
        made: Any = 0.0
        for i in np.flatnonzero(column).tolist():
            made = made + float(column[i]) * chemistry.molality[s.species[i]]
        rows[component] = log(totals[component] * PER_KILOGRAM) - log(made)
    return rows
