"""A unit that is not written is asked for, never guessed: legends, READMEs, rows of units and the user say it."""

import pytest

from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.header import key, read_header
from rhizolith.description.experiment.legend import Meaning, unit_of
from rhizolith.description.experiment.quantity import into, quantities
from rhizolith.errors import InputError

PLATES = "sample,treatment,BG,NAG,LAP,ACP\n" + "".join(
    f"p{k},{'ab'[k % 2]},{0.02 + 0.003 * k},{0.01 + 0.002 * k},{0.03 + 0.001 * k * k},{0.2 + 0.01 * k}\n"
    for k in range(8)
)
CODEBOOKS = {
    "legend.csv": "variable,description,unit\nBG,beta-glucosidase,umol g-1 h-1\nNAG,chitinase,umol/g/h\n"
    "LAP,,umol g-1 h-1\nACP,acid phosphatase,umol g-1 h-1\n",
    "legend.txt": "Abbreviation\tVariable\tUnits\nBG\t?-glucosidase\t?mol MUF * g dry weight-1 * hour-1\n"
    "NAG\tN-acetyl-?-glucosaminidase\t?mol MUF * g dry weight-1 * hour-1\n"
    "LAP\tleucine-aminopeptidase\t?mol AMC * g dry weight-1 * hour-1\n"
    "ACP\tphosphatase\t?mol MUF * g dry weight-1 * hour-1\n",
    "README.md": "# Pots\n\nThis work is about pots and soils.\n\n- BG: umol g-1 h-1\n"
    "- NAG: N-acetyl-glucosaminidase (umol g-1 h-1)\n"
    "- LAP - leucine aminopeptidase (µmol g⁻¹ h⁻¹)\n- ACP: phosphatase, umol/g/h\n",
    "notes.txt": "Plates were read in May. All activities in umol g-1 h-1: BG, NAG, LAP, ACP.\n",
}


def read(folder, **files):
    (folder / "plates.csv").write_text(PLATES)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Experiment.read(folder)


def test_a_unit_written_nowhere_stays_unknown_and_is_asked_for(tmp_path):
    found = read(tmp_path)
    assert found.measured["BG"]["p0"] == 0.02 and found.units["BG"] == ""
    asked = next(p for p in found.problems if p.what.startswith("BG: the unit"))
    assert "not guessed" in asked.what and "look like umol g-1 h-1" in asked.what and "--unit BG=" in asked.fix


@pytest.mark.parametrize("name", CODEBOOKS)
def test_a_file_beside_the_table_says_the_units(name, tmp_path):
    found = read(tmp_path, **{name: CODEBOOKS[name]})
    assert found.samples == tuple(f"p{k}" for k in range(8))
    for quantity, value in {"BG": 20, "NAG": 10, "LAP": 30, "phosphatase": 200}.items():
        assert found.units[quantity] == "nmol g-1 h-1"
        assert found.measured[quantity]["p0"] == pytest.approx(value, rel=1e-12)
    assert {c["unit from"] for c in found.columns} == {name}


def test_a_legend_lies_beside_a_single_file_too(tmp_path):
    read(tmp_path, **{"legend.csv": CODEBOOKS["legend.csv"]})
    assert Experiment.read(tmp_path / "plates.csv").measured["BG"]["p0"] == pytest.approx(20)


def test_a_sheet_of_the_workbook_says_the_units(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "plates"
    for line in PLATES.splitlines():
        book.active.append([float(c) if c[:1].isdigit() else c for c in line.split(",")])
    sheet = book.create_sheet("codebook")
    for line in CODEBOOKS["legend.csv"].splitlines():
        sheet.append(line.split(","))
    book.save(tmp_path / "pots.xlsx")
    found = Experiment.read(tmp_path)
    assert found.measured["phosphatase"]["p0"] == pytest.approx(200)


def test_the_users_word_comes_before_all_others(tmp_path):
    read(tmp_path, **{"legend.csv": CODEBOOKS["legend.csv"]})
    assert Experiment.read(tmp_path, {"BG": "nmol g-1 h-1"}).measured["BG"]["p0"] == 0.02
    (tmp_path / "experiment.yaml").write_text("units: {BG: mmol kg-1 h-1, NAG: ''}\n")
    found = Experiment.read(tmp_path)
    assert found.measured["BG"]["p0"] == pytest.approx(20) and found.measured["NAG"]["p0"] == pytest.approx(10)


def test_the_written_choices_ask_for_the_units_and_are_read_again(tmp_path):
    text = read(tmp_path).to_yaml()
    assert "BG: ''" in text and "fill it in" in text
    (tmp_path / "experiment.yaml").write_text(text.replace("BG: ''", "BG: umol g-1 h-1"))
    found = Experiment.read(tmp_path)
    assert found.measured["BG"]["p0"] == pytest.approx(20) and found.units["NAG"] == ""


def test_a_unit_for_no_column_or_of_something_else_is_refused(tmp_path):
    read(tmp_path)
    with pytest.raises(InputError) as caught:
        Experiment.read(tmp_path, {"BGG": "umol g-1 h-1", "NAG": "g kg-1", "LAP": "bananas"})
    assert [p.where for p in caught.value.problems] == ["units, BGG", "units, NAG", "units, LAP"]
    assert "BG" in caught.value.problems[0].fix and "nmol g-1 h-1" in caught.value.problems[1].fix


def test_header_and_legend_that_disagree_are_both_named(tmp_path):
    legend = "variable,unit\nBG,umol g-1 h-1\nNAG,umol g-1 h-1\n"
    (tmp_path / "plates.csv").write_text(PLATES.replace("BG,", "BG (nmol g-1 h-1),", 1))
    (tmp_path / "legend.csv").write_text(legend)
    found = Experiment.read(tmp_path)
    assert found.measured["BG"]["p0"] == 0.02
    assert any("the header says nmol g-1 h-1, legend.csv says umol g-1 h-1" in p.what for p in found.problems)


def test_units_that_do_not_fit_the_numbers_are_flagged_and_kept(tmp_path):
    (tmp_path / "plates.csv").write_text(PLATES.replace("BG,", "BG (nmol g-1 h-1),", 1))
    found = Experiment.read(tmp_path)
    said = next(p.what for p in found.problems if p.what.startswith("BG: the median"))
    assert "it would fit umol g-1 h-1" in said and found.measured["BG"]["p0"] == 0.02


def test_fractions_given_as_percent_are_told_with_the_way_out(tmp_path):
    lines = "".join(f"s{k},{0.03 + k / 1000},{0.55 + k / 100},{12 + k}\n" for k in range(6))
    (tmp_path / "soil.csv").write_text("sample,TOC (%),sand (%),clay (%)\n" + lines)
    found = Experiment.read(tmp_path)
    said = next(p for p in found.problems if p.what.startswith("TOC: the median"))
    assert "it would fit g g-1 (a fraction of one)" in said.what and "--unit TOC='g g-1'" in said.fix
    assert found.measured["SOC"]["s0"] == pytest.approx(0.3)  # as written: 0.03 % is 0.3 g/kg
    assert not [p for p in found.problems if p.what.startswith("clay: the median")]
    told = Experiment.read(tmp_path, {"TOC": "g g-1"})
    assert told.measured["SOC"]["s0"] == pytest.approx(30)
    assert not [p for p in told.problems if p.what.startswith("TOC: the median")]


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("?mol MUF * g dry weight-1 * hour-1", "umol g-1 h-1"),
        ("\ufffdmol g-1 h-1", "umol g-1 h-1"),
        ("mg/kg of dry soil", "mg kg-1"),
        ("mg prokaryotic C * g dry weight-1", "mg g-1"),
        ("dry g/m2", "g m-2"),
        ("(%)", "%"),
        ("m.a.s.l.", ""),
        ("unitless", ""),
        ("some words", ""),
    ],
)
def test_units_as_legends_write_them(written, unit):
    assert unit_of(written) == unit


def test_a_lost_letter_is_that_of_the_columns_name():
    alpha, beta = (Meaning("umol g-1 h-1", "?-glucosidase", "legend.csv").quantity(n) for n in ("alpha", "beta"))
    assert alpha is None and beta is not None and beta.name == "BG"
    assert key("β-Glucosidase") == "betaglucosidase"


def test_units_of_an_experiment_are_no_legend(tmp_path):
    (tmp_path / "design.csv").write_text(
        "sample,unit,treatment\n" + "".join(f"p{k},U{k % 4},t{k % 2}\n" for k in range(8))
    )
    assert list(read(tmp_path).design["unit"])[:4] == ["U0", "U1", "U2", "U3"]


@pytest.mark.parametrize(
    "written, unit",
    [
        ("µmolg-1h-1", "umol g-1 h-1"),
        ("nmol g⁻¹h⁻¹", "nmol g-1 h-1"),
        ("mgkg-1", "mg kg-1"),
        ("dSm-1", "dS m-1"),
        ("cmol(+)kg-1", "cmolc kg-1"),
        ("umol_g_h", "umol g-1 h-1"),
        ("µg CO2-C g-1 h-1", "ug g-1 h-1"),
        ("molcm-3", ""),  # moles per cubic centimetre or moles of charge per cubic metre
        ("mg CO2 kg-1", ""),  # no mass of carbon
        ("U", ""),
    ],
)
def test_units_written_without_spaces_come_apart_where_there_is_one_way(written, unit):
    assert read_header(f"x ({written})").unit == unit


def test_moles_of_a_nutrient_become_its_mass():
    known = quantities()
    for name, unit, factor in [("NO3", "umol g-1", 14.007), ("MBC", "mmol kg-1", 12.011), ("SOC", "mol kg-1", 12.011)]:
        assert into(unit, known[name]) == pytest.approx(factor, rel=1e-12)
    assert into("umol g-1 h-1", known["respiration"]) == pytest.approx(12.011 * 24, rel=1e-12)
    assert into("umol L-1", known["NO3"]) is None and into("mg kg-1 h-1", known["BG"]) is None


def test_a_unit_of_enzyme_is_not_converted_and_says_why(tmp_path):
    (tmp_path / "plates.csv").write_text(PLATES.replace("BG,", "BG (U/g),", 1))
    found = Experiment.read(tmp_path)
    assert found.units["BG"] == "U g-1" and found.measured["BG"]["p0"] == 0.02
    said = next(p for p in found.problems if "U g-1" in p.what)
    assert "not converted" in said.what and "--unit BG=" in said.fix


def test_a_mass_too_small_may_be_an_amount(tmp_path):
    lines = [f"p{k},{k % 2},{5 + k / 2}\n" for k in range(8)]
    (tmp_path / "soil.csv").write_text("sample,t,MBC (mg/kg)\n" + "".join(lines))
    said = next(p for p in Experiment.read(tmp_path).problems if "the median is" in p.what)
    assert "mmol kg-1" in said.what and "kept as reported" in said.fix
