"""Key metabolites: those that pass a stated rule, and how often they would in another draw of the same samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.metabolites.discrimination import discriminate, inside, prepare, standard
from rhizolith.analysis.metabolites.latent_structures import importance, opls
from rhizolith.analysis.metabolites.one_by_one import moderated, univariate

LEVELS = {1: "identified", 2: "putatively annotated", 3: "putative class", 4: "unknown"}
"""Levels of identification (Sumner et al. 2007)."""


def key(
    table: pd.DataFrame,
    groups: Sequence[Any],
    *,
    levels: pd.Series | None = None,
    vip: float = 1.0,
    q: float = 0.05,
    change: float = 1.0,
    base: float = 2.0,
    plots: Sequence[Any] | None = None,
    n: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Features with VIP above `vip`, moderated q below `q` and |log2 change| of at least `change`.

    `levels`: level of identification of each feature (1–4); a name without one counts as putative (2) and says so.
    `stability`: share of `n` resamples (within groups) in which a feature passes; a feature that passes in the sample
    but in few resamples is not to be built on. `plots`: as in `univariate`; whole plots are then resampled. Returns
    every feature, those that pass first.
    """
    one = univariate(table, groups, base=base, plots=plots)
    both = discriminate(table, groups, plots=plots, n=1, seed=seed)
    out = one.join(both.features[["vip"]])
    out["passes"] = (out["vip"] > vip) & (out["q_moderated"] < q) & (out["log2_change"].abs() >= change)
    x, y, _ = prepare(table, groups, 2)
    codes = None
    if plots is not None:
        x, codes = inside(x, plots)
    out["stability"] = resampled(x, y, both.components[1], vip, q, change, base, n, seed, codes)
    given = pd.Series(levels, dtype=float).reindex(out.index) if levels is not None else pd.Series(np.nan, out.index)
    out["level"] = given.fillna(2).astype(int)
    out["identification"] = out["level"].map(LEVELS) + np.where(given.isna(), " (level not given)", "")
    out.attrs = {**one.attrs, "q2": both.q2, "rule": f"VIP > {vip}, q < {q}, |log2 change| ≥ {change}"}
    return out.sort_values(["passes", "stability", "vip"], ascending=False)


def resampled(
    x: np.ndarray, y: np.ndarray, orthogonal: int, vip: float, q: float, change: float, base: float, n: int, seed: int,
    codes: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """Share of resamples (within groups, or of whole plots) in which each feature passes the whole rule."""
    rng = np.random.default_rng(seed)
    rows: list[Any] = [np.flatnonzero(y == k) for k in (0, 1)]
    passed = np.zeros(x.shape[1])
    paired = None if codes is None else np.array([[r[codes[r] == k][0] for k in np.unique(codes)] for r in rows])
    for _ in range(n):
        drawn: Any = np.concatenate([rng.choice(r, len(r)) for r in rows])
        new: list[int] | None = None
        if paired is not None:
            size = paired.shape[1]
            pick: Any = rng.integers(0, size, size)
            drawn, new = paired[:, pick].ravel(), np.tile(np.arange(size), 2).tolist()
        sample = x[drawn]
        varied = np.ptp(sample, axis=0) > 0
        if varied.sum() < 3 or len(np.unique(drawn)) < 4:
            continue
        part, label, lost = sample[:, varied], y[drawn], 0
        target = standard(label[:, None])[:, 0]
        score = importance(opls(standard(part), target, orthogonal))[0]
        if new is not None:
            part, _ = inside(part, new)
            lost = len(new) // 2 - 1
        one = moderated(part[label == 0], part[label == 1], lost)
        discovered = multipletests(one.p, method="fdr_bh")[1] < q
        hit = (score > vip) & discovered & (np.abs(one.change * np.log2(base)) >= change)
        passed[np.flatnonzero(varied)[hit]] += 1
    return passed / n
