"""Mann and Whitney's rank sum of two groups, exact with ties too."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import stats

EXACT, TIED = 50, 30
"""Samples up to which all ways of dealing them to both groups are counted out; where values are equal (assumed: each
such feature is then counted by itself, 1 ms for thirty samples)."""


def rank_sums(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Two-sided p of every column (samples × features) of two groups being drawn from the same values.

    Equal values share their mean rank. Up to fifty samples, thirty where values are equal, every way of dealing these
    ranks to groups of this size is counted, feature by feature: ties in one change nothing in others. Else by the
    normal approximation. The p of few samples take few values, so that 5 % is reached from below. A feature that does
    not vary gives 1.
    """
    size, smaller = len(one) + len(two), min(len(one), len(two))
    both = np.vstack([one, two] if len(one) == smaller else [two, one])
    doubled = np.rint(2 * stats.rankdata(both, axis=0)).astype(int)
    sums, shared = doubled[:smaller].sum(axis=0), np.sort(doubled, axis=0)
    counted = (np.diff(shared, axis=0) > 0).all(axis=0) & (size <= EXACT) | (size <= TIED)
    p = np.ones(both.shape[1])
    for k in np.flatnonzero(counted):
        p[k] = _tail(tuple(shared[:, k].tolist()), smaller, int(sums[k]))
    rest = ~counted & (np.ptp(both, axis=0) > 0)
    if rest.any():
        p[rest] = stats.mannwhitneyu(two[:, rest], one[:, rest], method="asymptotic").pvalue
    return p


def _tail(ranks: tuple[int, ...], drawn: int, found: int) -> float:
    """Twice the smaller tail of sums of `drawn` of these doubled ranks, at most 1."""
    ways = _ways(ranks, drawn)
    return min(1.0, 2 * min(ways[: found + 1].sum(), ways[found:].sum()))


@lru_cache(maxsize=256)
def _ways(ranks: tuple[int, ...], drawn: int) -> np.ndarray:
    """Share of all ways to draw so many of these doubled ranks that have each sum from 0 up.

    Counts of fifty samples (at most 1.3e14) are whole in a double.
    """
    ways = np.zeros((drawn + 1, sum(sorted(ranks)[-drawn:]) + 1))
    ways[0, 0] = 1.0
    for rank in ranks:
        ways[1:, rank:] += ways[:-1, : ways.shape[1] - rank].copy()
    return np.asarray(ways[drawn] / ways[drawn].sum())
