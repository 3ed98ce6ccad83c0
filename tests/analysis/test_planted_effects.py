"""What was put into the bundled experiment comes out of `analyze`, as often as its intervals say."""

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from rhizolith.analysis.compare.group_pairs import pairs
from rhizolith.analysis.experiment.analyze import analyze
from rhizolith.analysis.experiment.write_results import write_results
from rhizolith.description.experiment.example import drawn, pots, write_example
from rhizolith.description.experiment.example_notes import truth
from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.planted import quantities, treatment

SURE = 1e-3
"""Chance of an unlucky draw that a count of covered intervals is allowed."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("pots") / "pots"
    path.mkdir()
    write_example(path)
    return path


@pytest.fixture(scope="module")
def told(folder):
    return yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tables(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    write_results(analyze(folder, draws=20, permutations=19), out)
    return out / "tables"


def measured(told, name):
    """Means by the group's name in the results; quantities that the laboratory could see in every treatment."""
    q = told["quantities"][name]
    words = {t: " · ".join(f"no {f}" if v == "none" else v for f, v in d.items()) for t, d in told["design"].items()}
    seen = "below_detection" not in q and len(q["means"]) == 4
    return {words[t]: m for t, m in q["means"].items()} if seen else {}


def test_the_truth_is_beside_the_tables_and_not_read_with_them(folder, told):
    assert told["synthetic"] is True and told == yaml.safe_load(yaml.safe_dump(truth(1)))
    assert not [t.name for t in Experiment.read(folder).tables if "yaml" in t.name]
    words = (folder / "README.txt").read_text(encoding="utf-8")
    assert words.startswith("SYNTHETIC")
    for name, q in told["quantities"].items():
        assert name in words and q["origin"] and q["means"]
    assert {q["origin"].partition(":")[0] for q in told["quantities"].values()} == {"simulator", "stated"}


def test_what_is_said_to_be_simulated_is_the_simulated_table(told):
    from rhizolith.description.experiment.pot_means import simulated

    of_simulator = {n for n, q in told["quantities"].items() if q["origin"] == "simulator"}
    assert {"pH", "SOC", "MAOC", "DOC", "MBC", "respiration", "growth", "soluble_Fe", "soluble_Ca"} <= of_simulator
    for name in of_simulator:
        assert told["quantities"][name]["means"] == simulated()[name]


def test_intervals_of_differences_hold_the_planted_ones(tables, told):
    """All pairs of one quantity are paid for together: at least 95 % of quantities have every pair inside."""
    found = pd.read_csv(tables / "treatments_pairs.csv")
    whole = []
    for name in told["quantities"]:
        means = measured(told, name)
        rows = found[found["variable"] == name]
        if means:
            assert len(rows) == 6, name
            true = rows["group_2"].map(means).to_numpy() - rows["group_1"].map(means).to_numpy()
            whole.append(bool(((rows["low"] <= true) & (true <= rows["high"])).all()))
    assert len(whole) >= 17
    assert sum(whole) >= stats.binom.ppf(SURE, len(whole), 0.95)


def test_intervals_of_means_hold_the_planted_ones(tables, told):
    found = pd.read_csv(tables / "group_means.csv")
    inside = []
    for name in told["quantities"]:
        means = measured(told, name)
        rows = found[found["variable"] == f"measured/{name}"]
        if not means:
            continue
        inside += ((rows["low"] <= rows["group"].map(means)) & (rows["group"].map(means) <= rows["high"])).tolist()
    assert len(inside) >= 4 * 17
    assert sum(inside) >= stats.binom.ppf(SURE, len(inside), 0.95)


def test_effects_that_can_be_seen_are_seen_and_point_the_right_way(tables, told):
    """Four standard errors of a difference of two means of six pots, their noise and half of it again by block."""
    found = pd.read_csv(tables / "treatments_pairs.csv").set_index(["variable", "group_1", "group_2"])
    seen = 0
    for name, q in told["quantities"].items():
        means = measured(told, name)
        for (variable, a, b), row in found.loc[[name]].iterrows() if means else ():
            true = means[b] - means[a]
            spread = q["noise"] if q["noise_joins_by"] == "add" else q["noise"] * np.hypot(means[a], means[b]) / 2**0.5
            if abs(true) > 8 * spread * (1.25 * 2 / 6) ** 0.5:
                seen += 1
                assert np.sign(row["difference"]) == np.sign(true) and row["p"] < 0.05, (variable, a, b)
    assert seen > 50


def test_stated_intervals_are_kept_in_many_drawings():
    """The same comparison of twenty drawings: a quantity has all its pairs inside in 95 % of them or more."""
    groups = [treatment(p, a) for _, p, a, _ in pots()]
    kept = total = 0
    for seed in range(20):
        values = drawn(np.random.default_rng(1000 + seed))
        for name in ("pH", "MAOC", "MBC", "respiration", "BG", "SOC"):
            means = quantities()[name].means
            rows = pairs(values[name], groups).pairs
            true = rows["group_2"].map(means) - rows["group_1"].map(means)
            kept += bool(((rows["low"] <= true) & (true <= rows["high"])).all())
            total += 1
    assert kept >= stats.binom.ppf(SURE, total, 0.95)


def test_planted_molecules_and_taxa_are_found(tables, told):
    changes = pd.read_csv(tables / "LCMS_features_change_plant.csv")
    named = changes["feature"].str.contains("made-up plant metabolite")
    factors = told["groups"]["plant metabolites"]["factors"]
    true = np.log2(np.sqrt(factors["planted"] * factors["planted_amended"]))
    assert named.sum() == 12 and changes.loc[named, "passes"].all()
    assert ((changes["low"] <= true) & (true <= changes["high"]))[named].sum() >= stats.binom.ppf(SURE, 12, 0.95)
    assert not changes.loc[~named, "passes"].any()
    taxa = pd.read_csv(tables / "asv_shares.csv").set_index(["group", "taxon"])["share"]
    bare = taxa["no plant · no amendment"]
    for group in ("Elymus · no amendment", "no plant · Fe-citrate-humic", "Elymus · Fe-citrate-humic"):
        assert taxa[group]["Bacteroidota"] > bare["Bacteroidota"]
        assert taxa[group]["Gemmatimonadota"] < bare["Gemmatimonadota"]


def test_the_bundled_drawing_of_paths_is_fitted(tables):
    found = pd.read_csv(tables / "paths_paths.csv").set_index(["cause", "effect"])["estimate"]
    assert found["Plant", "Water"] < 0 and found["Amendment", "Water"] < 0
    assert found["Amendment", "Held carbon"] > 0 > found["Microbes", "Held carbon"]
    assert len(pd.read_csv(tables / "paths_rivals.csv")) == 3
    importance = pd.read_csv(tables / "drivers_importance.csv")
    assert importance["n"].iloc[0] == 23  # one cell of phosphorus is spoilt: its pot is left out of the forest


def test_planted_life_strategies_are_found(tables, told):
    """Log-ratios differ as planted, within intervals that all pairs of a strategy pay for; so do copies a genome."""
    called = {"resource use": "yield", "resource acquisition": "acquisition", "stress tolerance": "stress tolerance"}
    words = {t: " · ".join(f"no {f}" if v == "none" else v for f, v in d.items()) for t, d in told["design"].items()}
    logs = pd.DataFrame({c: told["groups"][f"genes of {s}"]["factors"] for s, c in called.items()}).map(np.log)
    clr = logs.sub(logs.mean(axis=1), axis=0).rename(index=words)
    copies = pd.Series(told["groups"]["16S rRNA genes"]["factors"]).rename(index=words)
    true = {f"{c} (log-ratio)": clr[c] for c in clr} | {"rrn copies (genes)": copies}
    found = pd.read_csv(tables / "strategies_pairs.csv")
    inside = []
    for variable, means in true.items():
        rows = found[found["variable"] == variable]
        gap = rows["group_2"].map(means) - rows["group_1"].map(means)
        inside.append(bool(((rows["low"] <= gap) & (gap <= rows["high"])).all()))
        sure = gap.abs() > 3 * (rows["high"] - rows["low"]) / 2
        assert len(rows) == 6 and (np.sign(rows["difference"]) == np.sign(gap))[sure].all()
        assert (rows["p"] < 0.05).sum() >= 3, variable
    assert sum(inside) >= stats.binom.ppf(SURE, len(inside), 0.95)


def test_planted_consortia_are_the_modules_of_the_network(tables, told):
    """Each consortium is one module without strangers, and those that follow it most have most neighbours."""
    nodes = pd.read_csv(tables / "network_asv_nodes.csv").set_index("taxon")
    edges = pd.read_csv(tables / "network_asv_edges.csv")
    planted = {k: v for k, v in told["consortia"].items() if k != "about"}
    assert len(planted) == 2
    owners = []
    for members in planted.values():
        found = nodes.reindex([m for m in members if m in nodes.index])
        assert len(found) >= len(members) - 1 and found["module"].nunique() == 1
        owners.append(int(found["module"].iloc[0]))
        strong = sorted(members, key=members.get)[-3:]
        assert found["degree"].idxmax() in members and found.loc[strong, "degree"].min() >= found["degree"].median()
        assert set(nodes.index[nodes["module"] == owners[-1]]) <= set(members)
    assert len(set(owners)) == 2
    crossing = edges["a"].map(nodes["module"]) != edges["b"].map(nodes["module"])
    assert not ((edges["r"] > 0) & crossing).any()
