"""The claims: every test is well-formed, no verdict is written down, and contradictions stay visible."""

import json

import pytest

from rhizolith.assessment import claim_data, claim_rules, claim_runs
from rhizolith.assessment.claim_ecosystems import chosen
from rhizolith.assessment.claims import (
    COLUMNS,
    CONTRADICTED,
    REPRODUCED,
    UNTESTED,
    as_dataset,
    decided_by,
    verdict,
    verdicts,
)
from rhizolith.assessment.inventory import associations
from rhizolith.errors import ModelError
from rhizolith.knowledge import evidence, tables
from rhizolith.reporting import report


@pytest.fixture(scope="module")
def table():
    return verdicts(simulate=False)


def test_every_claim_has_a_row_and_one_of_three_words(table):
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == len(tables.rows("evidence_tests")) and table.id.is_unique
    for column in ("rules", "simulation", "data", "verdict"):
        assert set(table[column]) <= {REPRODUCED, CONTRADICTED, UNTESTED}
    assert (table.simulation == UNTESTED).all(), "nothing was run"


def test_no_table_holds_a_verdict():
    words = json.dumps([tables.rows(n) for n in ("evidence_tests", "evidence_variants", "evidence_rules")])
    assert REPRODUCED not in words and CONTRADICTED not in words


def test_rules_alone_never_make_a_claim_reproduced():
    assert verdict({"rules": REPRODUCED, "simulation": UNTESTED, "data": UNTESTED}) == UNTESTED
    assert verdict({"rules": REPRODUCED, "simulation": REPRODUCED, "data": UNTESTED}) == REPRODUCED
    assert verdict({"rules": REPRODUCED, "simulation": REPRODUCED, "data": CONTRADICTED}) == CONTRADICTED


def test_rules_alone_contradict_nothing_and_stay_in_sight(table):
    """Without a value of simulation or data nothing was contradicted; the disagreement is told, with why."""
    alone = {"rules": CONTRADICTED, "simulation": UNTESTED, "data": UNTESTED}
    assert verdict(alone) == UNTESTED and decided_by(alone) == ""
    both = {"rules": REPRODUCED, "simulation": CONTRADICTED, "data": CONTRADICTED}
    assert decided_by(both) == "simulation and data"
    assert decided_by({**both, "simulation": REPRODUCED}) == "data"
    undecided = table[(table.simulation == UNTESTED) & (table.data == UNTESTED)]
    assert set(undecided.verdict) == {UNTESTED}
    against = table[(table.rules == CONTRADICTED) & (table.verdict == UNTESTED)]
    assert len(against) and against.rules_found.str.contains("it exceeds .* in .* of the samples").all()


def test_what_a_claim_needs_is_told_where_nothing_decided(table):
    untested = table.verdict == UNTESTED
    assert (table.needs[untested].str.len() > 20).all(), "every one of them"
    assert (table.needs[~untested] == "").all()
    for row in tables.rows("evidence_tests"):
        assert bool(row["needs"]) == (not row["simulation"] and not row["data"]), row["claim"]


def test_a_claim_about_a_target_is_tried_on_that_target():
    """Supramolecular structures are complexes, calcium bridges and outer layers; phyllosilicates are not."""
    names = list(associations())
    held = [n for n, kept in zip(names, chosen(names, "supramolecular>=2"), strict=True) if kept]
    assert held == ["metal_organic", "calcium_bridged", "outer_layer"]
    assert chosen(names, "").all()
    with pytest.raises(ModelError, match="no trait"):
        claim_rules.say("ecosystem Al-rich volcanic soil of colour>=2")


def test_rules_hold_hard_limits_and_the_ranks_of_dissolution(table):
    said = table.set_index("id").rules
    for claim in ("F-008", "F-011", "F-012", "F-014", "G-005", "G-010", "H-005", "J-001", "J-026", "L-016", "X-004"):
        assert said[claim] == REPRODUCED, claim


def test_a_rule_that_comes_out_wrong_is_told():
    assert claim_rules.say("susceptible proton_dissolution: phyllosilicate > short_range_iron")[0] is False
    assert claim_rules.say("zero reductive_dissolution_abiotic: short_range_iron")[0] is False
    assert claim_rules.say("rule ligand_exchange denticity +")[0] is False
    assert claim_rules.say("") is None
    with pytest.raises(ModelError, match="no ecosystem"):
        claim_rules.say("ecosystem the moon")


def test_every_simulation_test_reads_variants_and_numbers_that_exist():
    variants = {r["variant"] for r in tables.rows("evidence_variants")}
    for row in tables.rows("evidence_variants"):
        assert isinstance(json.loads(row["changes"]), dict) and row["about"]
    for row in tables.rows("evidence_tests"):
        for part in filter(None, row["simulation"].split(";")):
            mark = "==" if "==" in part else ">"
            for side in part.split(mark):
                words = side.split()
                if len(words) == 1:
                    float(words[0])
                    continue
                assert words[0] in variants and words[1] in claim_runs.READ, row["claim"]
        assert not row["data"] or row["data"] in claim_data.TESTS
        assert row["claim"] in evidence.claims() and row["kind"] in ("sign", "rank", "zero", "lag", "number")


def test_the_simulator_is_asked_for_what_cannot_happen():
    """F-008 against one run: reduction dissolves iron oxides and takes exactly nothing from kaolinite and allophane."""
    good, told = claim_runs.say("root amount reductive_dissolution allophane/ == 0")
    assert good, told
    assert claim_runs.say("root amount reductive_dissolution ferrihydrite/ > 0")[0]
    assert not claim_runs.say("root amount reductive_dissolution ferrihydrite/ == 0")[0]


def test_partial_rank_correlation_takes_out_what_is_given():
    x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    assert claim_data.partial(x, [-v for v in x], []) == pytest.approx(-1)
    mixed = [3.0, 1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 6.0]
    assert abs(claim_data.partial(x, mixed, [mixed])) < 1 or claim_data.partial(x, mixed, [mixed]) != 0


def test_the_page_shows_contradictions_first(table):
    page = report(as_dataset(table))
    marks = [page.index(w) for w in ("contradicted (", "come out against it (", "reproduced (", "not testable yet (")]
    assert marks == sorted(marks) and "Decided by, or needs" in page
    assert "X-002" in page and "Hypothesis, not prediction" in page and "Q7" in page


def test_a_verdict_says_who_speaks_and_stands_apart_from_its_reasons():
    """On a phone the columns are stacked: each cell then carries its own heading."""
    from rhizolith.reporting.sections.claims import _cell

    cell = str(_cell("data", "contradicted", "a < b"))
    assert 'data-by="data"' in cell and "</b> <small>a &lt; b" in cell
