"""Every feature tested by itself between two groups, with variances that borrow strength from one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, special, stats
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.metabolites.discrimination import inside, prepare
from rhizolith.analysis.metabolites.rank_sums import rank_sums
from rhizolith.analysis.metabolites.signed_ranks import signed_ranks

TESTS = ("moderated", "welch", "rank")


def univariate(
    table: pd.DataFrame, groups: Sequence[Any], *, base: float = 2.0, plots: Sequence[Any] | None = None
) -> pd.DataFrame:
    """Change and p of every feature between two groups of samples.

    `table`: samples × logarithms to `base`, no gaps. Columns: `log2_change` (second group over first) with its 95 %
    interval (moderated), p and q (Benjamini–Hochberg) of the moderated t (Smyth 2004), of Welch's t, of the rank sum.
    `plots`: where both groups come from the same plots (one sample of each), the tests are paired.
    """
    x, y, kinds = prepare(table, groups, 2)
    lost = 0
    if plots is not None:
        x, codes = inside(x, plots)
        lost = int(codes.max())
    one, two = x[y == 0], x[y == 1]
    found = moderated(one, two, lost)
    t, degrees = found.t, found.degrees
    p = {
        "moderated": found.p,
        "welch": stats.ttest_ind(two, one, equal_var=False).pvalue,
        "rank": rank_sums(one, two),
    }
    if plots is not None:
        order = [np.argsort(codes[y == k], kind="stable") for k in (0, 1)]
        gap = two[order[1]] - one[order[0]]
        p |= {"welch": stats.ttest_1samp(gap, 0).pvalue, "rank": signed_ranks(gap)}
    change, half = found.change, stats.t.ppf(0.975, degrees) * found.error
    scale = np.log2(base)
    out = pd.DataFrame(
        {"log2_change": change * scale, "low": (change - half) * scale, "high": (change + half) * scale, "t": t},
        index=table.columns,
    )
    for name in TESTS:
        out[f"p_{name}"] = p[name]
        out[f"q_{name}"] = multipletests(p[name], method="fdr_bh")[1]
    out.attrs = {
        "groups": kinds,
        "n": (len(one), len(two)),
        "prior_df": float(found.prior_free),
        "prior_variance": float(found.prior),
    }
    return out


@dataclass(frozen=True)
class Moderated:
    """`change` (second group less first), its standard `error`, `t`, `degrees` of freedom and two-sided `p` of every
    feature; `prior_free`, `prior`: degrees of freedom and size of the variance that all share."""

    change: np.ndarray
    error: np.ndarray
    t: np.ndarray
    degrees: float
    p: np.ndarray
    prior_free: float
    prior: float


def moderated(one: np.ndarray, two: np.ndarray, lost: int = 0) -> Moderated:
    """The moderated t test (Smyth 2004) of every column of two groups of samples; `lost`: degrees of freedom spent."""
    change = two.mean(axis=0) - one.mean(axis=0)
    free = len(one) + len(two) - 2 - lost
    variance = (((one - one.mean(axis=0)) ** 2).sum(axis=0) + ((two - two.mean(axis=0)) ** 2).sum(axis=0)) / free
    prior_free, prior = prior_variance(variance, free)
    shrunk = prior if np.isinf(prior_free) else (prior_free * prior + free * variance) / (prior_free + free)
    error = np.sqrt(shrunk * (1 / len(one) + 1 / len(two)))
    degrees = min(free + prior_free, free * len(variance))
    t = change / error
    return Moderated(change, error, t, degrees, 2 * stats.t.sf(np.abs(t), degrees), prior_free, prior)


def prior_variance(variance: np.ndarray, free: int) -> tuple[float, float]:
    """Degrees of freedom and size of the variance that all features share (Smyth 2004, by moments of its logarithm)."""
    z = np.log(np.maximum(variance, 1e-300))
    e = z - special.digamma(free / 2) + np.log(free / 2)
    mean = e.mean()
    left = ((e - mean) ** 2).sum() / max(len(e) - 1, 1) - special.polygamma(1, free / 2)
    if not left > 0:
        return np.inf, float(np.exp(mean))
    half = optimize.brentq(lambda d: special.polygamma(1, d) - left, 1e-6, 1e9)
    return 2 * half, float(np.exp(mean + special.digamma(half) - np.log(half)))
