"""Mixed models: lmerTest's and nlme's numbers on Yates's oats, the split-plot analysis, error rates, falling back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from shared_data import MAIZE, here

from rhizolith.analysis import compare
from rhizolith.analysis.compare.mixed_pairs import mixed_pairs
from rhizolith.errors import InputError

YIELDS = (
    "111 130 157 174 117 114 161 141 105 140 118 156 61 91 97 100 70 108 126 149 96 124 121 144 68 64 112 86 60 102 89 "
    "96 89 129 132 124 74 89 81 122 64 103 132 133 70 89 104 117 62 90 100 116 80 82 94 126 63 70 109 99 53 74 118 113 "
    "89 82 86 104 97 99 119 121"
)
"""Yates 1935: oats, 6 blocks × 3 varieties (plots) × 4 doses of nitrogen (subplots); `nlme::Oats` in R."""


def oats() -> pd.DataFrame:
    """One row a subplot."""
    rows = [(b, v, str(n)) for b in "123456" for v in ("Victory", "Golden", "Marvel") for n in (0.0, 0.2, 0.4, 0.6)]
    table = pd.DataFrame(rows, columns=["block", "variety", "dose"])
    return table.assign(plot=table["block"] + table["variety"], grain=[float(w) for w in YIELDS.split()])


def test_balanced_plots_are_those_of_lmertest():
    """`anova(lmer(yield ~ Variety * N + (1 | plot)), type = 1)` of lmerTest, digits as printed."""
    d = oats()
    got = compare.mixed(d["grain"], d, "variety*dose", "plot", n=19)
    expected = {"variety": (0.61209, 15, 0.55522), "dose": (37.68565, 45, 2.4577e-12)}
    expected["variety:dose"] = (0.30282, 45, 0.9322)
    for term, (f, free, p) in expected.items():
        row = got.table.loc[term]
        assert row["f"] == pytest.approx(f, abs=5e-6) and row["df_error"] == pytest.approx(free, abs=1e-3)
        assert row["p"] == pytest.approx(p, rel=5e-5)
    # VarCorr of lme: 320.5388886 between plots, 177.0833334 within
    assert got.icc["icc"] == pytest.approx(320.5388886 / (320.5388886 + 177.0833334), rel=1e-9)
    assert got.icc["icc_low"] < got.icc["icc"] < got.icc["icc_high"]
    blocked = compare.mixed(d["grain"], d, "variety*dose", "plot", block="block", n=19)
    assert blocked.table.loc["variety", "f"] == pytest.approx(1.48534, abs=5e-6)
    assert blocked.table.loc["variety", "df_error"] == pytest.approx(10, abs=1e-3)


def test_unbalanced_plots_are_those_of_lmertest():
    """The same without nine subplots (rows 2, 5, 7, 20, 33, 34, 50, 61, 70): F by Satterthwaite's method."""
    d = oats().drop(index=[i - 1 for i in (2, 5, 7, 20, 33, 34, 50, 61, 70)])
    got = compare.mixed(d["grain"], d, "variety*dose", "plot", n=19)
    expected = {"variety": (0.71897, 14.710629), "dose": (30.39530, 36.602319), "variety:dose": (0.34128, 36.636831)}
    for term, (f, free) in expected.items():
        assert got.table.loc[term, "f"] == pytest.approx(f, abs=5e-6)
        assert got.table.loc[term, "df_error"] == pytest.approx(free, rel=1e-3)  # lmerTest differentiates numerically
    assert got.icc["icc"] == pytest.approx(262.73764 / (262.73764 + 174.89992), rel=1e-5)


FACTORS = "Cropping*Fertilization*Compartment"
SPLIT_PLOT = {
    "16S-copy-num": ((4.50375271028, 14.88590770607, 1.62110756731),
                     (14.935264983761, 3.639873797667, 5.854884716048, 0.985341932404), 24, 48),
    "ITS-copy-num": ((0.110094694033, 25.213848673566, 5.400229510522),
                     (5.621059457530, 2.370816525296, 25.554158839953, 0.119300401694), 24, 48),
    "observed": ((2.39635803273, 10.22716499544, 6.87132873204),
                 (27.5362528969210, 0.0900675363817, 13.3286645540821, 1.4216661148722), 24, 24),
    "shannon": ((0.134872389268, 1.043188434559, 2.208020381406),
                (66.013792190878, 0.561880615629, 1.894450752128, 2.415401814530), 24, 24),
}  # fmt: skip
"""F and residual degrees of freedom of the strata Plant_ID and Within, by R 4.2:
`d <- read.csv("samples.csv", stringsAsFactors = TRUE)`, for observed and shannon merged with
`reference_R/alpha_diversity.csv` (its 60 samples of bulk soil and rhizosphere);
`print(summary(aov(y ~ Cropping * Fertilization * Compartment + Error(Plant_ID), d)), digits = 12)`"""


def plants() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The 90 samples of 30 plants, and the 60 of them whose diversity R computed."""
    design = pd.read_csv(MAIZE / "samples.csv", index_col=0)
    diversity = pd.read_csv(MAIZE / "reference_R" / "alpha_diversity.csv", index_col=0)
    return design, design.loc[diversity.index].join(diversity[["observed", "shannon"]])


@here
@pytest.mark.parametrize("quantity", list(SPLIT_PLOT))
def test_the_split_plot_of_the_maize_is_that_of_r(quantity):
    """F to 1e-9: R's are written with 12 digits, the likelihood's root is good to 1e-12."""
    every, some = plants()
    design = every if quantity in every else some
    between, within, above, below = SPLIT_PLOT[quantity]
    table = compare.mixed(design[quantity], design, FACTORS, "Plant_ID", n=9).table
    upper = ["Cropping", "Fertilization", "Cropping:Fertilization"]
    lower = [t for t in table.index if "Compartment" in t]
    assert table.loc[upper, "f"].tolist() == pytest.approx(between, rel=1e-9)
    assert table.loc[lower, "f"].tolist() == pytest.approx(within, rel=1e-9)
    assert table.loc[upper, "df_error"].tolist() == pytest.approx([above] * 3, rel=1e-9)
    assert table.loc[lower, "df_error"].tolist() == pytest.approx([below] * 4, rel=1e-9)


@here
def test_what_is_the_same_in_a_plant_counts_once():
    """pH was measured once a plant: F of 30 plants, those of the stratum Plant_ID by the `aov` above."""
    design, _ = plants()
    got = compare.mixed(design["pH"], design, FACTORS, "Plant_ID", n=9)
    tested = got.table["f"].dropna()
    assert list(tested.index) == ["Cropping", "Fertilization", "Cropping:Fertilization"]
    assert tested.tolist() == pytest.approx([6.69054726368, 24.66567164179, 3.37412935323], rel=1e-9)
    assert got.table.loc[tested.index, "df_error"].tolist() == [24] * 3
    assert got.n == 30 and "one value each of 30" in got.blocks
    assert got.table.loc["Compartment", "df"] == 0
    digits = design["pH"] * (1 + 1e-13 * np.arange(90))  # what stored digits leave is no spread
    assert compare.mixed(digits, design, FACTORS, "Plant_ID", n=9).n == 30


def test_what_is_the_same_in_a_plant_says_nothing_of_its_parts():
    d = oats().assign(once=lambda t: t.groupby("plot")["grain"].transform("mean"))
    with pytest.raises(InputError, match=r"same in all samples of each plot.*no factor of dose"):
        compare.mixed(d["once"], d, "dose", "plot", n=9)
    with pytest.raises(InputError, match="whatever their group"):
        mixed_pairs(d["once"], d["dose"].tolist(), d["plot"].tolist())
    got, one = mixed_pairs(d["once"], d["variety"].tolist(), d["plot"].tolist()), d.drop_duplicates("plot")
    assert got.pairs.equals(compare.pairs(one["once"], one["variety"].tolist()).pairs)
    noted = compare.many(d[["grain", "once"]], d, "dose", group="plot", n=9)
    assert "same in all samples" in noted.set_index("variable").loc["once", "note"]


def test_a_negative_share_keeps_the_analysis_of_variance():
    """Samples of a plot less alike than others: F of the split plot, where a variance held at 0 would pool."""
    rng = np.random.default_rng(6)
    d = pd.DataFrame({"plot": np.repeat([f"p{i}" for i in range(8)], 2), "part": np.tile(["a", "b"], 8)})
    d["crop"] = np.repeat(["x", "y"], 8)
    one = rng.normal(size=8)
    y = np.column_stack([one, -one]).ravel() + 0.2 * rng.normal(size=16)
    got = compare.mixed(y, d, "crop*part", "plot", n=19)
    assert got.icc["icc"] < 0
    means = y.reshape(8, 2).mean(axis=1)
    expected = compare.factorial(means, pd.DataFrame({"crop": list("xxxxyyyy")}), "crop", n=19).table
    assert got.table.loc["crop", "f"] == pytest.approx(expected.loc["crop", "f"], rel=1e-9)
    assert got.table.loc["crop", "p_shuffled"] == expected.loc["crop", "p_shuffled"]


def test_error_rate_holds_where_plants_differ():
    rng = np.random.default_rng(1)
    d = pd.DataFrame({"plant": np.repeat([f"p{i}" for i in range(12)], 3), "part": np.tile(list("abc"), 12)})
    d["crop"] = np.where(d["plant"].str[1:].astype(int) % 2, "x", "y")
    found = []
    for _ in range(60):
        y = rng.normal(size=12).repeat(3) + 0.7 * rng.normal(size=36)
        kept = np.where(rng.random(36) < 0.1, np.nan, y)  # some samples are lost
        table = compare.mixed(kept, d, "crop*part", "plant", n=19, seed=None).table
        found.append([*table["p"].dropna(), *table["p_shuffled"].dropna(), *table["p_ranks"].dropna()])
    # binomial(60, 0.05) exceeds 9 once in 1,000
    assert (np.sum(np.array(found) <= 0.05, axis=0) <= 9).all()


def test_pairs_of_groups_know_what_they_share():
    d = oats()
    got = mixed_pairs(d["grain"], d["dose"].tolist(), d["plot"].tolist())
    assert got.method == "Tukey, mixed model"
    row = got.pairs[(got.pairs["group_1"] == "0.0") & (got.pairs["group_2"] == "0.2")].iloc[0]
    assert row["difference"] == pytest.approx(19.5) and row["df"] == pytest.approx(51)
    free = compare.pairs(d["grain"], d["dose"].tolist()).pairs.iloc[0]
    assert row["high"] - row["low"] < free["high"] - free["low"]
    alone = mixed_pairs(d["grain"], d["dose"].tolist(), [str(i) for i in range(72)])
    assert alone.method == "Tukey"


def test_what_cannot_be_fitted_falls_back_and_says_so():
    d = oats().assign(single=[f"s{i}" for i in range(72)], two=["a", "b"] * 36)
    assert "one sample each" in compare.mixed(d["grain"], d, "dose", "single", n=9).blocks
    assert "no variance" in compare.mixed(d["grain"], d, "dose", "two", n=9).blocks
    assert "none to judge by" in compare.mixed(d["grain"], d, "block + variety + block:variety", "plot", n=9).blocks


def test_unequal_spread_of_two_groups_is_welch():
    from scipy import stats

    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, 7), rng.normal(1, 4, 12)
    design = pd.DataFrame({"g": ["a"] * 7 + ["b"] * 12})
    table = compare.factorial(np.concatenate([a, b]), design, "g", n=19).table
    assert table.loc["g", "p_unequal"] == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue, rel=1e-10)
    assert table.loc["g", "preferred"] == "unequal"


def blocked(rng, spreads, shift=0.0):
    """Six blocks that vary, four treatments of unlike spread; the second lies above the others by `shift`."""
    y = rng.normal(size=(6, 1)) + np.array(spreads) * rng.normal(size=(6, 4)) + shift * (np.arange(4) == 1)
    return y.ravel(), list("abcd") * 6, np.repeat([f"b{i}" for i in range(6)], 4).tolist()


def test_pairs_of_unlike_spread_share_none():
    from scipy import stats

    y, group, block = blocked(np.random.default_rng(3), (0.02, 0.05, 0.3, 5.0), shift=0.5)
    got = mixed_pairs(y, group, block)
    assert got.method.startswith("Bonferroni") and got.checks["equal_differences"] < 0.01
    a, b = y.reshape(6, 4)[:, 0], y.reshape(6, 4)[:, 1]
    row, known = got.pairs.iloc[0], stats.ttest_rel(b, a)
    assert row["p"] == pytest.approx(6 * known.pvalue) and row["df"] == 5 and row["p"] < 0.05
    interval = known.confidence_interval(1 - 0.05 / 6)
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))
    width = got.groups["high"] - got.groups["low"]
    alone = [np.ptp(stats.t.interval(0.95, 5, x.mean(), stats.sem(x))) for x in y.reshape(6, 4).T]
    assert width[list("abcd")].tolist() == pytest.approx(alone)


def test_groups_of_other_plots_are_compared_by_means_of_plots():
    from scipy import stats

    rng = np.random.default_rng(5)
    plot = np.repeat(np.arange(10), 3)
    y = np.where(plot < 5, 0.1, 8.0) * (rng.normal(size=10)[plot] + rng.normal(size=30))
    got = mixed_pairs(y, np.where(plot < 5, "a", "b").tolist(), plot.tolist())
    means = y.reshape(10, 3).mean(axis=1)
    assert got.pairs["p"].iloc[0] == pytest.approx(stats.ttest_ind(means[:5], means[5:], equal_var=False).pvalue)


@pytest.mark.parametrize("spreads", [(1, 1, 1, 1), (0.02, 0.3, 0.3, 1), (1, 1, 1, 3)])
def test_error_rate_of_any_pair_holds_whatever_the_spreads(spreads):
    rng = np.random.default_rng(2)
    wrong = sum(mixed_pairs(*blocked(rng, spreads)).pairs["p"].min() <= 0.05 for _ in range(100))
    assert wrong <= 13  # binomial(100, 0.05) exceeds 13 five times in 10,000
