"""How large an effect is, with its interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

LEVEL = 0.95


def hedges(a: np.ndarray, b: np.ndarray, level: float = LEVEL) -> tuple[float, float, float]:
    """Hedges' g of two samples (a − b over their pooled spread, corrected for small n) with its interval.

    The interval inverts the non-central t distribution (Hedges & Olkin 1985). NaN where neither sample varies.
    """
    n, m = len(a), len(b)
    free = n + m - 2
    pooled = np.sqrt(((n - 1) * a.var(ddof=1) + (m - 1) * b.var(ddof=1)) / free)
    if not pooled > 0:
        return float("nan"), float("nan"), float("nan")
    scale = np.sqrt(1 / n + 1 / m)
    t = (a.mean() - b.mean()) / (pooled * scale)
    shrink = 1 - 3 / (4 * free - 1)
    low, high = noncentral_t(t, free, level)
    return shrink * t * scale, shrink * low * scale, shrink * high * scale


def noncentral_t(t: float, free: int, level: float) -> tuple[float, float]:
    """Non-centralities that make the observed t just improbable on either side.

    Where the distribution cannot be evaluated (far tails), the large-sample spread √(1 + t²/2ν) takes its place.
    """
    tail = (1 - level) / 2
    spread = np.sqrt(1 + t**2 / (2 * free))
    found = []
    for share, z in ((1 - tail, stats.norm.ppf(tail)), (tail, stats.norm.ppf(1 - tail))):
        ends = t + z * spread + np.array([-2.0, 2.0]) * spread
        sides = special.nctdtr(free, ends, t) - share
        crossing = np.isfinite(sides).all() and sides[0] * sides[1] < 0
        found.append(_root(lambda d: special.nctdtr(free, d, t), share, *ends) if crossing else t + z * spread)
    return found[0], found[1]


def _root(function: Callable[[float], float], value: float, low: float, high: float) -> float:
    """Where a function takes a value that it passes between low and high."""
    return float(optimize.brentq(lambda x: function(x) - value, low, high, xtol=1e-8))


def partial_eta(f: float, df: int, free: int, level: float = 0.90) -> tuple[float, float, float]:
    """Partial η² of an F test with the 90 % interval that goes with a one-sided F (Steiger 2004)."""
    tail = (1 - level) / 2
    eta = f * df / (f * df + free)
    n = df + free + 1
    centre = f * df
    span = centre + 10 * np.sqrt(2 * (df + 2 * centre) * (1 + centre / free)) + 20
    ends = []
    for share in (1 - tail, tail):
        sides = special.ncfdtr(df, free, np.array([1e-12, span]), f) - share
        if not np.isfinite(sides).all() or sides[1] > 0:
            ends.append(float("nan"))
        else:
            ends.append(0.0 if sides[0] < 0 else _root(lambda c: special.ncfdtr(df, free, c, f), share, 1e-12, span))
    return eta, ends[0] / (ends[0] + n), ends[1] / (ends[1] + n)


def effects(values: pd.Series, groups: pd.Series, reference: object) -> pd.DataFrame:
    """Hedges' g and log response ratio of every group against the reference, with 95 % intervals.

    The log response ratio (Hedges et al. 1999) needs positive means; else it is NaN.
    """
    base = values[groups == reference].dropna().to_numpy(float)
    rows = []
    for name in dict.fromkeys(groups):
        x = values[groups == name].dropna().to_numpy(float)
        if name == reference or len(x) < 2:
            continue
        g, low, high = hedges(x, base)
        ratio = se = np.nan
        if x.mean() > 0 and base.mean() > 0:
            ratio = np.log(x.mean() / base.mean())
            se = np.sqrt(x.var(ddof=1) / (len(x) * x.mean() ** 2) + base.var(ddof=1) / (len(base) * base.mean() ** 2))
        rows.append((name, len(x), len(base), g, low, high, ratio, ratio - 1.96 * se, ratio + 1.96 * se))
    columns = ["group", "n", "n_reference", "g", "g_low", "g_high", "log_ratio", "log_ratio_low", "log_ratio_high"]
    return pd.DataFrame(rows, columns=columns).set_index("group")
