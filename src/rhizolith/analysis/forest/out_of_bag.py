"""A forest and what it says of samples its trees have not seen.

Trees are scikit-learn's, each grown on its own drawn samples, so that a sample drawn twice counts twice when nodes are
sized, as in R's randomForest; scikit-learn's own forest counts it once and grows shallower trees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

LEAF = {"regression": 5, "classification": 1}
"""Smallest node that is still split into leaves, as R's randomForest (its `nodesize`)."""


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
    fine = np.ascontiguousarray(x, np.float32)
    rng = np.random.default_rng(seed)
    n, p = x.shape
    classes = int(y.max()) + 1 if kind == "classification" else 1
    tried = max(1, p // 3) if kind == "regression" else max(1, int(np.sqrt(p)))
    maker = DecisionTreeRegressor if kind == "regression" else DecisionTreeClassifier
    options: dict[str, Any] = {"max_features": tried, "min_samples_split": LEAF[kind] + 1}
    rises, purity = np.zeros((trees, p)), np.zeros(p)
    votes, seen = np.zeros((n, classes)), np.zeros(n)
    for t in range(trees):
        drawn = rng.integers(0, n, n)
        tree = maker(random_state=int(rng.integers(2**31)), **options)
        tree.fit(fine[drawn], y[drawn], check_input=False)
        purity += tree.tree_.compute_feature_importances(normalize=False) / trees
        rows = np.flatnonzero(np.bincount(drawn, minlength=n) == 0)
        if not len(rows):
            continue
        rises[t], answer = tree_rises(tree, fine[rows], y[rows], kind, rng)
        votes[np.ix_(rows, np.arange(classes) if kind == "regression" else tree.classes_.astype(int))] += answer
        seen[rows] += 1
    spread = rises.std(axis=0, ddof=1) / np.sqrt(trees)
    raw = rises.mean(axis=0)
    scaled = np.divide(raw, spread, out=np.zeros(p), where=spread > 0)
    fit, predicted = out_of_bag_fit(votes, seen, y, kind)
    return Grown(raw, scaled, purity, fit, predicted)


def tree_rises(model: Any, x: np.ndarray, y: np.ndarray, kind: str, rng: Any) -> tuple[np.ndarray, np.ndarray]:
    """Rise of the error per variable in one tree, and its plain answers. All shuffles go through the tree at once."""
    m, p = x.shape
    tree = model.tree_
    used = np.unique(tree.feature[tree.feature >= 0])
    stacked = np.repeat(x[None], len(used) + 1, axis=0)
    for k, j in enumerate(used, 1):
        stacked[k, :, j] = x[rng.permutation(m), j]
    answers = tree.predict(stacked.reshape(-1, p)).reshape(len(used) + 1, m, -1)
    rises = np.zeros(p)
    if kind == "regression":
        errors = ((answers[:, :, 0] - y) ** 2).mean(axis=1)
        rises[used] = errors[1:] - errors[0]
        return rises, answers[0, :, :1]
    named = model.classes_[answers.argmax(axis=2)]
    wrong = (named != y).mean(axis=1)
    rises[used] = wrong[1:] - wrong[0]
    return rises, np.eye(answers.shape[2])[answers[0].argmax(axis=1)]


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
