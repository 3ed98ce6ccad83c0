"""Indices of one formula: values a reader can check, edge cases, and where peers go wrong."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhizolith.indices import formulas, kendrick, masses
from rhizolith.indices.formula_text import composition, parse_formula
from rhizolith.indices.lambda_theory import lambda_cue, lambda_turns
from rhizolith.indices.mscc import mscc

ELEMENTS = {"carbon": "C", "hydrogen": "H", "oxygen": "O", "nitrogen": "N", "sulfur": "S", "phosphorus": "P"}


def edge_cases(shared):
    with (shared / "ms/index-edge-cases/index_edge_cases.csv").open() as f:
        rows = list(csv.DictReader(f))
    return rows, {name: np.array([float(r[e]) for r in rows]) for name, e in ELEMENTS.items()}


def test_the_sixteen_formulas_on_which_tools_disagree_are_exact(shared):
    rows, atoms = edge_cases(shared)
    expected = {c: np.array([float(r[c]) for r in rows]) for c in ("DBE", "AI", "AImod", "NOSC", "GFE_kJ_molC")}
    assert np.array_equal(formulas.dbe(**atoms), expected["DBE"])
    # the file prints six decimals
    assert np.abs(formulas.ai(**atoms) - expected["AI"]).max() <= 5e-7
    assert np.abs(formulas.ai_mod(**atoms) - expected["AImod"]).max() <= 5e-7
    assert np.abs(formulas.nosc(**atoms) - expected["NOSC"]).max() <= 5e-7
    assert np.abs(formulas.gibbs_cox(**atoms) - expected["GFE_kJ_molC"]).max() <= 5e-5


def test_formula_strings_of_the_edge_cases_read_as_their_columns(shared):
    rows, atoms = edge_cases(shared)
    read = composition(r["formula"] for r in rows)
    assert all(np.array_equal(read[name], atoms[name]) for name in ELEMENTS)


@pytest.mark.parametrize(
    ("formula", "oxidation"),
    [("C6H12O6", 0), ("CH4", -4), ("CO2", 4), ("C2H2O4", 3), ("C2H4O2", 0), ("C3H7NO2", 0), ("C18H34O2", -5 / 3)],
)
def test_oxidation_state_of_carbon_by_head(formula, oxidation):
    assert formulas.nosc(**composition([formula]))[0] == pytest.approx(oxidation, abs=1e-12)


def test_an_ion_has_the_oxidation_state_of_its_acid():
    acetate = formulas.nosc(2, 3, 2, charge=-1)
    assert acetate == formulas.nosc(2, 4, 2)


def test_adenine_and_atp_are_not_aromatic_by_definition():
    # CoreMS divides by zero and says 1, PyKrev NaN and 0.778, MetaboDirect 1.667
    adenine, atp = composition(["C5H5N5"]), composition(["C10H16N5O13P3"])
    assert formulas.ai_mod(**adenine)[0] == 0 and formulas.ai_mod(**atp)[0] == 0


def test_phosphorus_counts_in_aromaticity():
    # CoreMS leaves phosphorus out; by hand: AImod of C10H9O4P is (1+10-2-(1+9)/2)/(10-2-1) = 4/7
    assert formulas.ai_mod(10, 9, 4, phosphorus=1) == pytest.approx(4 / 7)


def test_a_dbe_of_one_stays_one():
    assert formulas.dbe(**composition(["C16H32O2"]))[0] == 1


def test_benzene_is_aromatic_and_not_condensed():
    assert formulas.ai_mod(6, 6, 0) == pytest.approx(2 / 3)
    assert formulas.aromaticity_class(6, 6, 0) == "aromatic"
    assert formulas.aromaticity_class(14, 10, 0) == "condensed"
    assert formulas.aromaticity_class(6, 12, 6) == "not certain"


counts = st.integers(0, 60)


@given(st.integers(1, 60), counts, counts, counts, st.integers(0, 5), st.integers(0, 5))
def test_aromaticity_is_never_negative_and_falls_with_hydrogen(c, h, o, n, s, p):
    value = float(formulas.ai_mod(c, h, o, n, s, p))
    assert 0 <= value < np.inf
    assert float(formulas.ai_mod(c, h + 2, o, n, s, p)) <= value
    if h >= 2 + n + p:  # no more C=C bonds than carbon left for them
        assert float(formulas.ai(c, h, o, n, s, p)) <= value <= 1


@given(st.integers(1, 60), counts, counts)
def test_oxidizing_by_one_oxygen_raises_nosc_by_two_per_carbon(c, h, o):
    assert formulas.nosc(c, h, o + 1) - formulas.nosc(c, h, o) == pytest.approx(2 / c)


def test_missing_and_carbonless_give_nan():
    assert np.isnan(formulas.nosc(0, 2, 1)) and np.isnan(formulas.nosc(np.nan, 2, 1))
    assert np.isnan(formulas.h_to_c(0, 2)) and np.isnan(formulas.n_to_p(2, 0))
    assert np.isnan(formulas.ai_mod(np.nan, 2, 1))


def test_masses_of_known_molecules():
    # PubChem prints 180.0634 for glucose; the [M-H]- ion of C7H6O4 is 153.019332 in the Hawkes calibration list
    assert formulas.mass(6, 12, 6) == pytest.approx(180.06339, abs=1e-5)
    assert formulas.mass(7, 5, 4, charge=-1) == pytest.approx(153.019332, abs=1e-6)
    assert parse_formula("C7H5O4-").mass == pytest.approx(153.019332, abs=1e-6)


def test_homologues_share_a_kendrick_defect():
    fatty = composition(["C14H28O2", "C16H32O2", "C18H36O2"])
    defect = kendrick.kendrick_defect(formulas.mass(**fatty))
    assert np.ptp(defect) < 1e-9
    assert pytest.approx(14.01565, abs=1e-5) == kendrick.CH2


def test_rounding_of_the_nominal_mass_is_named():
    m = np.array([186.098, 400.9])
    by = {how: kendrick.kendrick_defect(m, nominal=how) for how in ("round", "floor", "ceil")}
    assert np.all((by["floor"] <= 0) & (by["ceil"] >= 0) & (np.abs(by["round"]) <= 0.5))
    assert np.allclose(by["ceil"] - by["floor"], 1)


def test_lambda_of_glucose_and_acetate_as_printed():
    # values of the authors' own code for pH 7
    assert lambda_turns(6, 12, 6) == pytest.approx(0.16337, abs=5e-6)
    assert lambda_cue(6, 12, 6) == pytest.approx(0.4926, abs=5e-5)
    assert lambda_turns(2, 3, 2, charge=-1) == pytest.approx(0.61877, abs=5e-6)
    assert lambda_cue(2, 3, 2, charge=-1) == pytest.approx(0.4371, abs=5e-5)


def test_formulas_without_phosphorus_have_a_class():
    # N/P is infinite without phosphorus: a tool that tests it calls 78 % of soil formulas "other"
    assert mscc(18, 34, 2) == "lipid" and mscc(12, 14, 7) == "phytochemical" and mscc(6, 12, 6) == "carbohydrate"
    assert mscc(10, 18, 3, 2) == "peptide" and mscc(10, 14, 7, 5, 0, 1) == "nucleotide"
    assert mscc(8, 15, 6, 1) == "amino sugar"


@pytest.mark.parametrize(
    "text", ["C7 H6 O5", "O5H6C7", "C7H6O5", "(C7H6)O5", " C7H6O5 ", "C6 13C1 H6 O5", "C6[13C]H6O5"]
)
def test_formulas_are_read_however_they_are_written(text):
    assert [parse_formula(text).count(e) for e in "CHO"] == [7, 6, 5]


def test_sodium_nitride_is_a_formula_and_a_missing_cell_is_not():
    from rhizolith.errors import InputError

    assert parse_formula("NaN").atoms == (("N", 1), ("Na", 1))
    with pytest.raises(InputError):
        parse_formula(float("nan"))


def test_every_formula_that_cannot_be_read_is_named():
    from rhizolith.errors import InputError

    with pytest.raises(InputError) as caught:
        composition(["C6H12O6", "C6Xx", "(C6", "C2H6Cl"])
    assert [p.where for p in caught.value.problems] == ["formula 2", "formula 3", "formula 4"]


@given(st.dictionaries(st.sampled_from(["C", "H", "O", "N", "S", "P", "13C", "Na"]), st.integers(1, 90), min_size=1))
def test_a_formula_survives_writing_and_reading(atoms):
    from rhizolith.indices.formula_text import Formula

    one = Formula(tuple(sorted(atoms.items())))
    assert parse_formula(str(one)) == one
    assert one.mass == pytest.approx(sum(n * masses.MASSES[s] for s, n in atoms.items()))
