"""A sample that a table names twice: replicates where something says so, else a slip that is named, never averaged."""

import numpy as np
import pytest

from rhizolith.description.experiment.experiment import Experiment

SOIL = "sample,treatment,pH,SOC (g/kg)\n" + "".join(f"P{k},{'a' if k < 4 else 'b'},6.{k},1{k}\n" for k in range(1, 7))


def read(folder, text=SOIL, **files):
    (folder / "soil.csv").write_text(text, encoding="utf-8")
    for name, held in files.items():
        (folder / name.replace("__", ".")).write_text(held, encoding="utf-8")
    return Experiment.read(folder)


def said(experiment, *words):
    return [p for p in experiment.problems if all(w in f"{p.where}: {p.what} {p.fix}" for w in words)]


def test_lines_that_disagree_are_named_and_what_they_disagree_on_is_left_empty(tmp_path):
    found = read(tmp_path, SOIL + "P2,a,7.9,12\n")
    (told,) = said(found, "P2 stands in 2 lines")
    assert told.where == "soil.csv, cell A3" and "cell A8" in told.what and "pH 6.2 and 7.9" in told.what
    assert "left empty" in told.what and "replicates: true" in told.fix
    assert np.isnan(found.measured.loc["P2", "pH"]) and found.measured.loc["P2", "SOC"] == 12
    assert (found.number["SOC"] == 1).all() and found.measured["pH"].drop("P2").notna().all()


def test_a_copied_line_is_used_once(tmp_path):
    found = read(tmp_path, SOIL + "P2,a,6.2,12\n")
    assert said(found, "which say the same; it is used once") and found.measured.loc["P2", "pH"] == 6.2


def test_a_sample_without_a_line_is_offered_as_the_true_name(tmp_path):
    text = SOIL.replace("P5,b", "P2,b")
    design = "sample,pot\n" + "".join(f"P{k},p{k}\n" for k in range(1, 7))
    found = read(tmp_path, text, design__csv=design)
    assert said(found, "P2 stands in 2 lines", "no line names P5")


def test_replicates_that_the_user_declares_are_averaged_counted_and_said(tmp_path):
    found = read(tmp_path, SOIL + "P2,a,7.9,12\n", experiment__yaml="tables: {soil.csv: {replicates: true}}\n")
    assert found.measured.loc["P2", "pH"] == pytest.approx(7.05) and found.number.loc["P2", "pH"] == 2
    assert found.spread.loc["P2", "pH"] == pytest.approx(1.7 / 2**0.5)
    assert said(found, "averaged as replicates (experiment.yaml says so)")
    (tmp_path / "experiment.yaml").write_text(found.to_yaml())
    assert Experiment.read(tmp_path).measured.equals(found.measured)


def test_replicates_that_a_column_numbers_are_averaged_and_said(tmp_path):
    text = "sample,rep,pH,EC (dS/m),SOC (g/kg)\n" + "".join(
        f"P{k},{r},6.{k}{r},1.{r},1{k}\n" for k in range(1, 5) for r in (1, 2)
    )
    found = read(tmp_path, text + "P5,1,6.9,1,15\n")
    assert found.number.loc["P1", "pH"] == 2 and found.number.loc["P5", "pH"] == 1
    assert said(found, "4 samples have 2 lines each", "column 'rep' numbers them")


def test_depths_that_share_a_name_are_told_from_replicates(tmp_path):
    text = "site,depth,pH\n" + "".join(f"S{k},{d},6.{k}\n" for k in range(1, 6) for d in ("top", "deep"))
    assert said(read(tmp_path, text), "depth differs between the lines of 5 samples", "names of their own")


def test_a_treatment_that_differs_between_two_lines_is_said(tmp_path):
    assert said(read(tmp_path, SOIL + "P2,b,6.2,12\n"), "treatment differs between the lines of 1 sample", "'a', 'b'")


def test_a_second_column_of_one_sample_is_not_added_to_the_first(tmp_path):
    counts = "#OTU ID\tP1\tP2\tP3\tP4\tP5\tP6\tP2\n" + "".join(f"ASV{k}\t{k}\t1\t0\t2\t0\t0\t9\n" for k in range(9))
    found = read(tmp_path, asv__tsv=counts)
    assert found.of("counts")[0].values.loc["ASV1", "P2"] == 1 and "P2 (2)" in found.samples
    assert said(found, "a second column is called 'P2'")


def test_a_pot_called_otherwise_in_two_of_four_tables_is_proposed_with_its_places(tmp_path):
    lines = [f"P{k}" for k in range(1, 7)]
    other = ["P4x" if p == "P4" else p for p in lines]
    counts = (
        "#OTU ID\t"
        + "\t".join(other)
        + "\n"
        + "".join(f"ASV{k}\t" + "\t".join("10201" + str(k)) + "\n" for k in range(9))
    )
    design = "sample,plant\n" + "".join(f"{p},{'yes' if k % 2 else 'no'}\n" for k, p in enumerate(lines))
    plant = "sample,shoot (g)\n" + "".join(f"{p},{k + 1}\n" for k, p in enumerate(other))
    found = read(tmp_path, asv__tsv=counts, design__csv=design, plant__csv=plant)
    (told,) = said(found, "did you mean 'P4'?")
    assert "'P4x'" in told.what and told.where in ("asv.tsv, cell E1", "plant.csv, cell A5") and "P4x,P4" in told.fix
    assert not said(found, "not in this table") and {"P4", "P4x"} <= set(found.samples)
    mended = read(tmp_path, sample_names__csv="written,sample\nP4x,P4\n")
    assert "P4x" not in mended.samples and mended.measured.loc["P4", "shoot"] == 4


def test_short_names_a_case_and_zeros_are_told_apart_from_other_samples():
    from rhizolith.description.experiment.strays import distance

    assert [distance("S7x", b) for b in ("S7", "s-07x", "S17", "R7")] == [1, 0, 9, 9]
    assert distance("S71", "S17") == 2 and distance("maize-S1x", "S1") == 1 and distance("Elymus", "Elymsu") == 1


def test_instruments_tails_and_units_do_not_cut_names_of_samples(tmp_path):
    head = "feature,P1_ML_1,P2_ML_2,P3_g_1,P4_m_1 (ng/g)"
    (tmp_path / "areas.csv").write_text(head + "\n" + "".join(f"FT{k:03},1,2,3,4\n" for k in range(40)))
    assert Experiment.read(tmp_path).of("features")[0].samples == ["P1_ML_1", "P2_ML_2", "P3_g_1", "P4_m_1"]
