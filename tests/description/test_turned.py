"""Soil tables with quantities in rows and samples in columns are read as if each sample were a line."""

import numpy as np
import pytest

from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.open_file import open_bytes

PLAIN = "sample,Treatment,pH,SOC (g/kg),clay (%)\n" + "".join(
    f"{s},{t},{6 + k / 10},{10 + k},{20 + k}\n" for k, (s, t) in enumerate(zip(("A1", "A2", "B1", "B2"), "nnll"))
)


def turn(text: str, corner: str = "Parameter") -> list[list[str]]:
    rows = [line.split(",") for line in text.splitlines()]
    columns = [list(c) for c in zip(*rows)]
    columns[0][0] = corner
    return columns


def joined(rows, mark="\t"):
    return "\n".join(mark.join(r) for r in rows)


@pytest.mark.parametrize("corner", ["Parameter", "", "Sample", "Soil property"])
@pytest.mark.parametrize("title", ["", "Table 1. Soils before planting\n\n"])
def test_a_turned_table_says_what_the_plain_one_says(corner, title, tmp_path):
    (tmp_path / "soil.csv").write_text(PLAIN)
    plain = Experiment.read(tmp_path)
    (tmp_path / "soil.csv").write_text(title + joined(turn(PLAIN, corner)))
    found = Experiment.read(tmp_path)
    assert found.samples == plain.samples and dict(found.units) == dict(plain.units)
    np.testing.assert_array_equal(found.measured[plain.measured.columns], plain.measured)
    assert found.design["Treatment"].tolist() == plain.design["Treatment"].tolist()
    assert any("samples in columns; the table was turned (4 samples)" in p.what for p in found.problems)
    assert not [p for p in plain.problems if "turned" in p.what]


def test_a_column_of_units_joins_the_names_and_methods_are_named():
    rows = turn(PLAIN.replace(" (g/kg)", "").replace(" (%)", ""))
    more = [["Method", "Unit"], ["", ""], ["electrode", ""], ["combustion", "g/kg"], ["pipette", "%"]]
    (table,) = open_bytes(joined([r[:1] + m + r[1:] for r, m in zip(rows, more)]).encode(), "soil.tsv")
    assert table.samples == ["A1", "A2", "B1", "B2"] and table.units == {"pH": "", "SOC": "g kg-1", "clay": "%"}
    assert any(p.where == "soil.tsv, cell B1" and "Method" in p.what for p in table.problems)


def test_cells_are_named_where_they_stand_in_the_file():
    rows = turn(PLAIN)
    rows[3][2], rows[4][4] = "<0.5", "lost"
    (table,) = open_bytes(joined(rows).encode(), "soil.tsv")
    said = {p.where: p.what for p in table.problems}
    assert "below detection" in said["soil.tsv, cell C4"] and "'lost' is no number" in said["soil.tsv, cell E5"]
    assert table.values["SOC"].tolist() == [10, 0.25, 12, 13]


def test_a_sample_of_which_nothing_is_a_number_stays():
    rows = turn(PLAIN)
    for k in (2, 3, 4):
        rows[k][4] = "lost"
    (table,) = open_bytes(joined(rows).encode(), "soil.tsv")
    assert table.samples == ["A1", "A2", "B1", "B2"] and table.values.loc["B2"].isna().all()
    assert sum("'lost' is no number" in p.what for p in table.problems) == 3


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "quantity,mean,sd,n\npH,6,0.1,4\nSOC,12,1,4\nclay,20,2,4\n",  # statistics
        "variable,r_pearson,p_pearson,r_spearman\npH,0.1,0.03,0.1\nNO3,0.2,0.01,0.1\nTN,0.3,0.2,0.3\n",
        "variable,group,letter,mean,n\npH,A,a,6,4\npH,B,b,7,4\nSOC,A,a,12,4\nSOC,B,a,13,4\n",
        ",pH,SOC,clay\npH,1,0.5,0.2\nSOC,0.5,1,0.1\nclay,0.2,0.1,1\n",  # correlations
        "metabolite,S1,S2,S3\ntrehalose,1,2,3\nalanine,4,5,6\nglycine,4,5,6\nserine,1,1,2\nvaline,1,1,3\n",
        "sample,variable,value\nA,pH,6\nA,SOC,12\nB,pH,7\nB,SOC,13\n",
    ],
)
def test_other_tables_are_not_turned(text):
    assert not [p for t in open_bytes(text.encode(), "x.csv") for p in t.problems if "turned" in p.what]


def test_the_users_word_on_the_kind_of_a_table_keeps_its_lines():
    table, _ = open_bytes(joined(turn(PLAIN)).encode(), "soil.tsv", {"soil.tsv": "features"})
    assert table.kind == "features" and not [p for p in table.problems if "turned" in p.what]


def test_a_turned_sheet_of_a_workbook(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in turn(PLAIN):
        book.active.append([float(c) if c.replace(".", "").isdigit() else c for c in row])
    book.save(tmp_path / "soil.xlsx")
    found = Experiment.read(tmp_path)
    assert found.samples == ("A1", "A2", "B1", "B2") and found.measured["SOC"].tolist() == [10, 11, 12, 13]
