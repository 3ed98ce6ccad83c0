"""How large Spearman's ρ of unrelated columns gets: simulated for few samples, where Student's t says too little."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import stats

FEW = 60
"""Samples below which ρ is held to simulated ranks: at p 0.0001 Student's t is 1.5 times too small with 24 samples,
twice with 12, 1.2 times with 60 (ρ beyond 0.48 there)."""
COLUMNS, ROUNDS, STEPS = 2000, 4, 4000
"""Columns simulated at a time, how many times (8 million pairs in all), and steps of |ρ| that are told apart."""
RARE, COMMON = 100, 4000
"""Pairs beyond |ρ| of which fewer are too few to count, and from which on the tail beyond is not drawn."""


def spearman_p(r: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    """Two-sided p of Spearman's ρ, means of groups of these `sizes` (samples) taken out of both columns before ranking.

    From FEW samples on Student's t with a degree of freedom less for every group but the first; below, how often
    simulated columns of normal values, treated alike, go together as much.
    """
    size = np.abs(r)
    if sum(sizes) >= FEW:
        return _student(size, sizes)
    return _by_chance(tuple(sorted(sizes)))[np.floor((size - 1e-9).clip(0) * STEPS).astype(int)]


def _student(size: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    """p by Student's t."""
    free, r = sum(sizes) - 1 - len(sizes), np.minimum(size, 1 - 1e-12)
    return 2 * stats.t.sf(r * np.sqrt(free / (1 - r**2)), free)


@lru_cache(maxsize=32)
def _by_chance(sizes: tuple[int, ...]) -> np.ndarray:
    """p at each step of |ρ| (STEPS + 1): counted where counts are many, in the far tail from where they lead."""
    count, pairs = _counts(sizes)
    edge = np.arange(STEPS + 1) / STEPS
    counted, student = (1 + count) / (1 + pairs), _student(edge, sizes)
    many = count >= RARE
    seen = many & (count <= COMMON) & (student > 0)
    if many.all() or seen.sum() < 3:
        return counted
    # Student's p is too small by a power of itself: a straight line of logarithms, down to 1e-7 and below.
    slope, level = np.polyfit(np.log(student[seen]), np.log(counted[seen] / student[seen]), 1)
    with np.errstate(divide="ignore"):
        beyond = np.exp((1 + np.clip(slope, -0.5, 0.0)) * np.log(student) + level)
    return np.where(many, counted, np.minimum(np.maximum(beyond, count / pairs), counted))


def _counts(sizes: tuple[int, ...]) -> tuple[np.ndarray, int]:
    """How many pairs of unrelated columns reach each step of |ρ|, and how many pairs there are."""
    rng = np.random.default_rng(sum(sizes))
    group = np.repeat(np.arange(len(sizes)), sizes)
    member = (group[:, None] == np.arange(len(sizes))).astype(float)
    mean = member / np.array(sizes) @ member.T if len(sizes) > 1 else np.zeros((len(group), len(group)))
    at = np.zeros(STEPS + 1, int)
    for _ in range(ROUNDS):
        values = rng.normal(size=(len(group), COLUMNS))
        ranks = np.argsort(np.argsort(values - mean @ values, axis=0), axis=0) - (len(group) - 1) / 2
        r = np.abs(ranks.T @ ranks) / (ranks[:, 0] @ ranks[:, 0])
        steps = np.bincount(np.minimum((r.ravel() + 1e-9) * STEPS, STEPS).astype(int), minlength=STEPS + 1)
        steps[STEPS] -= COLUMNS  # each with itself
        at += steps // 2
    return at[::-1].cumsum()[::-1], ROUNDS * COLUMNS * (COLUMNS - 1) // 2
