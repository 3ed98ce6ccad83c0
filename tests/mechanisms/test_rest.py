"""A soil without a root stands nearly still, breathes at a credible rate, and keeps its iron while there is air."""

from pathlib import Path

import pytest

from rhizolith.description.scenario import Scenario
from rhizolith.simulation import simulate
from rhizolith.simulation.assemble import assemble
from rhizolith.simulation.initial import start
from rhizolith.simulation.standing_still import stand_still

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MONTH = 30 * 86400.0
SOILS = ("andosol", "ferralsol", "calcareous")


def batch(name, **changes):
    usual = Scenario.read(EXAMPLES / f"{name}_root.yaml")
    return Scenario.model_validate({**dict(usual), "root": None, "geometry": "batch", **changes})


@pytest.fixture(scope="module", params=SOILS)
def run(request):
    return simulate(batch(request.param), duration=MONTH, output_every=MONTH / 6)


def drift(values):
    return float(values[-1, 0] / values[0, 0] - 1)


def test_dissolved_carbon_and_microbes_hardly_change(run):
    assert abs(drift(run.concentration.sel(component="Dom"))) < 0.1
    assert abs(drift(run.guild_carbon.sum("guild"))) < 0.1


def test_what_binds_equals_what_leaves(run):
    formed, disrupted = float(run.formed[..., -1].sum()), float(run.disrupted[..., -1].sum())
    assert formed / disrupted == pytest.approx(1, abs=0.1)
    held = run.association_carbon.sum("association")
    assert abs(drift(held)) < 0.005


def test_debris_decays_over_years(run):
    """A loss of 0.1 to 3 % a month is a life of three to eighty years."""
    assert -0.03 < drift(run.particulate_carbon) < -0.001


def test_air_stops_the_breathing_of_iron():
    def reduced(name, **changes):
        done = simulate(batch(name, **changes), duration=MONTH / 3, output_every=MONTH / 3)
        return float(done.disrupted.sel(mechanism="reductive_dissolution_microbial")[..., -1].sum())

    soil = Scenario.read(EXAMPLES / "andosol_root.yaml").soil
    flooded = soil.model_copy(update={"water_content": 0.999 * soil.porosity})
    assert 0 < reduced("andosol") < 0.02 * reduced("andosol", soil=flooded, open_to_air=False)


def test_a_constant_that_the_user_gives_is_kept():
    scenario = batch("andosol", parameters={"particulate_decay.rate_constant": 1e-8})
    model = assemble(scenario)
    rested = stand_still(model, start(model))
    assert rested.parameters["particulate_decay.rate_constant"] == 1e-8
    found = {n for n, e in rested.used.items() if "stands still" in e.source}
    assert "growth_yield.dissolved_availability" in found
    assert all(rested.used[n].grade == "fitted" and rested.parameters[n] > 0 for n in found)


def test_a_soil_without_microbes_still_starts_with_balanced_sorption():
    soil = Scenario.read(EXAMPLES / "andosol_root.yaml").soil.model_copy(update={"biomass": 0.0})
    run = simulate(batch("andosol", soil=soil), duration=MONTH / 6, output_every=MONTH / 6)
    only = run.sel(mechanism="sorption_disequilibrium")
    assert float(only.formed[..., -1].sum()) == pytest.approx(float(only.disrupted[..., -1].sum()), rel=0.2)
