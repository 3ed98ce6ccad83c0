"""Richards flow to a root until stress: linear soil against analysis, a real soil against the steady-rate profile."""

import numpy as np
import pytest

from rhizolith.errors import InputError
from rhizolith.simulation.drying import Hydraulics, dry, van_genuchten, wilting_potential
from rhizolith.simulation.grid import cylinder

INNER, OUTER = 2e-4, 8e-3
"""m"""
DENSITY = 1 / (np.pi * OUTER**2)
LINEAR = Hydraulics(np.linspace(0.0, 0.45, 3), 1e-9 * np.linspace(0.0, 0.45, 3))
"""A soil whose diffusivity is 1e-9 m² s⁻¹ at any water content: Richards' equation is then linear."""
LOAM = van_genuchten(0.078, 0.43, 3.6, 1.56, 2.889e-6)
"""Customary values of a loam (24.96 cm a day at saturation)"""


def profile(r, s):
    """Φ(r) − Φ(r0) where every volume of soil loses water at the rate s (steady rate)."""
    return s / 2 * (OUTER**2 * np.log(r / INNER) - (r**2 - INNER**2) / 2)


def test_a_linear_soil_settles_into_the_steady_rate_profile_at_second_order():
    demand = 2e-11
    s = demand / (np.pi * (OUTER**2 - INNER**2))
    errors = []
    for cells in (20, 40, 80):
        grid = cylinder(INNER, DENSITY, cells)
        run = dry(grid, LINEAR, 0.4, demand, [0.0, 1.5e5], 0.0, rtol=1e-8)
        found = 1e-9 * (run.theta[-1] - run.theta[-1].mean())
        # means over each ring, not values at its centre
        fine = [np.linspace(a, b, 41) for a, b in zip(grid.faces[:-1], grid.faces[1:])]
        means = np.array([np.trapezoid(profile(r, s) * r, r) / np.trapezoid(r, r) for r in fine])
        errors.append(np.sqrt(np.average((found - (means - means.mean())) ** 2, weights=grid.volumes)))
        assert run.stress is None and run.balance < 1e-9
    assert errors[0] > errors[1] > errors[2]
    assert np.log2(errors[1] / errors[2]) > 1.6


def test_a_root_draws_its_demand_until_stress_and_less_after():
    grid = cylinder(INNER, DENSITY, 40)
    demand, wilting = 5e-11, 0.1
    times = np.linspace(0.0, 20 * 86400.0, 200)
    run = dry(grid, LOAM, 0.3, demand, times, wilting)
    assert run.stress is not None and run.balance < 1e-6
    before, after = run.times < run.stress - 1e4, run.times > run.stress + 1e4
    assert np.allclose(run.uptake[before], demand, rtol=1e-10)
    assert (np.diff(run.uptake[after]) < 0).all() and run.uptake[-1] < 0.7 * demand
    assert (run.theta >= wilting - 1e-9).all() and (np.diff(run.theta[-1]) > -1e-12).all()
    # nothing is drawn that was not there
    left = ((0.3 - wilting) * grid.volumes).sum()
    assert run.taken[-1] < left


def test_at_the_onset_of_stress_the_surface_is_at_wilting_and_the_profile_at_steady_rate():
    """Φ at the rim exceeds that at the root by the steady-rate profile while the whole ring dries together."""
    grid = cylinder(INNER, DENSITY, 60)
    demand, wilting = 1e-11, 0.1
    s = demand / (np.pi * (OUTER**2 - INNER**2))
    run = dry(grid, LOAM, 0.25, demand, np.linspace(0, 60 * 86400.0, 400), wilting)
    assert run.stress is not None
    at = np.argmin(np.abs(run.times - run.stress))
    rise = LOAM.flux_potential(run.theta[at]) - wilting_potential(LOAM, wilting)
    expected = profile(grid.centres, s)
    assert rise[-1] == pytest.approx(expected[-1], rel=0.2)  # capacity differs along the profile
    assert rise[5] == pytest.approx(expected[5], rel=0.1)


def test_demand_by_day_alone_and_twice_the_demand_stress_later_and_sooner():
    grid = cylinder(INNER, DENSITY, 30)
    times = np.linspace(0, 15 * 86400.0, 100)
    steady = dry(grid, LOAM, 0.3, 5e-11, times, 0.1).stress
    twice = dry(grid, LOAM, 0.3, 1e-10, times, 0.1).stress
    assert twice < 0.5 * steady
    wave = dry(grid, LOAM, 0.3, lambda t: 5e-11 * (1 - np.cos(2 * np.pi * t / 86400)), times, 0.1)
    assert wave.stress < steady  # the noon peak is twice the mean


def test_hydraulics_are_those_of_van_genuchten():
    assert LOAM.theta[-1] == pytest.approx(0.43, abs=1e-6) and (np.diff(LOAM.potential) >= 0).all()
    # K = dΦ/dh at h = −1 m
    m, se = 1 - 1 / 1.56, (1 + 3.6**1.56) ** -(1 - 1 / 1.56)
    k = 2.889e-6 * np.sqrt(se) * (1 - (1 - se ** (1 / m)) ** m) ** 2
    ends = 0.078 + 0.352 * (1 + (3.6 * np.array([1.02, 0.98])) ** 1.56) ** -m
    assert np.diff(LOAM.flux_potential(ends))[0] / 0.04 == pytest.approx(k, rel=1e-3)


def test_what_cannot_be_is_refused_all_at_once():
    with pytest.raises(InputError) as caught:
        van_genuchten(0.5, 0.4, -1.0, 0.9, 0.0)
    assert len(caught.value.problems) == 4
    with pytest.raises(InputError, match="between wilting"):
        dry(cylinder(INNER, DENSITY, 10), LOAM, 0.05, 1e-11, [0, 1], 0.1)
