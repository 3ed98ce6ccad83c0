"""Slips of real work, made on the maize set and on the bundled experiment: each leads to right words and numbers."""

import shutil

import numpy as np
import pandas as pd
import pytest

from rhizolith.description.experiment.experiment import Experiment

FILES = ("samples.csv", "metabolite_samples.csv", "metabolite_abundance.csv.gz")


@pytest.fixture
def maize(shared, tmp_path):
    """The maize set with its sixty samples that have metabolites; a folder that a test may spoil."""
    source = shared / "eco" / "maize_rotation_microbiome_metabolome"
    if not source.is_dir():
        pytest.skip("skipped: shared data absent")
    for name in FILES:
        shutil.copyfile(source / name, tmp_path / name)
    return tmp_path


def soil(folder):
    return pd.read_csv(folder / "samples.csv", dtype=str, keep_default_na=False)


def test_the_maize_set_without_a_slip(maize):
    read = Experiment.read(maize)
    assert len(read.samples) == 90 and read.measured["pH"]["S1"] == 6.41
    assert not [p for p in read.problems if "is no sample" in p.what]


def test_a_renamed_sample_is_proposed_and_a_line_of_the_user_mends_it(maize):
    table = soil(maize).replace({"sample": {"S1": "maize-S1x"}, "SampleID": {"S1": "maize-S1x"}})
    table.to_csv(maize / "samples.csv", index=False)
    read = Experiment.read(maize)
    assert {"S1", "maize-S1x"} <= set(read.samples)
    said = [p for p in read.problems if "maize-S1x" in p.what or "'S1'" in p.what]
    assert said and all(p.fix for p in said)
    (maize / "sample_names.csv").write_text("written,sample\nmaize-S1x,S1\n")
    mended = Experiment.read(maize)
    assert len(mended.samples) == 90 and "maize-S1x" not in mended.samples
    assert mended.measured["pH"]["S1"] == 6.41


def test_names_written_otherwise_in_one_table_are_put_together(maize):
    table = soil(maize)
    table["sample"] = table["SampleID"] = [f"{s[0].lower()}_{s[1:].zfill(3)}" for s in table["sample"]]
    table.to_csv(maize / "samples.csv", index=False)
    read = Experiment.read(maize)
    assert len(read.samples) == 90
    assert any("written otherwise" in p.what for p in read.problems)
    assert np.isfinite(read.measured["pH"]).sum() == 90


def test_a_lost_column_of_names_is_asked_for(maize):
    soil(maize).drop(columns=["sample", "SampleID", "Plant_ID"]).to_csv(maize / "samples.csv", index=False)
    read = Experiment.read(maize)
    said = " ".join(str(p) for p in read.problems)
    assert "samples.csv" in said and ("add a column called `sample`" in said or "map them in sample_names.csv" in said)


def test_a_lost_column_of_numbers_costs_only_itself(maize):
    whole = Experiment.read(maize).measured
    soil(maize).drop(columns=["pH"]).to_csv(maize / "samples.csv", index=False)
    less = Experiment.read(maize).measured
    assert set(whole.columns) - set(less.columns) == {"pH"}
    pd.testing.assert_frame_equal(whole[less.columns], less)


def test_a_unit_in_micromoles_is_converted_and_said(maize):
    table = soil(maize)
    rng = np.random.default_rng(1)
    nano = rng.lognormal(4, 0.4, len(table))
    table["BG (umol g-1 h-1)"] = nano / 1000
    table.to_csv(maize / "samples.csv", index=False)
    read = Experiment.read(maize)
    assert np.allclose(read.measured["BG"], nano, rtol=1e-12) and read.units["BG"] == "nmol g-1 h-1"
    assert any("umol g-1 h-1 is converted to nmol g-1 h-1 (× 1000)" in p.what for p in read.problems)
    table.rename(columns={"BG (umol g-1 h-1)": "BG (nmol g-1 h-1)"}).to_csv(maize / "samples.csv", index=False)
    wrong = Experiment.read(maize)
    said = [p.what for p in wrong.problems if p.what.startswith("BG: the median")]
    assert said and "it would fit umol g-1 h-1" in said[0] and np.allclose(wrong.measured["BG"], nano / 1000)


def test_plates_of_the_example_without_their_unit_are_asked_for(pots):
    glucosidase = "glucosidase".encode("utf-16-le")
    (path,) = [p for p in pots.iterdir() if p.is_file() and glucosidase in p.read_bytes()]
    whole = Experiment.read(pots)
    path.write_bytes(path.read_bytes().decode("utf-16").replace("µmol g⁻¹ h⁻¹", "").encode("utf-16"))
    blind = Experiment.read(pots)
    assert whole.units["BG"] == "nmol g-1 h-1" and blind.units["BG"] == ""
    asked = next(p for p in blind.problems if "beta-glucosidase is not written" in p.what)
    name = asked.what.partition(":")[0]
    told = Experiment.read(pots, {name: "umol g-1 h-1"})
    pd.testing.assert_series_equal(told.measured["BG"], whole.measured["BG"])
    assert list(blind.samples) == list(whole.samples)


def test_a_pot_of_the_example_that_the_design_forgot_stays(pots):
    design = pots / "design.csv"
    lines = design.read_text(encoding="utf-8").splitlines()
    design.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    whole, less = len(lines) - 1, Experiment.read(pots)
    assert len(less.samples) == whole
    assert any("kept as a sample of its own" in p.what or "not in this table" in p.what for p in less.problems)
