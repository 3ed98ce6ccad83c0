"""A result counts only if it could have failed: what the rate laws say before any run is told apart."""

from rhizolith.assessment.claim_forced import ABSENT, BY_ASSUMPTION, BY_LAW, NEVER_BELOW, could_fail, grounds
from rhizolith.assessment.claims import CONTRADICTED, REPRODUCED, UNTESTED, failing
from rhizolith.knowledge import tables


def test_what_stands_in_a_rate_law_is_forced_whatever_its_constants():
    """The rate law of desorption divides by the number of contacts; dissolution by ligands rises with ligands."""
    law = "root fraction ligand_exchange inner_sphere/monolayer > many_contacts fraction ligand_exchange inner_sphere/"
    assert grounds(law) == [BY_LAW]
    assert grounds("citrate amount ligand_dissolution / > sugar_only amount ligand_dissolution /") == [BY_LAW]
    turned = "sugar_only amount ligand_dissolution / > citrate amount ligand_dissolution /"
    assert grounds(turned) == [""], "a comparison that the rate law speaks against is not forced: it could fail"


def test_assumed_constants_force_and_measured_ones_do_not():
    """Desorption is slow inner-sphere because we assumed so; allophane and kaolinite were measured to dissolve."""
    assumed = "root fraction sorption_disequilibrium outer_sphere > root fraction sorption_disequilibrium inner_sphere"
    assert grounds(assumed) == [BY_ASSUMPTION]
    measured = "calcareous_acid fraction dissolution calcite/ > calcareous_acid fraction dissolution smectite/"
    assert grounds(measured) == [""]


def test_absence_and_gross_amounts_force():
    assert grounds("root amount reductive_dissolution kaolinite/ == 0") == [ABSENT]
    assert grounds("root fraction ion_exchange outer_sphere > root fraction ion_exchange inner_sphere") == [ABSENT]
    assert grounds("root amount sorption_disequilibrium / > 0") == [NEVER_BELOW]
    assert grounds("protons pH_shift / > 1") == [""], "a number may be missed"
    assert grounds("root phase_lag / > 1") == [""]


def test_two_forces_against_each_other_leave_the_outcome_open():
    """Citrate takes bridging metals and acidifies: dispersion may rise or fall."""
    assert could_fail("citrate amount dispersion / > sugar_only amount dispersion /") == (True, "")


def test_synergy_above_the_sum_stands_in_the_rate_law():
    assert grounds("synergy above ligand_dissolution ligands siderophore sugar_only > 0") == [BY_LAW]


def test_one_open_comparison_makes_a_claim_that_could_fail():
    mixed = "root amount sorption_disequilibrium / > 0;dry redox / > wet redox /"
    assert could_fail(mixed) == (True, NEVER_BELOW)


def test_only_what_simulation_alone_reproduced_can_have_been_forced():
    test = next(t for t in tables.rows("evidence_tests") if t["claim"] == "F-008")
    none = {"rules": REPRODUCED, "simulation": UNTESTED, "data": UNTESTED}
    assert failing(test, none)["could_fail"] == ""
    assert failing(test, {**none, "simulation": REPRODUCED}) == {"could_fail": "no", "forced_by": ABSENT}
    assert failing(test, {**none, "simulation": REPRODUCED, "data": REPRODUCED})["could_fail"] == "yes"
    assert failing(test, {**none, "simulation": CONTRADICTED})["could_fail"] == "yes"
