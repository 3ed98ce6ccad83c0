"""How far the blocks and the arrows of a path model can be believed: reliability, goodness of fit, tests of slopes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.paths.covariance import Floats
from rhizolith.analysis.paths.design import Design


def goodness(communality: Floats, r2: Floats, design: Design) -> float:
    """√(mean communality × mean R²): communality over blocks of several indicators, weighted by their size.

    Descriptive only: it cannot tell a wrong model from a right one (Henseler & Sarstedt 2013 show this).
    """
    sizes = np.array([len(b) for b in design.blocks])
    several = np.repeat(sizes > 1, sizes)
    ends = np.array(design.ends)
    mean = communality[several].mean() if several.any() else communality.mean()
    return float(np.sqrt(mean * r2[ends].mean()))


def slope_tests(between: Floats, paths: Floats, r2: Floats, n: int, design: Design) -> pd.DataFrame:
    """Standard error, t and two-sided p of every arrow, as of a regression with intercept between scores.

    These p take the scores as measured without error and chosen without looking: the bootstrap is the better judge.
    """
    rows = []
    for k, name in enumerate(design.names):
        causes = np.flatnonzero(design.arrows[k])
        free = n - len(causes) - 1
        if not len(causes):
            continue
        inverse = np.linalg.inv(between[np.ix_(causes, causes)])
        error = np.sqrt(max(1.0 - r2[k], 0.0) / free * np.diag(inverse)) if free > 0 else np.full(len(causes), np.nan)
        for c, se in zip(causes, error):
            t = paths[k, c] / se if se > 0 else np.nan
            rows.append((design.names[c], name, paths[k, c], se, t, 2 * stats.t.sf(abs(t), free), n))
    return pd.DataFrame(rows, columns=["cause", "effect", "path", "se", "t", "p", "n"])


def block_quality(stack: Floats, communality: Floats, design: Design) -> pd.DataFrame:
    """Cronbach's α, Dillon–Goldstein's ρ, the first two eigenvalues and the average variance extracted, per block.

    α and ρ mean something for blocks that reflect their variable (mode A) with two or more indicators; else NaN. α is 0
    where the indicators oppose one another.
    """
    rows = []
    start = 0
    for block, mode in zip(design.blocks, design.modes):
        size = len(block)
        inside = _correlation(stack[start : start + size, start : start + size])
        share = communality[start : start + size]
        values, vectors = np.linalg.eigh(inside)
        alpha = rho = np.nan
        if size > 1 and mode == "A":
            off = inside.sum() - size
            alpha = max(off / (size + off) * size / (size - 1), 0.0)
            lead = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
            rho = lead.sum() ** 2 / (lead.sum() ** 2 + (1 - lead**2).sum())
        second = values[-2] if size > 1 else 0.0
        rows.append((mode, size, alpha, rho, values[-1], second, share.mean() if mode == "A" else np.nan))
        start += size
    columns = ["mode", "indicators", "alpha", "rho", "first_eigenvalue", "second_eigenvalue", "ave"]
    return pd.DataFrame(rows, index=list(design.names), columns=columns)


def _correlation(covariance: Floats) -> Floats:
    """A covariance matrix brought to unit diagonal."""
    spread = np.sqrt(np.diag(covariance))
    return covariance / np.outer(spread, spread)
