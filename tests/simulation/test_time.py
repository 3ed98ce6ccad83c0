"""The whole model in time: the order of the method, sunrise and sunset, and what a run may not do on the way."""

import numpy as np
import pytest

from rhizolith.description.scenario import Held, Root, Scenario, Soil
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.rodas import integrate
from rhizolith.simulation.ready import ready
from rhizolith.simulation.run import cell_data, make_grid, parameters_of, run, transport_of
from rhizolith.simulation.standing_still import stand_still

DAY = 86_400.0
SOIL = Soil(
    name="made up for tests", pH=5.4, bulk_density=1000, porosity=0.6, water_content=0.35, organic_carbon=2.0, cec=0.08,
    acid_groups=0.1, biomass=0.02, minerals={"ferrihydrite": 0.1, "goethite": 0.1, "gibbsite": 0.1},
    associations=(Held(mineral="ferrihydrite", carbon=0.3), Held(mineral="goethite", bond="outer_sphere", carbon=0.1)),
)  # fmt: skip


class Setup:
    """Everything that `run` puts together, for the integrator to be called by hand."""

    def __init__(self, geometry):
        self.scenario = Scenario(
            name="test", soil=SOIL, root=Root(radius=2e-4, length_density=5e4), cells=6, geometry=geometry,
            duration=DAY, output_every=DAY / 4,
        )  # fmt: skip
        model, begin = ready(self.scenario)
        self.model, self.grid = stand_still(model, begin), make_grid(self.scenario)
        self.compiled = compile_system(self.model.system)
        self.begin = np.repeat(begin.values[:, None], self.grid.cells, 1)

    def go(self, y0, times, **settings):
        data = cell_data(self.scenario, self.grid)
        return integrate(
            self.compiled, y0, times, parameters_of(self.model), data, transport_of(self.model, self.grid), **settings
        )


@pytest.mark.parametrize("geometry", ["cylinder", "batch"])
def test_the_whole_model_converges_with_the_order_of_the_method(geometry):
    """Rodas4P is of order 4; with stiff chemistry and 40 constraints less than half an order may be lost."""
    setup, span = Setup(geometry), 3600.0
    noon = setup.go(setup.begin, [0, 0.3 * DAY], rtol=1e-7, atol=1e-9, breakpoints=[0.25 * DAY]).y[-1]
    times = [0.3 * DAY, 0.3 * DAY + span]
    exact = setup.go(noon, times, rtol=1e-12, atol=1e-14)
    size = np.abs(exact.y[-1] - noon).max(axis=1) + 1e-12
    errors = []
    for steps in (2, 8):  # finer ones reach the rounding of a soil that hardly moves
        coarse = setup.go(noon, times, rtol=1e9, atol=1e12, max_step=span / steps, first_step=span / steps)
        assert coarse.statistics["steps"] == steps
        errors.append(np.median(np.abs(coarse.y[-1] - exact.y[-1]).max(axis=1) / size))
    assert np.log2(errors[0] / errors[1]) / 2 > 3.5


def test_the_error_of_a_run_follows_its_tolerance():
    setup = Setup("cylinder")
    times, breaks = [0, DAY], [0.25 * DAY, 0.75 * DAY]
    exact = setup.go(setup.begin, times, rtol=1e-8, atol=1e-10, breakpoints=breaks).y[-1]
    mobile = slice(0, len(setup.model.system.mobile))
    scale = np.abs(exact[mobile]).max(axis=1, keepdims=True)
    for tolerance in (1e-3, 1e-5):
        y = setup.go(setup.begin, times, rtol=tolerance, atol=tolerance * 1e-2, breakpoints=breaks).y[-1]
        assert np.abs((y - exact)[mobile] / scale).max() < 10 * tolerance


def test_steps_end_where_the_light_bends(monkeypatch):
    """Half a sine from 6 to 18 h has a corner at both: no step goes across."""
    import rhizolith.simulation.run as module

    setup, seen = Setup("batch"), []
    whole = module.integrate

    def watched(*given, on_step, **more):
        return whole(*given, on_step=lambda t, y: (seen.append(t), on_step(t, y))[1], **more)

    monkeypatch.setattr(module, "integrate", watched)
    run(setup.scenario)
    assert {0.25 * DAY, 0.75 * DAY, DAY} <= set(seen)


def test_a_run_goes_on_from_where_another_ended():
    """A night and a day at once, and the day begun again from the state at sunrise, are the same."""
    setup = Setup("batch")
    tight = {"rtol": 1e-8, "atol": 1e-10}
    at_once = setup.go(setup.begin, [0, 0.25 * DAY, 0.5 * DAY], breakpoints=[0.25 * DAY], **tight)
    again = setup.go(at_once.y[1], [0.25 * DAY, 0.5 * DAY], **tight)
    scale = np.abs(at_once.y[2]).max(axis=1, keepdims=True) + 1e-9
    assert np.abs((again.y[-1] - at_once.y[2]) / scale).max() < 1e-6
    moved = at_once.integrals[2] - at_once.integrals[1]
    assert np.allclose(again.integrals[-1], moved, rtol=1e-5, atol=1e-9 * np.abs(moved).max())
