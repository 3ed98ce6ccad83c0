"""Levels of factors as tables give them: a blank is no level, spellings are put together, what falls out is said."""

import pandas as pd
import pytest

from rhizolith.analysis.experiment.analyze import analyze
from rhizolith.analysis.experiment.group_means import groups, in_order
from rhizolith.analysis.study.factors import choose_factors
from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.levels import gaps

POTS = [f"P{k:02}" for k in range(1, 13)]
PLANT = ["wheat", "none"] * 6
LIME = ["none", "none", "lime", "lime"] * 3


def write(folder, plant=PLANT, lime=LIME, name="design.csv"):
    rows = "".join(f"{p},{a},{b}\n" for p, a, b in zip(POTS, plant, lime))
    (folder / name).write_text("sample,plant,lime\n" + rows)
    soil = "".join(f"{p},6.{k},{10 + k}\n" for k, p in enumerate(POTS))
    (folder / "soil.csv").write_text("sample,pH,SOC (g/kg)\n" + soil)
    return folder


def said(read, *words):
    return [p for p in read.problems if all(w in f"{p.where}: {p.what} {p.fix}" for w in words)]


def test_a_blank_is_no_level_and_its_sample_leaves_the_means_and_the_tests(tmp_path):
    read = Experiment.read(write(tmp_path, plant=["", *PLANT[1:]]))
    (told,) = said(read, "plant has no level for 1 of 12 samples ('P01')")
    assert told.where == "design.csv" and "these samples are in no test or mean" in told.what
    assert gaps(read.design) == (["P01"], {})
    assert groups(read.design)["P01"] == "not in the design" and "not in the design" not in in_order(read.design)
    tree = analyze(read, permutations=9)
    means = tree["means"].to_dataset()["n"].sel(variable="measured/pH").to_series()
    assert means["wheat · no lime"] == 2 and means.sum() == 11
    shown = tree["study/treatments/means"].to_dataset().to_dataframe() if "means" in tree["study/treatments"] else None
    assert shown is None or not shown.astype(str).isin(["", "nan · lime"]).any().any()


def test_a_factor_that_many_samples_lack_leaves_the_tests_with_a_word(tmp_path):
    read = Experiment.read(write(tmp_path, lime=["", "", "", "", *LIME[4:]]))
    (told,) = said(read, "lime has no level for 4 of 12 samples")
    assert "lime is in no test: 4 of 12 samples have no level" in told.what
    assert set(groups(read.design)) == {"wheat", "none"}
    assert choose_factors(read.design).names == ["plant"] and "gaps" in choose_factors(read.design).left_out["lime"]


def test_blanks_throughout_a_treatment_do_not_throw_its_samples_out():
    design = pd.DataFrame({"plant": ["no", "no", *["yes"] * 8], "variety": ["", "", *["a", "b"] * 4]}, index=range(10))
    assert gaps(design) == ([], {"variety": "it is blank in all samples with plant no"})


def test_a_column_lost_from_one_table_is_filled_from_the_other_and_what_is_not_is_said(tmp_path):
    write(tmp_path)
    rows = "".join(f"{p},{b}\n" for p, b in zip(POTS, LIME))
    (tmp_path / "design.csv").write_text("sample,lime\n" + rows)
    half = "".join(f"{p},{a},{b}\n" for p, a, b in zip(POTS[:7], PLANT, LIME))
    (tmp_path / "plates.csv").write_text("sample,plant,lime\n" + half)
    (told,) = said(Experiment.read(tmp_path), "plant has no level for 5 of 12 samples")
    assert "known from plates.csv (7 samples)" in told.what and "design.csv has no such column" in told.what
    assert "put the column plant into design.csv" in told.fix


def test_blank_cells_are_filled_from_another_table_and_named(tmp_path):
    write(tmp_path, plant=["", *PLANT[1:]], name="design.csv")
    (tmp_path / "pots.csv").write_text("sample,plant\n" + "".join(f"{p},{a}\n" for p, a in zip(POTS, PLANT)))
    read = Experiment.read(tmp_path)
    assert said(read, "design.csv: plant is blank for 1 samples ('P01'); filled from pots.csv")
    assert read.design.loc["P01", "plant"] == "wheat" and gaps(read.design) == ([], {})


@pytest.mark.parametrize("wrong", ["Wheat", "wheat ", "WHEAT", " wheat"])
def test_a_level_spelled_in_two_ways_is_one_and_said(tmp_path, wrong):
    read = Experiment.read(write(tmp_path, plant=[wrong, *PLANT[1:]]))
    assert set(read.design["plant"]) == {"wheat", "none"}
    assert bool(said(read, "is read as 'wheat' (5 samples)")) == (wrong.strip() != "wheat")


def test_a_rare_level_near_a_common_one_is_asked_about_and_kept(tmp_path):
    read = Experiment.read(write(tmp_path, plant=["whaet", *PLANT[1:]]))
    assert said(read, "'whaet' stands in 1 samples only ('P01'); did you mean 'wheat'?")
    assert read.design.loc["P01", "plant"] == "whaet"


def test_na_is_no_level_but_none_is(tmp_path):
    read = Experiment.read(write(tmp_path, plant=["NA", *PLANT[1:]]))
    assert read.design.loc["P01", "plant"] == "" and said(read, "'NA' in 1 samples ('P01') is taken as no level")
    assert "none" in set(read.design["plant"])


def test_means_stand_with_controls_first_then_as_in_the_tables():
    fed = ["NPK", "CK", "NPKS"] * 4
    crop = ["RC", "RC", "RC", "CC", "CC", "CC"] * 2
    design = pd.DataFrame({"crop": crop, "fed": fed}, index=range(12))
    assert in_order(design) == [f"{c} · {f}" for c in ("RC", "CC") for f in ("CK", "NPK", "NPKS")]
