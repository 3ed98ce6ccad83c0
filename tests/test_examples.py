"""Every example scenario solves; here the first day of it in few cells, so that the test stays quick."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rhizolith.description.scenario import Scenario
from rhizolith.simulation import simulate

EXAMPLES = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_solves_and_balances(path):
    scenario = Scenario.read(path)
    run = simulate(scenario, cells=8, duration=86400.0, output_every=43200.0)
    assert run.attrs["outcome"].startswith("Finished")
    assert float(np.abs(run.balance).max()) < 1e-10
    assert float(run.pH[-1, -1]) == pytest.approx(scenario.soil.pH, abs=0.5)
