"""Wilcoxon's signed ranks of paired samples, exact for few pairs with ties and zeros too."""

from __future__ import annotations

import numpy as np
from scipy import stats

EXACT = 13
"""Pairs up to which all signs are counted out (8192 of them)."""


def signed_ranks(gap: np.ndarray) -> np.ndarray:
    """Two-sided p of every column of differences (pairs × features) being as often above as below 0.

    Zeros are left out, equal sizes share their mean rank. Up to thirteen pairs by all signs, which SciPy does column by
    column in Python; more by SciPy. A column of zeros only gives NaN.
    """
    n = len(gap)
    if n > EXACT:
        return np.asarray(stats.wilcoxon(gap).pvalue)
    size = np.where(gap == 0, np.nan, np.abs(gap))
    ranks = np.nan_to_num(stats.rankdata(size, axis=0, nan_policy="omit"))
    signs = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    found = (ranks * (gap > 0)).sum(axis=0)
    p = np.full(gap.shape[1], np.nan)
    for k in np.flatnonzero((gap != 0).any(axis=0)):
        drawn = signs @ ranks[:, k]
        p[k] = 2 * min((drawn <= found[k] + 1e-9).mean(), (drawn >= found[k] - 1e-9).mean())
    return np.minimum(p, 1.0)
