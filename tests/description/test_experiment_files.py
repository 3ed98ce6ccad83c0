"""Every published file opens with no options, and every odd cell is named by its address."""

import io
import os
from pathlib import Path

import numpy as np
import pytest

from rhizolith.description.experiment.cell import read_cell
from rhizolith.description.experiment.decode import decode
from rhizolith.description.experiment.header import Header, read_header
from rhizolith.description.experiment.open_file import open_bytes, open_file
from rhizolith.description.experiment.quantity import factor, recognize
from rhizolith.errors import InputError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shared():
    given = os.environ.get("RHIZOLITH_SHARED")
    base = Path(given) if given else ROOT.parent / "shared"
    base = base / "data" if (base / "data").is_dir() else base
    if not (base / "ms").is_dir():
        pytest.skip("skipped: shared data absent")
    return base


# file → kind, rows or features, samples
PUBLISHED = {
    "ms/corems-srfa-esfa/ESFA_15T_3sFID_calibrated.txt": ("peaks", 7082, 1),
    "ms/corems-srfa-esfa/ESI_NEG_ESFA.ascii": ("peaks", 21507, 1),
    "ms/corems-srfa-esfa/ESI_NEG_SRFA_UnCal_Unassign.csv": ("peaks", 1936, 1),
    "ms/corems-srfa-esfa/SRFA.pks": ("peaks", 17068, 1),
    "ms/corems-srfa-esfa/Auto_SRFA_QC.csv": ("formulas", 9050, 1),
    "ms/ftms12T-soil-plant/example12T_data.csv": ("formulas", 24442, 20),
    "ms/ftms12T-soil-plant/example12T_metadata.csv": ("design", 20, 20),
    "ms/ropls-sacurine/sacurine_dataMatrix.csv": ("features", 109, 183),
    "ms/ume-fjord-demo/peaklist_demo.csv.gz": ("peaks", 23801, 10),
    "eco/format_examples/dada2_table.qza": ("counts", 287, 48),
    "eco/format_examples/taxonomy.qza": ("taxonomy", 287, 0),
    "eco/format_examples/otu_table_raw.txt": ("counts", 299, 200),
    "eco/format_examples/example_PICRUSt2_KEGG_path_abun_unstrat.tsv": ("genes", 87, 90),
    "eco/format_examples/rep_phylo.tre": ("tree", 0, 0),
    "eco/format_examples/sample-metadata.tsv": ("design", 48, 48),
    "eco/iberian_aridity_enzymes/my_data_models.csv": ("measurements", 60, 60),
    "eco/maize_rotation_microbiome_metabolome/samples.csv": ("measurements", 90, 90),
    "eco/maize_rotation_microbiome_metabolome/asv_taxonomy.csv.gz": ("taxonomy", 1245, 0),
    "eco/phyloseq_soilrep/otu_counts.csv.gz": ("counts", 16825, 56),
    "eco/vegan_classics/BCI.csv": ("counts", 225, 50),
    "eco/vegan_classics/varechem.csv": ("measurements", 24, 24),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_tables_are_what_they_are(shared, name):
    (table,) = open_file(shared / name)
    kind, rows, samples = PUBLISHED[name]
    assert (table.kind, len(table.values), len(table.samples)) == (kind, rows, samples)


def test_every_file_opens(shared):
    files = [p for room in ("ms", "eco") for p in (shared / room).rglob("*") if p.is_file() and p.stat().st_size < 3e4]
    assert len(files) > 90
    for path in files:
        assert open_file(path), path


def test_the_polarity_of_a_peak_list_is_read_from_its_header(shared):
    assert open_file(shared / "ms/corems-srfa-esfa/SRFA.pks")[0].text == "positive"


def test_values_survive(shared):
    import csv

    (table,) = open_file(shared / "ms/ftms12T-soil-plant/example12T_data.csv")
    with (shared / "ms/ftms12T-soil-plant/example12T_data.csv").open() as f:
        row = list(csv.DictReader(f))[20000]
    assert [table.values[s].iloc[20000] for s in table.samples] == [float(row[s]) for s in table.samples]
    assert all(table.about[e].iloc[20000] == float(row[e]) for e in "CHONSP")


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("3.5", "number", 3.5),
        (" 3,5 ", "number", 3.5),
        ("1,234.5", "number", 1234.5),
        ("−4e-3", "number", -0.004),
        ("<0.5", "below", 0.5),
        ("≤ 2", "below", 2.0),
        (">100", "above", 100.0),
        ("<LOD", "below", np.nan),
        ("n.d.", "below", np.nan),
        ("NA", "missing", np.nan),
        ("—", "missing", np.nan),
        ("1.2 ± 0.3", "spread", 1.2),
        ("1.2±0.3 ab", "spread", 1.2),
        ("12.3a", "number", 12.3),
        ("45 %", "percent", 45.0),
        ("clay", "text", np.nan),
        ("1e999", "text", np.nan),
        (None, "missing", np.nan),
        (True, "text", np.nan),
        (7, "number", 7.0),
    ],
)
def test_a_cell_as_laboratories_write_it(written, kind, value):
    cell = read_cell(written)
    assert cell.kind == kind
    assert cell.value == value or (np.isnan(value) and np.isnan(cell.value))


def test_decimal_commas_and_groups_of_thousands():
    assert read_cell("1.234,5", comma=True).value == 1234.5
    assert read_cell("0,25", comma=True).value == 0.25
    assert read_cell("1'234.5").value == 1234.5


@pytest.mark.parametrize(
    ("written", "name", "unit"),
    [
        ("NH4-N (mg kg⁻¹)", "NH4-N", "mg kg-1"),
        ("MBC [µg/g]", "MBC", "ug g-1"),
        ("MBC (mg C kg-1 dry soil)", "MBC", "mg kg-1"),
        ("BG, nmol g-1 h-1", "BG", "nmol g-1 h-1"),
        ("BG (nmol MUF g⁻¹ dw h⁻¹)", "BG", "nmol g-1 h-1"),
        ("NAG (nmol/g/hr)", "NAG", "nmol g-1 h-1"),
        ("SOC_g_kg", "SOC", "g kg-1"),
        ("Clay %", "Clay", "%"),
        ("CEC (cmol(+)/kg)", "CEC", "cmolc kg-1"),
        ("CEC (meq/100g)", "CEC", "cmolc kg-1"),
        ("EC (dS m-1)", "EC", "dS m-1"),
        ("pH (H2O)", "pH (H2O)", ""),
        ("Site", "Site", ""),
        ("C_N", "C_N", ""),
    ],
)
def test_units_come_out_of_headers(written, name, unit):
    assert read_header(written) == Header(name, unit)


def test_units_convert_or_are_refused():
    assert factor("ug g-1", "mg kg-1") == pytest.approx(1)
    assert factor("umol g-1 h-1", "nmol g-1 h-1") == pytest.approx(1000)
    assert factor("%", "g kg-1") == pytest.approx(10)
    assert factor("mg kg-1", "nmol g-1 h-1") is None


def test_ap_is_decided_by_its_unit():
    assert recognize("AP", "mg kg-1").name == "available_P"
    assert recognize("AP", "nmol g-1 h-1").name == "phosphatase"
    assert recognize("AP").group == "ambiguous"
    assert recognize("β-Glucosidase").name == "BG" and recognize("N-acetyl-β-D-glucosaminidase").name == "NAG"


SOIL = "sample;pH;SOC (g/kg);MBC (mg/kg)\nA1;7,1;12,5;200\nA2;6,9;<0,5;n.d.\nB1;7,4;bad;310\nB2;7,0;14,25;1.5 ± 0,2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_table_reads_alike_in_every_encoding(encoding):
    (table,) = open_bytes(SOIL.replace("\n", "\t\r\n").encode(encoding), "soil.csv")
    assert table.samples == ["A1", "A2", "B1", "B2"]
    assert table.values["pH"].tolist() == [7.1, 6.9, 7.4, 7.0]
    assert table.units["SOC"] == "g kg-1"


def test_odd_cells_are_named_by_their_address():
    (table,) = open_bytes(SOIL.encode(), "soil.csv")
    said = {p.where: p.what for p in table.problems}
    assert "below detection" in said["soil.csv, cell C3"] and "not given" in said["soil.csv, cell D3"]
    assert "'bad' is no number" in said["soil.csv, cell C4"]
    assert np.isnan(table.values["SOC"]["B1"]) and table.values["SOC"]["A2"] == pytest.approx(0.25)
    assert table.spread["MBC"]["B2"] == pytest.approx(0.2)


def workbook(fill) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    fill(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_workbook_with_titles_merged_headers_and_a_row_of_units():
    def fill(book):
        page = book.active
        page.title = "Soil"
        page.append(["Pot experiment 2025, all data"])
        page.append([])
        page.append(["Pot", "Treatment", "Chemistry", None, "Biomass", None])
        page.append(["Pot", "Treatment", "pH", "SOC", "MBC", "MBN"])
        page.append([None, None, None, "g/kg", "mg/kg", "mg/kg"])
        for k in range(6):
            page.append([f"P{k + 1}", "CK" if k < 3 else "T", 8 + k / 10, 10 + k, 100 * k, "=E6/8" if k == 5 else 12.5])
        page.merge_cells("C3:D3")
        page.merge_cells("E3:F3")
        book.create_sheet("Empty")

    (table,) = open_bytes(workbook(fill), "pots.xlsx")
    assert table.kind == "measurements" and table.samples == [f"P{k}" for k in range(1, 7)]
    assert table.units["SOC"] == "g kg-1" and list(table.about["Treatment"])[:4] == ["CK", "CK", "CK", "T"]
    assert any(p.where == "pots.xlsx, sheet Soil, cell F11" and "formula" in p.what for p in table.problems)


def test_a_long_table_with_replicates_becomes_wide():
    text = "sample,variable,value,unit\n" + "".join(
        f"S{s},{v},{x + s + r / 10},{u}\n"
        for s in (1, 2)
        for v, x, u in (("BG", 10, "nmol/g/h"), ("LAP", 3, "umol/g/h"))
        for r in (0, 1, 2)
    )
    (table,) = open_bytes(text.encode(), "plates.csv")
    assert table.kind == "measurements" and list(table.values.columns) == ["BG", "LAP"]
    assert len(table.values) == 6 and table.samples == ["S1", "S2"]
    assert table.units == {"BG": "nmol/g/h", "LAP": "umol/g/h"}


def test_damaged_files_are_refused_in_words():
    with pytest.raises(InputError, match="damaged"):
        open_bytes(b"\x1f\x8b\x08\x00broken", "a.csv.gz")
    with pytest.raises(InputError, match=r"save it as \.xlsx"):
        open_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50, "a.xls")
    with pytest.raises(InputError, match="BIOM"):
        open_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 50, "a.biom")
    assert open_bytes(b"", "empty.csv")[0].kind == "other"


def test_utf_16_without_a_mark_is_seen():
    assert decode("m/z\tI\n".encode("utf-16-le"))[0] == "m/z\tI\n"


def test_a_column_with_a_unit_is_one_of_numbers_even_where_most_cells_are_not(tmp_path):
    from rhizolith.description.experiment.experiment import Experiment

    (tmp_path / "soil.csv").write_text(
        "sample,treatment,pH,AP (umol g-1 h-1)\na,x,5,0.2\nb,x,5.1,abc\nc,y,6,inf\nd,y,6.2,0.4\n"
    )
    read = Experiment.read(tmp_path)
    assert read.measured["phosphatase"].dropna().tolist() == [200.0, 400.0]
    said = " ".join(str(p) for p in read.problems)
    assert "'abc' is no number" in said and "'inf' is no number" in said
