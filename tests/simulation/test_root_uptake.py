"""A root that takes up one solute by Michaelis-Menten kinetics, against the analytic limits of its equation."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import jv, yv

from rhizolith.kernels import CellSystem, Graph, limit
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.rodas import integrate
from rhizolith.simulation.grid import cylinder
from rhizolith.simulation.transport import make_transport
from rhizolith.simulation.water import steady_rate_flow

INNER, OUTER, THETA, D = 2e-4, 2e-3, 0.3, 1e-10
"""m, m, m³ m⁻³, m² s⁻¹ (whole cross-section)"""
DENSITY = 1 / (np.pi * OUTER**2)


def follow(cells, start, most, half, times, first=None, supply=None, linear=False):
    """Concentration [time, cell] and uptake per m of root [time]; `supply`: held at the rim; linear: first order."""
    grid = cylinder(INNER, DENSITY, cells, first)
    g = Graph()
    c, area, rim = g.symbol("c"), g.symbol("root_area"), g.symbol("rim")
    uptake = g.symbol("most") * (c / g.symbol("half") if linear else limit(c, g.symbol("half"))) * area
    system = CellSystem(
        graph=g, mobile=("c",), local=(), rows=(rim * (g.symbol("outside") - c) - uptake,),
        mass={(0, 0): g.symbol("theta")}, parameters=("most", "half", "outside", "theta"),
        cell_data=("root_area", "rim"), scales=(1.0,), quadratures={"uptake": uptake}, nonnegative=(True,),
    )  # fmt: skip
    reach = np.zeros(cells)
    if supply is not None:  # the half cell between the last centre and the rim
        reach[-1] = 2 * np.pi * D / np.log(grid.faces[-1] / grid.centres[-1]) / grid.volumes[-1]
    transport = make_transport(grid, [np.full(cells, D)], [False], steady_rate_flow(grid, 0.0))
    begin = np.broadcast_to(start(grid.centres) if callable(start) else start, (1, cells))
    run = integrate(
        compile_system(system), begin, times, {"most": most, "half": half, "outside": supply or 0.0, "theta": THETA},
        {"root_area": grid.root_area, "rim": reach}, transport, rtol=1e-8, atol=1e-9, max_step=times[-1] / 50,
    )  # fmt: skip
    assert run.finished
    return grid, run.y[:, 0], run.integrals[:, 0] @ grid.volumes


def test_steady_uptake_from_a_rim_that_stays_full_is_the_root_of_a_quadratic():
    """D·2π(C1 − C0)/ln(r1/r0) = 2π r0 Vmax C0/(K + C0): depletion at the surface feeds back on the uptake."""
    most, half, outside = 2e-8, 0.05, 0.2
    carry = D / (INNER * np.log(OUTER / INNER))
    b = half + most / carry - outside
    surface = (-b + np.sqrt(b * b + 4 * outside * half)) / 2
    expected = 2 * np.pi * INNER * most * surface / (half + surface)
    errors = []
    for cells in (20, 40, 80):
        _, _, taken = follow(cells, outside, most, half, [0, 4e5, 5e5], 4e-4 / cells, outside)
        errors.append(abs((taken[2] - taken[1]) / 1e5 / expected - 1))
    # the cell beside the root stands for its surface: half its width is the error, so it falls in proportion
    assert errors[2] < 0.01
    assert errors[0] / errors[2] == pytest.approx(4, rel=0.3)


def test_far_above_saturation_the_profile_is_the_steady_rate_of_constant_uptake():
    """Nye & Tinker (1977): once the front is at the rim, every cell falls at the same rate and the shape stands."""
    most, t = 1e-9, 8e4
    grid, c, taken = follow(60, 10.0, most, 1e-9, [0, t, 2 * t], 1e-5)
    fall = 2 * INNER * most / (OUTER**2 - INNER**2) / THETA
    assert np.allclose((c[2] - c[1]) / t, -fall, rtol=2e-3)
    assert taken[1] == pytest.approx(2 * np.pi * INNER * most * t, rel=1e-9)
    # D c'(r) r = r0 F (r1² − r²)/(r1² − r0²): what flows in past r feeds the ring inside
    r = grid.centres
    shape = INNER * most / D / (OUTER**2 - INNER**2) * (OUTER**2 * np.log(r / INNER) - (r**2 - INNER**2) / 2)
    mean = shape @ grid.volumes / grid.volumes.sum()
    seen = c[2] - c[2] @ grid.volumes / grid.volumes.sum()
    assert np.allclose(seen, shape - mean, atol=2e-3 * np.ptp(shape))


def test_far_below_saturation_a_profile_dies_away_as_the_bessel_function_of_a_leaky_wall():
    """D c' = (Vmax/K) c at the root, no flux at the rim: the slowest mode decays as exp(−D k² t/θ)."""
    alpha = 5e-7  # Vmax/K, m s⁻¹

    def leak(k):
        a = -k * jv(1, k * OUTER), -k * yv(1, k * OUTER)  # derivatives at the rim
        mode = lambda r: jv(0, k * r) * a[1] - yv(0, k * r) * a[0]  # noqa: E731
        slope = -k * (jv(1, k * INNER) * a[1] - yv(1, k * INNER) * a[0])
        return D * slope - alpha * mode(INNER), mode

    k = brentq(lambda k: leak(k)[0], 50.0, 1200.0)
    mode = leak(k)[1]
    t = THETA / (D * k * k)
    errors = []
    for cells in (20, 40, 80):
        _, c, _ = follow(cells, lambda r: mode(r) / mode(OUTER), alpha, 1.0, [0, t], 4e-4 / cells, linear=True)
        errors.append(np.abs(c[1] / c[0] * np.e - 1).max())
    assert errors[2] < 0.02
    assert errors[0] / errors[2] == pytest.approx(4, rel=0.35)
