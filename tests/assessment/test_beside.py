"""Rules beside the simulator for one soil, and a soil file that both can read."""

import json

import pytest

from rhizolith.assessment.assess import assess
from rhizolith.assessment.beside_simulation import beside, kind_of
from rhizolith.description.scenario import Soil
from rhizolith.reporting import report

FILE = """
name: Soil of both
pH: 5.2
organic_carbon: 30 g/kg
clay: 250 g/kg
oxalate_iron: 6 to 9 g/kg
dithionite_iron: 20 g/kg
mineral_held_carbon: 20 g/kg
exchangeable_calcium: 5 cmol/kg
magnetite: absent
setting:
  mycorrhiza: ecto
"""


@pytest.fixture
def soil(tmp_path):
    path = tmp_path / "soil.yaml"
    path.write_text(FILE)
    return path


def test_a_simulation_and_an_assessment_read_the_same_file(soil):
    assert Soil.read(soil).pH == 5.2
    spectrum = assess(soil, samples=300)
    iron = spectrum.inventory.filled["oxalate_iron"][0]
    assert iron.std() > 0.05 * iron.mean() and spectrum.soil.setting["mycorrhiza"][0] == "ecto"


def test_kinds_of_association():
    assert kind_of("ferrihydrite/dissolved_organic_matter/inner_sphere/coprecipitated") == "coprecipitated"
    assert kind_of("kaolinite/dissolved_organic_matter/outer_sphere/outer_layer") == "outer_layer"
    assert kind_of("goethite/dissolved_organic_matter/inner_sphere/monolayer") == "crystalline_iron"
    assert kind_of("gibbsite/dissolved_organic_matter/inner_sphere/monolayer") == ""


def test_ranks_beside_ranks_on_the_page(soil):
    spectrum = assess(soil, samples=300)
    rows = beside(spectrum, soil, days=1)
    assert len(rows) > 20 and -1 <= rows.attrs["rank_correlation"] <= 1
    never = rows[(rows.association == "phyllosilicate") & rows.mechanism.str.startswith("reductive")]
    assert (never.share == 0).all() and not never.conflict.any(), "both say never"
    data = spectrum.to_dataset()
    assert "Rules beside simulation" not in report(data)
    data.attrs["beside"] = json.dumps({**rows.attrs, "rows": json.loads(rows.to_json(orient="records"))})
    assert "Rules beside simulation" in report(data)
