"""Reactive oxygen needs iron to be reduced and oxygen to come again: a condition, whatever the weights (J-035)."""

import numpy as np
import pytest

from rhizolith.assessment.assess import assess
from rhizolith.assessment.susceptibility import mechanisms
from rhizolith.knowledge import evidence

PADDY = {"pH": 6.2, "clay": 300, "organic_carbon": 18, "oxalate_iron": 6, "dithionite_iron": 15}
PLACE = mechanisms().index("oxidant_depolymerization")
REGIMES = ("dry", "moist", "wet", "flooded", "alternating")


@pytest.fixture(scope="module")
def paddies():
    setting = {"plant": "crop", "climate": "tropical"}
    return {w: assess(PADDY, setting={**setting, "water_regime": w}, samples=800) for w in REGIMES}


def test_neither_standing_water_nor_dry_soil_makes_more_than_water_that_comes_and_goes(paddies):
    exposed = {w: np.median(s.exposure[:, PLACE]) for w, s in paddies.items()}
    assert exposed["alternating"] > max(exposed["flooded"], exposed["dry"])
    assert exposed["alternating"] > 0.5 > exposed["flooded"]


def test_a_hypothesis_is_not_put_first_under_standing_water(paddies):
    first = paddies["flooded"].prevailing
    assert next(iter(first)) != "oxidant_depolymerization"
    assert first["oxidant_depolymerization"] < paddies["alternating"].prevailing["oxidant_depolymerization"]


def test_the_condition_holds_in_every_sample_and_touches_no_other_mechanism(paddies):
    from rhizolith.assessment.draws import shared_draws
    from rhizolith.assessment.exposure import Network

    for spectrum in paddies.values():
        network = Network(spectrum.soil, shared_draws(800, spectrum.seed))
        value = network.value("oxidant_depolymerization")
        assert (value <= network.value("reoxidation") + 1e-6).all()
        assert (value <= network.value("low_redox") + 1e-6).all()
    assert [e.target for e in evidence.network() if e.sign == "&"] == ["oxidant_depolymerization"]
    reducing = mechanisms().index("reductive_dissolution_microbial")
    assert np.median(paddies["flooded"].exposure[:, reducing]) > np.median(paddies["moist"].exposure[:, reducing])


def test_the_cell_says_what_it_needs(paddies):
    why = paddies["flooded"].why("short_range_iron", "oxidant_depolymerization")
    assert "only with reoxidation" in str(why) and "J-035" in why.claims
    bare = assess(PADDY, samples=100).why("short_range_iron", "oxidant_depolymerization")
    assert "setting: water_regime" in bare.lacked
