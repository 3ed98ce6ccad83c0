"""Paths between latent variables cleared of the noise of their indicators: consistent partial least squares.

Scores carry the noise of what they are made of: paths between them are too near 0, and an arrow beside a noisy mediator
takes up what the mediator lost. Where blocks reflect one common cause each, their reliability says by how much
(Dijkstra2015). Intervals: Hesterberg2015.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from rhizolith.analysis.paths.covariance import Floats, correlations, covariances, draw_counts
from rhizolith.analysis.paths.design import Design
from rhizolith.analysis.paths.expanded_tails import estimated, expanded, expanded_p
from rhizolith.analysis.paths.inner_model import Inner, aligned_signs, solve_inner
from rhizolith.analysis.paths.path_fit import PathFit
from rhizolith.analysis.paths.resampling import draw_rows, quantiles, two_sided
from rhizolith.analysis.paths.weights import fixed_point
from rhizolith.errors import InputError, Problem, RunError


@dataclass(frozen=True, repr=False)
class Consistent:
    """`paths`: by (cause, effect), estimate, se, percentile interval expanded for few samples and the two-sided p that
    goes with it; `reliability`: ρA of each block (1 for blocks of one indicator and those that form their variable);
    `r2`; `failed`: resamples without an admissible answer, counted, not replaced; `draws`: resampled paths."""

    paths: pd.DataFrame
    reliability: pd.Series
    r2: pd.Series
    n: int
    failed: int
    draws: Floats = field(repr=False)

    def __repr__(self) -> str:
        return f"Consistent: {len(self.paths)} paths, {self.n - self.failed} of {self.n} resamples admissible"


def consistent(full: PathFit, *, n: int = 5000, seed: int | None = 0, level: float = 0.95) -> Consistent:
    """Consistent paths of a fitted model (mode A blocks as common factors), resampled.

    Raises InputError for non-metric fits, RunError where the sample itself gives no admissible answer (a reliability
    that is not between 0 and 1, correlations beyond 1): its blocks do not reflect one common cause each.
    """
    if not full.metric:
        raise InputError(Problem("path model", "has gaps or categories", "consistent paths need complete numbers"))
    point, rho, good = disattenuated(full.covariance, full.oriented, full.design)
    if not good[0]:
        low = full.design.names[int(np.argmin(rho[0]))]
        raise RunError(f"No consistent paths: the indicators of {low} do not reflect one common cause.")
    rows = draw_rows(full.n, n, None, seed)
    stack = covariances(full.values, draw_counts(rows, full.n))
    stack = correlations(stack) if full.scaled else stack
    found = fixed_point(stack, full.design, full.n)
    weights = found.matrix * aligned_signs(full.covariance, full.oriented, found.matrix)[:, None, :]
    drawn, _, admissible = disattenuated(stack, weights, full.design)
    kept = found.good & admissible
    arrows = [(i, int(j)) for j in range(len(full.design.names)) for i in np.flatnonzero(full.design.arrows[:, j])]
    to, of = np.array(arrows).T
    values, tail = drawn.paths[kept][:, to, of], (1 - level) / 2
    names = full.design.names
    index = pd.MultiIndex.from_tuples([(names[j], names[i]) for i, j in arrows], names=["cause", "effect"])
    table = pd.DataFrame({"estimate": point.paths[0][to, of]}, index)
    if kept.any():
        lost = np.array([estimated(full.design, i) for i in to])
        ordered, share = np.sort(values, axis=0), expanded(tail, full.n, lost)
        ends = [quantiles(ordered, s) for s in (share, 1 - share)]
        p = expanded_p(two_sided(values), full.n, lost)
        table = table.assign(se=values.std(axis=0, ddof=1), low=ends[0], high=ends[1], p=p)
    return Consistent(
        table, pd.Series(rho[0], list(names), name="rho_a"), pd.Series(point.r2[0], list(names), name="r2"),
        n, int((~kept).sum()), values,
    )  # fmt: skip


def reliabilities(stack: Floats, weights: Floats, design: Design) -> Floats:
    """ρA of every block: (w'w)² · w'(S − diag S)w / w'(ww' − diag ww')w, w such that the score has variance 1."""
    found = np.ones((len(stack), len(design.names)))
    for k, (block, mode) in enumerate(zip(design.blocks, design.modes)):
        if mode != "A" or len(block) < 2:
            continue
        rows = np.flatnonzero(design.members[:, k])
        w = weights[:, rows, k]
        inside = stack[:, rows][:, :, rows]
        diagonal = np.diagonal(inside, axis1=1, axis2=2)
        w2 = w**2
        above = np.einsum("bi,bij,bj->b", w, inside, w) - (w2 * diagonal).sum(axis=1)
        below = w2.sum(axis=1) ** 2 - (w2**2).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[:, k] = w2.sum(axis=1) ** 2 * above / below
    return found


def disattenuated(stack: Floats, weights: Floats, design: Design) -> tuple[Inner, Floats, Floats]:
    """The inner model of correlations between scores divided by √(ρi ρj); reliabilities; which are admissible."""
    rho = reliabilities(stack, weights, design)
    good = np.asarray(np.isfinite(rho).all(axis=1) & (rho > 0).all(axis=1))
    safe = np.where(good[:, None], rho, 1.0)
    between = np.swapaxes(weights, 1, 2) @ stack @ weights
    size = len(design.names)
    scale = 1 / np.sqrt(safe)
    between = between * scale[:, :, None] * scale[:, None, :]
    between[:, np.arange(size), np.arange(size)] = 1.0
    good &= np.isfinite(between).all(axis=(1, 2))
    between = np.where(good[:, None, None], between, np.eye(size))
    good &= np.linalg.eigvalsh(between)[:, 0] > 1e-8
    between = np.where(good[:, None, None], between, np.eye(size))
    alone = Design(design.names, design.arrows, tuple((n,) for n in design.names), ("A",) * size, "path")
    unit = np.broadcast_to(np.eye(size), between.shape)
    return solve_inner(between, unit, np.ones((len(stack), size)), alone), rho, good
