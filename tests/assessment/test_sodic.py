"""Exchangeable sodium: clay disperses where there is little salt; nothing changes where nobody measured it."""

import numpy as np
import pytest

from rhizolith.assessment.assess import assess
from rhizolith.assessment.measured import read
from rhizolith.assessment.susceptibility import mechanisms, rules
from rhizolith.description.scenario import Soil
from rhizolith.errors import InputError
from rhizolith.knowledge import evidence
from rhizolith.reporting.bibliography import read_bibliography

SOIL = {"pH": 9.2, "clay": 350, "organic_carbon": 8, "cec": 22, "exchangeable_calcium": 8}


def soil(**more):
    return assess({**SOIL, **more}, samples=400)


def of(spectrum, mechanism="dispersion"):
    return spectrum.susceptibility[:, :, mechanisms().index(mechanism)]


def test_sodic_clay_disperses_sooner_than_clay_of_calcium():
    sodic, calcic = soil(ESP=35, EC_1to5=0.4), soil(ESP=2, EC_1to5=0.4)
    assert (np.median(of(sodic), axis=0) > np.median(of(calcic), axis=0)).all(), "of every kind of association"
    assert sodic.formation.mean() < calcic.formation.mean(), "less is sorbed (Y-002)"
    for mechanism in set(mechanisms()) - {"dispersion"}:
        assert np.array_equal(of(sodic, mechanism), of(calcic, mechanism)), mechanism
    place = mechanisms().index("dispersion")
    ranks = [np.median(s.ranks[:, s.associations.index("phyllosilicate"), place]) for s in (sodic, calcic)]
    assert ranks[0] > ranks[1] + 0.1


def test_much_salt_keeps_a_saline_sodic_soil_together():
    """Y-002: at 1 dS/m of the 1:5 extract sodium acts, at 5 it does not, between it is open."""
    fresh, brackish, saline = (of(soil(ESP=35, EC_1to5=ec)).mean() for ec in (0.4, 2.2, 12.0))
    assert fresh > brackish > saline
    assert saline == pytest.approx(of(soil(ESP=0, EC_1to5=12.0)).mean(), abs=1e-6), "as if there were no sodium"


def test_without_a_conductivity_the_answer_lies_between_and_is_said_to():
    unknown = soil(ESP=35)
    assert of(soil(ESP=35, EC_1to5=12.0)).mean() < of(unknown).mean() < of(soil(ESP=35, EC_1to5=0.4)).mean()
    assert any("EC_1to5" in note for note in unknown.inventory.notes[0])
    assert not any("EC_1to5" in note for note in soil(ESP=35, EC_1to5=1).inventory.notes[0])


def test_ratio_of_the_water_and_share_of_the_exchanger_say_the_same():
    assert np.median(of(soil(SAR=28, EC_1to5=0.4))) > np.median(of(soil(SAR=1, EC_1to5=0.4)))


def test_a_salt_alone_changes_nothing_and_neither_does_a_lack():
    assert np.array_equal(of(soil(EC_1to5=3.0)), of(soil()))


def test_exchangeable_sodium_of_a_soil_file_counts_as_a_share_of_its_capacity(tmp_path):
    path = tmp_path / "soil.yaml"
    path.write_text("pH: 9.1\ncec: 20 cmol/kg\nexchangeable:\n  Ca+2: 9 cmol/kg\n  Na+: 7 cmol/kg\n  K+: 1 cmol/kg\n")
    measured = read(path)
    assert measured.values["ESP"][0] == pytest.approx(35) and measured.values["exchangeable_calcium"][0] == 9
    assert measured.unread == ("exchangeable K+",)
    given = assess(Soil.read(path), samples=100).soil
    assert given.values["ESP"][0] == pytest.approx(35)
    path.write_text(path.read_text() + "ESP: 12 %\nEC_1to5: 80 mS/m\n")
    assert read(path).values["ESP"][0] == pytest.approx(12), "a stated share comes first"
    assert read(path).values["EC_1to5"][0] == pytest.approx(0.8)
    assert Soil.read(path).pH == 9.1, "a simulation reads the same file"


def test_impossible_sodium_is_refused():
    with pytest.raises(InputError) as refused:
        soil(ESP=140, EC_1to5=-1)
    assert len(refused.value.problems) == 2


def test_its_rules_rest_on_works_that_can_be_looked_up():
    held = [r for r in rules() if r.trait == "sodium"]
    assert {m for r in held for m in r.mechanisms} == {"dispersion", "formation"}
    works = read_bibliography()
    for rule in held:
        assert rule.strength == "hypothesis", "read in abstracts"
        assert all(ref in works for c in rule.claims for ref in evidence.claim(c).refs_resolved)
    assert not set(evidence.beyond()) & set(evidence.claims())
    why = soil(ESP=35).why("phyllosilicate", "dispersion")
    assert any(rule.rule == "M04" and "ESP" in how for rule, how in why.fired)
    assert any("ESP or SAR" in said for _, said in soil().why("phyllosilicate", "dispersion").silent)


def test_nobody_is_sent_to_measure_sodium_in_an_acid_soil():
    asked = [set(assess({**SOIL, "pH": ph}, samples=200).what_to_measure["to_find_out"]) for ph in (4.5, 8.8)]
    assert "ESP" not in asked[0] and "ESP" in asked[1]
