"""Are differences between treatments equally spread from block to block? Only then may they share one spread."""

from __future__ import annotations

from functools import cache

import numpy as np

DRAWS = 9999


def equal_differences(cells: np.ndarray) -> float:
    """p of all differences between columns having one variance (sphericity), by John's (1971) statistic.

    `cells`: blocks × treatments, no gaps. The statistic is tr(S²)/tr(S)² of the covariance S of contrasts, the inverse
    of Greenhouse and Geisser's ε but for a constant; its chance is taken from `DRAWS` made-up experiments of the same
    size, so it holds for few blocks and for more treatments than blocks. NaN with two treatments or under three blocks.
    """
    blocks, treatments = cells.shape
    if blocks < 3 or treatments < 3:
        return float("nan")
    centred = cells - cells.mean(axis=1, keepdims=True)
    found = float(_inequality(centred[None] - centred.mean(axis=0))[0])
    null = _null(blocks, treatments)
    return float((1 + (null >= found - 1e-12).sum()) / (1 + len(null))) if np.isfinite(found) else float("nan")


def _inequality(centred: np.ndarray) -> np.ndarray:
    """tr(S²)/tr(S)² of every table (tables × blocks × treatments), rows and columns of mean 0."""
    products = np.swapaxes(centred, 1, 2) @ centred
    with np.errstate(invalid="ignore"):
        return (products**2).sum(axis=(1, 2)) / np.trace(products, axis1=1, axis2=2) ** 2


@cache
def _null(blocks: int, treatments: int) -> np.ndarray:
    """The statistic where spreads are equal."""
    y = np.random.default_rng(0).normal(size=(DRAWS, blocks, treatments))
    y -= y.mean(axis=2, keepdims=True)
    return _inequality(y - y.mean(axis=1, keepdims=True))
