"""A soil keeps what was measured, fills what was not, and remembers which is which."""

from __future__ import annotations

import pytest

from rhizolith.description.read_soil import shipped_soils
from rhizolith.description.scenario import Soil
from rhizolith.knowledge import tables
from rhizolith.knowledge.masses import molar_mass


def soil(tmp_path, text):
    (tmp_path / "soil.yaml").write_text(text, encoding="utf-8")
    return Soil.read(tmp_path / "soil.yaml")


def test_selective_dissolution_becomes_minerals_mole_by_mole(tmp_path):
    """5.5845 g/kg of iron are 0.1 mol/kg; the rest can be done in the head."""
    text = (
        "pH: 5\npyrophosphate_iron: 2.79225 g/kg\noxalate_iron: 5.5845 g/kg\ndithionite_iron: 22.338 g/kg\n"
        "pyrophosphate_aluminium: 0 g/kg\noxalate_aluminium: 2.6982 g/kg\noxalate_silicon: 0.84255 g/kg\n"
    )
    minerals = soil(tmp_path, text).minerals
    assert minerals["ferrihydrite"] == pytest.approx(0.05, rel=1e-3)
    assert minerals["goethite"] == pytest.approx(0.3, rel=1e-3)
    assert minerals["allophane"] == pytest.approx(0.03, rel=1e-3)
    assert minerals["amorphous_al_hydroxide"] == pytest.approx(0.04, rel=1e-3)


def test_clay_that_no_oxide_explains_is_the_clay_mineral(tmp_path):
    found = soil(tmp_path, "pH: 5\nclay: 300 g/kg\nclay_mineral: smectite\ndithionite_iron: 5.5845 g/kg\n")
    goethite = 0.1 * molar_mass("FeOOH")
    smectite = found.minerals["smectite"] * molar_mass(tables.minerals()["smectite"]["formula"])
    assert smectite + goethite == pytest.approx(0.3, rel=1e-6)


def test_a_soil_of_one_number_is_whole_and_says_what_was_filled(tmp_path):
    found = soil(tmp_path, "pH: 5.5\n")
    filled = {"bulk_density", "porosity", "water_content", "organic_carbon", "cec", "acid_groups", "biomass_carbon"}
    assert filled <= set(found.filled)
    assert all(e.grade in ("assumed", "fitted") and e.source for e in found.assumptions().values())
    assert 0 < found.water_content < found.porosity < 1


def test_measured_numbers_are_not_counted_as_assumptions(tmp_path):
    found = soil(tmp_path, "pH: 5.5 ± 0.2\ncec:\n  value: 12 cmol/kg\n  grade: assumed\n  source: a guess\n")
    assert "pH" not in found.assumptions()
    assert (found.evidence["pH"].low, found.evidence["pH"].high) == pytest.approx((5.3, 5.7))
    assert found.assumptions()["cec"].source == "a guess"


def test_minerals_hold_no_more_carbon_than_there_is():
    for name in shipped_soils():
        found = Soil.read(name)
        assert 0 < sum(a.carbon for a in found.associations) <= found.organic_carbon


def test_every_shipped_soil_names_sources_that_exist():
    from rhizolith.reporting.bibliography import read_bibliography

    keys = read_bibliography()
    for name in shipped_soils():
        source = Soil.read(name).source
        assert any(key in source for key in keys), name


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("0.2 mm", "m", 2e-4), ("5 cm/cm^3", "m/m^3", 5e4), ("5 cm cm-3", "m/m^3", 5e4), ("19 °C", "K", 292.15),
        ("12 cmol(+)/kg", "mol/kg", 0.12), ("12 cmolc/kg", "mol/kg", 0.12), ("12 meq/100 g", "mol/kg", 0.12),
        ("1.2 g cm⁻³", "kg/m^3", 1200), ("24 m²/g", "m^2/kg", 24e3), ("30 days", "s", 2592e3), ("45 %", "", 0.45),
        ("3 mg/l", "kg/m^3", 3e-3), ("55 µmol C/m/day", "mol/m/s", 55e-6 / 86400), ("1 mM", "mol/m^3", 1.0),
    ],
)  # fmt: skip
def test_units_as_laboratories_write_them(written, unit, value):
    from rhizolith.description.units import quantity

    assert quantity(written, unit) == pytest.approx(value, rel=1e-12)
