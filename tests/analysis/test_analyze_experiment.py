"""A messy experiment gives back the effects that were put into it, and published references to the digit."""

import csv
import itertools
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhizolith.analysis.experiment.analyze import analyze
from rhizolith.analysis.experiment.formula_indices import formula_indices, mixture
from rhizolith.analysis.experiment.group_means import factors, group_means, groups, in_order
from rhizolith.analysis.experiment.write_results import indices_table, means, shared_ancestors, write_results
from rhizolith.analysis.guards import Ancestry
from rhizolith.analysis.study.factors import choose_factors
from rhizolith.description.experiment.example import pots, write_example
from rhizolith.description.experiment.open_file import open_file
from rhizolith.errors import InputError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("experiment")
    write_example(folder)
    (folder / "paths.yaml").unlink()  # here the default chain; the drawing is tried with the planted effects
    return analyze(folder, draws=100, permutations=19)


def test_twenty_four_pots_of_a_messy_folder_lie_on_one_axis(tree):
    design = tree["design"].to_dataset()
    assert design["sample"].values.tolist() == [name for name, *_ in pots()]
    assert sorted(set(design["group"].values)) == sorted(
        ["no plant · no amendment", "Elymus · no amendment", "no plant · Fe-citrate-humic", "Elymus · Fe-citrate-humic"]
    )
    said = {p["where"]: p["what"] for p in json.loads(tree.attrs["problems"])}
    assert "no number" in said["soil and plants.xlsx, sheet Soil, cell F12"]
    assert "below detection" in said["soil and plants.xlsx, sheet Soil, cell L8"]


def test_molecules_feel_plant_and_amendment(tree):
    held = tree["formulas_FTICR_report"].to_dataset()
    plant, amendment = (np.array(x, bool) for x in zip(*((p, a) for _, p, a, _ in pots())))
    assert held["MLB_wL"].values[plant & ~amendment].min() > held["MLB_wL"].values[~plant & ~amendment].max()
    assert held["MLB_wL"].values[~plant & amendment].max() < held["MLB_wL"].values[~plant & ~amendment].min()
    assert "as intense as in the 1 blank: left out" in tree["formulas_FTICR_report"].attrs["filters"]
    share = held["class_share"].to_pandas()
    for scheme in {str(c).partition("/")[0] for c in share.index}:
        part = share[[str(c).startswith(scheme) for c in share.index]]
        assert part.sum().to_numpy() == pytest.approx(np.ones(24))


def test_replicates_of_a_plate_give_intervals(tree):
    held = tree["enzymes"].to_dataset()
    low, angle, high = (held[f"vector_angle{end}"].values for end in ("_low", "", "_high"))
    assert (low < angle).all() and (angle < high).all()
    assert np.median(high - low) == pytest.approx(2.2, rel=0.6)  # three replicates with 5 % scatter
    assert tree["measured"].to_dataset()["BG_n"].values.tolist() == [3] * 24
    assert "soil_CN_low" not in tree["soil"].to_dataset()  # soil was measured once: its error is not known


def test_variables_made_from_the_same_columns_are_named(tree):
    pairs = shared_ancestors(tree).set_index(["a", "b"])
    ancestry = Ancestry.of_results(tree)
    assert ancestry.measured("enzymes/vector_angle") == {"BG", "NAG", "LAP", "phosphatase"}
    row = pairs.loc[("enzymes/CUE_enzymes", "enzymes/vector_angle")]
    assert set(row["shared"].split(", ")) == {"BG", "NAG", "LAP", "phosphatase"}
    assert ("enzymes/vector_angle", "measured/MBC") not in pairs.index
    assert ancestry.measured("soil/microbial_quotient") == {"MBC", "SOC"}
    assert pairs.loc[("measured/SOC", "soil/microbial_quotient"), "share"] == 1


def test_features_are_freed_of_dilution(tree):
    held = tree["features_LCMS_features"].to_dataset()
    assert held["dilution"].std() > 0.1 and held["features"].max() <= 150
    assert "3 QC" in tree["features_LCMS_features"].attrs["qc"]


def test_every_variable_says_what_it_is(tree):
    for name in ("soil", "enzymes", "formulas_FTICR_report", "counts_asv"):
        for variable, values in tree[name].to_dataset().data_vars.items():
            assert values.attrs.get("long_name") or str(variable).endswith(("_low", "_high")), (name, variable)
    assert {"Moorhead2016", "LaRowe2011", "Mori2020"} <= set(json.loads(tree.attrs["sources"]))


def test_results_survive_the_disk_and_make_a_page(tree, tmp_path, monkeypatch):
    from rhizolith.reporting import report
    from rhizolith.reporting.sections import analyze_treatments

    monkeypatch.setattr(analyze_treatments, "MOST", 2)  # drawing all takes seconds and shows nothing new
    made = write_results(tree, tmp_path)
    assert all(path.is_file() for path in made.values())
    page = report(tmp_path, to=tmp_path / "report.html")
    assert "Enzyme vectors" in page and "Mori2020" in page and "cell F12" in page
    assert "Who answers to what" in page and "Methods, as done" in page and "partly arithmetic" in page
    assert (tmp_path / "tables" / "treatments_tests.csv").is_file()
    assert "http://" not in page.replace("http://www.w3.org", "") or "src=" not in page
    rows = indices_table(tree)
    assert {"value", "low", "high", "unit", "grade", "source"} <= set(rows.columns) and len(rows) > 1000
    table = means(tree)
    assert (table["n"] <= 6).all() and ((table["low"] <= table["mean"]) | table["low"].isna()).all()


def test_the_soil_reference_comes_out_of_the_whole_way():
    given = os.environ.get("RHIZOLITH_SHARED")
    base = Path(given) if given else ROOT.parent / "shared"
    base = base / "data" if (base / "data").is_dir() else base
    folder = base / "ms/ftms12T-soil-plant"
    if not folder.is_dir():
        pytest.skip("skipped: shared data absent")
    (table,) = open_file(folder / "example12T_data.csv")
    found, problems = mixture(table, mz=(200, 900), at_least=2)
    assert found.intensity.shape == (6498, 20) and not problems
    held = formula_indices(found, draws=20)
    with (folder / "ftms12T_sample_metrics_gold.csv").open() as f:
        gold = list(csv.DictReader(f))
    names = {"NOSC_w": "NOSC_w", "AImod_w": "AImod_w", "DBE_w": "DBE_w", "HC_w": "HC_w", "OC_w": "OC_w",
             "GFE_w": "GFE_w", "MLBL_n": "MLB_L", "MLBL_w": "MLB_wL", "shannon": "shannon",
             "simpson": "simpson", "richness": "formulas", "Rao_absdiff_NOSC": "rao_NOSC"}  # fmt: skip
    for column, variable in names.items():
        expected = np.array([float(r[column]) for r in gold])
        assert np.abs(held[variable].values / expected - 1).max() < 1e-12, column


def test_biomass_that_cannot_be_is_flagged_and_kept(tmp_path):
    (tmp_path / "soil.csv").write_text(
        "sample,MBC (mg/kg),MBN (mg/kg),MBP (mg/kg)\nCK,1.9,0.4,5.5\nT,7.1,9.9,95.9\nU,7.5,9,90\n"
    )
    found = analyze(tmp_path, draws=10, permutations=0)
    assert found["soil"].to_dataset()["biomass_CN_plausible"].values[1] == "impossible for cells"
    assert found["measured"].to_dataset()["MBC"].values.tolist() == [1.9, 7.1, 7.5]
    said = [p for p in json.loads(found.attrs["problems"]) if p["where"] == "biomass of T"]
    assert len(said) == 2 and "0.72" in said[0]["what"]


def test_a_wrong_path_model_or_outcome_is_refused_with_what_there_is(tmp_path):
    write_example(tmp_path)
    with pytest.raises(InputError, match="MBC"):
        analyze(tmp_path, draws=10, permutations=9, outcome="MBX")
    (tmp_path / "paths.yaml").write_text("blocks: {A: [pH], B: [SOC]}\ninner: |\n  A ~ B\n  B ~ A\n")
    with pytest.raises(InputError, match="loop"):
        analyze(tmp_path, draws=10, permutations=9)
    (tmp_path / "paths.yaml").write_text("blocks:\n\t- x\n")
    with pytest.raises(InputError, match="cannot be read"):
        analyze(tmp_path, draws=10, permutations=9)


def test_filters_that_leave_nothing_say_so():
    given = "Mass,A,C,H,O\n200.1,5,10,16,4\n"
    from rhizolith.description.experiment.open_file import open_bytes

    (table,) = open_bytes(given.encode(), "peaks.csv")
    with pytest.raises(InputError, match="outside m/z"):
        mixture(table, mz=(300, 400))


def test_factors_that_only_rename_others_are_left_out(tree):
    design = tree["design"].to_dataset().to_dataframe().drop(columns="group")
    design["both"] = design["plant"] + design["amendment"]
    design["SampleID"] = design.index
    assert set(factors(design)) == {"plant", "amendment"}
    assert groups(design).nunique() == 4
    one = group_means(design.assign(x=np.arange(24.0))[["x"]], groups(design))
    assert one["n"].tolist() == [6] * 4 and np.isfinite(one[["low", "boot_low"]]).all(axis=None)


def test_means_are_of_the_treatments_that_are_tested():
    levels = list(itertools.product(("RC", "CC"), ("CK", "NPK", "NPKS"), ("Bulk soil", "Rhizosphere", "Endophyte")))
    design = pd.DataFrame(
        [(a, b, c, f"{a}-{b}-{k}") for a, b, c in levels for k in range(3)],
        columns=["Cropping", "Fertilization", "Compartment", "Plant_ID"],
    )
    assert set(groups(design)) == {" · ".join(x) for x in levels} == set(choose_factors(design).groups)
    assert len(in_order(design)) == 18
