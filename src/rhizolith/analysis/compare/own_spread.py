"""Pairs of groups in blocks, each by its own differences: no spread is borrowed from other groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.compare.equal_differences import equal_differences

DOUBT = 0.50
"""p below which spreads are not taken as equal. Few blocks miss spreads that spoil a pooled comparison: of 10,000
experiments of four blocks with spreads 0.02, 0.3, 0.3, 1 a pair is named in 10.8 % where spreads are always pooled, in
8.5 % with doubt from 0.20, in 6.1 % from 0.50 (of six blocks in 9.4, 5.6 and 4.4 %)."""
SHARED = 3
"""Blocks that two groups must share to be compared within them."""


def block_cells(table: pd.DataFrame, names: Sequence[Any]) -> pd.DataFrame:
    """Blocks × groups: mean of the samples there, NaN where a block has none. `table`: y, group, within."""
    return table.pivot_table(index="within", columns="group", values="y", aggfunc="mean").reindex(columns=list(names))


def spread_checks(cells: pd.DataFrame, equal_spread: float) -> dict[str, float]:
    """p of equally spread groups (Brown–Forsythe, given) and of equally spread differences within blocks."""
    return {"equal_spread": equal_spread, "equal_differences": equal_differences(cells.dropna().to_numpy())}


def in_doubt(checks: dict[str, float]) -> bool:
    """Whether one of both checks of spread has p < 0.50."""
    return any(p < DOUBT for p in checks.values())


def own_pairs(cells: pd.DataFrame, alpha: float) -> list[dict[str, Any]] | None:
    """Every pair: difference, interval and p, Bonferroni's over all pairs; None where a group has a single block.

    Two groups that share three blocks, and half of those of the smaller, are compared by their differences within
    these (paired t): exact whatever the spreads and however they go together. Others by the means of their blocks with
    Welch's degrees of freedom, which is on the safe side where few blocks are shared.
    """
    names = list(cells.columns)
    if (cells.notna().sum() < 2).any():
        return None
    count = len(names) * (len(names) - 1) // 2
    return [
        {"group_1": a, "group_2": b} | _pair(cells[a].to_numpy(), cells[b].to_numpy(), count, alpha)
        for a, b in combinations(names, 2)
    ]


def _pair(a: np.ndarray, b: np.ndarray, count: int, alpha: float) -> dict[str, float]:
    """One of `count` pairs."""
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() >= max(SHARED, min(np.isfinite(a).sum(), np.isfinite(b).sum()) / 2):
        gaps = (b - a)[both]
        gap, error, df = gaps.mean(), gaps.std(ddof=1) / np.sqrt(len(gaps)), float(len(gaps) - 1)
    else:
        a, b = a[np.isfinite(a)], b[np.isfinite(b)]
        parts = np.array([x.var(ddof=1) / len(x) for x in (a, b)])
        free = np.array([len(a) - 1, len(b) - 1])
        gap, error = b.mean() - a.mean(), np.sqrt(parts.sum())
        df = float(parts.sum() ** 2 / (parts**2 / free).sum()) if error > 0 else float(free.sum())
    half = stats.t.isf(alpha / 2 / count, df) * error
    p = min(1.0, count * 2 * stats.t.sf(abs(gap) / error, df)) if error > 0 else float(gap == 0)
    return {"difference": gap, "low": gap - half, "high": gap + half, "df": df, "p": float(p)}


def own_mean(values: pd.Series) -> dict[str, float]:
    """Mean over the blocks of a group, its standard error and 95 % interval by their own spread."""
    x = values.dropna().to_numpy()
    se = float(x.std(ddof=1) / np.sqrt(len(x)))
    half = stats.t.ppf(0.975, len(x) - 1) * se
    return {"mean": float(x.mean()), "se": se, "low": x.mean() - half, "high": x.mean() + half}
