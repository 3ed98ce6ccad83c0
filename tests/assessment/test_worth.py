"""What a measurement would be worth: molecular inputs by the same sampling as the others, through their rules."""

import numpy as np
import pytest

from rhizolith.assessment.assess import assess
from rhizolith.assessment.molecular import placed, unplaced
from rhizolith.assessment.susceptibility import mechanisms, rules
from rhizolith.assessment.worth import candidates, explained, if_measured, read_if_measured

SOIL = {"pH": 5.2, "clay": 300, "organic_carbon": 36, "oxalate_iron": 9}
KEYS = {"NOSC", "AImod", "molecular_weight", "carboxyl_C"}


@pytest.fixture(scope="module")
def spectrum():
    return assess(SOIL, samples=1000)


def test_molecular_measurements_are_valued_where_they_lack(spectrum):
    listed = spectrum.what_to_measure.set_index("to_find_out")
    assert set(listed.index) >= KEYS and (listed.loc[list(KEYS), "kind"] == "measurement").all()
    assert (listed.loc[list(KEYS), "carbon"] < 0.03).all(), "none of them weighs carbon"
    known = assess({**SOIL, "NOSC": 0.3, "molecular_weight": 900}, samples=300).what_to_measure
    assert not {"NOSC", "molecular_weight"} & set(known.to_find_out)
    assert {"AImod", "carboxyl_C"} <= set(known.to_find_out)


def test_their_worth_comes_through_the_rules_that_read_them(spectrum):
    """If it were known, exactly the mechanisms with a rule on the trait would change, and would follow it."""
    acid, alkaline = spectrum, assess({**SOIL, "pH": 8.5}, samples=1000)
    for key, row in read_if_measured().items():
        spectrum = alkaline if row["trait"] == "sodium" else acid
        sample = candidates(spectrum)[key][1]
        by = if_measured(spectrum, key, sample)
        touched = {m for r in rules() if r.trait == row["trait"] for m in r.mechanisms} & set(mechanisms())
        changed = {m for i, m in enumerate(mechanisms()) if not np.array_equal(by[:, i], spectrum.by_mechanism[:, i])}
        assert changed == touched, key
        for mechanism in touched:
            place = mechanisms().index(mechanism)
            ratio = by[:, place] / np.maximum(spectrum.exposure[:, place], 1e-9)
            shuffled = explained(np.random.default_rng(1).permutation(sample), ratio)
            assert explained(sample, ratio) > 2 * shuffled, (key, mechanism)


def test_what_is_imagined_is_what_a_measurement_would_give(spectrum):
    """The same value throughout gives, to the last digit, the spectrum of a soil in which it was measured exactly."""
    value = 20_000.0
    measured = assess({**SOIL, "molecular_weight": value}, samples=1000)
    exact = measured.inventory.filled["molecular_weight"][0]
    imagined = if_measured(spectrum, "molecular_weight", exact)
    np.testing.assert_allclose(imagined, measured.by_mechanism, rtol=1e-5)


def test_without_a_rule_nothing_is_worth_anything(spectrum, monkeypatch):
    from rhizolith.assessment import worth

    monkeypatch.setattr(worth, "rules", lambda: tuple(r for r in rules() if r.kind != "measured"))
    assert worth.read_if_measured() == {}
    assert not KEYS & set(worth.worth_of_measuring(spectrum).to_find_out)


def test_places_and_measurements_lead_back_to_each_other():
    place = np.linspace(0, 1, 7)
    for row in read_if_measured().values():
        assert placed(row, unplaced(row, place)) == pytest.approx(place, abs=1e-6)
