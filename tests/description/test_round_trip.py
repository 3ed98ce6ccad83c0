"""What is written can be read again, and is the same."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from rhizolith.description.read_soil import shipped_soils
from rhizolith.description.scenario import Scenario, Soil

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(str(files("rhizolith.description"))) / "templates"
SCENARIOS = [*sorted((ROOT / "examples").glob("*.yaml")), TEMPLATES / "demo.yaml", TEMPLATES / "scenario.yaml"]


@pytest.mark.parametrize("name", shipped_soils())
def test_a_shipped_soil_written_and_read_is_the_same(name, tmp_path):
    soil = Soil.read(name)
    (tmp_path / "again.yaml").write_text(soil.to_yaml(), encoding="utf-8")
    again = Soil.read(tmp_path / "again.yaml")
    assert again == soil
    assert again.to_yaml() == soil.to_yaml()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_a_scenario_written_and_read_is_the_same(path, tmp_path):
    scenario = Scenario.read(path)
    (tmp_path / "again.yaml").write_text(scenario.to_yaml(), encoding="utf-8")
    again = Scenario.read(tmp_path / "again.yaml")
    assert again.model_copy(update={"text": ""}) == scenario.model_copy(update={"text": ""})


def test_overrides_of_root_soil_air_and_name_reach_the_model(tmp_path):
    text = (
        "soil:\n  pH: 6\n  oxygen: 5 %\nroot:\n  respiration: 2 umol/m^2/s\n  uptake:\n    K+: 4 nmol/m^2/s\n"
        "parameters:\n  ligand_dissolution.synergy: 3\n  goethite.rate_ligand: 2e-9 mmol/m^2/s\n"
    )
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    assert Scenario.read(tmp_path / "s.yaml").overrides() == pytest.approx(
        {
            "gas_exchange.oxygen_pressure": 0.05, "root.respiration": 2e-6, "root.uptake_K+": 4e-9,
            "ligand_dissolution.synergy": 3.0, "goethite.rate_ligand": 2e-12,
        }
    )  # fmt: skip
