"""Whether paths differ between groups of samples: labels are shuffled, models refitted, differences compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.paths.covariance import Floats
from rhizolith.analysis.paths.path_fit import PathFit, fit
from rhizolith.analysis.paths.resampling import resample
from rhizolith.errors import InputError, Problem


def groups(
    data: pd.DataFrame,
    by: str | Sequence[Any],
    inner: Any,
    blocks: Mapping[str, Sequence[str] | str],
    modes: Any = "A",
    *,
    n: int = 999,
    seed: int | None = 0,
    **options: Any,
) -> pd.DataFrame:
    """Differences of every path between every two groups, with permutation p.

    `by` names a column or gives one label per sample. Returns one row per pair of groups and path: the two estimates,
    their difference, p = (1 + b)/(1 + n) two-sided, q (Holm over all rows), and `same_construct`: the p of the
    hypothesis that the effect's indicators weigh alike in both groups (MICOM step 2, Henseler et al. 2016); where it
    is small the paths describe different things and their difference says little.
    """
    labels = np.asarray(data[by] if isinstance(by, str) and by in data else by, dtype=object)
    if labels.shape != (len(data),):
        raise InputError(
            Problem("groups", f"{by!r} is no column and no label per sample", "name a column of the table")
        )
    kinds = [k for k in dict.fromkeys(labels) if k is not None and k == k]
    if len(kinds) < 2:
        raise InputError(Problem("groups", f"{len(kinds)} group leaves nothing to compare", "give at least two groups"))
    parts = {k: data[labels == k] for k in kinds}
    fits = {k: fit(part, inner, blocks, modes, **options) for k, part in parts.items()}
    if not all(f.metric for f in fits.values()):
        raise InputError(
            Problem("groups", "gaps and categories cannot be compared by permutation yet", "drop those columns")
        )
    rng = np.random.default_rng(seed)
    rows = []
    for a, b in combinations(kinds, 2):
        pooled = fit(pd.concat([parts[a], parts[b]]), inner, blocks, modes, **options)
        rows += _pair(pooled, (a, fits[a]), (b, fits[b]), n, rng)
    table = pd.DataFrame(rows)
    table["q"] = multipletests(table["p"], method="holm")[1]
    return table


def _pair(
    pooled: PathFit, one: tuple[Any, PathFit], two: tuple[Any, PathFit], n: int, rng: Any
) -> list[dict[str, Any]]:
    """Rows for one pair of groups."""
    (a, fit_a), (b, fit_b) = one, two
    members = np.zeros((n + 1, pooled.n))
    members[0, : fit_a.n] = 1.0
    for row in members[1:]:
        row[rng.permutation(pooled.n)[: fit_a.n]] = 1.0
    left, right = (resample(pooled, m, "aligned", np.empty((0, 0))) for m in (members, 1.0 - members))
    good = left.good & right.good
    if not good[0]:
        raise InputError(Problem("groups", f"the model does not settle in {a} or {b} alone", "draw a smaller model"))
    gap = left.inner.paths - right.inner.paths
    alike = construct_agreement(pooled, left.inner.weights, right.inner.weights)
    kept = good[1:]
    rows = []
    for i, j in np.argwhere(pooled.design.arrows):
        far = np.abs(gap[1:, i, j][kept]) >= np.abs(gap[0, i, j]) - 1e-12
        less = alike[1:, i][kept] <= alike[0, i] + 1e-12
        rows.append({
            "group_1": a, "group_2": b, "cause": pooled.design.names[j], "effect": pooled.design.names[i],
            "path_1": left.inner.paths[0, i, j], "path_2": right.inner.paths[0, i, j], "difference": gap[0, i, j],
            "n_1": fit_a.n, "n_2": fit_b.n, "p": (1 + far.sum()) / (1 + len(far)),
            "same_construct": (1 + less.sum()) / (1 + len(less)), "permutations": int(kept.sum()),
        })  # fmt: skip
    return rows


def construct_agreement(pooled: PathFit, left: Floats, right: Floats) -> Floats:
    """Correlation over the pooled samples of the scores by either group's weights (resamples × variables)."""
    members = pooled.design.members
    a, b = left[:, :, None] * members, right[:, :, None] * members
    stack = pooled.covariance[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        cross = np.einsum("bpl,pq,bql->bl", a, stack, b, optimize=True)
        norm = np.einsum("bpl,pq,bql->bl", a, stack, a, optimize=True) * np.einsum(
            "bpl,pq,bql->bl", b, stack, b, optimize=True
        )
        return cross / np.sqrt(norm)
