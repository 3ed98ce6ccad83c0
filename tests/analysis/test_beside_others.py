"""A forest's variables beside the others: what only goes with one that matters has nothing of its own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rhizolith.analysis.forest.beside_others import _Redraw, as_measured, beside_others, straight


def test_a_shadow_of_what_matters_has_nothing_of_its_own():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 4))
    x[:, 1] = 0.7 * x[:, 0] + 0.71 * x[:, 1]
    y = 2 * x[:, 0] + 1.5 * x[:, 2] + 0.5 * rng.normal(size=60)
    p = beside_others(x, y, np.arange(4), "regression", n=39)
    assert p[0] == p[2] == 1 / 40 and min(p[1], p[3]) > 0.05
    again = beside_others(x, y, np.arange(4), "regression", n=39, asked=[1])
    assert again[1] == p[1] and np.isnan(again[[0, 2, 3]]).all()


def test_words_that_matter_are_told_from_their_like():
    rng = np.random.default_rng(2)
    crop = np.repeat(np.arange(3), 14)
    like = np.where(rng.random(42) < 0.8, crop, rng.integers(0, 3, 42))
    x = np.column_stack([np.eye(3)[crop], np.eye(3)[like], rng.normal(size=42)])
    y = (crop == 2) + (crop > 0) * (rng.random(42) < 0.95)
    p = beside_others(x, y.astype(int), np.array([0, 0, 0, 1, 1, 1, 2]), "classification", n=39)
    assert p[0] == 1 / 40 and min(p[1:]) > 0.05


def test_draws_go_with_the_others_as_the_variable_does():
    rng = np.random.default_rng(3)
    fixed = rng.normal(size=(24, 2))
    one = fixed @ [[1.0], [0.5]] + rng.normal(size=(24, 1))
    drawn = _Redraw(one - one.mean(), fixed)(rng)
    held = np.column_stack([np.full(24, 1.0), fixed])
    assert held.T @ drawn == pytest.approx(held.T @ (one - one.mean()))  # sums of products with the others are kept
    assert (drawn**2).sum() == pytest.approx(((one - one.mean()) ** 2).sum()) and not np.allclose(drawn, one)
    assert sorted(as_measured(drawn, one)[:, 0]) == sorted(one[:, 0])


def test_classes_are_drawn_as_often_as_they_were():
    rng = np.random.default_rng(4)
    kinds = np.eye(3)[rng.permutation(np.repeat([0, 1, 2], [3, 5, 12]))]
    drawn = as_measured(rng.normal(size=kinds.shape), kinds)
    assert drawn.sum(axis=0).tolist() == [3, 5, 12] and (drawn.sum(axis=1) == 1).all()


def test_powers_make_skewed_values_normal_and_keep_their_order():
    x = np.exp(np.random.default_rng(5).normal(size=(80, 1)))
    found = straight(x)
    assert stats.spearmanr(found[:, 0], x[:, 0]).statistic == pytest.approx(1)
    assert abs(stats.skew(found[:, 0])) < 0.4 < stats.skew(x[:, 0])
    centred = (x - np.median(x)) / x.std()
    powers = np.arange(-2, 4.25, 0.25)
    best = powers[int(np.argmax([stats.yeojohnson_llf(p, centred[:, 0]) for p in powers]))]
    known = stats.yeojohnson(centred[:, 0], best)
    assert found[:, 0] == pytest.approx(known - known.mean(), abs=1e-9)


def test_rate_of_p_without_effect_beside_a_variable_that_matters():
    found = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(24, 4))
        x[:, 0] = 0.7 * x[:, 1] + 0.71 * x[:, 0]
        y = 2 * x[:, 1] + rng.normal(size=24)
        p = beside_others(x, y, np.arange(4), "regression", trees=10, n=19, seed=seed, asked=[0])
        found.append(p[0])
    assert np.mean(np.array(found) <= 0.05) <= 0.13  # binomial(100, 0.05) exceeds 13 five times in 10,000
    assert np.mean(np.array(found) <= 0.5) > 0.3
