"""Signed ranks against SciPy, which counts out ties and zeros column by column."""

import numpy as np
import pytest
from scipy import stats

from rhizolith.analysis.metabolites.signed_ranks import signed_ranks


@pytest.mark.parametrize("n", [4, 7, 16])
def test_signed_ranks_are_those_of_scipy(n):
    gap = np.random.default_rng(n).normal(0.4, 1, (n, 6))
    assert signed_ranks(gap) == pytest.approx(stats.wilcoxon(gap).pvalue, abs=1e-14)


def test_ties_and_zeros_are_counted_out_as_scipy_does():
    gap = np.random.default_rng(1).normal(0.6, 1, (7, 4)).round(0)
    gap[0], gap[1] = 0, 2
    gap[:, 3] = 0
    found = signed_ranks(gap)
    assert found[:3] == pytest.approx(stats.wilcoxon(gap[:, :3]).pvalue, abs=1e-14)
    assert np.isnan(found[3])


def test_all_pairs_above_have_the_least_p_there_is():
    assert signed_ranks(np.arange(1.0, 9.0)[:, None])[0] == 2 / 2**8
