"""Soil dries around a root until water cannot follow the demand: Richards flow in a ring, up to stress and beyond.

It stands by itself: the chemistry of a run keeps its water content. Use it to see how long that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.interpolate import PchipInterpolator

from rhizolith.errors import InputError, Problem, RunError
from rhizolith.simulation.grid import Grid

Array = NDArray[np.float64]
KNOTS = 4000
"""Places at which the matric flux potential is tabulated, evenly in the logarithm of the head."""
DRIEST = 1e5
"""m; suction at which the table begins, far beyond what roots can draw"""


@dataclass(frozen=True)
class Hydraulics:
    """What a soil does with water.

    `theta`: water contents, rising (m³ m⁻³) [knot]; `potential`: matric flux potential Φ = ∫ K dh at them (m² s⁻¹)
    [knot]. Between knots Φ is a monotone cubic. The gradient of Φ drives the flow whatever K does, so that one number
    per cell is enough.
    """

    theta: Array
    potential: Array

    def flux_potential(self, theta: Array) -> Array:
        """Φ of water contents (m² s⁻¹)."""
        return self._curve(np.clip(theta, self.theta[0], self.theta[-1]))

    @cached_property
    def _curve(self) -> PchipInterpolator:
        return PchipInterpolator(self.theta, self.potential)


def van_genuchten(residual: float, saturated: float, alpha: float, n: float, conductivity: float) -> Hydraulics:
    """Hydraulics of van Genuchten (1980) with Mualem's conductivity.

    `residual`, `saturated`: m³ m⁻³; `alpha`: m⁻¹; `n`: 1, above 1; `conductivity`: at saturation, m s⁻¹.
    """
    problems = []
    if not 0 <= residual < saturated <= 1:
        problems.append(
            Problem("water content", f"{residual:g} to {saturated:g} is not possible", "0 ≤ residual < saturated ≤ 1")
        )
    if not n > 1:
        problems.append(Problem("n", f"{n:g} is not above 1", "soils have 1.1 to 3"))
    for name, value in (("alpha", alpha), ("conductivity", conductivity)):
        if not value > 0:
            problems.append(Problem(name, f"{value:g} is not above 0", "give it in SI units"))
    if problems:
        raise InputError(problems)
    m = 1 - 1 / n
    suction = np.geomspace(DRIEST, 1e-6, KNOTS)
    share = (1 + (alpha * suction) ** n) ** -m
    k = conductivity * np.sqrt(share) * (1 - (1 - share ** (1 / m)) ** m) ** 2
    steps = -np.diff(np.log(suction)) * (k[1:] * suction[1:] + k[:-1] * suction[:-1]) / 2
    potential = np.concatenate([[0.0], np.cumsum(steps)])
    theta = residual + (saturated - residual) * share
    apart = np.concatenate([[True], np.diff(theta) > 1e-10])
    return Hydraulics(theta[apart], potential[apart])


def wilting_potential(soil: Hydraulics, theta: float) -> float:
    """Φ at the water content where the root gives up (m² s⁻¹)."""
    return float(soil.flux_potential(np.array([theta]))[0])


@dataclass(frozen=True)
class Drying:
    """`times` s; `theta`: time × cell; `uptake`: m³ s⁻¹ per m of root [time]; `taken`: m³ per m since the start [time];
    `stress`: s, when the demand could no longer be met, None while it could; `balance`: |loss − taken| over taken."""

    times: Array
    theta: Array
    uptake: Array
    taken: Array
    stress: float | None
    balance: float


def dry(
    grid: Grid,
    soil: Hydraulics,
    start: float,
    demand: float | Callable[[float], float],
    times: Sequence[float],
    wilting: float,
    *,
    rtol: float = 1e-6,
) -> Drying:
    """Water content around a root that draws `demand` as long as the soil can deliver it.

    `start`: water content everywhere (m³ m⁻³); `demand`: m³ s⁻¹ per m of root, or a function of time (s); `wilting`:
    water content at the root surface below which nothing is drawn; no flow through the outer face. Once the surface is
    that dry, uptake is what the soil delivers. Finite volumes, implicit in time.
    Raises InputError where the start is not between wilting and saturation, RunError when the solver gives up.
    """
    low, high = wilting, float(soil.theta[-1])
    if not low < start <= high:
        what = f"{start:g} is not between wilting ({low:g}) and saturation ({high:g})"
        raise InputError(Problem("start", what, "give a water content that a root can use"))
    wanted = demand if callable(demand) else (lambda t: float(demand))
    inner, centres = grid.faces[0], grid.centres
    reach = 2 * np.pi / np.log(centres[0] / inner) if grid.geometry == "cylinder" else 1 / (centres[0] - inner)
    between = _between(grid)
    edge = wilting_potential(soil, wilting)

    def supply(theta: Array) -> float:
        return float(reach * (soil.flux_potential(theta[:1])[0] - edge))

    def drawn(t: float, theta: Array) -> float:
        return float(min(wanted(t), max(supply(theta), 0.0)))

    def change(t: float, state: Array) -> Array:
        theta = state[:-1]
        flow = between * np.diff(soil.flux_potential(theta))
        gain = np.concatenate([flow, [0.0]]) - np.concatenate([[0.0], flow])
        uptake = drawn(t, theta)
        gain[0] -= uptake
        return np.append(gain / grid.volumes, uptake)

    def short(t: float, state: Array) -> float:
        return supply(state[:-1]) - wanted(t)

    short.terminal, short.direction = False, -1  # type: ignore[attr-defined]
    first = np.append(np.full(grid.cells, start), 0.0)
    sparse = _neighbours(grid.cells)
    found = solve_ivp(
        change, (times[0], times[-1]), first, "BDF", np.asarray(times), rtol=rtol, atol=rtol * 1e-3,
        events=short, jac_sparsity=sparse,
    )  # fmt: skip
    if not found.success:
        raise RunError(f"The drying of the soil could not be followed: {found.message} Try fewer cells.")
    theta, taken = found.y[:-1].T, found.y[-1]
    lost = (theta[0] - theta) @ grid.volumes
    uptake = np.array([drawn(t, row) for t, row in zip(found.t, theta)])
    stress = float(found.t_events[0][0]) if len(found.t_events[0]) else None
    stress = float(times[0]) if stress is None and short(times[0], first) < 0 else stress
    return Drying(found.t, theta, uptake, taken, stress, float(abs(lost[-1] - taken[-1]) / max(taken[-1], 1e-300)))


def _between(grid: Grid) -> Array:
    """m of face per m of way between neighbouring centres, so that a steady flow between them is exact."""
    near, far = grid.centres[:-1], grid.centres[1:]
    if grid.geometry == "cylinder":
        return 2 * np.pi / np.log(far / near)
    return grid.areas[1:-1] / (far - near)


def _neighbours(cells: int) -> Array:
    """Which unknowns each equation feels: a cell and its neighbours, and the first one for what was taken."""
    shape = np.eye(cells + 1) + np.eye(cells + 1, k=1) + np.eye(cells + 1, k=-1)
    shape[-1] = 0
    shape[:, -1] = 0
    shape[-1, 0] = 1
    return shape
