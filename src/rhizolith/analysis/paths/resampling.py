"""How sure a path model is: resamples of the samples, fitted all at once, their signs kept comparable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.paths.covariance import Floats, correlations, covariances, draw_counts
from rhizolith.analysis.paths.design import Design
from rhizolith.analysis.paths.expanded_tails import estimated, expanded, expanded_p
from rhizolith.analysis.paths.inner_model import Inner, aligned_signs, majority_signs, solve_inner
from rhizolith.analysis.paths.path_fit import PathFit, fit, from_scores, pairs
from rhizolith.analysis.paths.quantify import quantify
from rhizolith.analysis.paths.weights import fixed_point
from rhizolith.errors import InputError, Problem

CHUNK = 2048
"""Resamples fitted together: bounds memory, changes no number."""
SIGNS = ("aligned", "r")


@dataclass(frozen=True, repr=False)
class Bootstrap:
    """Resampled path model.

    `paths`, `weights`, `loadings`, `r2`, `total`: tables with the estimate, the bootstrap mean and standard error, the
    percentile interval (`low`, `high`), the bias-corrected accelerated one (`bca_low`, `bca_high`) and, for paths and
    total effects, a two-sided p. `flips`: share of the resamples in which a latent variable came out upside down and
    was turned back. `failed`: resamples that never settled or lost a column; they are counted, not replaced.
    `draws`: the raw resampled values, one row per good resample; `expanded`: whether intervals are, for few samples.
    """

    estimate: PathFit
    paths: pd.DataFrame
    weights: pd.DataFrame
    loadings: pd.DataFrame
    r2: pd.DataFrame
    total: pd.DataFrame
    flips: pd.Series
    n: int
    failed: int
    level: float
    signs: str
    draws: dict[str, Floats] = field(repr=False)
    expanded: bool = False

    def __repr__(self) -> str:
        turned = self.flips[self.flips > 0.05]
        note = f"; turned over often: {', '.join(turned.index)}" if len(turned) else ""
        return f"Bootstrap: {self.n - self.failed} of {self.n} resamples good, {self.level:.0%} intervals{note}"


def bootstrap(
    data: pd.DataFrame | Mapping[str, Sequence[Any]] | PathFit,
    inner: Any = None,
    blocks: Mapping[str, Sequence[str] | str] | None = None,
    modes: Any = "A",
    *,
    scheme: str = "path",
    n: int = 5000,
    indices: Any = None,
    signs: str = "aligned",
    level: float = 0.95,
    seed: int | None = 0,
    expand: bool = False,
    taken_out: int = 0,
    **options: Any,
) -> Bootstrap:
    """Resamples a path model and gives every number its interval.

    Takes what `fit` takes, or a fitted model. `indices` (resamples × samples, from 0) fixes the resamples; else `n` are
    drawn with `seed`. `signs`: "aligned" turns every latent variable to agree with the full sample; "r" orients
    each resample by itself, as R plspm does, which spoils intervals of blocks with mixed signs. `expand`: intervals and
    p of paths, total effects and R² widened for few samples, as plspm's are not; `taken_out`: numbers taken from the
    samples before, such as means of blocks less one, which widens them further.

    Raises InputError as `fit`, and where `indices` do not fit the table.
    """
    if signs not in SIGNS:
        raise InputError(Problem("signs", f"{signs!r} is unknown", f"use one of {', '.join(SIGNS)}"))
    full = data if isinstance(data, PathFit) else fit(data, inner, blocks or {}, modes, scheme=scheme, **options)
    rows = draw_rows(full.n, n, indices, seed)
    drawn = resample(full, draw_counts(rows, full.n), signs, rows)
    good = drawn.good
    jack = resample(full, 1.0 - np.eye(full.n), signs, leave_one_out(full.n))
    values = drawn.tables(full)
    edge = jack.tables(full)
    point = estimates(full)
    lost = {k: v + taken_out for k, v in taken(full.design).items()} if expand else {}
    size = full.n
    tables = {k: summarize(values[k][good], point[k], edge[k][jack.good], level, size, lost.get(k)) for k in values}
    flips = pd.Series(drawn.flipped[good].mean(axis=0) if good.any() else np.nan, list(full.design.names), name="flips")
    named = {k: label(k, t, full) for k, t in tables.items()}
    for k in ("paths", "total"):
        p = two_sided(values[k][good])
        named[k]["p"] = expanded_p(p, size, lost[k]) if expand else p
        floor = np.full(len(p), 2 / (1 + good.sum()))  # what so many resamples can give at least
        named[k]["least_p"] = expanded_p(floor, size, lost[k]) if expand else floor
    return Bootstrap(
        full, **named, flips=flips, n=len(rows), failed=int((~good).sum()), level=level, signs=signs,
        draws={k: v[good] for k, v in values.items()}, expanded=expand,
    )  # fmt: skip


@dataclass(frozen=True)
class Resampled:
    """Inner models of many resamples; `good`: which settled; `flipped`: which were turned over."""

    inner: Inner
    good: np.ndarray
    flipped: np.ndarray

    def tables(self, full: PathFit) -> dict[str, Floats]:
        """Resamples × entries, for each kind of number."""
        arrows = [(i, j) for j in range(len(full.design.names)) for i in np.flatnonzero(full.design.arrows[:, j])]
        rows, columns = np.array(arrows).T
        causes, effects = np.array(pairs(full.design)).T
        ends = np.array(full.design.ends)
        return {
            "paths": self.inner.paths[:, rows, columns],
            "weights": self.inner.weights,
            "loadings": self.inner.loadings,
            "r2": self.inner.r2[:, ends],
            "total": self.inner.total[:, effects, causes],
        }


def draw_rows(size: int, n: int, indices: Any, seed: int | None) -> np.ndarray:
    """Which samples each resample holds (resamples × samples, from 0)."""
    if indices is None:
        if n < 2:
            raise InputError(Problem("n", f"{n} resamples give no interval", "ask for at least 999"))
        return np.random.default_rng(seed).integers(0, size, (n, size))
    rows = np.asarray(indices)
    if rows.ndim != 2 or rows.shape[1] != size or rows.min() < 0 or rows.max() >= size:
        what = f"indices of shape {rows.shape} do not draw from {size} samples counted from 0"
        raise InputError(Problem("indices", what, f"give resamples × {size} whole numbers from 0 to {size - 1}"))
    return rows.astype(np.int64)


def leave_one_out(n: int) -> np.ndarray:
    """Rows of every sample set with one sample missing (n × (n − 1))."""
    return np.array([np.delete(np.arange(n), i) for i in range(n)])


def resample(full: PathFit, counts: Floats, signs: str, rows: np.ndarray) -> Resampled:
    """Fits every resample: from covariances where possible, sample by sample where there are gaps or categories."""
    parts = []
    for start in range(0, len(counts), CHUNK):
        chunk = slice(start, start + CHUNK)
        parts.append(_metric(full, counts[chunk], signs) if full.metric else _quantified(full, rows[chunk]))
    inner = Inner(*[np.concatenate([getattr(p.inner, f) for p in parts]) for f in Inner.__dataclass_fields__])
    return Resampled(inner, np.concatenate([p.good for p in parts]), np.concatenate([p.flipped for p in parts]))


def _metric(full: PathFit, counts: Floats, signs: str) -> Resampled:
    """A chunk of resamples by their covariances."""
    stack = covariances(full.values, counts)
    stack = correlations(stack) if full.scaled else stack
    size = round(float(counts[0].sum()))
    found = fixed_point(stack, full.design, size)
    own = majority_signs(stack, found.matrix, full.design)
    aligned = aligned_signs(full.covariance, full.oriented, found.matrix)
    turned = aligned if signs == "aligned" else own
    inner = solve_inner(stack, found.matrix, turned, full.design)
    if signs == "r":
        inner = Inner(**{**inner.__dict__, "weights": found.matrix.sum(axis=2)})
    return Resampled(inner, found.good, own != aligned)


def _quantified(full: PathFit, rows: np.ndarray) -> Resampled:
    """A chunk of resamples one by one, aligned with the full sample's loadings."""
    design = full.design
    inners, good, flipped = [], [], []
    for drawn in rows:
        q = quantify(full.values[drawn], design, full.levels)
        joint = pd.DataFrame(np.column_stack([q.values, q.scores])).corr().to_numpy()[None]
        p = len(design.columns)
        agreement = np.einsum("pl,pl->l", np.nan_to_num(joint[0, :p, p:]), full.crossloadings.to_numpy())
        turned = np.where(agreement < 0, -1.0, 1.0)[None]
        inners.append(from_scores(joint, q.weights[None], turned, design))
        good.append(q.good)
        flipped.append(turned[0] < 0)
    inner = Inner(*[np.concatenate([getattr(i, f) for i in inners]) for f in Inner.__dataclass_fields__])
    return Resampled(inner, np.array(good), np.array(flipped))


def estimates(full: PathFit) -> dict[str, Floats]:
    """The full sample's numbers, in the order of the resampled tables."""
    design = full.design
    arrows = [(i, j) for j in range(len(design.names)) for i in np.flatnonzero(design.arrows[:, j])]
    paths = full.paths.to_numpy()
    return {
        "paths": np.array([paths[i, j] for i, j in arrows]),
        "weights": full.oriented[0].sum(axis=1),
        "loadings": full.loadings.to_numpy(),
        "r2": full.r2.to_numpy()[design.ends],
        "total": full.effects["total"].to_numpy(),
    }


def taken(design: Design) -> dict[str, Floats]:
    """How many numbers were taken from the samples for each path, total effect and R²."""
    arrows = [i for j in range(len(design.names)) for i in np.flatnonzero(design.arrows[:, j])]
    ends: dict[str, list[int]] = {
        "paths": [int(i) for i in arrows],
        "total": [int(i) for _, i in pairs(design)],
        "r2": [int(i) for i in np.flatnonzero(design.ends)],
    }
    return {k: np.array([estimated(design, i) for i in v]) for k, v in ends.items()}


def summarize(
    draws: Floats, point: Floats, edge: Floats, level: float, size: int = 0, lost: Floats | None = None
) -> pd.DataFrame:
    """Mean, standard error, percentile and bias-corrected accelerated interval of columns; `lost`: as `expanded`."""
    tail = np.full(len(point), (1 - level) / 2)
    tail = tail if lost is None else expanded(tail, size, lost)
    if not len(draws):
        return pd.DataFrame({"estimate": point})
    ordered = np.sort(draws, axis=0)
    low, high = (quantiles(ordered, share) for share in (tail, 1 - tail))
    bca_low, bca_high = accelerated(ordered, point, edge, tail)
    return pd.DataFrame(
        {
            "estimate": point,
            "mean": draws.mean(axis=0),
            "se": draws.std(axis=0, ddof=1),
            "low": low,
            "high": high,
            "bca_low": bca_low,
            "bca_high": bca_high,
        }
    )


def accelerated(draws: Floats, point: Floats, edge: Floats, tail: Floats | float) -> tuple[Floats, Floats]:
    """BCa interval (Efron 1987): percentiles moved for bias and for how the spread changes with the value.

    `draws` is sorted within columns; `edge` holds the leave-one-out values.
    """
    below = ((draws < point).mean(axis=0) + (draws <= point).mean(axis=0)) / 2
    bias = stats.norm.ppf(np.clip(below, 1 / (2 * len(draws)), 1 - 1 / (2 * len(draws))))
    centred = edge.mean(axis=0) - edge
    spread = (centred**2).sum(axis=0)
    skew = np.divide((centred**3).sum(axis=0), 6 * spread**1.5, out=np.zeros_like(spread), where=spread > 0)
    ends = []
    for z in (stats.norm.ppf(tail), stats.norm.ppf(1 - tail)):
        share = stats.norm.cdf(bias + (bias + z) / (1 - skew * (bias + z)))
        ends.append(quantiles(draws, share))
    return ends[0], ends[1]


def quantiles(ordered: Floats, shares: Floats) -> Floats:
    """One quantile of each sorted column, interpolated between neighbours (R's type 7)."""
    place = shares * (len(ordered) - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, len(ordered) - 1)
    columns = np.arange(ordered.shape[1])
    return ordered[below, columns] + (place - below) * (ordered[above, columns] - ordered[below, columns])


def two_sided(draws: Floats) -> Floats:
    """Share of resamples on the far side of zero, doubled, (1 + b)/(1 + n): the percentile interval turned into a p."""
    if not len(draws):
        return np.full(draws.shape[1], np.nan)
    far = np.minimum((draws <= 0).sum(axis=0), (draws >= 0).sum(axis=0))
    return np.minimum(2 * (1 + far) / (1 + len(draws)), 1.0)


def label(kind: str, table: pd.DataFrame, full: PathFit) -> pd.DataFrame:
    """Names for the rows."""
    design = full.design
    if kind in ("weights", "loadings"):
        return table.set_index(full.loadings.index)
    if kind == "r2":
        return table.set_index(pd.Index([n for n, e in zip(design.names, design.ends) if e]))
    chosen = pairs(design) if kind == "total" else [
        (j, int(i)) for j in range(len(design.names)) for i in np.flatnonzero(design.arrows[:, j])
    ]  # fmt: skip
    causes, effects = [design.names[j] for j, _ in chosen], [design.names[i] for _, i in chosen]
    return table.set_index(pd.MultiIndex.from_arrays([causes, effects], names=["cause", "effect"]))
