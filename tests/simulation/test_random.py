"""A sample of the random scenarios that `make validate` runs by the thousand."""

import numpy as np
import pytest
from validation.random_scenarios import judge, scenarios

from rhizolith.simulation import simulate

SAMPLE = (2, 3, 10, 103, 109, 112, 114, 149, 180, 183, 191, 194, 279, 380, 381)
"""Among them all that ever stopped a run: vanishing oxygen, titrated siderophores, fast flow, a fit that ran away."""


@pytest.fixture(scope="module")
def drawn():
    return {n: (words, s) for n, words, s in scenarios(max(SAMPLE) + 1) if n in SAMPLE}


@pytest.mark.parametrize("number", SAMPLE)
def test_random_scenarios_reach_their_end_with_closed_balances(drawn, number):
    verdict = judge(number, *drawn[number])
    assert verdict.outcome == "finished", verdict.sentence
    assert verdict.balance < 1e-10


def test_a_scenario_can_be_drawn_again_from_its_number(drawn):
    again = next(s for n, _, s in scenarios(SAMPLE[0] + 1) if n == SAMPLE[0])
    assert again == drawn[SAMPLE[0]][1]


def test_nothing_is_drawn_below_zero(drawn):
    """Amounts may undershoot by what the tolerance allows, no further."""
    run = simulate(drawn[149][1])
    dissolved = run.concentration.where(run.component != "H+")
    assert float(dissolved.min()) > -4e-4
    assert float(run.mineral_amount.min()) > -1e-6
    assert np.all(run.association_carbon > -1e-5)
