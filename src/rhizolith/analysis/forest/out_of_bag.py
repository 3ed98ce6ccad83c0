"""A forest and what it says of samples its trees have not seen.

Trees are grown as R's randomForest grows them: on drawn samples, a sample drawn twice counted twice when nodes are
sized; scikit-learn's own forest counts it once and grows shallower trees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rhizolith.kernels.forest import grow_trees

LEAF = {"regression": 5, "classification": 1}
"""Largest node that is not cut, as R's randomForest (its `nodesize`)."""


@dataclass(frozen=True)
class Grown:
    """Out-of-bag answers of one forest.

    `raw`: mean over trees of the rise of the error when a variable is shuffled among the samples the tree has not seen;
    `scaled`: raw over its standard error among trees; `purity`: mean fall of node impurity; `fit`: share of variance
    explained (regression) or of samples named rightly (classification), out of bag; `predicted`: out of bag, NaN for a
    sample that every tree has seen.
    """

    raw: np.ndarray
    scaled: np.ndarray
    purity: np.ndarray
    fit: float
    predicted: np.ndarray


def grow(x: np.ndarray, y: np.ndarray, kind: str, trees: int, seed: int) -> Grown:
    """Grows a forest and shuffles each variable within the out-of-bag samples of each tree (Breiman 2001).

    `x`: samples × variables; `y`: numbers, or class codes from 0.
    """
    p = x.shape[1]
    regression = kind == "regression"
    tried = max(1, p // 3) if regression else max(1, int(np.sqrt(p)))
    middle = float(y.mean()) if regression else 0.0
    target = (y - middle)[:, None] if regression else np.eye(max(2, int(y.max()) + 1))[y]
    rises, purity, votes, seen = grow_trees(x, target, trees, tried, LEAF[kind], seed)
    spread = rises.std(axis=0, ddof=1) / np.sqrt(trees)
    raw = rises.mean(axis=0)
    scaled = np.divide(raw, spread, out=np.zeros(p), where=spread > 0)
    fit, predicted = out_of_bag_fit(votes + middle * seen[:, None], seen, y, kind)
    return Grown(raw, scaled, purity, fit, predicted)


def out_of_bag_fit(votes: np.ndarray, seen: np.ndarray, y: np.ndarray, kind: str) -> tuple[float, np.ndarray]:
    """Share of variance explained, or of samples named rightly, and the predictions."""
    known = seen > 0
    predicted = np.full(len(y), np.nan)
    if kind == "regression":
        predicted[known] = votes[known, 0] / seen[known]
        error = ((y[known] - predicted[known]) ** 2).mean()
        return float(1 - error / y[known].var()), predicted
    predicted[known] = votes[known].argmax(axis=1)
    return float((predicted[known] == y[known]).mean()), predicted
