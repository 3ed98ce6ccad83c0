"""Outer weights: how much each indicator counts in its latent variable, for a whole stack of resamples at once.

Wold's fixed point needs covariances only (Tenenhaus 2005): scores are never formed, every resample is one matrix of a
stack, and each leaves the stack when it has converged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rhizolith.analysis.paths.covariance import Floats
from rhizolith.analysis.paths.design import Design

TOLERANCE = 1e-6
"""Largest sum of squared changes of the weights that counts as standing still (as R plspm)."""
ITERATIONS = 100
"""After as many rounds a resample counts as not converged (as R plspm)."""


@dataclass(frozen=True)
class Weights:
    """`matrix`: resamples × indicators × latent variables, scaled so that every score has variance 1 (divisor n);
    `rounds`: how many rounds each took; `good`: which converged to finite values."""

    matrix: Floats
    rounds: np.ndarray
    good: np.ndarray


def fixed_point(
    stack: Floats, design: Design, n: int, tolerance: float = TOLERANCE, limit: int = ITERATIONS
) -> Weights:
    """Weights of every covariance matrix in `stack` (resamples × indicators × indicators) of n samples.

    Scores are held at the spread (n − 1)/n while iterating, as in R plspm: it only matters for when to stop.
    """
    members = design.members
    count, shrink = len(stack), (n - 1) / n
    result = np.full((count, *members.shape), np.nan)
    rounds = np.zeros(count, int)
    good = np.zeros(count, bool)
    alive = np.arange(count)
    with np.errstate(all="ignore"):
        w = normalized(stack, np.broadcast_to(members.astype(float), result.shape))
        inverses = block_inverses(stack, design)
        for number in range(1, limit + 1):
            new = shrink * one_round(stack, w, design, inverses)
            change = ((np.abs(new.sum(axis=2)) - np.abs(w.sum(axis=2))) ** 2).sum(axis=1)
            finite = np.isfinite(change)
            stop = (change < tolerance) | ~finite
            done = stop & finite
            result[alive[done]] = normalized(stack[done], new[done])
            rounds[alive[stop]] = number
            good[alive[done]] = np.isfinite(result[alive[done]]).all(axis=(1, 2))
            keep = ~stop
            if not keep.any():
                break
            if stop.any():
                alive, stack, inverses = alive[keep], stack[keep], {j: v[keep] for j, v in inverses.items()}
            w = new[keep]
        else:
            rounds[alive] = limit
    return Weights(result, rounds, good)


def normalized(stack: Floats, w: Floats) -> Floats:
    """Weights that give every score variance 1."""
    variance = np.einsum("bpl,bpl->bl", stack @ w, w)
    return w / np.sqrt(variance)[:, None, :]


def one_round(stack: Floats, w: Floats, design: Design, inverses: dict[int, Floats]) -> Floats:
    """Inner estimate from the neighbours, then new outer weights by mode A (covariance) or B (regression).

    The inner estimate is not brought to variance 1: that changes no score, only when the weights count as still.
    """
    cross = stack @ w
    between = np.swapaxes(w, 1, 2) @ cross
    scale = 1.0 / np.sqrt(np.einsum("bll->bl", between))
    inner = inner_weights(between * scale[:, :, None] * scale[:, None, :], design)
    proxy = cross @ (inner * scale[:, :, None])
    new = np.where(design.members, proxy, 0.0)
    for j, inverse in inverses.items():
        rows = np.flatnonzero(design.members[:, j])
        new[:, rows, j] = (inverse @ proxy[:, rows, j][:, :, None])[:, :, 0]
    return new


def inner_weights(between: Floats, design: Design) -> Floats:
    """How strongly each latent variable is estimated by its neighbours; `between` holds score correlations."""
    links = design.arrows | design.arrows.T
    if design.scheme == "centroid":
        return np.sign(between) * links
    if design.scheme == "factorial":
        return between * links
    weights = np.where(design.arrows, np.swapaxes(between, 1, 2), 0.0)
    for k in range(len(links)):
        causes = np.flatnonzero(design.arrows[k])
        if len(causes):
            weights[:, causes, k] = regress(between, causes, k)
    return weights


def regress(between: Floats, causes: np.ndarray, effect: int) -> Floats:
    """Standardized slopes of one latent variable on its causes, for every matrix; NaN where they are collinear."""
    if len(causes) == 1:
        return between[:, causes, effect] / between[:, causes, causes]
    inside = between[:, causes[:, None], causes]
    return solve(inside, between[:, causes, effect])


def solve(matrices: Floats, right: Floats) -> Floats:
    """Solutions of a stack of linear systems; a singular one gives NaN and spoils no other."""
    try:
        return np.linalg.solve(matrices, right[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        out = np.full(right.shape, np.nan)
        for i, matrix in enumerate(matrices):
            if np.isfinite(matrix).all() and np.linalg.matrix_rank(matrix, hermitian=True) == len(matrix):
                out[i] = np.linalg.solve(matrix, right[i])
        return out


def block_inverses(stack: Floats, design: Design) -> dict[int, Floats]:
    """Inverse covariance within each block that forms its latent variable (mode B); NaN where collinear."""
    found = {}
    for j, mode in enumerate(design.modes):
        if mode == "B":
            rows = np.flatnonzero(design.members[:, j])
            inside = stack[:, rows[:, None], rows]
            spread = np.sqrt(np.einsum("bii->bi", inside))
            unit = inside / (spread[:, :, None] * spread[:, None, :])
            sick = ~np.isfinite(unit).all(axis=(1, 2))
            sick |= np.linalg.cond(np.where(sick[:, None, None], np.eye(len(rows)), unit)) > 1e12
            inverse = np.linalg.inv(np.where(sick[:, None, None], np.eye(len(rows)), inside))
            inverse[sick] = np.nan
            found[j] = inverse
    return found
