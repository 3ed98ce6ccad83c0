"""Whether two kinds of distance between the same samples go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.community.dissimilarity import check_distances
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.analysis.tied_ranks import tied_ranks
from rhizolith.errors import InputError, Problem
from rhizolith.kernels.matrix_shuffles import shuffled_products


@dataclass(frozen=True)
class MatrixCorrelation:
    """Mantel's r, its one-sided p (larger r than by chance), samples and permutations."""

    r: float
    p: float
    n: int
    permutations: int


def mantel(
    a: pd.DataFrame | np.ndarray,
    b: pd.DataFrame | np.ndarray,
    given: pd.DataFrame | np.ndarray | None = None,
    *,
    method: str = "pearson",
    blocks: Sequence[Any] | None = None,
    n: int = 999,
    seed: int | None = 0,
) -> MatrixCorrelation:
    """Mantel's test (1967), partial when `given` is (Smouse 1986); samples of `a` are shuffled, within
    `blocks` where given (one label a sample).

    `method`: pearson or spearman (distances that differ by rounding are ties). Low power and inflated error with
    autocorrelated data (Guillot & Rousset 2013): a Mantel p is weak evidence by itself.
    """
    if method not in ("pearson", "spearman"):
        raise InputError(Problem("method", f"{method!r} is unknown", "use pearson or spearman"))
    matrices = [check_distances(m) for m in (a, b, *([] if given is None else [given]))]
    size = len(matrices[0])
    if any(len(m) != size for m in matrices):
        raise InputError(Problem("distances", "the matrices hold different numbers of samples", "use the same samples"))
    lower = np.tril_indices(size, -1)
    ranked = [_spread(m[lower], method) for m in matrices]
    if any(not np.isfinite(r).all() for r in ranked):
        raise InputError(Problem("distances", "all distances of one matrix are equal", "it cannot go with anything"))
    square = np.zeros((size, size))
    square[lower] = ranked[0]
    square += square.T
    target = ranked[1] if given is None else _leftover(ranked[1], ranked[2])
    others = np.array([target] if given is None else [target, ranked[2]])
    drawn = shuffled_products(square, others, np.vstack([np.arange(size), shuffles(size, n, blocks, seed)]))
    r = drawn[:, 0]
    if given is not None:
        r = r / np.sqrt(np.maximum(1.0 - drawn[:, 1] ** 2, 1e-15))
    return MatrixCorrelation(float(r[0]), float(upper_p(r[0], r[1:])), size, n)


def _spread(values: np.ndarray, method: str) -> np.ndarray:
    """Centred, of length one; ranked first for Spearman."""
    x = tied_ranks(values) if method == "spearman" else values
    x = x - x.mean()
    with np.errstate(invalid="ignore", divide="ignore"):
        return x / np.sqrt((x**2).sum())


def _leftover(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """What of x is not z, of length one."""
    left = x - (x @ z) * z
    return left / np.sqrt((left**2).sum())
