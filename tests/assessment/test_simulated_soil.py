"""Minerals without rate laws: left out of the simulation by name and weight, never taken for others."""

import json

import pytest

from rhizolith.assessment.assess import assess
from rhizolith.assessment.beside_simulation import beside
from rhizolith.assessment.files import assess_to
from rhizolith.assessment.simulated_soil import left_out, simulated_soil
from rhizolith.description.scenario import Soil
from rhizolith.errors import InputError
from rhizolith.knowledge.masses import molar_mass
from rhizolith.reporting import report

LOESS = """
name: Loess
pH: 6.4
organic_carbon: 18 g/kg
clay: 220 g/kg
oxalate_iron: 3 g/kg
dithionite_iron: 11 g/kg
minerals:
  illite: 120 g/kg
  quartz: 500 g/kg
"""


def written(folder, text):
    path = folder / "soil.yaml"
    path.write_text(text)
    return path


def test_an_illitic_soil_is_simulated_and_says_what_is_missing(tmp_path):
    path = written(tmp_path, LOESS)
    spectrum = assess(path, samples=300)
    rows = beside(spectrum, path, days=1)
    assert len(rows) > 10
    illite, quartz = rows.attrs["left_out"]
    assert (illite["mineral"], illite["amount"]) == ("illite", 120) and 0.05 < illite["carbon_share"] < 0.95
    assert illite["capacity_low"] < illite["capacity_share"] < illite["capacity_high"] < 1
    assert (quartz["mineral"], quartz["carbon_share"], quartz["capacity_high"]) == ("quartz", 0, 0)
    data = spectrum.to_dataset()
    data.attrs["beside"] = json.dumps({**rows.attrs, "rows": json.loads(rows.to_json(orient="records"))})
    page = report(data)
    assert "Not simulated" in page and "illite (120 g/kg" in page
    assert "quartz (500 g/kg; counted as holding none" in page


def test_clay_that_is_illite_does_not_come_back_as_kaolinite(tmp_path):
    soil, left = simulated_soil(written(tmp_path, LOESS))
    assert left == ("illite", "quartz") and not {"illite", "quartz"} & set(soil.minerals)
    oxides = sum(n * molar_mass({"ferrihydrite": "Fe(OH)3", "goethite": "FeOOH"}[m])
                 for m, n in soil.minerals.items() if m != "kaolinite")  # fmt: skip
    kaolinite = soil.minerals["kaolinite"] * molar_mass("Al2Si2O5(OH)4")
    assert kaolinite == pytest.approx(0.220 - 0.120 - oxides, abs=1e-6)


def test_half_of_the_phyllosilicates_are_half_of_their_share(tmp_path):
    whole = assess(written(tmp_path, LOESS), samples=300)
    half = assess(written(tmp_path, LOESS.replace("illite: 120", "kaolinite: 60 g/kg\n  illite: 60")), samples=300)
    (all_of_it,), (part,) = left_out(whole, ["illite"]), left_out(half, ["illite"])
    assert part["carbon_share"] == pytest.approx(all_of_it["carbon_share"] / 2)


def test_associations_on_a_mineral_that_is_left_out_go_with_it(tmp_path):
    held = "associations:\n  - {mineral: illite, carbon: 1 g/kg}\n  - {mineral: goethite, carbon: 2 g/kg}\n"
    soil, _ = simulated_soil(written(tmp_path, LOESS + held))
    assert [a.mineral for a in soil.associations] == ["goethite"]


def test_a_file_with_nothing_left_out_is_read_as_always(tmp_path):
    path = written(tmp_path, LOESS.replace("illite: 120 g/kg", "kaolinite: 120 g/kg").replace("  quartz: 500 g/kg", ""))
    assert simulated_soil(path) == (Soil.read(path), ())
    assert simulated_soil("mollisol_mattole") == (Soil.read("mollisol_mattole"), ())


def test_only_where_nothing_is_left_it_is_refused_and_before_anything_is_written(tmp_path):
    path = written(tmp_path, "pH: 7\norganic_carbon: 9 g/kg\nclay: 120 g/kg\nminerals:\n  illite: 120 g/kg\n")

    def never(to):
        raise AssertionError("made a folder")

    with pytest.raises(InputError, match="no rate laws for illite"):
        assess_to(path, never, tmp_path / "out", simulate=True)


def test_wrong_amounts_and_unknown_minerals_are_still_named_together(tmp_path):
    with pytest.raises(InputError) as caught:
        simulated_soil(written(tmp_path, LOESS + "  goethit: 3 g/kg\n  smectite: -1 g/kg\n"))
    assert "goethit" in str(caught.value) and "smectite" in str(caught.value)
