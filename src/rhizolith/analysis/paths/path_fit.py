"""One path model fitted to one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.paths.checks import check_ratio, check_table
from rhizolith.analysis.paths.covariance import Floats, correlations, covariances
from rhizolith.analysis.paths.design import Design, draw
from rhizolith.analysis.paths.inner_model import Inner, anchored_signs, majority_signs, solve_inner
from rhizolith.analysis.paths.quality import block_quality, goodness, slope_tests
from rhizolith.analysis.paths.quantify import code_columns, quantify
from rhizolith.analysis.paths.weights import fixed_point
from rhizolith.errors import RunError


@dataclass(frozen=True, repr=False)
class PathFit:
    """A fitted path model.

    `paths`: effect × cause; `weights`, `loadings`, `communality`: one per indicator, labelled (block, indicator);
    `r2`: one per latent variable, 0 where no arrow ends; `effects`: direct, indirect and total; `gof`: goodness of fit
    (0–1, descriptive, not a test); `scores`: samples × latent variables, mean 0 and variance 1 (divisor n);
    `crossloadings`; `slopes`: paths with standard error, t and p of ordinary regression between scores; `blocks`:
    reliability of each block; `cautions`: what a reader should know before believing it.
    """

    design: Design
    n: int
    paths: pd.DataFrame
    weights: pd.Series
    loadings: pd.Series
    communality: pd.Series
    crossloadings: pd.DataFrame
    r2: pd.Series
    effects: pd.DataFrame
    gof: float
    scores: pd.DataFrame
    slopes: pd.DataFrame
    blocks: pd.DataFrame
    rounds: int
    values: Floats = field(repr=False)
    covariance: Floats = field(repr=False)
    oriented: Floats = field(repr=False)
    signs: Floats = field(repr=False)
    scaled: bool = True
    levels: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def metric(self) -> bool:
        """Whether the fit needed covariances only: no gap, no category."""
        return not self.levels

    def __repr__(self) -> str:
        explained = ", ".join(f"{k} {v:.2f}" for k, v in self.r2.items() if v > 0)
        return f"PathFit: {self.n} samples, {self.design}; R² {explained}; GoF {self.gof:.2f}"


def fit(
    data: pd.DataFrame | Mapping[str, Sequence[Any]],
    inner: Any,
    blocks: Mapping[str, Sequence[str] | str],
    modes: Any = "A",
    *,
    scheme: str = "path",
    scaled: bool = True,
    levels: Mapping[str, str] | None = None,
    anchors: Mapping[str, str] | None = None,
    force: bool = False,
) -> PathFit:
    """Weights, loadings, paths and effects of a path model by partial least squares.

    `data`: samples in rows. `inner`: arrows as text (`Soil ~ Climate + Plant`), as {effect: causes} or as a 0/1 matrix
    with effects in rows. `blocks`: {latent variable: columns}. `modes`: A (columns reflect it) or B (they form it), one
    letter or one per block. `scheme`: centroid, factorial or path. `scaled`: bring every column to variance 1 first.
    `levels`: {column: num, ord or nom}; naming any, or a gap in the data, switches to the non-metric algorithm.
    `anchors`: {latent variable: column that must load positively}. `force`: fit although there are too few samples.

    Raises InputError (unknown or constant columns, loops, too few samples) and RunError (weights that never settle).
    Source: Tenenhaus et al. 2005 (metric), Russolillo 2012 (non-metric).
    """
    design = draw(inner, blocks, modes, scheme)
    table = check_table(data, design, levels or {}, anchors or {})
    cautions = check_ratio(len(table), design, force)
    kinds = tuple((levels or {}).get(c, "num") for c in design.columns)
    values = code_columns({c: table[c].tolist() for c in set(design.columns)}, design.columns, kinds)
    if levels or np.isnan(values).any():
        return _non_metric(values, table.index, design, kinds, anchors or {}, cautions)
    stack = covariances(values)
    stack = correlations(stack) if scaled else stack
    found = fixed_point(stack, design, len(values))
    if not found.good[0]:
        raise RunError(_never_settled(design))
    signs = majority_signs(stack, found.matrix, design)
    signs = anchored_signs(found.matrix, stack @ found.matrix, design, dict(anchors or {}), signs)
    centred = values - values.mean(axis=0)
    centred = centred / centred.std(axis=0) if scaled else centred
    solved = solve_inner(stack, found.matrix, signs, design)
    scores = centred @ (found.matrix[0] * signs[0])
    return _labelled(
        design, values, stack, found.matrix, signs, solved, scores, table.index, int(found.rounds[0]), cautions, scaled
    )


def _non_metric(
    values: Floats, index: pd.Index, design: Design, kinds: tuple[str, ...], anchors: Mapping[str, str], cautions: Any
) -> PathFit:
    """The same result by quantification; orientation is kept as found on a tie of signs."""
    q = quantify(values, design, kinds)
    if not q.good:
        raise RunError(_never_settled(design))
    joint = pd.DataFrame(np.column_stack([q.values, q.scores]))
    stack = joint.corr().to_numpy()[None]
    p = len(design.columns)
    cross = stack[:, :p, p:]
    votes = (np.sign(cross) * design.members).sum(axis=1)
    signs = np.where(votes < 0, -1.0, 1.0)
    signs = anchored_signs(q.weights[None], cross, design, dict(anchors), signs)
    solved = from_scores(stack, q.weights[None], signs, design)
    return _labelled(
        design, q.values, stack[:, :p, :p], q.weights[None], signs, solved, q.scores * signs, index, q.rounds,
        cautions, True, kinds, raw=values,
    )  # fmt: skip


def from_scores(joint: Floats, weights: Floats, signs: Floats, design: Design) -> Inner:
    """The inner model when scores are data of their own: `joint` holds correlations of indicators and scores."""
    p, k = design.members.shape
    selector = np.vstack([np.zeros((p, k)), np.eye(k)])[None] * signs[:, None, :]
    between = np.swapaxes(selector, 1, 2) @ joint @ selector
    cross = joint[:, :p] @ selector
    unit = solve_inner(between, np.eye(k)[None], np.ones((1, k)), _scores_only(design))
    loadings = (cross * design.members).sum(axis=2)
    return Inner(between, unit.paths, unit.r2, unit.total, loadings, cross, (weights * signs[:, None, :]).sum(axis=2))


def _scores_only(design: Design) -> Design:
    """The same arrows between latent variables that are each measured by one column: their score."""
    return Design(design.names, design.arrows, tuple((n,) for n in design.names), ("A",) * len(design.names), "path")


def _labelled(
    design: Design, values: Floats, stack: Floats, matrix: Floats, signs: Floats, solved: Inner, scores: Floats,
    index: pd.Index, rounds: int, cautions: tuple[str, ...], scaled: bool, levels: tuple[str, ...] = (),
    raw: Floats | None = None,
) -> PathFit:  # fmt: skip
    """Names on every number."""
    owners = [name for name, block in zip(design.names, design.blocks) for _ in block]
    rows = pd.MultiIndex.from_arrays([owners, design.columns], names=["block", "indicator"])
    names = list(design.names)
    paths = pd.DataFrame(solved.paths[0], names, names)
    r2 = pd.Series(solved.r2[0], names, name="r2")
    loadings = pd.Series(solved.loadings[0], rows, name="loading")
    communality = (loadings**2).rename("communality")
    return PathFit(
        design=design,
        n=len(values),
        paths=paths,
        weights=pd.Series(matrix[0].sum(axis=1), rows, name="weight"),
        loadings=loadings,
        communality=communality,
        crossloadings=pd.DataFrame(solved.cross[0], rows, names),
        r2=r2,
        effects=effect_table(solved.paths[0], solved.total[0], design),
        gof=goodness(communality.to_numpy(), r2.to_numpy(), design),
        scores=pd.DataFrame(scores, index, names),
        slopes=slope_tests(solved.between[0], solved.paths[0], solved.r2[0], len(values), design),
        blocks=block_quality(stack[0], communality.to_numpy(), design),
        rounds=rounds,
        values=values if raw is None else raw,
        covariance=stack,
        oriented=matrix * signs[:, None, :],
        signs=signs,
        scaled=scaled,
        levels=levels,
        cautions=cautions,
    )


def effect_table(paths: Floats, total: Floats, design: Design) -> pd.DataFrame:
    """Direct, indirect and total effect of every cause on every effect downstream."""
    rows = []
    for j, i in pairs(design):
        rows.append((design.names[j], design.names[i], paths[i, j], total[i, j] - paths[i, j], total[i, j]))
    return pd.DataFrame(rows, columns=["cause", "effect", "direct", "indirect", "total"])


def pairs(design: Design) -> list[tuple[int, int]]:
    """(cause, effect) wherever arrows lead from one latent variable to another, directly or through others."""
    reach = design.arrows.astype(int)
    for _ in design.names:
        reach = ((reach + reach @ design.arrows) > 0).astype(int)
    k = len(design.names)
    return [(j, i) for j in range(k) for i in range(k) if reach[i, j]]


def _never_settled(design: Design) -> str:
    formed = [n for n, m in zip(design.names, design.modes) if m == "B"]
    hint = f" The columns of {', '.join(formed)} may be collinear: try mode A." if formed else ""
    return f"The weights of the path model did not settle in 100 rounds.{hint} Try another scheme, or fewer arrows."
