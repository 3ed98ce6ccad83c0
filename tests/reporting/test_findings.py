"""What the page says first: sentences from the tables, with effect, interval, p and n, that claim no more."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import xarray as xr

from rhizolith.analysis.study.part import as_dataset
from rhizolith.description.experiment.treatment_name import controls_first
from rhizolith.reporting.difference_words import within
from rhizolith.reporting.findings import findings
from rhizolith.reporting.sections.analyze_sources import works_named
from rhizolith.reporting.sections.study_drivers import _unit as outcome_unit
from rhizolith.reporting.study import html_table
from rhizolith.reporting.words import unit_of


def _part(title: str, **tables: pd.DataFrame) -> xr.DataTree:
    held = {n: xr.DataTree(as_dataset(t)) for n, t in tables.items()}
    return xr.DataTree(xr.Dataset(attrs={"title": title, "said": json.dumps([])}), held)


def _tree(p_counts: float = 0.001, joint: float = 0.6, importance_q: float = 0.3, honest_low: float = -0.2):
    tests = pd.DataFrame({
        "variable": "pH", "term": ["plant", "salt", "plant:salt"], "n": 24, "eta2": [0.9, 0.5, 0.1],
        "p": [1e-9, 0.002, joint], "q": [p_counts, 0.4, joint], "p_preferred": [p_counts, 0.3, joint],
        "preferred": ["shuffled", "f", "f"], "permutations": 999,
    })  # fmt: skip
    estimates = pd.DataFrame({
        "factor": ["plant", "salt"], "level": ["grass", "gypsum"], "against": "none", "estimate": [-0.784, 0.2],
        "se": 0.03, "low": [-0.841, -0.1], "high": [-0.709, 0.5], "variable": "pH",
    })  # fmt: skip
    groups = pd.DataFrame({"variable": ["pH"], "unit": ["mg kg-1"]})
    forest = pd.DataFrame({
        "variable": ["pH"], "outcome": "CUE", "fit": 0.2, "fit_p": 0.03, "n": 23, "q": importance_q, "p": 0.01,
    })  # fmt: skip
    picked = pd.DataFrame({"table": ["asv"], "outcome": "CUE", "n": 24, "honest": 0.3, "low": honest_low, "high": 0.8})
    claims = pd.DataFrame({
        "cause": ["Plant", "Limitation"], "effect": ["pH", "CUE"], "found": ["as claimed", "against the claim"],
    })  # fmt: skip
    rivals, r2 = pd.DataFrame({"rival": ["all by treatment", "as drawn"]}), pd.DataFrame({"variable": ["CUE"], "n": 24})
    study = xr.DataTree(xr.Dataset(attrs={"outcome": ""}), {
        "treatments": _part("What the treatments did", tests=tests, estimates=estimates, groups=groups),
        "drivers": _part("What goes with the outcome", importance=forest),
        "picked": _part("Features picked", pipelines=picked),
        "claimed": _part("A claimed chain", claims=claims, rivals=rivals, r2=r2),
    })  # fmt: skip
    measured = xr.DataTree(xr.Dataset({"pH": ("sample", [1.0])}))
    return xr.DataTree(children={"study": study, "measured": measured})


def _said(**how: float) -> dict[str, str]:
    return {f.about: f.words for f in findings(_tree(**how))}


@pytest.mark.parametrize(("unit", "missing"), [("", True), ("not given", True), ("1", False), ("mg kg-1", False)])
def test_a_unit_that_nobody_wrote_is_missed_and_none_is_invented(unit, missing):
    tree = _tree()
    groups = pd.DataFrame({"variable": ["pH"], "unit": [unit]})
    tree["study/treatments/groups"] = xr.DataTree(as_dataset(groups))
    assert (outcome_unit(tree, "pH") == "unit not given") is missing
    words = {f.about: f.words for f in findings(tree)}["plant"]
    assert (", unit not given" in words) is missing and "n 24" in words


def test_a_difference_carries_effect_interval_unit_p_and_n():
    words = _said()["plant"]
    assert "grass against no plant −0.78 mg kg⁻¹ (95 % interval −0.84 to −0.71)" in words
    assert "p ≤ 0.001 by shuffles" in words and "partial η² 0.90" in words and "n 24" in words
    assert "a mean over the other factor" not in words


def test_an_interaction_is_said_beside_the_mean_difference():
    assert "between whose levels it differs: plant × salt p 0.010" in _said(joint=0.01)["plant"]


def test_a_factor_that_nothing_answers_to_is_not_given_a_finding():
    assert _said()["salt"] == "No measured quantity is told apart (q < 0.05)."
    assert "salt 0 of 1" in _said()["Treatments"]


@pytest.mark.parametrize(("q", "words"), [(0.3, "no single quantity stands out"), (0.01, "most with pH (q < 0.05)")])
def test_a_driver_is_named_only_after_correction(q, words):
    assert words in _said(importance_q=q)["What goes with CUE"]


@pytest.mark.parametrize(("low", "words"), [(-0.2, "none is told from 0"), (0.1, "told from 0: asv")])
def test_an_interval_across_zero_is_called_nothing(low, words):
    assert words in _said(honest_low=low)["Features picked by it"]


def test_claims_are_counted_with_those_that_fail():
    words = _said()["A claimed chain"]
    assert "1 are as claimed, 1 against it (Limitation → CUE), 0 not told from 0; n 24" in words
    assert "all by treatment is ahead" in words and "not cause" in words


def test_every_finding_leads_to_a_section_of_the_page():
    from rhizolith.reporting.section import sections_for

    assert {f.anchor for f in findings(_tree())} <= {s.name for s in sections_for("analyze")}


def test_works_that_the_methods_name_stand_among_the_sources():
    said = "PERMANOVA (Anderson 2001); ANCOM-BC (Lin and Peddada 2020; pseudo-count 1); q by Benjamini and Hochberg."
    assert works_named(said) == {"Anderson2001", "Lin2020", "Benjamini1995"}
    assert works_named("Anderson read 2001 samples and Smyth none") == set()


def test_units_are_printed_with_raised_exponents():
    assert unit_of("mg kg-1 d-1") == "mg kg⁻¹ d⁻¹"
    assert unit_of("m2 g-1") == "m² g⁻¹"
    assert unit_of("log2 of a ratio") == "log2 of a ratio"
    assert (unit_of("degree"), unit_of("1"), unit_of("not given")) == ("degrees", "", "unit not given")


def test_no_table_gives_a_chance_closer_than_it_is_known():
    html = html_table(pd.DataFrame({"a": [9.93e-18, 0.0], "b": [0.04567, 1.0]}), ["p of F", "q"])
    assert html.count("&lt; 0.0001") + html.count("< 0.0001") == 2
    assert "0.046" in html


def test_numbers_too_long_to_read_stand_as_powers_of_ten():
    """Copies of a gene per gram: eleven digits say nothing that three do not."""
    said = within(10672706029.0, 6538214951.0, 14807197107.0, " copies")
    assert said == "+1.07·10¹⁰ copies (95 % interval +6.54·10⁹ to +1.48·10¹⁰)"
    assert within(-0.7812, -0.84, -0.71) == "−0.78 (95 % interval −0.84 to −0.71)"


def test_the_control_comes_first_whatever_the_table_begins_with():
    assert controls_first(["NPK", "CK", "NPKS", "NPK"]) == ["CK", "NPK", "NPKS"]
