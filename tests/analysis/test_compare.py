"""Group comparisons: R's numbers, letters on any names, error rates, refusals."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from shared_data import MAIZE, here, maize

from rhizolith.analysis import compare
from rhizolith.analysis.compare.effect_sizes import hedges, partial_eta
from rhizolith.errors import InputError

R = MAIZE / "reference_R"


def with_diversity() -> pd.DataFrame:
    """The design with what R computed of the communities."""
    _, design = maize()
    return design.join(pd.read_csv(R / "alpha_diversity.csv", index_col=0)[["observed", "shannon", "chao1"]])


@here
def test_two_way_analysis_of_variance_is_that_of_r():
    reference = pd.read_csv(R / "anova2way_type1.csv").set_index(["variable", "term"])
    design = with_diversity()
    for variable in reference.index.get_level_values(0).unique():
        got = compare.factorial(design[variable], design, "Cropping*Fertilization", n=9).table
        expected = reference.loc[variable]
        for term, row in expected.iterrows():
            ours = got.loc["Residual" if term == "Residuals" else term]
            assert ours["ss"] == pytest.approx(row["SS"], rel=1e-8)
            if np.isfinite(row["F"]):
                assert ours["f"] == pytest.approx(row["F"], rel=1e-8)
                assert ours["p"] == pytest.approx(row["p"], rel=1e-6)


@here
def test_tukey_and_letters_are_those_of_r():
    design = with_diversity()
    names = design["Group"].str.replace("-", "_")
    given = pd.read_csv(R / "tukey_letters.csv")
    seen = set()
    for file in sorted(R.glob("tukey_*.csv")):
        variable = file.stem.removeprefix("tukey_")
        if variable == "letters":
            continue
        reference = pd.read_csv(file, index_col=0)
        got = compare.pairs(design[variable], names, method="tukey")
        ours = {frozenset((r.group_1, r.group_2)): r for r in got.pairs.itertuples()}
        for pair, row in reference.iterrows():
            r = ours[frozenset(pair.split("-"))]
            assert abs(r.difference) == pytest.approx(abs(row["diff"]), abs=1e-8)
            assert r.p == pytest.approx(row["p adj"], abs=1e-4)
            assert abs(r.high - r.low) == pytest.approx(row["upr"] - row["lwr"], rel=1e-4)
        theirs = given[given["variable"] == variable].set_index("group")["letter"]
        for a, b in combinations(theirs.index, 2):
            assert bool(set(theirs[a]) & set(theirs[b])) == bool(
                set(got.groups.loc[a, "letter"]) & set(got.groups.loc[b, "letter"])
            )
        welch = given[given["variable"] == variable].iloc[0]
        assert got.checks["welch"] == pytest.approx(welch["welch_p"], rel=1e-6)
        assert got.checks["kruskal_wallis"] == pytest.approx(welch["kruskal_p"], rel=1e-6)
        assert got.checks["normal_residuals"] == pytest.approx(welch["shapiro_p"], rel=1e-4)
        seen.add(variable)
    assert seen == set(given["variable"]) and len(seen) == 13


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 9).flatmap(lambda k: st.lists(st.booleans(), min_size=k * (k - 1) // 2, max_size=k * (k - 1) // 2))
)
def test_groups_share_a_letter_exactly_when_they_do_not_differ(flags):
    k = int((1 + np.sqrt(1 + 8 * len(flags))) / 2)
    names = [f"pot {i}, A-{i}" for i in range(k)]
    differ = dict(zip([frozenset(p) for p in combinations(names, 2)], flags))
    got = compare.letters(names, differ)
    for a, b in combinations(names, 2):
        assert bool(set(got[a]) & set(got[b])) != differ[frozenset((a, b))]


def test_unequal_spread_switches_to_games_howell():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0, 0.1, 12), rng.normal(0, 5, 12), rng.normal(1, 0.1, 12)])
    got = compare.pairs(values, np.repeat(["a", "b", "c"], 12))
    assert got.method == "Games–Howell"
    row = got.pairs.query("group_1 == 'a' and group_2 == 'c'").iloc[0]
    assert row["p"] < 0.001


def test_error_rate_of_theory_and_shuffles_is_nominal():
    rng = np.random.default_rng(1)
    design = pd.DataFrame({"plant": np.repeat(["no", "yes"], 12), "amendment": np.tile(["none", "gypsum"], 12)})
    p = np.array(
        [
            compare.factorial(rng.exponential(size=24), design, "plant*amendment", n=99, seed=i).table.loc[
                "plant:amendment", ["p", "p_shuffled"]
            ]
            for i in range(200)
        ],
        float,
    )
    assert (np.mean(p < 0.05, axis=0) < 0.10).all()
    assert np.mean(p[:, 1] <= 0.05) > 0.01


def test_blocks_take_their_share_and_type_two_ignores_order():
    rng = np.random.default_rng(2)
    design = pd.DataFrame(
        {"plant": np.repeat(["no", "yes"], 8), "block": np.tile(list("abcd"), 4), "depth": np.tile([0, 1], 8)}
    )
    y = (
        (design["plant"] == "yes") * 1.0
        + design["block"].map({"a": 0, "b": 5, "c": 10, "d": 15})
        + 0.2 * rng.normal(size=16)
    )
    without = compare.factorial(y, design, "plant")
    within = compare.factorial(y, design, "plant", block="block")
    # the plant's t has 16 − 1 − 3 − 1 degrees of freedom and non-centrality 1/(0.2 √(1/8 + 1/8)): p exceeds this bound
    # once in a thousand experiments
    bound = 2 * stats.t.sf(stats.nct.ppf(1e-3, 11, 1 / (0.2 * np.sqrt(2 / 8))), 11)
    assert within.table.loc["plant", "p"] < bound < without.table.loc["plant", "p"]
    unbalanced = design.drop(index=[0, 3])
    a = compare.factorial(y[unbalanced.index], unbalanced, "plant + depth", by="margin").table
    b = compare.factorial(y[unbalanced.index], unbalanced, "depth + plant", by="margin").table
    assert np.allclose(a.loc[["plant", "depth"], "ss"], b.loc[["plant", "depth"], "ss"])
    # complete blocks: the same F whether blocks are fixed or random
    random = compare.mixed(y, design, "plant", "block")
    assert random.table.loc["plant", "f"] == pytest.approx(within.table.loc["plant", "f"], rel=1e-6)
    # four standard errors of a difference of two means of eight
    assert random.estimates["estimate"].iloc[0] == pytest.approx(1.0, abs=4 * 0.2 * np.sqrt(2 / 8))


def test_intervals_of_effect_sizes_cover():
    rng = np.random.default_rng(3)
    caught = 0
    for _ in range(200):
        _, low, high = hedges(rng.normal(0.8, 1, 12), rng.normal(0, 1, 12))
        caught += low <= 0.8 <= high
    assert 180 <= caught <= 199
    eta, low, high = partial_eta(5.0, 2, 27)
    assert low < eta < high


def test_many_variables_share_their_false_discoveries():
    rng = np.random.default_rng(4)
    design = pd.DataFrame({"plant": np.repeat(["no", "yes"], 10)})
    table = pd.DataFrame(rng.normal(size=(20, 30)), columns=[f"v{i}" for i in range(30)])
    table["v0"] += 4 * (design["plant"] == "yes")
    table["flat"] = 1.0
    got = compare.many(table, design, "plant", n=9)
    assert got.set_index("variable").loc["v0", "q"] < 0.01
    assert (got["q"] < 0.05).sum() <= 3


@pytest.mark.parametrize(
    ("values", "groups", "words"),
    [
        ([1, 2, 3], ["a", "b"], "labels"),
        ([1, 2, 3], ["a", "a", "b"], "has 1 value"),
        ([1, 1, 2, 2], list("aabb"), "do not vary"),
    ],
)
def test_groups_that_cannot_be_compared_are_refused(values, groups, words):
    with pytest.raises(InputError, match=words):
        compare.pairs(values, groups)


def test_studentized_range_is_that_of_scipy_and_its_limits():
    from scipy import stats

    from rhizolith.analysis.compare.studentized_range import critical, exceeds

    for groups, free, q in ((3, 6, 4.3), (2, 10, 3.15), (6, 54, 1.2), (12, 48, 5.5), (4, 3, 9.0)):
        assert exceeds(q, groups, free) == pytest.approx(stats.studentized_range.sf(q, groups, free), abs=1e-9)
    # two groups: the range is √2 |t|
    assert exceeds(3.0, 2, 7) == pytest.approx(2 * stats.t.sf(3 / np.sqrt(2), 7), abs=1e-10)
    assert exceeds(critical(0.05, 5, 20), 5, 20) == pytest.approx(0.05)


def test_games_howell_is_that_of_scipy():
    from scipy import stats

    rng = np.random.default_rng(7)
    data = [rng.normal(0, 0.3, 6), rng.normal(1, 3, 9), rng.normal(2, 1, 5)]
    theirs = stats.tukey_hsd(*data, equal_var=False)
    got = compare.pairs(np.concatenate(data), np.repeat(["a", "b", "c"], [6, 9, 5]), method="games_howell").pairs
    for row, (i, j) in zip(got.itertuples(), [(0, 1), (0, 2), (1, 2)]):
        assert row.p == pytest.approx(theirs.pvalue[i, j], abs=1e-8)
        assert row.high - row.low == pytest.approx(
            np.diff([theirs.confidence_interval().low[i, j], theirs.confidence_interval().high[i, j]])[0], rel=1e-6
        )
