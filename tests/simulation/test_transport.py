"""Diffusion and mass flow on the grid: second order in space, nothing lost, analytic limits met."""

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import brentq
from scipy.special import jn_zeros, jv, jvp, yv, yvp

from rhizolith.errors import InputError
from rhizolith.simulation.diffusion import compacted, millington_quirk, moldrup
from rhizolith.simulation.grid import batch, cylinder, slab, stretched
from rhizolith.simulation.transport import advective, diffusive
from rhizolith.simulation.water import steady_rate_flow


def matrix(parts):
    below, here, above = parts
    return np.diag(here) + np.diag(below[1:], -1) + np.diag(above[:-1], 1)


def observed_order(errors):
    return np.log2(errors[0] / errors[-1]) / (len(errors) - 1)


@pytest.mark.parametrize("first", [None, 2e-5])
def test_cells_tile_the_cylinder(first):
    grid = cylinder(2e-4, 5e4, 40, first)
    outer = 1 / np.sqrt(np.pi * 5e4)
    assert grid.faces[0] == 2e-4
    assert grid.faces[-1] == pytest.approx(outer, rel=1e-14)
    assert grid.volumes.sum() == pytest.approx(np.pi * (outer**2 - 4e-8), rel=1e-13)
    assert np.all(np.diff(grid.faces) > 0)
    if first:
        widths = np.diff(grid.faces)
        assert widths[0] == pytest.approx(first, rel=1e-9)
        assert np.allclose(widths[1:] / widths[:-1], widths[1] / widths[0], rtol=1e-8)
    assert (grid.root_area * grid.volumes).sum() == pytest.approx(2 * np.pi * 2e-4)


def test_equal_cells_when_the_first_is_wide_enough():
    assert np.allclose(np.diff(stretched(0, 1, 4, 0.3)), 0.25)


def test_a_root_thicker_than_its_shell_is_refused_in_words():
    with pytest.raises(InputError, match="does not fit into its share of the soil"):
        cylinder(5e-3, 5e4, 10)


def test_batch_and_slab_have_the_volumes_they_say():
    assert batch().volumes.sum() == 1 and not batch().root_area.any()
    assert slab(0.01, 7).volumes.sum() == pytest.approx(0.01)
    assert slab(0.01, 7).root_area[0] == pytest.approx(7 / 0.01)


def test_pores_slow_diffusion_as_published():
    # limits: a fully filled pore space gives phi^(4/3) (Millington-Quirk) and phi^2 (Moldrup), by the formulas
    assert millington_quirk(0.5, 0.5) == pytest.approx(0.5 ** (4 / 3))
    assert moldrup(0.5, 0.5) == pytest.approx(0.25)
    assert compacted(0.0, 0.5, 0.1, 1e-3) == pytest.approx(0.4)
    assert compacted(1.0, 0.5, 0.1, 1e-3) == pytest.approx(0.5)


@pytest.mark.parametrize("make", [lambda n: cylinder(1e-3, 3e3, n, 2e-3 / n), lambda n: slab(0.01, n, 2e-3 / n)])
def test_transport_loses_nothing(make):
    grid = make(30)
    flow = steady_rate_flow(grid, 1e-9)
    y = np.random.default_rng(1).uniform(0.5, 2, 30)
    for parts in (diffusive(grid, np.linspace(1, 2, 30) * 1e-9), advective(grid, flow)):
        change = matrix(parts) @ y * grid.volumes
        assert abs(change.sum()) < 1e-13 * np.abs(change).sum()


def decay_mode(inner, outer):
    """Slowest decaying profile between closed walls of a ring: J0(kr) Y0'(ka) - Y0(kr) J0'(ka)."""

    def wall(k):
        return jvp(0, k * outer) * yvp(0, k * inner) - yvp(0, k * outer) * jvp(0, k * inner)

    guess = jn_zeros(1, 1)[0] / outer
    k = brentq(wall, 0.5 * guess, 1.3 * guess)
    return k, lambda r: jv(0, k * r) * yvp(0, k * inner) - yv(0, k * r) * jvp(0, k * inner)


def test_radial_diffusion_is_second_order_against_bessel_functions():
    inner, outer, d = 1e-3, 6e-3, 1e-9
    k, profile = decay_mode(inner, outer)
    time, errors = 0.5 / (d * k * k), []
    for n in (20, 40, 80):
        grid = cylinder(inner, 1 / (np.pi * outer**2), n, 2.5e-3 / n)
        y = expm(matrix(diffusive(grid, np.full(n, d))) * time) @ profile(grid.centres)
        errors.append(np.abs(y - np.exp(-0.5) * profile(grid.centres)).max() / np.abs(profile(grid.centres)).max())
    assert observed_order(errors) > 1.9
    assert errors[-1] < 1e-3


def test_advection_diffusion_is_second_order_against_a_manufactured_steady_state():
    """The profile exp(r/L) held by the source that the continuous equation asks for; flow and tortuosity vary."""
    inner, outer, length, uptake = 1e-3, 6e-3, 2e-3, 2e-8

    def through(r):  # what diffuses and flows outwards through a ring, nothing through the walls
        d = 1e-9 * (1 + r / outer)
        water = -uptake * (outer**2 - r**2) / (outer**2 - inner**2)
        inside = (r > inner * (1 + 1e-12)) & (r < outer * (1 - 1e-12))
        return np.where(inside, (water - 2 * np.pi * r * d / length) * np.exp(r / length), 0.0)

    errors = []
    for n in (20, 40, 80):
        grid = cylinder(inner, 1 / (np.pi * outer**2), n, 2.5e-3 / n)
        given = -np.diff(through(grid.faces))  # minus the integral of the source over each cell
        a = matrix(diffusive(grid, 1e-9 * (1 + grid.centres / outer)))
        a += matrix(advective(grid, steady_rate_flow(grid, uptake)))
        a = a * grid.volumes[:, None]
        exact = np.exp(grid.centres / length)
        # the closed domain fixes the profile up to a constant: its total is given
        full = np.vstack([a, grid.volumes[None] / grid.volumes.sum()])
        right = np.append(given, (grid.volumes @ exact) / grid.volumes.sum())
        scale = np.abs(a).max(axis=1)
        full[:-1] /= scale[:, None]
        right[:-1] /= scale
        y = np.linalg.lstsq(full, right, rcond=None)[0]
        errors.append(np.abs(y - exact).max() / exact.max())
    assert observed_order(errors) > 1.8


def test_water_flows_evenly_from_the_whole_shell():
    grid = cylinder(2e-4, 5e4, 25, 2e-5)
    flow = steady_rate_flow(grid, 3e-12)
    assert flow[0] == pytest.approx(-3e-12) and flow[-1] == 0
    taken = np.diff(flow) / grid.volumes  # m3 of water per m3 of soil and second
    assert np.allclose(taken, 3e-12 / grid.volumes.sum())
