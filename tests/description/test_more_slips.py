"""What new users do to tables of the example: each slip leads to a line that names its place and its mend."""

import shutil

import pytest

from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.names import understand


def said(folder, *words):
    read = Experiment.read(folder)
    return [p for p in read.problems if all(w in f"{p.where}: {p.what} {p.fix}" for w in words)]


def plates(folder, change):
    path = folder / "enzyme plates.csv"
    lines = path.read_bytes().decode("utf-16").splitlines()
    path.write_bytes("\n".join(change(lines)).encode("utf-16"))
    return folder


def test_a_unit_changed_in_three_lines_is_named_and_its_thousandfold_remarked(pots):
    plates(pots, lambda x: [*x[:1], *(line.replace("µmol", "nmol") for line in x[1:4]), *x[4:]])
    (told,) = said(pots, "3 lines (row 2, row 3, row 4)")
    assert "one of the units is likely a slip" in told.what and "-fold" in told.what


def test_copied_lines_of_a_plate_are_found_by_the_number_of_their_replicate(pots):
    plates(pots, lambda x: [*x, *x[1:4]])
    assert said(pots, "cell A290", "stands twice (cell A2 and here), as 3 lines do")


def test_a_lost_column_of_enzymes_shows_in_the_numbers_of_replicates(pots):
    plates(pots, lambda x: [";".join(c for k, c in enumerate(r.split(";")) if k != 1) for r in x])
    assert said(pots, "as 216 lines do", "add the column that tells the lines apart")


def test_a_lost_column_of_values_is_one_line_not_one_a_sample(pots):
    plates(pots, lambda x: [";".join(c for k, c in enumerate(r.split(";")) if k != 2) for r in x])
    found = said(pots, "enzyme plates.csv", "differ in enzyme")
    assert len(found) == 1 and "their column is missing" in found[0].fix


def test_a_name_made_a_date_does_not_cost_the_other_pots_their_soil(pots):
    import datetime

    import openpyxl

    book = openpyxl.load_workbook(pots / "soil and plants.xlsx")
    book.worksheets[0]["A9"] = datetime.datetime(2024, 9, 1)
    book.save(pots / "soil and plants.xlsx")
    (told,) = said(pots, "looks like a date")
    assert told.where.endswith("cell A9") and Experiment.read(pots).measured["pH"].notna().sum() == 24


def test_a_factor_coded_by_numbers_is_a_factor(pots):
    text = (pots / "design.csv").read_text(encoding="utf-8").replace("Elymus", "1").replace("Fe-citrate-humic", "1")
    (pots / "design.csv").write_text(text.replace("none", "0"), encoding="utf-8")
    read = Experiment.read(pots)
    assert {"plant", "amendment"} <= set(read.design) and not {"plant", "amendment"} & set(read.measured)
    soil = "sample,dose,tillers,pH\n" + "".join(f"P{k:02},{k % 3 * 10},{k % 7},6.{k}\n" for k in range(1, 25))
    (pots / "extra.csv").write_text(soil)
    again = Experiment.read(pots)
    assert "dose" in again.design and "tillers" in again.measured
    assert said(pots, "extra.csv, cell B1: dose holds only 10, 20, 0", "taken as levels")


def test_a_shifted_line_and_a_short_line_of_the_design_are_named(pots):
    lines = (pots / "design.csv").read_text(encoding="utf-8").splitlines()
    lines[5] = lines[5].replace(",", ",,", 1)
    lines[8] = ",".join(lines[8].split(",")[:2])
    (pots / "design.csv").write_text("\n".join(lines), encoding="utf-8")
    assert said(pots, "design.csv, cell E6: a line has a cell in a column without a name", "shifted?")
    assert said(pots, "README.txt") and not said(pots, "README.txt, cell")  # words have no columns
    assert said(pots, "plant has no level for 1 of 24 samples ('P05')") and said(pots, "samples ('P08')")


def test_a_copy_of_a_file_is_left_alone(pots):
    shutil.copy(pots / "asv.tsv", pots / "asv (copy).tsv")
    assert said(pots, "asv (copy).tsv: this file is a copy of asv.tsv") and len(Experiment.read(pots).of("counts")) == 1


def test_repeated_taxa_negative_counts_and_second_columns_are_said(pots):
    lines = (pots / "asv.tsv").read_text().splitlines()
    cells = lines[3].split("\t")
    (pots / "asv.tsv").write_text(
        "\n".join([*lines[:3], "\t".join([cells[0], "-5", *cells[2:]]), *lines[4:], lines[5]])
    )
    assert said(pots, "asv.tsv, cell A62: 1 lines repeat a label", "1 are copies and used once")
    assert said(pots, "asv.tsv, cell B1: 1 negative number among counts (ASV002 in P-01); taken as 0")
    (pots / "extra.csv").write_text("sample,SOC (%),SOC (g/kg)\n" + "".join(f"P0{k},1.{k},1{k}\n" for k in range(1, 9)))
    assert said(pots, "extra.csv, cell C1: a second column of SOC", "'SOC (g/kg)'")


def test_many_impossible_values_of_a_column_are_one_line(pots):
    (pots / "extra.csv").write_text("sample,clay (%)\n" + "".join(f"P{k:02},{150 + k}\n" for k in range(1, 25)))
    (told,) = said(pots, "clay", "not plausible")
    assert "24 of 24 values (151 to 174 %)" in told.what and told.where == "extra.csv, cell B2 to B25"


@pytest.mark.parametrize("slip", ["Pot five", "Q-05", "pot 05"])
@pytest.mark.parametrize("beside", [True, False])
def test_one_slip_in_a_name_does_not_cost_another_table_its_numbers(slip, beside):
    own = [f"P{k:02d}" for k in range(1, 25)]
    samples = [*own, slip] if beside else [slip if s == "P05" else s for s in own]
    found = {m.written: m for m in understand("soil", [f"pot {k:02d}" for k in range(1, 25)], samples)}
    assert [found[f"pot {k:02d}"].sample for k in (1, 4, 6, 24)] == ["P01", "P04", "P06", "P24"]
    fifth = found["pot 05"]
    assert fifth.sample == ("pot 05" if slip == "pot 05" or not beside else "P05")


def test_names_that_mostly_lack_a_number_are_not_matched_by_numbers():
    found = understand("soil", [f"pot {k}" for k in range(1, 25)], [f"P{k}" for k in range(1, 13)])
    assert {m.how for m in found} == {"new"}
