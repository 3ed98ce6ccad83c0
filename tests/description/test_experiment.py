"""A folder of tables becomes one experiment: names reconciled and reported, replicates averaged, units converted."""

import numpy as np
import pytest
import yaml

from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.names import role, tokens, understand
from rhizolith.errors import InputError


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("S01", "s1"),
        ("CK-NPK 3", "ck_npk_03"),
        ("A1_sample", "A1"),
        ("X12", "12"),
        ("pot 7.raw", "Pot7"),
        ("P1 Peak area", "p1"),
    ],
)
def test_names_that_mean_the_same(one, other):
    assert "".join(tokens(one)) == "".join(tokens(other))


def test_names_are_understood_by_rule_and_similar_ones_only_proposed():
    samples = ["CK-1", "CK-2", "NPK-1", "NPK-2"]
    found = {m.written: (m.sample, m.how) for m in understand("t", [
        "CK-1", "ck_02", "NPK-1 rep 2", "NPK-2b", "Blank 1", "pooled_QC_3", "NPKK-1", "zebra", "odd"
    ], samples, {"odd": "CK-2"})}  # fmt: skip
    assert found["CK-1"] == ("CK-1", "exact") and found["ck_02"] == ("CK-2", "alike")
    assert found["NPK-1 rep 2"] == ("NPK-1", "replicate") and found["NPK-2b"] == ("NPK-2", "replicate")
    assert found["Blank 1"] == ("blank", "role") and found["pooled_QC_3"] == ("QC", "role")
    assert found["NPKK-1"] == ("NPK-1", "proposed") and found["zebra"] == ("zebra", "new")
    assert found["odd"] == ("CK-2", "mapped")
    assert not role("blanket bog 1") and not role("Tarn QCM")


@pytest.fixture
def folder(tmp_path):
    def write(name, text, encoding="utf-8"):
        (tmp_path / name).write_text(text, encoding=encoding)

    pots = [f"P{k}" for k in range(1, 5)]
    write(
        "design.csv",
        "pot,plant,amendment\n"
        + "".join(f"{p},{'yes' if k % 2 else 'no'},{'FA' if k > 1 else 'none'}\n" for k, p in enumerate(pots)),
    )
    write(
        "soil.csv",
        "Sample ID;pH;SOC (%);MBC (µg/g)\n" + "".join(f"p-0{k + 1};{8 + k},5;1,{k};{100 + k}\n" for k in range(4)),
        "utf-16",
    )
    enzymes = "".join(f"P{k}_rep{r},{10 * k + r},{k},{2 * k}\n" for k in range(1, 5) for r in (1, 2, 3))
    write("plate.csv", "name,BG (umol g-1 h-1),NAG (nmol/g/h),LAP (nmol/g/h)\n" + enzymes)
    write(
        "peaks.csv",
        "Mass,P1,P2,P3,P4,Blank,C,H,O,N,S,P\n200.1,1,2,3,4,9,10,16,4,0,0,0\n214.1,0,2,3,4,0,11,18,4,0,0,0\n",
    )
    write("asv.tsv", "#OTU ID\tP1\tP2\tP3\tP4\tPX\nASV1\t5\t0\t1\t2\t7\nASV2\t1\t4\t1\t2\t7\nASV3\t0\t0\t1\t2\t7\n")
    write("notes.md", "# Notes\nWatered twice a week, see the notebook.\n")
    return tmp_path


def test_a_folder_becomes_one_sample_axis(folder):
    read = Experiment.read(folder)
    assert read.samples[:4] == ("P1", "P2", "P3", "P4")
    assert read.design.loc["P2", ["plant", "amendment"]].tolist() == ["yes", "none"]
    assert read.measured.loc[["P1", "P4"], "pH"].tolist() == [8.5, 11.5]
    assert read.measured.loc["P2", "SOC"] == pytest.approx(11) and read.units["SOC"] == "g kg-1"
    assert read.measured.loc["P3", "MBC"] == pytest.approx(102)


def test_replicates_are_averaged_with_their_spread(folder):
    read = Experiment.read(folder)
    assert read.measured.loc["P2", "BG"] == pytest.approx(22_000) and read.units["BG"] == "nmol g-1 h-1"
    assert read.spread.loc["P2", "BG"] == pytest.approx(1000) and read.number.loc["P2", "BG"] == 3


def test_what_was_odd_is_said(folder):
    read = Experiment.read(folder)
    said = "\n".join(f"{p.where}: {p.what}" for p in read.problems)
    assert "soil.csv: 4 sample names are written otherwise" in said and "'p-01' as 'P1'" in said
    assert "peaks.csv: 'Blank' is taken as a blank" in said
    assert "asv.tsv, cell F1: 'PX'" in said and "kept as a sample of its own" in said
    assert "BG: umol g-1 h-1 is converted" in said
    assert "notes.md" in said
    assert "PX" in read.samples  # not in the design, not dropped either
    assert all(p.fix for p in read.problems)


def test_choices_of_the_user_hold(folder):
    (folder / "sample_names.csv").write_text("written,sample\nPX,P4\n")
    (folder / "experiment.yaml").write_text(
        yaml.safe_dump({"tables": {"plate.csv": {"ignore": True}}, "units": {"SOC": "g/kg"}})
    )
    read = Experiment.read(folder)
    assert read.samples == ("P1", "P2", "P3", "P4") and "BG" not in read.measured
    counts = read.of("counts")[0]
    assert counts.values.loc["ASV1", "P4"] == 9  # reads of one sample add up
    assert read.measured.loc["P2", "SOC"] == pytest.approx(1.1)


def test_the_written_choices_read_the_same_way_again(folder):
    first = Experiment.read(folder)
    (folder / "experiment.yaml").write_text(first.to_yaml())
    again = Experiment.read(folder)
    assert again.samples == first.samples and again.measured.equals(first.measured)


def test_two_tables_of_one_quantity_are_both_kept(folder):
    (folder / "soil2.csv").write_text("sample,pH\nP1,7\nP2,7\nP3,7\nP4,7\n")
    read = Experiment.read(folder)
    assert read.measured["pH"].tolist()[:4] != [7] * 4 or "pH (soil.csv)" in read.measured
    assert any("is there already" in p.what for p in read.problems)


def test_without_a_design_factors_come_from_names(tmp_path):
    rows = "".join(f"{t}-{f}-{r},{r}.5,{r + 1}\n" for t in ("CK", "NPK") for f in ("bulk", "rhizo") for r in (1, 2, 3))
    (tmp_path / "soil.csv").write_text("sample,pH,SOC (g/kg)\n" + rows)
    read = Experiment.read(tmp_path)
    assert list(read.design.columns) == ["name part 1", "name part 2", "name part 3"]
    assert any("factors are read from the sample names" in p.what for p in read.problems)


def test_a_folder_without_samples_is_refused_with_all_problems(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(b"\x1f\x8b\x08broken")
    (tmp_path / "readme.txt").write_text("nothing here\n")
    with pytest.raises(InputError) as caught:
        Experiment.read(tmp_path)
    assert len(caught.value.problems) == 2
    with pytest.raises(InputError, match="no such folder"):
        Experiment.read(tmp_path / "absent")


def test_annotations_of_features_are_not_samples(tmp_path):
    names = [f"met {k} acid" for k in range(40)]
    (tmp_path / "area.csv").write_text("metabolite,S1,S2,S3\n" + "".join(f"{n},{k},1,2\n" for k, n in enumerate(names)))
    (tmp_path / "annotation.csv").write_text("metabolite,msiLevel,class\n" + "".join(f"{n},2,acid\n" for n in names))
    read = Experiment.read(tmp_path)
    assert read.samples == ("S1", "S2", "S3") and len(read.of("names")) == 1
    assert np.isfinite(read.of("features", "counts")[0].values.to_numpy()).all()


def test_pots_are_matched_by_their_number_only_where_nothing_else_can_be_meant():
    samples = ["P01", "P02", "P03"]
    assert [m.sample for m in understand("t", ["pot 1", "pot 2", "pot 3"], samples)] == samples
    assert {m.how for m in understand("t", ["pot 1", "pot 9"], samples)} <= {"new", "proposed"}
    assert {m.how for m in understand("t", ["x 1", "y 2"], samples)} <= {"new", "proposed"}
    mixed = ["CK1", "CK2", "NPK1"]
    assert {m.how for m in understand("t", ["pot 1", "pot 2"], mixed)} <= {"new", "proposed"}


def test_lineages_with_semicolons_keep_their_first_line(tmp_path):
    lines = "".join(f"ASV{k}\td__Bacteria; p__Made; g__Up{k}\n" for k in range(20))
    (tmp_path / "taxonomy.tsv").write_text("Feature ID\tTaxon\n" + lines)
    (tmp_path / "asv.tsv").write_text("#OTU ID\tA\tB\n" + "".join(f"ASV{k}\t{k}\t0\n" for k in range(20)))
    read = Experiment.read(tmp_path)
    assert len(read.of("taxonomy")[0].values) == 20 and read.samples == ("A", "B")


def test_replicates_named_by_a_letter_share_a_base():
    from rhizolith.description.experiment.names import factors_in_names

    names = [f"Fjord 0{k}{r}" for k in (1, 2, 3) for r in "abc"]
    assert factors_in_names(names) == {"name without replicate": [f"fjord {k}" for k in (1, 2, 3) for _ in "abc"]}
    assert factors_in_names(["alpha", "beta", "gamma"]) == {}
