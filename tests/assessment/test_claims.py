"""The claims: every test is well-formed, no verdict is written down, and contradictions stay visible."""

import json

import pytest

from rhizolith.assessment import claim_data, claim_draws, claim_rules, claim_runs
from rhizolith.assessment.claim_ecosystems import chosen
from rhizolith.assessment.claim_scenarios import ecosystem_settings, scenario
from rhizolith.assessment.claims import (
    COLUMNS,
    CONTRADICTED,
    REPRODUCED,
    UNTESTED,
    as_dataset,
    decided_by,
    scenarios_of,
    verdict,
    verdicts,
    with_draws,
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


def test_speciation_gives_an_iron_oxide_both_signs_of_charge():
    """D-006: positive in acid, negative in base, and falling all the way; near zero at the published pH 8."""
    values = [claim_runs.charge("", ph) for ph in ("4", "6", "8", "10")]
    assert values == sorted(values, reverse=True) and values[0] > 0.5 and values[-1] < -0.1
    assert abs(values[2]) < 0.1 * values[0]
    good, told = claim_runs.say("0 > iron_water charge 4")
    assert not good and told.endswith("which is not so")


def test_what_a_root_causes_is_counted_beyond_the_soil_at_rest():
    """A run compared with itself caused nothing and stirs nothing; exudates stir dissolution by ligands."""
    assert claim_runs.caused("root", "all", "/", "root") == 0
    assert claim_runs.stirred("at_rest", "at_rest") == 0
    assert not claim_runs.say("at_rest stirred at_rest > 0")[0]
    both = claim_runs.caused("root", "ligand_dissolution+proton_dissolution", "/", "at_rest")
    each = [claim_runs.caused("root", m, "/", "at_rest") for m in ("ligand_dissolution", "proton_dissolution")]
    assert both == pytest.approx(sum(each)) and min(each) > 0
    # a rank within a family has one first place
    dissolving = [f"{m}_dissolution" for m in ("ligand", "proton", "reductive")]
    places = [
        claim_runs.caused("root", m, "/", "at_rest") > claim_runs.rival("root", m, "/", "at_rest") for m in dissolving
    ]
    assert sum(places) == 1
    with pytest.raises(ModelError, match="one family"):
        claim_runs.rival("root", "ligand_dissolution+ion_exchange", "/", "at_rest")


def test_a_scenario_is_what_its_claim_says():
    """J-019 needs a root that turns its soil alkaline, G-013 the same soil at a higher pH, F-015 less on minerals."""
    ph = claim_runs.run("nitrate_fed")["pH"].isel(radius=0)
    assert float(ph[12:].min()) > float(ph[0]) + 0.1, "from the second day on"
    acid, base = scenario("sugar_only").soil, scenario("alkaline_water").soil
    assert base.pH > acid.pH + 1 and base.minerals == acid.minerals
    full, half = scenario("ligands").soil, scenario("half_covered").soil
    assert [2 * h.carbon for h in half.associations] == pytest.approx([h.carbon for h in full.associations])
    assert {h.denticity for h in scenario("many_contacts").soil.associations} == {4}
    assert scenario("salted").soil.solution["Cl-"] == pytest.approx(50)
    assert scenario("tropics_wet").soil.water_content > 0.4
    assert scenario("fed").soil.solution["PO4-3"] > 100 * scenario("hungry").soil.solution["PO4-3"]


def test_the_soil_of_an_ecosystem_is_assumed_throughout_and_the_one_the_rules_see():
    for row in evidence.ecosystems():
        settings = ecosystem_settings(row["ecosystem"])
        given = {k: v for k, v in settings.items() if isinstance(v, dict)}
        assert "pH" in given and all(v["grade"] == "assumed" and "assumed" in v["source"] for v in given.values())
        for key, told in given.items():
            assert told["value"].split()[0] == row[key]
    soil = scenario("forest").soil
    assert soil.pH == 4.5 and soil.evidence["clay"].grade == "assumed" and soil.clay == pytest.approx(0.2)
    with pytest.raises(ModelError, match="no ecosystem"):
        ecosystem_settings("the moon")
    with pytest.raises(ModelError, match="no variant"):
        scenario("nowhere")


def test_what_was_said_against_a_claim_is_explained_in_words(table):
    """Ranks that rest on assumed constants are told with the row, whatever comes out."""
    told = table.set_index("id").reading
    for claim in ("L-008", "L-011", "L-012", "W-001", "J-037"):
        assert (len(told[claim]) > 60 and "assumed" in told[claim]) or "nobody measured" in told[claim], claim


def test_every_scenario_is_read_by_a_claim_and_shown(table):
    rows = scenarios_of(table)
    assert {r["variant"] for r in rows} == {r["variant"] for r in tables.rows("evidence_variants")}
    page = report(as_dataset(table))
    assert "The scenarios behind the simulation column" in page and "every number assumed" in page


def test_constants_drawn_stay_in_their_ranges_and_reach_the_runs():
    """A Latin hypercube: each of two draws in its own half; what is drawn changes the run, and only inside."""
    known, sets = claim_draws.constants(), claim_draws.drawn(2)
    assert len(known) > 100 and all(e.grade != "measured" for e in known.values())
    for name, e in known.items():
        values = sorted(s[name] for s in sets)
        middle = (e.low * e.high) ** 0.5 if e.low > 0 else (e.low + e.high) / 2
        assert e.low <= values[0] <= middle <= values[1] <= e.high, name
    usual = claim_runs.fraction("at_rest", "dispersion", "/")
    with claim_runs.with_constants({"dispersion.rate_constant": 5e-8}):
        assert claim_runs.fraction("at_rest", "dispersion", "/") == pytest.approx(10 * usual, rel=0.01)
    assert claim_runs.fraction("at_rest", "dispersion", "/") == usual
    stated = "gas_exchange.carbon_dioxide_pressure"
    assert stated in known and stated in scenario("residue").overrides()
    with claim_runs.with_constants({stated: known[stated].high}):
        assert claim_runs.fraction("residue", "all", "/") > 0, "the air of the residue stays the residue's"


def test_what_does_not_hang_on_constants_holds_in_every_draw(monkeypatch, table):
    """Kaolinite is never reduced, whatever the constants; that it is, never holds. Nothing is decided by it."""
    tests = [
        {"claim": "F-008", "simulation": "at_rest amount reductive_dissolution kaolinite/ == 0"},
        {"claim": "F-006", "simulation": "at_rest amount reductive_dissolution kaolinite/ > 0"},
    ]
    run = claim_runs.run("at_rest")
    with monkeypatch.context() as patch:
        patch.setattr(claim_draws.tables, "rows", lambda name: tests)
        patch.setattr(claim_draws, "drawn", lambda n, seed: [{"kaolinite.rate_ligand": 1e-13}] * n)
        patch.setattr(claim_runs, "run", lambda variant: run)
        assert claim_draws.holding(2) == {"F-008": (2, 2), "F-006": (0, 2)}
        told = with_draws(table, 2)
    assert told.set_index("id").holds["F-006"] == "0 of 2" and (told.verdict == table.verdict).all()
    assert "reproduces it in 0 of 2 draws" in report(as_dataset(told))


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


def test_data_decide_only_where_studies_redrawn_leave_zero_out():
    def mean(chosen):
        return float(sum(chosen) / len(chosen))

    assert claim_data.decided("", [0.4, 0.5, 0.3, 0.6, 0.45], mean)[0] is True
    assert claim_data.decided("", [-0.4, -0.5, -0.3, -0.6, -0.45], mean)[0] is False
    word, told = claim_data.decided("mean", [0.9, -0.4, 0.3, -0.2], mean)
    assert word is None and "the interval holds zero" in told
    assert verdict({"rules": REPRODUCED, "simulation": UNTESTED, "data": UNTESTED}) == UNTESTED


def test_what_a_claim_needs_says_what_the_data_left_open(table):
    if not claim_data.SHARED.is_dir():
        pytest.skip("skipped: shared data absent")
    age = table.set_index("id").loc["B-005"]
    assert age.data == UNTESTED and age.verdict == UNTESTED
    assert "more studies" in age.needs and "holds zero" in age.needs
