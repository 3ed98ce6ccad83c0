"""Events are told with the time at which they happened, not with the end of the step that saw them."""

from types import SimpleNamespace

import numpy as np
import pytest

from rhizolith.simulation.grid import batch, cylinder
from rhizolith.simulation.watch import ANOXIC, Watch

SCENE = SimpleNamespace(minerals=(SimpleNamespace(name="goethite"),))
MODEL = SimpleNamespace(system=SimpleNamespace(unknowns=("O2", "goethite")), scene=SCENE)


def test_a_mineral_that_dissolves_evenly_is_exhausted_on_time():
    watch = Watch(MODEL, batch(), 100.0, None)
    for t in (0.0, 30.0, 70.0, 95.0, 120.0):
        watch(t, np.array([[1.0], [1 - t / 100]]))
    (event,) = watch.events
    assert event["time"] == pytest.approx(99.9, rel=1e-12) and event["radius"] is None
    assert event["what"] == "goethite exhausted"


def test_oxygen_runs_out_in_one_place_and_comes_back_everywhere():
    grid = cylinder(2e-4, 5e4, 2)
    watch = Watch(MODEL, grid, 100.0, None)
    for t in np.linspace(0, 10, 21):  # a parabola with its lowest point at t = 5 is followed exactly
        watch(t, np.array([[ANOXIC * (0.5 + (t - 5.03) ** 2 / 8), 1.0], [1.0, 1.0]]))
    begins, ends = watch.events
    assert begins["radius"] == ends["radius"] == grid.centres[0]
    assert begins["time"] == pytest.approx(3.03, rel=1e-9) and ends["time"] == pytest.approx(7.03, rel=1e-9)


def test_an_absent_mineral_is_not_exhausted():
    watch = Watch(MODEL, batch(), 100.0, None)
    watch(0.0, np.array([[1.0], [0.0]]))
    watch(1.0, np.array([[1.0], [-1e-12]]))
    assert not watch.events
