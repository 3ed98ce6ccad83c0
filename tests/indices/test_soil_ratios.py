"""Biomass, cations and ratios of a soil, worked out by hand; biomass that cannot be cells is named, never dropped."""

import numpy as np
import pytest

from rhizolith.indices import biomass, soil


def test_biomass_by_fumigation():
    assert biomass.biomass_carbon(190, 100) == pytest.approx(200)
    assert biomass.biomass_nitrogen(30, 3) == pytest.approx(50)
    assert biomass.biomass_phosphorus(12, 8, recovery=0.5) == pytest.approx(20)
    assert biomass.biomass_carbon(90, 100) < 0  # a blank above the sample stays visible


def test_a_biomass_poorer_in_carbon_than_nucleotides_is_impossible_and_explained():
    # reported for a residue pot: 7.1, 9.9 and 95.9 mg kg-1 of C, N and P
    assert biomass.plausibility(7.1, 9.9) == "impossible for cells"
    assert biomass.plausibility(7.1, 95.9, "C:P") == "impossible for cells"
    said = biomass.explain(7.1, 9.9)
    assert "0.72" in said and "nucleotides" in said
    assert biomass.plausibility(60 * 12.011, 7 * 14.007) == "plausible"
    assert biomass.plausibility(60 * 12.011, 1 * 30.974, "C:P") == "plausible"
    assert biomass.explain(720, 98) == ""
    assert biomass.plausibility(720, 20) == "unusual for soil"
    assert biomass.plausibility(np.nan, 5) == "not known"


def test_nucleotides_set_the_bound():
    amp, atp = 10 * 12.011 / (5 * 14.007), 10 * 12.011 / (3 * 30.974)
    assert biomass.BOUNDS["C:N"].possible == pytest.approx(amp, abs=0.006)
    assert biomass.BOUNDS["C:P"].possible == pytest.approx(atp, abs=0.006)


def test_sodium():
    assert soil.sodium_adsorption_ratio(20, 6, 2) == pytest.approx(10)
    assert soil.exchangeable_sodium_percentage(3, 20) == pytest.approx(15)
    # Handbook 60 sets SAR 13 and ESP 15 beside each other
    assert soil.esp_from_sar(13) == pytest.approx(15, abs=0.5)
    assert np.isnan(soil.exchangeable_sodium_percentage(3, 0))


def test_cations_and_ratios():
    assert soil.base_saturation(10, 4, 1, 1, 20) == pytest.approx(80)
    assert soil.effective_cec(10, 4, 1, 1, 2) == pytest.approx(18)
    assert soil.molar_ratio(12.011, 14.007) == pytest.approx(1)
    assert soil.oc_to_iron(12.011, 55.845) == pytest.approx(1)
    assert soil.short_range_order(1.5, 1.0) == pytest.approx(2)
    assert soil.iron_activity(2, 4) == pytest.approx(0.5)
    assert soil.microbial_quotient(0.3, 20) == pytest.approx(1.5)
    assert soil.imbalance(30, 8.6) == pytest.approx(30 / 8.6)
