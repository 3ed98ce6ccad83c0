"""Rank sums against SciPy's and against all ways of dealing tied ranks; what rate their few p can reach."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from validation.attainable import any_found, rank_sum_values, signed_rank_values, welch_values

from rhizolith.analysis.metabolites.rank_sums import rank_sums


@pytest.mark.parametrize("sizes", [(8, 8), (3, 9), (9, 3), (20, 25)])
def test_rank_sums_are_those_of_scipy(sizes):
    rng = np.random.default_rng(sum(sizes))
    one, two = rng.normal(size=(sizes[0], 30)), rng.normal(0.8, 1, (sizes[1], 30))
    assert rank_sums(one, two) == pytest.approx(stats.mannwhitneyu(two, one, method="exact").pvalue, abs=1e-13)
    many = np.tile(one, (4, 1)) + rng.normal(size=(4 * sizes[0], 30)) if sum(sizes) > 40 else None
    if many is not None:
        assert rank_sums(many, two) == pytest.approx(stats.mannwhitneyu(two, many, method="asymptotic").pvalue)


def test_ties_are_dealt_out_and_change_nothing_in_other_features():
    rng = np.random.default_rng(2)
    one, two = rng.integers(0, 3, (4, 5)).astype(float), rng.integers(1, 4, (5, 5)).astype(float)
    one[:, 4], two[:, 4] = np.arange(4), np.arange(4, 9)
    one[:, 3], two[:, 3] = 7, 7
    found = rank_sums(one, two)
    for k in range(4):
        ranks = stats.rankdata(np.r_[one[:, k], two[:, k]])
        drawn = np.array([ranks[list(c)].sum() for c in combinations(range(9), 4)])
        tails = [(drawn <= ranks[:4].sum()).mean(), (drawn >= ranks[:4].sum()).mean()]
        assert found[k] == pytest.approx(min(1, 2 * min(tails)))
    assert found[3] == 1 and found[4] == pytest.approx(2 / 126)


def test_few_values_of_p_reach_less_than_five_percent():
    p = np.arange(1, 80_001) / 80_000
    assert any_found(p, np.full(80_000, 1 / 80_000), 40) == pytest.approx(0.05, abs=1e-4)  # Simes: all p possible
    values, chance = rank_sum_values(8, 8)
    assert values[0] == pytest.approx(2 / 12870) and chance.sum() == pytest.approx(1)
    assert any_found(values, chance, 1) == pytest.approx(chance[values <= 0.05].sum())
    drawn = np.sort(np.random.default_rng(0).choice(values, size=(40_000, 40), p=chance / chance.sum()), axis=1)
    hit = (drawn <= 0.05 * np.arange(1, 41) / 40 + 1e-12).any(axis=1).mean()
    assert any_found(values, chance, 40) == pytest.approx(hit, abs=0.003)  # three standard errors
    assert signed_rank_values(8)[0][0] == pytest.approx(2 / 2**8)


def test_welch_of_few_samples_reaches_less_than_five_percent():
    bounds, chance = welch_values(8, 40)
    one, two = np.random.default_rng(0).normal(size=(2, 8, 200_000))
    p = stats.ttest_ind(one, two, equal_var=False).pvalue
    for k in (0, 9, 39):  # 0.00125, 0.0125, 0.05
        error = np.sqrt(bounds[k] / p.size)
        assert (p <= bounds[k]).mean() == pytest.approx(chance[: k + 1].sum(), abs=4 * error)
    least = np.sort(p[:200_000].reshape(-1, 40), axis=1)
    hit = (least <= bounds).any(axis=1).mean()
    assert any_found(bounds, chance, 40) == pytest.approx(hit, abs=0.008)  # three standard errors
