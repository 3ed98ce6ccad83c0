"""Life strategies: planted shifts are found, nothing planted is not, and what is missing is said."""

import numpy as np
import pandas as pd
import pytest

from rhizolith.analysis.experiment.community_indices import community_indices
from rhizolith.analysis.experiment.strategy_indices import gene_indices, measured_indices
from rhizolith.analysis.study.factors import choose_factors
from rhizolith.analysis.study.plots import Plots
from rhizolith.analysis.study.strategies import centres, strategies
from rhizolith.description.experiment.example_genes import gene_table
from rhizolith.description.experiment.table import Table

POTS = [f"P{k:02d}" for k in range(24)]
PLANT, AMENDMENT = [k % 2 for k in range(24)], [k // 2 % 2 for k in range(24)]
DESIGN = pd.DataFrame(
    {"plant": np.array(["none", "grass"])[PLANT], "amendment": np.array(["none", "humic"])[AMENDMENT]}, POTS
)


COPIES = 2.2


def _genes(plant, amendment, seed=0):
    p, a = np.array(plant), np.array(amendment)
    factors = {"resource acquisition": 1.4**p * 0.8**a, "resource use": 1.35**a, "stress tolerance": 0.85**p * 0.7**a}
    lines = gene_table(POTS, factors, COPIES * 1.25**p, np.random.default_rng(seed))
    values = pd.DataFrame([row[1:] for row in lines[1:]], [row[0] for row in lines[1:]], lines[0][1:]).astype(float)
    return Table("ko.tsv", "genes", values)


@pytest.fixture(scope="module")
def planted():
    held = gene_indices(_genes(PLANT, AMENDMENT)).to_dataframe()
    return strategies({"ko": held}, choose_factors(DESIGN), n=199), held


def test_planted_shifts_are_found_in_their_direction(planted):
    part, held = planted
    tests = part.tables["tests"].set_index(["variable", "term"])
    assert tests.loc[("acquisition (log-ratio)", "plant"), "q"] < 0.01
    assert tests.loc[("yield (log-ratio)", "amendment"), "q"] < 0.01
    assert tests.loc[("rrn copies (genes)", "plant"), "q"] < 0.01
    mean = held.groupby(DESIGN["plant"].to_numpy())["YAS_clr_A"].mean()
    assert mean["grass"] > mean["none"]
    together = part.tables["ko_together"].set_index("term")
    assert together.loc["plant", "p"] <= 0.01 and together.loc["amendment", "p"] <= 0.01


def test_rrn_copies_from_genes_give_back_what_was_planted(planted):
    _, held = planted
    bare = held["rrn_genes"][(np.array(PLANT) == 0)]
    assert bare.mean() == pytest.approx(COPIES, rel=0.05)


def test_without_a_planted_effect_p_is_not_small_too_often():
    flat = [0] * len(POTS)
    p = []
    for seed in range(12):
        held = gene_indices(_genes(flat, flat, seed)).to_dataframe()
        part = strategies({"ko": held}, choose_factors(DESIGN), n=49)
        p += list(part.tables["ko_together"]["p"].dropna())
    # 36 uniform p: more than 7 below 0.05 has a probability below 0.001
    assert np.mean(np.array(p) <= 0.05) < 8 / 36 and np.mean(p) > 0.3


def test_shares_close_and_centres_are_closed_geometric_means(planted):
    part, _ = planted
    shares = part.tables["ko_shares"][["Y", "A", "S"]]
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)
    centre = part.tables["ko_centres"].query("point < 0").set_index("group")
    own = shares[part.tables["ko_shares"]["group"] == "grass · humic"]
    geometric = np.exp(np.log(own).mean())
    expected = (geometric / geometric.sum()).to_numpy()
    assert centre.loc["grass · humic", ["Y", "A", "S"]].to_numpy(float) == pytest.approx(expected)


def test_the_region_of_a_centre_holds_the_true_mean_nineteen_times_in_twenty():
    random, inside, tries = np.random.default_rng(1), 0, 400
    root = np.linalg.cholesky([[0.04, 0.01], [0.01, 0.02]])
    groups = pd.Series("all", range(6))
    for _ in range(tries):
        z = random.normal(size=(6, 2)) @ root.T
        outline = centres(pd.DataFrame(z, columns=["YAS_A_to_Y", "YAS_S_to_AY"]), groups).query("point >= 0")
        a, s, y = np.log(outline["A"]), np.log(outline["S"]), np.log(outline["Y"])
        edge = np.column_stack([(a - y) / np.sqrt(2), np.sqrt(2 / 3) * (s - (a + y) / 2)])
        turn = np.diff(np.unwrap(np.arctan2(edge[:, 1], edge[:, 0])))
        inside += abs(turn.sum()) > np.pi  # the outline runs round the origin, the true mean
    assert abs(inside / tries - 0.95) < 3.3 * np.sqrt(0.95 * 0.05 / tries)


def test_samples_of_one_plot_stay_together():
    held = gene_indices(_genes(PLANT, AMENDMENT)).to_dataframe()
    design = DESIGN.assign(pot=[f"pot {k // 8}-{k % 2}{k // 2 % 2}" for k in range(24)])
    pairs = pd.Series(design["pot"].to_numpy(), POTS)
    alone = strategies({"ko": held}, choose_factors(DESIGN), n=49)
    kept = strategies({"ko": held}, choose_factors(DESIGN), plots=Plots("pot", pairs, ()), n=49)
    assert "one pot together" in " ".join(kept.said) and "one pot together" not in " ".join(alone.said)
    p = kept.tables["ko_together"].set_index("term")["p"]
    assert p["plant"] >= alone.tables["ko_together"].set_index("term")["p"]["plant"]


def test_nothing_to_tell_says_what_would_be_needed():
    part = strategies({}, choose_factors(DESIGN))
    said = " ".join(part.notes)
    assert part.skipped and "KEGG orthologs" in said and "rrnDB" in said and "none is shipped" in said


def test_little_coverage_is_a_note():
    held = pd.DataFrame({"rrn_copies": np.linspace(1, 3, 24), "rrn_coverage": 0.05}, POTS)
    notes = " ".join(strategies({"asv": held}, choose_factors(DESIGN), n=49).notes)
    assert "24 of 24 samples have less than 20% (median of all 5%)" in notes


def test_tables_of_few_known_genes_give_nothing():
    values = pd.DataFrame(1.0, [f"K9{k:04d}" for k in range(50)], POTS)
    assert not gene_indices(Table("ko.tsv", "genes", values)).data_vars


def test_copies_come_from_the_most_specific_rank_with_their_coverage():
    counts = Table("asv.tsv", "counts", pd.DataFrame({"s1": [10, 30, 60], "s2": [10, 0, 0]}, ["a", "b", "c"]))
    words = ["d__Bacteria; p__Bacteroidota; g__Flavo", "d__Bacteria; p__Bacteroidota; g__", "d__Bacteria; p__X"]
    lineages = pd.DataFrame({"Taxon": words}, ["a", "b", "c"])
    copies = Table("copies.csv", "copies", pd.DataFrame({"copies": [2.0, 6.0]}, ["Bacteroidota", "flavo"]))
    held = community_indices(counts, lineages, copies=copies)
    assert held["rrn_copies"].values == pytest.approx([40 / (10 / 6 + 30 / 2), 6])
    assert held["rrn_coverage"].values == pytest.approx([0.4, 1])


def test_measured_strategies_name_what_they_rest_on_and_warn_of_arithmetic():
    random = np.random.default_rng(0)
    q = {n: random.lognormal(size=24) for n in ("BG", "NAG", "LAP", "phosphatase", "MBC", "CUE_enzymes")}
    held = measured_indices(q, POTS)
    assert set(held.data_vars) == {"measured_Y", "measured_A"}
    assert held["measured_A"].attrs["rests_on"] == "BG, NAG, LAP, phosphatase, MBC"
    assert float(held["measured_A"].mean()) == pytest.approx(0, abs=1e-12)
    rests_on = [v.attrs["rests_on"] for v in held.values()]
    notes = " ".join(
        strategies({"measured": held.to_dataframe()}, choose_factors(DESIGN), rests_on=rests_on, n=49).notes
    )
    assert "arithmetic" in notes and "lacks stress" in notes
    assert not measured_indices({"CUE_growth": q["MBC"]}, POTS).data_vars


def test_efficiency_by_growth_comes_before_that_of_enzymes():
    q = {n: np.arange(1.0, 25) for n in ("BG", "CUE_enzymes", "CUE_growth")}
    assert measured_indices(q, POTS)["measured_Y"].attrs["rests_on"] == "CUE_growth"
