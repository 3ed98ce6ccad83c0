"""Gases spread through air and water at once: much of the gas is in one phase, most of its way through the other."""

import numpy as np
import pytest

from rhizolith.kernels import CellSystem, Graph
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.rodas import integrate
from rhizolith.simulation.diffusion import millington_quirk
from rhizolith.simulation.grid import slab
from rhizolith.simulation.transport import make_transport
from rhizolith.simulation.water import steady_rate_flow

POROSITY, DEPTH = 0.5, 0.02


def spread(air, share_in_water, cells=60, exchange=10.0):
    """A cosine of gas between closed walls: how much is left when a tenth should be, by the theory of two phases."""
    water = POROSITY - air
    d_air, d_water = 2e-5 * millington_quirk(air, POROSITY), 2e-9 * millington_quirk(water, POROSITY)
    apparent = (d_air + share_in_water * d_water) / (air + share_in_water * water)
    k = np.pi / DEPTH
    t = np.log(10) / (apparent * k * k)
    g = Graph()
    inside, outside = g.symbol("water"), g.symbol("air")
    moved = exchange * (g.symbol("henry") * outside - inside)
    system = CellSystem(
        graph=g, mobile=("water", "air"), local=(), rows=(moved, -moved),
        mass={(0, 0): g.constant(water), (1, 1): g.constant(air)}, parameters=("henry",), cell_data=("none",),
        scales=(1.0, 1.0), nonnegative=(True, True),
    )  # fmt: skip
    grid = slab(DEPTH, cells)
    transport = make_transport(
        grid, [np.full(cells, d_water), np.full(cells, d_air)], [True, False], steady_rate_flow(grid, 0.0)
    )
    wave = 1 + 0.5 * np.cos(k * grid.centres)
    y0 = np.array([share_in_water * wave, wave])
    run = integrate(
        compile_system(system), y0, [0, t], {"henry": share_in_water}, {"none": np.zeros(cells)}, transport,
        rtol=1e-8, atol=1e-10, max_step=t / 40,
    )  # fmt: skip
    held = lambda y: (air * y[1] + water * y[0]) @ grid.volumes  # noqa: E731
    assert held(run.y[1]) == pytest.approx(held(run.y[0]), rel=1e-13)
    return (run.y[1, 1, 0] - run.y[1, 1, -1]) / (run.y[0, 1, 0] - run.y[0, 1, -1])


@pytest.mark.parametrize("air", [0.05, 0.3])
@pytest.mark.parametrize("share_in_water", [0.03, 0.9])
def test_two_phases_in_equilibrium_diffuse_as_one(air, share_in_water):
    """Oxygen (3 % in water per volume) and carbon dioxide (about 90 %) at rest between closed walls."""
    assert spread(air, share_in_water) == pytest.approx(0.1, rel=3e-3)


def test_second_order_in_space():
    errors = [abs(spread(0.3, 0.03, n) - 0.1) for n in (8, 16, 32)]
    assert np.log2(errors[0] / errors[2]) / 2 == pytest.approx(2, abs=0.15)
