"""Claims that once compared a gross amount with nothing: they can fail, and their scenarios are what they say."""

import pytest

from rhizolith.assessment import claim_runs
from rhizolith.assessment.claim_forced import ABSENT, NEVER_BELOW, could_fail, grounds
from rhizolith.assessment.claim_scenarios import scenario
from rhizolith.knowledge import tables

TESTS = {t["claim"]: t["simulation"] for t in tables.rows("evidence_tests")}


@pytest.mark.parametrize("claim", ["A-009", "G-008", "J-036", "E-010", "G-005"])
def test_they_can_fail(claim):
    assert could_fail(TESTS[claim])[0]


def test_no_claim_is_held_against_nothing_and_those_without_a_process_stand_apart():
    by = {claim: set(grounds(text)) for claim, text in TESTS.items() if " > 0" in text or " == 0" in text}
    assert not {c for c, found in by.items() if found == {NEVER_BELOW}}
    assert set(grounds(TESTS["F-008"])) == set(grounds(TESTS["H-006"])) == {ABSENT}, "nothing to compare: told apart"


def test_what_is_set_free_net_is_what_is_not_bound_again():
    """G-008: two flasks of the same soil; where microbes eat, less is dissolved, and sorption takes less back."""
    eaten, sterile = scenario("microbes_eat"), scenario("sterile")
    assert eaten.soil.associations == sterile.soil.associations and eaten.soil.minerals == sterile.soil.minerals
    assert eaten.soil.biomass > sterile.soil.biomass == 0 and eaten.root is None and sterile.root is None
    dissolved = [
        claim_runs.run(v)["concentration"].sel(component="Dom").isel(radius=0).values
        for v in ("microbes_eat", "sterile")
    ]
    assert dissolved[0][0] == dissolved[1][0] and (dissolved[0][1:] < dissolved[1][1:]).all()
    data = claim_runs.run("sterile")
    for name in ("/", "allophane/"):
        held = [a for a in data["association"].values if name == "/" or name in str(a)]
        last = data.sel(mechanism="sorption_disequilibrium", association=held).isel(time=-1)
        expected = float((last["disrupted"] - last["formed"]).sum())
        assert claim_runs.net("sterile", "sorption_disequilibrium", name) == pytest.approx(expected, rel=1e-6)


def test_an_oxide_more_in_a_flask_without_a_root():
    """J-036: the same soil with manganese oxide, and no root in either."""
    bare, more = scenario("no_root"), scenario("no_root_manganese")
    assert bare.root is None and more.root is None
    assert more.soil.minerals["birnessite"] > bare.soil.minerals.get("birnessite", 0.0)
    assert {m for m in more.soil.minerals if m != "birnessite"} == {m for m in bare.soil.minerals if m != "birnessite"}


def test_a_turned_comparison_comes_out_against_its_claim():
    """Nothing is written down: the other way round each of them fails."""
    for claim in ("A-009", "G-008"):
        left, right = (side.strip() for side in TESTS[claim].split(">"))
        assert claim_runs.say(TESTS[claim])[0] != claim_runs.say(f"{right} > {left}")[0]
