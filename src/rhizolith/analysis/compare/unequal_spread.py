"""Factors tested where groups differ in spread: no pooled variance is used."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.model_terms import Term


def unequal_tests(y: np.ndarray, design: pd.DataFrame, terms: Sequence[Term]) -> dict[str, float]:
    """p of every term by the statistic of cell means of Brunner, Dette and Munk (Brunner1997), Box-type degrees of
    freedom.

    Needs worded factors of which every combination has two values and all interactions are in the model; else empty.
    With one factor of two levels it is Welch's test. Cells weigh alike, whatever their size.
    """
    factors = sorted({f for t in terms for f in t.factors})
    wanted = {frozenset(c) for k in range(1, len(factors) + 1) for c in combinations(factors, k)}
    if {t.factors for t in terms} != wanted or any(pd.api.types.is_numeric_dtype(design[f]) for f in factors):
        return {}
    codes = [pd.factorize(design[f].astype(str))[0] for f in factors]
    sizes = [int(c.max()) + 1 for c in codes]
    cell = np.ravel_multi_index(codes, sizes)
    n = np.bincount(cell, minlength=int(np.prod(sizes))).astype(float)
    if n.min() < 2:
        return {}
    mean = np.bincount(cell, y, minlength=len(n)) / n
    variance = np.bincount(cell, (y - mean[cell]) ** 2, minlength=len(n)) / (n - 1) / n
    if not variance.max() > 0:
        return {}
    found = {}
    for term in terms:
        t = np.ones((1, 1))
        for f, k in zip(factors, sizes):
            whole = np.full((k, k), 1.0 / k)
            t = np.kron(t, np.eye(k) - whole if f in term.factors else whole)
        found[term.name] = box_type(t, mean, variance, n)
    return found


def box_type(t: np.ndarray, mean: np.ndarray, variance: np.ndarray, n: np.ndarray) -> float:
    """p of T·mean = 0 for a projection T, `variance` of each mean from n values."""
    d = np.diag(t)
    trace = float(d @ variance)
    f = float(mean @ t @ mean) / trace
    first = trace**2 / float(((t * variance) * (t * variance).T).sum())
    second = trace**2 / float((d**2 * variance**2 / (n - 1)).sum())
    return float(stats.f.sf(f, first, second))
