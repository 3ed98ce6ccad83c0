"""The change that all taxa seem to share because a sequencer counts shares, and how well few taxa tell it."""

from __future__ import annotations

import numpy as np

REACH = 4.685
"""Standard errors from the shift beyond which a taxon has no say in it: Tukey's biweight at 95 % efficiency."""
PARTS, ROUNDS, STILL = 25, 50, 1e-8
"""Parts of the taxa left out in turn at most (of fewer taxa each by itself), rounds at most, change that ends them."""


def common_shift(change: np.ndarray, variance: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The shift of each set of taxa in `kept` (sets × taxa, true where a taxon is in it), in the unit of `change`.

    `change`: fitted log change of each taxon, `variance`: its own. Most taxa are taken to stay: Tukey's biweight from
    the median on, taxa weighed by their precision (beside the median one, so that none rules).
    """
    say = 1 / (variance + np.median(variance))
    shift = np.array([np.median(change[k]) for k in kept])[:, None]
    for _ in range(ROUNDS):
        far = (change - shift) ** 2 / (REACH**2 * np.maximum(variance, 1e-300))
        weight = np.where(far < 1, (1 - np.minimum(far, 1)) ** 2, 0.0) * say * kept
        whole = weight.sum(axis=1, keepdims=True)
        new = np.where(whole > 0, (weight * change).sum(axis=1, keepdims=True) / np.maximum(whole, 1e-300), shift)
        moved, shift = np.abs(new - shift).max(), new
        if moved < STILL:
            break
    return shift[:, 0]


def shift_and_variance(change: np.ndarray, variance: np.ndarray) -> tuple[float, float]:
    """The shift of all taxa, and its variance over them: the jackknife's, a taxon (of many a part) left out in turn."""
    count = min(PARTS, len(change))
    left_out = np.arange(len(change)) % count == np.arange(count)[:, None]
    whole, *found = common_shift(change, variance, np.vstack([np.ones(len(change), bool), ~left_out]))
    return float(whole), float((count - 1) * np.var(found))
