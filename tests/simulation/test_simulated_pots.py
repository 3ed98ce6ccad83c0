"""The stored treatment means of the bundled experiment are what the simulator gives now."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from validation import simulated_pots

from rhizolith.description.experiment import pot_means


@pytest.mark.parametrize("treatment", pot_means.TREATMENTS)
def test_the_stored_means_are_those_of_the_simulator(treatment):
    found = simulated_pots.means((treatment,))[treatment]
    assert set(found) == set(pot_means.UNITS) == set(pot_means.simulated())
    assert simulated_pots.apart(treatment, found) == []


def test_a_stale_table_is_noticed(monkeypatch):
    stale = {q: {t: v * 1.05 for t, v in row.items()} for q, row in pot_means.simulated().items()}
    now = {q: row["planted"] for q, row in pot_means.simulated().items()}
    monkeypatch.setattr(pot_means, "simulated", lambda: stale)
    assert any("MBC" in line for line in simulated_pots.apart("planted", now))


@pytest.mark.parametrize("treatment", ["amended", "planted_amended"])
def test_the_amended_scenarios_hold_the_constants_of_the_raw_residue(treatment):
    """A user who runs the file gets the run of the table."""
    from rhizolith.description.scenario import Scenario

    stored = Scenario.read(pot_means.FOLDER / f"{treatment}.yaml").parameters
    now = simulated_pots.at_rest()
    assert set(stored) == set(now)
    assert [stored[k] for k in now] == pytest.approx(list(now.values()), rel=1e-6)


def test_the_mechanisms_of_the_table_account_for_the_carbon_that_minerals_lost():
    """Net release by all mechanisms is the fall of mineral-held carbon, from what the soils began with."""
    known = pot_means.simulated()
    freed = {t: sum(known[f"freed_by_{m}"][t] for m in pot_means.MECHANISMS) for t in pot_means.TREATMENTS}
    from rhizolith.description.scenario import Scenario

    for t, value in freed.items():
        soil = Scenario.read(pot_means.FOLDER / f"{t}.yaml").soil
        began = sum(a.carbon for a in soil.associations) * 12011
        assert value == pytest.approx(began - 1e3 * known["MAOC"][t], abs=0.1), t


def test_a_pot_adds_up_to_its_carbon():
    """Carbon of the soil is what minerals, water, cells and debris hold; half of one percent is enzyme and rounding."""
    known = pot_means.simulated()
    for t in pot_means.TREATMENTS:
        parts = known["MAOC"][t] + (known["DOC"][t] + known["MBC"][t] + known["enzyme"][t]) / 1e3
        assert parts < known["SOC"][t]
        assert np.isclose(known["MBC"][t] / known["MBN"][t], 12.011 / (0.2 * 14.007), rtol=1e-3)
