"""Rules beside the simulator for one soil, and a soil file that both can read."""

import json

import numpy as np
import pandas as pd
import pytest

from rhizolith.assessment.assess import assess
from rhizolith.assessment.beside_data import beside_data, read_cells
from rhizolith.assessment.beside_simulation import beside, kind_of
from rhizolith.description.scenario import Soil
from rhizolith.errors import InputError
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


CELLS = [("short_range_iron", "ligand_dissolution"), ("phyllosilicate", "ion_exchange"),
         ("outer_layer", "dispersion"), ("coprecipitated", "ligand_dissolution")]  # fmt: skip


def cells(path, values):
    """A table of measured cells."""
    rows = [f"{a},{m},{v}" for (a, m), v in zip(CELLS, values, strict=True)]
    path.write_text("\n".join(["association,mechanism,measured", *rows]) + "\n")
    return path


def test_own_data_stand_beside_rules_and_simulation(soil, tmp_path):
    spectrum = assess(soil, samples=300)
    middle = [float(np.median(spectrum.vulnerability[:, spectrum.associations.index(a), spectrum.mechanisms.index(m)]))
              for a, m in CELLS]  # fmt: skip
    agreeing = beside_data(spectrum, read_cells(cells(tmp_path / "a.csv", middle), spectrum))
    assert agreeing.attrs["rules_with_data"] > 0.8 and not agreeing.conflict.any(), "close cells may share a rank"
    turned = beside_data(spectrum, read_cells(cells(tmp_path / "b.csv", [-v for v in middle]), spectrum))
    assert turned.attrs["rules_with_data"] == pytest.approx(-agreeing.attrs["rules_with_data"])
    simulated = pd.DataFrame(CELLS, columns=["association", "mechanism"]).assign(share=middle)
    told = beside_data(spectrum, agreeing[["association", "mechanism", "measured"]], simulated)
    assert told.attrs["simulation_with_data"] == pytest.approx(1) and told.attrs["cells_simulated"] == 4
    data = spectrum.to_dataset()
    data.attrs["beside_data"] = json.dumps({**told.attrs, "rows": json.loads(told.to_json(orient="records"))})
    assert "Rank correlation of the rules with the data over 4 measured cells" in report(data)


def test_every_bad_cell_is_named_at_once(soil, tmp_path):
    spectrum = assess(soil, samples=100)
    path = tmp_path / "bad.csv"
    path.write_text("association,mechanism,measured\nshort_range_irn,ligand_dissolution,much\n")
    with pytest.raises(InputError) as caught:
        read_cells(path, spectrum)
    text = str(caught.value)
    assert "bad.csv:2" in text and "short_range_iron" in text and "'much' is no number" in text and "too few" in text
