"""The inner model of a stack of resamples: paths between latent variables, explained variance, total effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rhizolith.analysis.paths.covariance import Floats
from rhizolith.analysis.paths.design import Design
from rhizolith.analysis.paths.weights import regress


@dataclass(frozen=True)
class Inner:
    """`between`: score correlations; `paths[b, i, j]`: the arrow from j to i; `r2`: explained variance;
    `total`: direct plus indirect effects; `loadings`: correlation of each indicator with its own score;
    `cross`: with every score; `weights`: outer weights, oriented as the loadings are."""

    between: Floats
    paths: Floats
    r2: Floats
    total: Floats
    loadings: Floats
    cross: Floats
    weights: Floats


def solve_inner(stack: Floats, weights: Floats, signs: Floats, design: Design) -> Inner:
    """The inner model from covariances and outer weights; `signs` (resamples × latent variables) orients scores."""
    members = design.members
    oriented = weights * signs[:, None, :]
    cross = stack @ oriented
    between = np.swapaxes(oriented, 1, 2) @ cross
    spread = np.sqrt(np.diagonal(stack, axis1=1, axis2=2))
    crossload = cross / spread[:, :, None]
    paths = np.zeros_like(between)
    r2 = np.zeros(between.shape[:2])
    for k in range(len(members[0])):
        causes = np.flatnonzero(design.arrows[k])
        if len(causes):
            slopes = regress(between, causes, k)
            paths[:, k, causes] = slopes
            r2[:, k] = (slopes * between[:, causes, k]).sum(axis=1)
    return Inner(
        between, paths, r2, total_effects(paths), (crossload * members).sum(axis=2), crossload, oriented.sum(axis=2)
    )


def total_effects(paths: Floats) -> Floats:
    """Direct plus every indirect effect: the sum of the powers of the path matrix (it never loops, so it ends)."""
    total = paths.copy()
    power = paths
    for _ in range(paths.shape[1] - 2):
        power = power @ paths
        total = total + power
    return total


def majority_signs(stack: Floats, weights: Floats, design: Design) -> Floats:
    """Orientation in which most indicators load positively; a tie counts as negative (the rule of R plspm)."""
    votes = (np.sign(stack @ weights) * design.members).sum(axis=1)
    return np.where(votes <= 0, -1.0, 1.0)


def aligned_signs(full: Floats, reference: Floats, weights: Floats) -> Floats:
    """Orientation in which every resample's scores correlate positively with the scores of the full sample.

    `full` is the covariance matrix of the sample (1 × p × p), `reference` its oriented weights (1 × p × l).
    """
    agreement = np.einsum("bpl,pl->bl", weights, full[0] @ reference[0])
    return np.where(agreement < 0, -1.0, 1.0)


def anchored_signs(weights: Floats, cross: Floats, design: Design, anchors: dict[str, str], start: Floats) -> Floats:
    """As `start`, but where the user named an anchor that indicator loads positively."""
    signs = start.copy()
    for name, indicator in anchors.items():
        j = design.names.index(name)
        rows = [i for i, c in enumerate(design.columns) if c == indicator and design.members[i, j]]
        signs[:, j] = np.where(cross[:, rows[0], j] < 0, -1.0, 1.0)
    return signs
