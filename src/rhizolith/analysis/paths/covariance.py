"""How the columns of a table vary together, in one sample or in thousands of resamples at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


def covariances(values: Floats, counts: Floats | None = None) -> Floats:
    """Covariance matrices (divisor n) of every resample, from one matrix product.

    `values` is samples × columns without gaps; `counts` is resamples × samples, how often each sample was
    drawn (None: the sample itself). Returns resamples × columns × columns. The columns are centred on the full
    sample first, so that nothing is lost to cancellation.
    """
    centred = values - values.mean(axis=0)
    n, p = centred.shape
    upper = np.triu_indices(p)
    products = centred[:, upper[0]] * centred[:, upper[1]]
    weights = np.full((1, n), 1.0 / n) if counts is None else counts / counts.sum(axis=1, keepdims=True)
    means = weights @ centred
    flat = weights @ products - means[:, upper[0]] * means[:, upper[1]]
    stack = np.empty((len(weights), p, p))
    stack[:, upper[0], upper[1]] = flat
    stack[:, upper[1], upper[0]] = flat
    return stack


def correlations(stack: Floats) -> Floats:
    """Correlation matrices of covariance matrices; a column that does not vary gives NaN."""
    spread = np.sqrt(np.diagonal(stack, axis1=1, axis2=2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return stack / (spread[:, :, None] * spread[:, None, :])


def draw_counts(indices: NDArray[np.integer], n: int) -> Floats:
    """How often each of n samples occurs in every row of `indices` (resamples × draws, counted from 0)."""
    rows = np.arange(len(indices))[:, None] * n
    flat = np.bincount((indices + rows).ravel(), minlength=len(indices) * n)
    return flat.reshape(len(indices), n).astype(float)
