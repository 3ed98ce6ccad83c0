"""No p is ever printed as 0; what a table holds instead, in files and on the page; p that hold for few samples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis import community, paths
from rhizolith.analysis.community.common_shift import shift_and_variance
from rhizolith.analysis.experiment.write_results import study_tables
from rhizolith.analysis.metabolites.discrimination import discriminate
from rhizolith.analysis.paths.expanded_tails import expanded, expanded_p
from rhizolith.analysis.permutations import upper_p
from rhizolith.analysis.study.differential_taxa import asked_of, differential_taxa
from rhizolith.analysis.study.factors import choose_factors
from rhizolith.analysis.study.part import Part
from rhizolith.analysis.study.plots import Plots
from rhizolith.reporting.study import html_table


def test_files_bound_a_p_of_zero_and_the_least_p_of_shuffles(tmp_path):
    held = pd.DataFrame(
        {
            "term": list("abc"),
            "p": [0.0, 1e-3, 0.5],
            "q_x": [0.0, 0.2, 0.2],
            "p_shuffled": [1e-3, 2e-3, 1.0],
            "permutations": [999] * 3,
            "r_p": [0.1, 0.2, 0.3],
        }
    )
    tree = xr.DataTree.from_dict({"/study": xr.Dataset()})
    tree["study/part"] = Part("part", "A part", {"tests": held}).to_tree()
    name, table = next(study_tables(tree))
    table.to_csv(tmp_path / f"{name}.csv", index=False)
    back = pd.read_csv(tmp_path / "part_tests.csv", keep_default_na=False)
    assert back["p_bound"].tolist() == ["< 1e-300", "", ""]  # p is of theory here: shuffles have their own column
    assert back["q_x_bound"].tolist() == ["< 1e-300", "", ""]
    assert back["p_shuffled_bound"].tolist() == ["≤ 0.001, the least of 999 shuffles", "", ""]
    assert "r_p_bound" not in back and "permutations_bound" not in back


def test_a_column_of_p_by_shuffles_alone_is_bound_by_its_own_number_of_shuffles():
    held = pd.DataFrame({"p": [0.01, 0.02, 0.001], "permutations": [99, 99, 999]})
    node = Part("part", "A part", {"t": held}).to_tree()["t"].to_dataset()
    assert node["p_bound"].values.tolist() == [
        "≤ 0.01, the least of 99 shuffles", "", "≤ 0.001, the least of 999 shuffles"
    ]  # fmt: skip


@pytest.mark.parametrize("head", ["p", "q", "p (consistent)", "p_shuffled", "q_moderated"])
def test_the_page_prints_no_chance_as_zero(head):
    for value in (0.0, 5e-324, 1e-9):
        cells = str(html_table(pd.DataFrame({head: [value]})))
        assert "<td>&lt; 0.0001</td>" in cells
    assert "<td>0.03</td>" in str(html_table(pd.DataFrame({head: [0.03]})))


def test_shuffles_never_give_zero():
    assert upper_p(10.0, np.zeros(99)) == 0.01


def test_expanded_tails_are_hesterbergs():
    """Hesterberg 2015: Φ(−√(n/(n − 1)) t) in place of 0.025; 0.025 again for large n, p agrees with the interval."""
    assert [round(expanded(0.025, n), 3) for n in (5, 10, 30)] == [0.001, 0.009, 0.019]
    assert expanded(0.025, 10**7) == pytest.approx(0.025, abs=1e-6)
    for n in (5, 60):  # a percentile p that leaves just this tail is an expanded p of 0.05
        assert expanded_p(np.array([2 * expanded(0.025, n)]), n)[0] == pytest.approx(0.05, rel=1e-9)


def test_consistent_intervals_leave_zero_out_where_p_is_below_005():
    rng = np.random.default_rng(4)
    blocks = {"Soil": ["s0", "s1", "s2"], "Plant": ["p0", "p1", "p2"]}
    agreed = []
    for strength in np.linspace(0.0, 0.6, 13):
        soil = rng.normal(size=40)
        plant = strength * soil + rng.normal(size=40)
        data = {f"{k}{i}": v + 0.4 * rng.normal(size=40) for k, v in (("s", soil), ("p", plant)) for i in range(3)}
        row = paths.consistent(paths.fit(pd.DataFrame(data), "Plant ~ Soil", blocks), n=999).paths.iloc[0]
        agreed.append((row["p"] < 0.05) == (row["low"] > 0 or row["high"] < 0))
    assert sum(agreed) >= 12  # interpolated ends may differ from counts by one resample


def plots_of_reads(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three parts of each of twelve plants; two crops that differ in nothing, plants that differ in much."""
    rng = np.random.default_rng(seed)
    plant = np.repeat(np.arange(12), 3)
    logs = rng.normal(5, 1, 30) + 0.8 * rng.normal(size=(12, 30))[plant] + 0.3 * rng.normal(size=(36, 30))
    logs[:, 0] += 3.0 * (np.tile(np.arange(3), 12) == 2)
    names = [f"s{i}" for i in range(36)]
    design = pd.DataFrame({"crop": np.where(plant % 2, "maize", "none"), "part": np.tile(["bulk", "near", "root"], 12)})
    return pd.DataFrame(rng.poisson(np.exp(logs)), names, [f"t{i}" for i in range(30)]), design.set_axis(names)


def test_reads_of_one_plant_count_once():
    wide, design = plots_of_reads(0)
    plots = Plots("plant", pd.Series(np.repeat([f"p{i}" for i in range(12)], 3), wide.index), ())
    factors = choose_factors(design)
    between, inside = asked_of(wide, factors.design, factors, plots)
    assert between.counts.shape == (12, 30) and between.names == ("crop",) and inside.names == ("part",)
    assert between.counts.sum().sum() == wide.sum().sum() == inside.counts.sum().sum()
    table, said, notes = differential_taxa(wide, factors.design, factors, plots)
    crop = table[table["contrast"].str.startswith("crop")]
    assert (crop["q"] > 0.05).all() and not notes  # 36 samples taken for replicates find taxa here:
    naive = community.differential(wide, factors.design, "crop + part")
    assert (naive.loc[naive["contrast"].str.startswith("crop"), "q"] < 0.05).any()
    root = table[table["contrast"] == "part: root"].set_index("taxon")
    assert root["q"].idxmin() == "t0" and root.loc["t0", "q"] < 1e-4
    assert "summed" in said[0] and "within each plant" in said[0]


def test_few_samples_are_judged_by_t_of_the_residuals():
    """With two groups, se is that of the two-sample t test of depth-corrected logs, and the shift's beside it."""
    wide, _ = plots_of_reads(1)
    group = np.tile(["a", "b"], 18)
    found = community.differential(wide, pd.DataFrame({"g": group}), "g", method="ancombc_t").set_index("taxon")
    logs = np.log(wide + 1)
    left = logs - logs.groupby(group).transform("mean")
    left = left.sub(left.mean(axis=1), axis=0)
    variance = (left**2).sum() / 34 * 2 / 18
    change = logs[group == "b"].mean() - logs[group == "a"].mean()
    assert np.ptp(change - found["log2_change"] * np.log(2)) < 1e-9
    shift = (found["se"] * np.log(2)) ** 2 - variance
    assert shift.to_numpy() == pytest.approx(shift.iloc[0], rel=1e-6) and shift.iloc[0] > 0
    t = found["log2_change"] / found["se"]
    assert found["p"].to_numpy() == pytest.approx(2 * stats.t.sf(t.abs(), 34), rel=1e-9)


def fitted_changes(seed: int, taxa: int, moved: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Changes of logs of 2 × 12 samples, the first `moved` taxa by 1.5, and their variances."""
    rng = np.random.default_rng(seed)
    logs = rng.normal(4, 1, taxa) + 0.6 * rng.normal(size=(24, taxa))
    logs[12:, :moved] += 1.5
    left = logs - np.repeat([logs[:12].mean(axis=0), logs[12:].mean(axis=0)], 12, axis=0)
    left = left - left.mean(axis=1, keepdims=True)
    return logs[12:].mean(axis=0) - logs[:12].mean(axis=0), (left**2).sum(axis=0) / 22 * 2 / 12


def test_taxa_that_change_have_no_say_in_the_common_shift():
    change, variance = fitted_changes(1, 40, moved=10)
    shift, unsure = shift_and_variance(change, variance)
    further = change + 3.0 * (np.arange(40) < 10)
    assert shift_and_variance(further, variance) == pytest.approx((shift, unsure), rel=0.2, abs=0.02)
    assert shift_and_variance(change + 2.0, variance) == pytest.approx((shift + 2.0, unsure), abs=1e-6)
    assert abs(shift) < 3 * np.sqrt(unsure) and unsure < variance.mean() / 15
    shifts = [shift_and_variance(*fitted_changes(seed, 40, 10)) for seed in range(60)]
    assert abs(np.mean([s for s, _ in shifts])) < 0.05
    assert np.mean([v for _, v in shifts]) == pytest.approx(np.var([s for s, _ in shifts]), rel=0.5)


def test_few_taxa_do_not_change_for_want_of_others_to_compare_with():
    """Of 600 experiments with twelve taxa 4 % find one that does not change, 7 % without the variance of the shift."""
    wrong = {"without": 0, "with": 0}
    for seed in range(600):
        change, variance = fitted_changes(1000 + seed, 12)
        shift, unsure = shift_and_variance(change, variance)
        for name, whole in (("without", variance), ("with", variance + unsure)):
            p = 2 * stats.t.sf(np.abs(change - shift) / np.sqrt(whole), 22)
            wrong[name] += bool(multipletests(p, method="fdr_bh")[0].any())
    assert wrong["without"] > 30 and 10 <= wrong["with"] <= 38


def test_labels_are_shuffled_within_blocks():
    """Two samples a block, one of each group: of 2⁴ labelings two are as far apart as the true one."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.normal(size=(8, 6)))
    table.iloc[1::2, :] += 3.0
    labels, blocks = ["a", "b"] * 4, np.repeat(list("wxyz"), 2)
    free = discriminate(table, labels, folds=4, components=1, n=199)
    held = discriminate(table, labels, folds=4, components=1, blocks=blocks.tolist(), n=199)
    assert free.q2 == held.q2 and held.p > free.p and held.p > 1 / 16
