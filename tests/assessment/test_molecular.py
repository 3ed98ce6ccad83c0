"""Mass spectra and spectroscopy in an assessment: the direction of each rule, and nothing changed where absent."""

import numpy as np
import pandas as pd
import pytest

from rhizolith.assessment.assess import assess
from rhizolith.assessment.many import assess_table
from rhizolith.assessment.measured import inputs
from rhizolith.assessment.molecular import placed, told, traits
from rhizolith.assessment.susceptibility import mechanisms, rules, rules_for
from rhizolith.errors import InputError
from rhizolith.knowledge import evidence

SOIL = {"pH": 5.2, "clay": 300, "organic_carbon": 36, "oxalate_iron": 9}
KEYS = ("NOSC", "AImod", "molecular_weight", "carboxyl_C")


def soil(**more):
    return assess({**SOIL, **more}, samples=400)


def of(spectrum, mechanism):
    """Mean susceptibility over associations, sample by sample."""
    return spectrum.susceptibility[:, :, mechanisms().index(mechanism)].mean(axis=1)


def test_large_matter_is_cut_more_and_given_up_less():
    """C-004."""
    small, large = soil(molecular_weight=200), soil(molecular_weight=50_000)
    assert np.median(of(large, "enzymatic_depolymerization")) > np.median(of(small, "enzymatic_depolymerization"))
    for mechanism in ("ligand_exchange", "ion_exchange", "sorption_disequilibrium"):
        assert np.median(of(large, mechanism)) < np.median(of(small, mechanism))


@pytest.mark.parametrize(("key", "low", "high"), [("NOSC", -1.2, 1.2), ("AImod", 0.05, 0.9), ("carboxyl_C", 20, 220)])
def test_groups_that_bind_hold_faster(key, low, high):
    """C-005, C-006: less is given up by exchange and disequilibrium; what no rule speaks of stays as it was."""
    weak, strong = soil(**{key: low}), soil(**{key: high})
    for mechanism in ("ion_exchange", "sorption_disequilibrium"):
        assert np.median(of(strong, mechanism)) < np.median(of(weak, mechanism))
    for mechanism in ("proton_dissolution", "dispersion", "mineral_catalysis", "enzymatic_depolymerization"):
        assert np.array_equal(of(weak, mechanism), of(soil(), mechanism))


def test_without_them_nothing_changes_even_beside_soils_that_have_them():
    bare = pd.DataFrame([{"soil": "a", **SOIL}, {"soil": "b", **SOIL, "pH": 7.0}])
    both = bare.assign(molecular_weight=[np.nan, 20_000.0], NOSC=[np.nan, 0.5])
    without, beside = assess_table(bare, samples=100), assess_table(both, samples=100)
    columns = [c for c in without.columns if c.startswith(("vulnerability", "carbon", "formation"))]
    pd.testing.assert_series_equal(without.loc[0, columns], beside.loc[0, columns])
    changed = [c for c in columns if without.loc[1, c] != beside.loc[1, c]]
    touched = {m for r in rules() if r.kind == "measured" for m in r.mechanisms}
    assert changed and all(c.startswith("vulnerability") for c in changed)
    named = {c.removeprefix("vulnerability_").removesuffix("_low").removesuffix("_high") for c in changed}
    assert named - {"vulnerability", "low", "high"} <= touched


def test_why_names_the_measurement_or_its_lack():
    lacking = soil().why("phyllosilicate", "ion_exchange")
    assert any("NOSC or AImod or carboxyl_C" in why for _, why in lacking.silent)
    assert not any(rule.kind == "measured" for rule, _ in lacking.fired)
    given = soil(NOSC=0.2, AImod=0.3).why("phyllosilicate", "ion_exchange")
    assert any(rule.rule == "M03" and "NOSC, AImod" in how for rule, how in given.fired)


def test_what_cannot_be_is_refused_at_once():
    with pytest.raises(InputError) as refused:
        assess({**SOIL, "NOSC": 9, "AImod": 1.4, "molecular_weight": 1, "carboxyl_C": 900})
    assert len(refused.value.problems) == 4
    with pytest.raises(InputError, match="molecular_weight"):
        assess({**SOIL, "molecular_weight": "3 m"})


def test_each_rule_and_range_opens_its_claims():
    listed = {row["key"]: (trait, row) for trait, rows in traits().items() for row in rows}
    assert set(listed) == {*KEYS, "ESP", "SAR"} <= set(inputs())
    for key, (trait, row) in listed.items():
        assert all(evidence.claim(c) for c in row["claims"].split(";")), key
        assert row["grade"] == "assumed" and row["source"].startswith("assumed: ")
        assert float(inputs()[key]["low"]) <= float(row["low"]) < float(row["high"]) <= float(inputs()[key]["high"])
        assert any(r.trait == trait for r in rules())
    for mechanism in mechanisms():
        for rule in rules_for(mechanism, "measured"):
            assert rule.trait in traits() and any(c[0] == ("Y" if rule.trait == "sodium" else "C") for c in rule.claims)


def test_several_measurements_of_one_trait_count_as_their_mean():
    row = {"low": "100", "high": "100000", "scale": "log"}
    assert placed(row, np.array([10.0, 100.0, 10**3.5, 1e5, 1e6])) == pytest.approx([0, 0, 0.5, 1, 1])
    found = told({"AImod": np.array([[0.2], [np.nan]]), "carboxyl_C": np.array([[100.0], [np.nan]])})
    assert found["functional_groups"][0] == pytest.approx([0.3]) and np.isnan(found["functional_groups"][1]).all()
    assert told({}) == {} and "molecular_size" not in found
