"""How a p is written: to what it is known, and as a bound where so many shuffles can give none smaller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

MEANT = {"shuffled": " by shuffles", "unequal": " without a common spread"}
"""How the p that counts was made where it is not that of F."""
NEAR = 1 + 1e-9


def chance(p: float) -> str:
    """`p 0.012`, `p < 0.001`."""
    return "p not known" if not np.isfinite(p) else "p < 0.001" if p < 0.001 else f"p {p:.3f}"


def least(row: Mapping[Any, Any]) -> float:
    """The least p that the shuffles of this row can give; 0 where nothing was shuffled."""
    many = float(row.get("permutations", np.nan))
    known = float(row.get("least_p", np.nan))
    bounds = [b for b in (1 / (many + 1) if np.isfinite(many) else np.nan, known) if np.isfinite(b)]
    return max(bounds, default=0.0)


def drawn(row: Mapping[Any, Any], name: str = "p") -> str:
    """`p 0.012`; `p ≤ 0.001 (the least of 999 shuffles)` where the shuffles can give none smaller."""
    p, bound = float(row[name]), least(row)
    if not np.isfinite(p) or p > bound * NEAR:
        return chance(p)
    many = float(row.get("permutations", np.nan))
    return f"p ≤ {bound:.2g} (the least of {many:.0f} shuffles)" if np.isfinite(many) else f"p ≤ {bound:.2g}"


def counted(row: Mapping[Any, Any]) -> str:
    """The p that counts by the rule of the tests, and how it was made; the least of so many shuffles as a bound."""
    p, how = row.get("p_preferred", np.nan), MEANT.get(str(row.get("preferred", "")), "")
    if not np.isfinite(p):
        return chance(row["p"])
    if how == MEANT["shuffled"] and p <= least(row) * NEAR:
        return f"p ≤ {least(row):.2g}{how}"
    return f"{chance(p)}{how}"


def worded(table: pd.DataFrame, *shuffled: str) -> pd.DataFrame:
    """The table with the columns `shuffled` (p made by shuffles) as words: `≤ 0.001` where these give none smaller."""
    out = table.copy()
    rows = table.to_dict("records")
    for name in shuffled:
        if name in table:
            out[name] = [_cell(float(r[name]), _bound(r, name)) for r in rows]
    return out


def _bound(row: Mapping[Any, Any], name: str) -> float:
    """The p that counts is made by shuffles only where its rule chose these."""
    return 0.0 if name == "p_preferred" and row.get("preferred") != "shuffled" else least(row)


def _cell(p: float, bound: float) -> str:
    if not np.isfinite(p):
        return ""
    if p < 0.0001 and not bound:
        return "< 0.0001"
    return f"≤ {bound:.2g}" if p <= bound * NEAR else f"{p:.2g}"
