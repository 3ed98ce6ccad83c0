"""What rate a test can reach where nothing is true: exact ranks have few p, Welch's t of few samples too large ones."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import stats

DRAWS = 4000
"""Ratios of variances that the average is taken over."""
FEATURES = 40
"""Features of the experiments in `error_rate_cases`; q of any of them counts."""


@cache
def reached(name: str) -> float:
    """The rate that the test of this row can reach without effect: 5 % but for exact ranks and Welch's t."""
    if name == f"Welch's t, any q < 0.05 of {FEATURES} features":
        return any_found(*welch_values(8, FEATURES), FEATURES)
    if name == f"rank sum, any q < 0.05 of {FEATURES} features":
        return any_found(*rank_sum_values(8, 8), FEATURES)
    if name == f"signed ranks within plots, any q < 0.05 of {FEATURES} features":
        return any_found(*signed_rank_values(12), FEATURES)
    return 0.05


def rank_sum_values(one: int, two: int) -> tuple[np.ndarray, np.ndarray]:
    """All p that the exact rank sum of two groups without ties can take, rising, and the chance of each."""
    size = one + two
    counts = np.zeros((one + 1, one * two + 1))
    counts[0, 0] = 1
    for rank in range(size):  # each sample is drawn or not; a drawn one stands above those not drawn before it
        for drawn in range(min(rank, one - 1), -1, -1):
            above = rank - drawn
            if above <= two:
                counts[drawn + 1, above:] += counts[drawn, : counts.shape[1] - above]
    return _two_sided(counts[one])


def signed_rank_values(pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """All p that the exact signed ranks of so many pairs without ties or zeros can take, and the chance of each."""
    counts = np.zeros(pairs * (pairs + 1) // 2 + 1)
    counts[0] = 1
    for rank in range(1, pairs + 1):
        counts[rank:] += counts[: len(counts) - rank].copy()
    return _two_sided(counts)


def welch_values(each: int, tests: int, alpha: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of Benjamini and Hochberg, and the chance of Welch's p between them: two equal groups of equal spread.

    His t is then Student's, judged by fewer degrees of freedom the more both variances differ by chance: the chance is
    that of Student's t beyond this bound, averaged over the ratio of variances (F distributed, independent of t).
    """
    bounds = alpha * np.arange(1, tests + 1) / tests
    ratio = stats.f.ppf((np.arange(DRAWS) + 0.5) / DRAWS, each - 1, each - 1)
    free = (each - 1) * (1 + ratio) ** 2 / (1 + ratio**2)
    below = [2 * stats.t.sf(stats.t.isf(b / 2, free), 2 * each - 2).mean() for b in bounds]
    return bounds, np.diff(below, prepend=0.0)


def _two_sided(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Twice the smaller tail of a statistic from its counts; equal p joined."""
    chance = counts / counts.sum()
    p = np.minimum(1.0, 2 * np.minimum(np.cumsum(chance), np.cumsum(chance[::-1])[::-1]))
    values, place = np.unique(p.round(12), return_inverse=True)
    return values, np.bincount(place, chance)


def any_found(values: np.ndarray, chance: np.ndarray, tests: int, alpha: float = 0.05) -> float:
    """Chance that Benjamini and Hochberg find anything in so many independent tests without effect.

    `values`, `chance`: the p that one test can take and how likely each is. Nothing is found where fewer than k of the
    p lie at or below α·k/tests for every k: counted out over k, the number of p below these bounds rising binomially.
    With every p from 0 to 1 this is α itself (Simes 1986).
    """
    bounds = alpha * np.arange(1, tests + 1) / tests
    below = np.array([chance[values <= b + 1e-12].sum() for b in bounds])
    state, before = np.zeros(tests + 1), 0.0
    state[0] = 1.0
    for k, share in enumerate(below, 1):
        step = 0.0 if before >= 1 else (share - before) / (1 - before)
        after = np.zeros_like(state)
        for had in range(k):
            more = np.arange(k - had)
            after[had + more] += state[had] * stats.binom.pmf(more, tests - had, step)
        state, before = after, share
    return float(1 - state.sum())
