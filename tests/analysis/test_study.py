"""The study of an experiment with planted effects: found, said in words, and honest where something is missing."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rhizolith.analysis.compare.many_variables import many
from rhizolith.analysis.experiment.analyze import _means
from rhizolith.analysis.experiment.group_means import groups
from rhizolith.analysis.guards import Ancestry, Derived
from rhizolith.analysis.study.factors import choose_factors
from rhizolith.analysis.study.material import named_taxa
from rhizolith.analysis.study.part import as_table
from rhizolith.analysis.study.plots import find_plots
from rhizolith.analysis.study.treatments import treatments
from rhizolith.analysis.study.whole import Material, study
from rhizolith.description.experiment.table import Table


def pots(n: int = 6, seed: int = 0) -> Material:
    """2 × 2 pots: the plant raises microbes, CUE, ten taxa and five metabolites; the amendment lowers pH."""
    rng = np.random.default_rng(seed)
    names = [f"pot{i + 1}" for i in range(4 * n)]
    plant = np.repeat([0, 0, 1, 1], n)
    amendment = np.repeat([0, 1, 0, 1], n)
    design = pd.DataFrame(
        {"plant": np.where(plant, "grass", "bare"), "amendment": np.where(amendment, "gypsum", "none"),
         "block": np.tile([f"b{k}" for k in range(n)], 4), "label": names}, index=names,
    )  # fmt: skip
    noise = lambda s: s * rng.normal(size=4 * n)  # noqa: E731
    values = pd.DataFrame(
        {"pH": 9.5 - amendment + noise(0.15), "EC": 2 + noise(0.3), "SOC": 8 + plant + noise(0.8),
         "MBC": 50 + 60 * plant + noise(8), "MBN": 8 + 9 * plant + noise(1.5), "BG": np.exp(3 + noise(0.2)),
         "NAG": np.exp(2 + noise(0.2)), "AP": np.exp(3.5 + noise(0.2))}, index=names,
    )  # fmt: skip
    values["CUE"] = 0.2 + 0.1 * plant + 0.02 * np.log(values["BG"] / values["NAG"]) + noise(0.02)
    values["vector"] = values["BG"] / values["NAG"]
    logs = (
        rng.normal(3, 1, 40)[:, None] + 0.4 * rng.normal(size=(40, 4 * n)) + 1.5 * plant * (np.arange(40) < 10)[:, None]
    )
    counts = pd.DataFrame(rng.poisson(np.exp(logs)), [f"asv{i}" for i in range(40)], names)
    areas = (
        rng.normal(15, 1, 30)[:, None] + 0.4 * rng.normal(size=(30, 4 * n)) + 3 * plant * (np.arange(30) < 5)[:, None]
    )
    features = pd.DataFrame(2.0**areas, [f"m{i}" for i in range(30)], names)
    ancestry = Ancestry.of(
        [
            Derived("CUE", ("BG", "NAG"), lambda a, b: np.log(a / b)),
            Derived("vector", ("BG", "NAG"), lambda a, b: a / b),
        ]
    )
    groups = {
        "pH": "soil",
        "EC": "soil",
        "SOC": "soil",
        "MBC": "biomass",
        "MBN": "biomass",
        "BG": "enzyme",
        "AP": "enzyme",
    }
    return Material(design, values, values, {"MBC": "mg kg-1"}, groups, {"16S": counts}, {}, {"LC-MS": features},
                    {"16S": pd.Series(["p"] * 20 + ["q"] * 20, counts.index)}, {}, ancestry)  # fmt: skip


@pytest.fixture(scope="module")
def tree():
    return study(pots(), n=49)


def test_planted_effects_are_found_within_blocks(tree):
    tests = as_table(tree["treatments/tests"]).set_index(["variable", "term"])
    assert tests.loc[("MBC", "plant"), "q"] < 0.001 and tests.loc[("pH", "amendment"), "q"] < 0.001
    assert tests.loc[("EC", "plant"), "q"] > 0.01
    said = " ".join(json.loads(tree["treatments"].attrs["said"]))
    assert "within blocks (block)" in said and "plant × amendment" in said
    groups = as_table(tree["treatments/groups"]).set_index(["variable", "group"])["letter"]
    assert not set(groups["MBC", "grass · no amendment"]) & set(groups["MBC", "bare · no amendment"])


def test_taxa_and_metabolites_that_the_plant_changed_are_named(tree):
    permanova = as_table(tree["16S/permanova"]).set_index("term")
    assert permanova.loc["plant", "p"] <= 0.02 < permanova.loc["amendment", "p"]
    differential = as_table(tree["16S/differential"]).query("q < 0.05 and contrast.str.contains('plant')")
    assert len(set(differential["taxon"]) & {f"asv{i}" for i in range(10)}) >= 8
    changed = as_table(tree["LC_MS/change_plant"]).query("passes == 'True'")
    assert set(changed["feature"]) == {f"m{i}" for i in range(5)}
    assert "putative" in changed["identification"].iloc[0]


def test_arithmetic_is_left_out_of_the_forest_and_said_of_the_paths(tree):
    assert set(as_table(tree["drivers/importance"])["variable"]).isdisjoint({"BG", "NAG", "vector"})
    assert set(as_table(tree["drivers/coupling"])["a"]) == {"BG", "NAG", "vector"}
    assert "arithmetic" in tree["drivers"].attrs["notes"]
    decided = as_table(tree["drivers/importance"]).set_index("variable")["decision"]
    assert set(decided) <= {"confirmed", "tentative", "rejected"} and decided["MBC"] == "confirmed"
    assert "partly arithmetic" in tree["paths"].attrs["notes"]
    paths = as_table(tree["paths/paths"])
    assert ((paths["low"] <= paths["estimate"]) & (paths["estimate"] <= paths["high"])).mean() > 0.9


def test_picked_features_are_judged_on_samples_that_did_not_pick_them(tree):
    found = as_table(tree["picked/pipelines"]).set_index("table")
    for name in ("16S", "LC-MS"):  # the plant moves these tables and the outcome alike: a real link
        row = found.loc[name]
        assert row["low"] <= row["honest"] <= row["high"] and row["honest"] < row["naive"] + 0.05
        assert row["p"] < 0.05 and row["null"] < row["naive"]
    assert "dips twice" in tree["picked"].attrs["notes"]


def test_a_study_goes_to_a_file_and_back(tree, tmp_path):
    tree.to_netcdf(tmp_path / "study.nc", engine="h5netcdf")
    back = xr.open_datatree(tmp_path / "study.nc", engine="h5netcdf")
    assert as_table(back["treatments/tests"]).equals(as_table(tree["treatments/tests"]))


def test_what_is_missing_is_said_and_stops_nothing():
    full = pots()
    alone = study(Material(full.design[["plant"]], full.measured, full.values[["pH"]]), n=19)
    assert "no table of taxa" in alone["links"].attrs["skipped"]
    assert "No outcome" in alone["drivers"].attrs["skipped"]
    assert "Fewer than three blocks" in alone["paths"].attrs["skipped"]
    bare = study(Material(full.design[["label"]], full.measured, full.values), n=19)
    assert "no factor" in bare["treatments"].attrs["skipped"]
    few = study(
        Material(full.design.iloc[::5], full.measured.iloc[::5], full.values.iloc[::5], groups=full.groups), n=19
    )
    assert "hopeless" in few["paths"].attrs["skipped"]


def test_factors_are_chosen_and_the_rest_explained():
    design = pots().design.assign(depth=1.5, species="x", dose=range(24), copy=lambda d: d["plant"] + "!")
    found = choose_factors(design)
    assert found.names == ["plant", "amendment"] and found.block == "block"
    assert found.formula == "plant * amendment"
    assert set(found.left_out) == {"label", "depth", "species", "dose", "copy"}
    split = choose_factors(design.assign(block=design["plant"]))
    assert split.block is None


def plants() -> Material:
    """Twenty plants of a 2 × 2 design, three compartments each; soil was measured once a plant and written thrice."""
    rng = np.random.default_rng(5)
    rows = [(c, f, f"{c}-{f}-{r}", k) for c in "AB" for f in "xy" for r in range(5) for k in ("bulk", "rhizo", "root")]
    design = pd.DataFrame(rows, columns=["crop", "feed", "plant", "compartment"])
    design.index = pd.Index([f"S{i}" for i in range(len(design))])
    design["group"] = design["crop"] + "-" + design["feed"]
    once = {p: rng.normal(size=2) for p in dict.fromkeys(design["plant"])}
    values = pd.DataFrame([once[p] for p in design["plant"]], columns=["pH", "SOM"], index=design.index)
    values["genes"] = rng.normal(size=60)
    return Material(design, values.copy(), values)


def test_a_column_that_joins_factors_is_no_factor_of_its_own():
    found = choose_factors(plants().design)
    assert found.names == ["crop", "feed", "compartment"] and found.formula == "crop * feed * compartment"
    assert "joins" in found.left_out["group"]


def test_what_was_measured_once_a_plant_counts_once():
    made = plants()
    tree = study(made, n=19)
    tests = as_table(tree["treatments/tests"])
    assert set(tests.loc[tests["variable"] == "pH", "n"]) == {20.0}
    assert set(tests.loc[tests["variable"] == "genes", "n"]) == {60.0}
    assert not tests[tests["variable"] == "pH"]["term"].str.contains("compartment").any()
    means = made.values.groupby(made.design["plant"], sort=False)[["pH"]].mean().reset_index(drop=True)
    first = made.design.drop_duplicates("plant")[["crop", "feed"]].reset_index(drop=True)
    alone = many(means, first, "crop * feed", n=19)
    assert np.allclose(sorted(alone["f"]), sorted(tests.loc[tests["variable"] == "pH", "f"]))
    pairs = as_table(tree["correlations/pairs"])
    assert set(pairs["n"]) == {20.0}
    assert "once for each plant" in tree["treatments"].attrs["said"]


def test_an_effect_of_treatments_is_not_taken_for_a_plot():
    made = plants()
    values = made.values[["genes"]].assign(dose=made.design["group"].map({"A-x": 1.0, "A-y": 2.0, "B-x": 3, "B-y": 4}))
    found = find_plots(made.design, values, choose_factors(made.design))
    assert found is not None and found.column == "plant" and found.repeated == ()
    assert find_plots(made.design.drop(columns="plant"), values, choose_factors(made.design)) is None


def test_taxa_labelled_by_checksums_get_the_lowest_rank_that_is_known():
    sums = ["1c9f4fff72b6bb3b150b585eb55ca91a", "7ee04ca238cf8deddff0c4143a06a3c1", "OTU_3"]
    lineages = pd.DataFrame(
        {"Phylum": ["p__A", "p__B", "p__C"], "Genus": ["g__", "g__Gemmatimonas", "g__X"]}, index=sums
    )
    counts = Table("counts.csv", "counts", pd.DataFrame({"S1": [1, 2, 3]}, index=sums))
    named = named_taxa(counts, Table("taxonomy.csv", "taxonomy", lineages))
    assert named == {sums[0]: "A 1c9f4f", sums[1]: "Gemmatimonas 7ee04c"}
    assert named_taxa(counts, None) == {}


def test_means_count_what_was_measured_once_a_plant_once_and_in_its_treatment():
    made = plants()
    design = made.design.assign(group=groups(made.design.drop(columns="group")))
    nodes = {
        "design": xr.Dataset({c: ("sample", design[c].to_numpy(str)) for c in design}),
        "measured": xr.Dataset({c: ("sample", made.values[c].to_numpy()) for c in made.values}),
    }
    held = _means({k: v.assign_coords(sample=made.design.index.to_list()) for k, v in nodes.items()})
    sizes = {v: held["n"].sel(variable=f"measured/{v}").to_series().dropna() for v in ("pH", "genes")}
    assert set(sizes["pH"].index) == {"A · x", "A · y", "B · x", "B · y"} and set(sizes["pH"]) == {5.0}
    assert len(sizes["genes"]) == 12 and "A · x · bulk" in sizes["genes"] and set(sizes["genes"]) == {5.0}
    mean = held["mean"].sel(variable="measured/pH", group="A · x")
    first = made.design.drop_duplicates("plant")
    assert float(mean) == pytest.approx(made.values.loc[first.index[first["group"] == "A-x"], "pH"].mean(), rel=1e-12)


def test_a_treatment_of_one_sample_costs_the_others_neither_letters_nor_units():
    rng = np.random.default_rng(0)
    names = [f"s{k}" for k in range(13)]
    design = pd.DataFrame({"treatment": [*"aaaaaabbbbbbc"]}, index=names)
    values = pd.DataFrame({"pH": 6 + np.repeat([0, 1, 2], [6, 6, 1]) + 0.1 * rng.normal(size=13), "TP": 0.5}, names)
    values["gaps"] = values["pH"].where(values.index != "s12")
    part = treatments(values, choose_factors(design), {"pH": "1", "gaps": "g kg-1"}, n=99)
    groups = part.tables["groups"].set_index(["variable", "group"])
    assert groups.loc[("pH", "c"), "n"] == 1 and groups.loc[("pH", "c"), "letter"] == ""
    assert groups.loc[("pH", "c"), "mean"] == values["pH"]["s12"] and np.isnan(groups.loc[("pH", "c"), "low"])
    for variable in ("pH", "gaps"):
        assert groups.loc[(variable, "a"), "letter"] != groups.loc[(variable, "b"), "letter"]
    assert set(part.tables["groups"]["unit"]) == {"1", "g kg-1"}
    assert not part.tables["pairs"][["group_1", "group_2"]].isin(["c"]).any(axis=None)
    said = " ".join(part.notes)
    assert "TP: the same in all samples, not tested." in said and "c has a single sample" in said
