"""Rodas4P: one factorisation a step, no Newton loop, for stiff rates with algebraic constraints.

Linearly implicit method of order 4 with 6 stages, stiffly accurate, for `M y' = f(t, y)` of index 1.
Coefficients: Steinebach (1995), order reduction of ROW methods for DAEs and method of lines
applications, Preprint 1741, TH Darmstadt (as tabulated in OrdinaryDiffEqRosenbrockTableaus).
The order is verified by a test, not taken on trust.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rhizolith.kernels.compiled import CompiledSystem, padded

Array = NDArray[np.float64]

GAMMA = 0.25
NODES = (0.0, 0.75, 0.21, 0.63, 1.0, 1.0)
TIME_WEIGHTS = (0.25, -0.5, -0.023504, -0.0362, 0.0, 0.0)
_LAST = (-7.170454962423024, -4.741636671481785, -16.31002631330971, -1.062004044111401)
STAGES: tuple[tuple[float, ...], ...] = (
    (), (3.0,), (1.831036793486759, 0.4955183967433795),
    (2.304376582692669, -0.05249275245743001, -1.176798761832782), _LAST, (*_LAST, 1.0),
)  # fmt: skip
COUPLING: tuple[tuple[float, ...], ...] = (
    (), (-12.0,), (-8.791795173947035, -2.207865586973518),
    (10.81793056857153, 6.780270611428266, 19.5348594464241),
    (34.19095006749676, 15.49671153725963, 54.7476087596413, 14.16005392148534),
    (34.62605830930532, 15.30084976114473, 56.99955578662667, 18.40807009793095, -5.714285714285717),
)  # fmt: skip
DENSE = (
    (25.09876703708589, 11.62013104361867, 28.49148307714626, -5.664021568594133, 0.0, 0.0),
    (1.638054557396973, -0.7373619806678748, 8.47791821923899, 15.9925314877952, -1.882352941176471, 0.0),
)

FINISHED = "finished"


@dataclass(frozen=True)
class Transport:
    """Linear coupling of each mobile unknown to the neighbouring cells, [mobile, cell] in mol m⁻³ soil s⁻¹ per unit.

    `still` holds diffusion, `flowing` what scales with the water flow; `source` and `flowing_source` what enters
    whatever the concentration. Each is (below, here, above).
    """

    still: tuple[Array, Array, Array]
    flowing: tuple[Array, Array, Array] | None = None
    flowing_source: Array | None = None
    flow: Callable[[float], tuple[float, float]] = lambda t: (1.0, 0.0)
    """Relative water flow and its rate of change at time t."""

    def coefficients(self, scale: float) -> tuple[Array, Array, Array]:
        """(below, here, above) at a relative water flow."""
        if self.flowing is None:
            return self.still
        a, b, c = (s + scale * f for s, f in zip(self.still, self.flowing, strict=True))
        return a, b, c


@dataclass
class Trajectory:
    """What a run went through: states and time integrals of every process at the times asked for."""

    times: Array
    y: Array
    """[time, unknown, cell]"""
    integrals: Array
    """[time, process, cell], per m³ soil"""
    outcome: str = FINISHED
    stopped_at: str = ""
    statistics: dict[str, float] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether the run reached its end."""
        return self.outcome == FINISHED


class _Problem:
    """Arrays of one run, and the evaluation of its equations."""

    def __init__(
        self,
        compiled: CompiledSystem,
        parameters: dict[str, float],
        cell_data: dict[str, Array],
        transport: Transport | None,
        cells: int,
    ) -> None:
        system = compiled.system
        self.compiled, self.cells, self.width = compiled, cells, padded(cells)
        self.n, self.q, self.mobile = compiled.unknowns, len(compiled.processes), compiled.mobile
        self.p = np.array([parameters[k] for k in system.parameters] or [0.0], dtype=float)
        data = {k: np.broadcast_to(np.asarray(cell_data[k], dtype=float), (cells,)) for k in system.cell_data}
        self.c = np.array([self.widen(v) for v in data.values()] or [np.zeros(self.width)])
        self.mass = compiled.mass(parameters, {k: self.widen(v) for k, v in data.items()}, self.width)
        self.mass_keys = list(system.mass)
        position = compiled.pattern.position
        self.mass_position = np.array([position[k] for k in self.mass_keys], dtype=np.int64)
        self.slope_position = np.array([position[k] for k in compiled.slopes.rows], dtype=np.int64)
        self.diagonal_position = np.array([position[j, j] for j in range(self.mobile)], dtype=np.int64)
        self.transport = transport
        self.out = np.zeros((self.n + self.q, self.width))
        self.jac = np.zeros((max(1, compiled.slope_count), self.width))
        self.t = np.zeros(1)
        columns = padded(self.mobile)
        self.lower, self.upper = np.zeros((cells, columns)), np.zeros((cells, columns))
        rows = np.array([i for i, _ in self.mass_keys], dtype=np.int64)
        self.mass_rows, self.mass_columns = rows, np.array([j for _, j in self.mass_keys], dtype=np.int64)
        self.simple_mass = len(set(rows.tolist())) == len(rows)
        quadratures = np.array(compiled.slopes.quadratures, dtype=np.int64).reshape(-1, 2)
        order = np.argsort(quadratures[:, 0], kind="stable")
        self.q_order, self.q_columns = order, quadratures[order, 1]
        self.q_rows, self.q_starts = np.unique(quadratures[order, 0], return_index=True)

    def widen(self, values: Array) -> Array:
        """Repeat the last cell into the lanes beyond the grid."""
        return np.concatenate([values, np.repeat(values[..., -1:], self.width - self.cells, axis=-1)], axis=-1)

    def rates(self, t: float, y: Array) -> Array:
        self.t[0] = t
        self.compiled.rates(self.t, y, self.p, self.c, self.out)
        if self.transport is not None:
            scale, _ = self.transport.flow(t)
            below, here, above = self.transport.coefficients(scale)
            x, f, n = y[: self.mobile, : self.cells], self.out, self.cells
            f[: self.mobile, :n] += here * x
            f[: self.mobile, 1:n] += below[:, 1:] * x[:, :-1]
            f[: self.mobile, : n - 1] += above[:, :-1] * x[:, 1:]
            if self.transport.flowing_source is not None:
                f[: self.mobile, :n] += scale * self.transport.flowing_source
        return self.out

    def linearise(self, t: float, y: Array) -> None:
        self.t[0] = t
        self.compiled.slope(self.t, y, self.p, self.c, self.jac)
        s, r = self.compiled.slopes, len(self.compiled.slopes.rows)
        nq = len(s.quadratures)
        self.q_slopes = self.jac[r : r + nq][self.q_order]
        self.in_time = np.zeros((self.n + self.q, self.width))
        base = r + nq
        self.in_time[list(s.time_rows)] = self.jac[base : base + len(s.time_rows)]
        rest = self.jac[base + len(s.time_rows) : base + len(s.time_rows) + len(s.time_quadratures)]
        self.in_time[[self.n + k for k in s.time_quadratures]] = rest
        if self.transport is not None and self.transport.flowing is not None:
            _, change = self.transport.flow(t)
            below, here, above = self.transport.flowing
            x, f, n = y[: self.mobile, : self.cells], self.in_time, self.cells
            f[: self.mobile, :n] += change * here * x
            f[: self.mobile, 1:n] += change * below[:, 1:] * x[:, :-1]
            f[: self.mobile, : n - 1] += change * above[:, :-1] * x[:, 1:]
            if self.transport.flowing_source is not None:
                f[: self.mobile, :n] += change * self.transport.flowing_source

    def factor(self, t: float, h: float) -> None:
        r = len(self.compiled.slopes.rows)
        w = np.zeros((self.compiled.pattern.entries, self.width))
        w[self.slope_position] = -self.jac[:r]
        w[self.mass_position] += self.mass / (GAMMA * h)
        if self.transport is not None:
            below, here, above = self.transport.coefficients(self.transport.flow(t)[0])
            w[self.diagonal_position, : self.cells] -= here
            w[self.diagonal_position, self.cells :] -= here[:, -1:]
            self.lower[:, : self.mobile], self.upper[:, : self.mobile] = -below.T, -above.T
        self.compiled.algebra.factor(w, self.lower, self.upper)

    def times_mass(self, u: Array) -> Array:
        product = np.zeros((self.n, self.width))
        if self.simple_mass:
            product[self.mass_rows] = self.mass * u[self.mass_columns]
        else:
            np.add.at(product, self.mass_rows, self.mass * u[self.mass_columns])
        return product

    def step(self, t: float, h: float, y: Array, u: Array) -> Array:
        """Fill the stages u[6, unknowns + processes, lane]; returns y at t + h."""
        flat = u.reshape(len(u), -1)
        for i in range(6):
            stage = y if i == 0 else y + (np.array(STAGES[i]) @ flat[:i]).reshape(u.shape[1:])[: self.n]
            f = self.rates(t + NODES[i] * h, stage).copy()
            if TIME_WEIGHTS[i]:
                f += h * TIME_WEIGHTS[i] * self.in_time
            r = np.ascontiguousarray(f[: self.n])
            if i:
                coupling = (np.array(COUPLING[i]) @ flat[:i]).reshape(u.shape[1:]) / h
                r += self.times_mass(coupling[: self.n])
                f[self.n :] += coupling[self.n :]
            self.compiled.algebra.solve(r)
            u[i, : self.n] = r
            if len(self.q_rows):
                moved = np.add.reduceat(self.q_slopes * r[self.q_columns], self.q_starts, axis=0)
                f[self.n + self.q_rows] += moved
            u[i, self.n :] = GAMMA * h * f[self.n :]
        return y + (np.array((*STAGES[5], 1.0)) @ flat).reshape(u.shape[1:])[: self.n]


def integrate(
    compiled: CompiledSystem,
    y0: Array,
    times: Sequence[float],
    parameters: dict[str, float],
    cell_data: dict[str, Array],
    transport: Transport | None = None,
    *,
    rtol: float = 3e-4,
    atol: float = 1e-6,
    max_step: float = 8640.0,
    first_step: float = 1e-3,
    max_steps: int = 200_000,
    breakpoints: Sequence[float] = (),
    on_step: Callable[[float, Array], bool | None] | None = None,
) -> Trajectory:
    """Follow `y0[unknown, cell]` through `times` (s, increasing); states and process integrals at each.

    `atol` is relative to each unknown's scale. `on_step(t, y)` is called after every accepted step and
    stops the run by returning True. Ctrl-C stops it too; what was reached is kept either way.
    """
    return _Run(compiled, y0, times, parameters, cell_data, transport, rtol, atol, breakpoints).go(
        max_step, first_step, max_steps, on_step
    )


class _Run:
    """The step-size control of one integration."""

    def __init__(self, compiled, y0, times, parameters, cell_data, transport, rtol, atol, breakpoints) -> None:  # type: ignore[no-untyped-def]
        cells = y0.shape[1]
        self.problem = _Problem(compiled, parameters, cell_data, transport, cells)
        self.cells, self.times = cells, np.asarray(times, dtype=float)
        self.y = self.problem.widen(np.asarray(y0, dtype=float))
        self.total = np.zeros((self.problem.q, self.problem.width))
        self.rtol, self.scale = rtol, atol * np.asarray(compiled.system.scales)[:, None]
        self.names = compiled.system.unknowns
        stops = sorted({float(b) for b in breakpoints if self.times[0] < b < self.times[-1]} | {float(self.times[-1])})
        self.stops = stops
        self.states, self.integrals = [self.y[:, :cells].copy()], [self.total[:, :cells].copy()]
        self.accepted = self.rejected = 0
        self.positive = np.array(compiled.system.nonnegative or [False] * len(self.names))

    def error(self, u: Array, new: Array) -> float:
        allowed = self.scale + self.rtol * np.maximum(np.abs(self.y), np.abs(new))
        ratio = (u[5, : len(self.names)] / allowed)[:, : self.cells]
        worst = float(np.sqrt(np.mean(ratio * ratio, axis=1)).max())
        negative = (-new[self.positive] / (1e3 * self.scale[self.positive]))[:, : self.cells]
        return max(worst, float(negative.max(initial=0.0))) if np.isfinite(worst) else np.inf

    def record(self, t: float, h: float, u: Array, new: Array) -> None:
        """Dense output: a cubic through both ends that keeps every linear balance."""
        while len(self.states) < len(self.times) and self.times[len(self.states)] <= t + h * (1 + 1e-12):
            s = min(1.0, (self.times[len(self.states)] - t) / h)
            flat = u.reshape(6, -1)
            k1, k2 = ((np.array(row) @ flat).reshape(u.shape[1:]) for row in DENSE)
            moved = (np.array((*STAGES[5], 1.0)) @ flat).reshape(u.shape[1:])
            at = s * (moved + (1 - s) * (k1 + s * k2))
            n = len(self.names)
            self.states.append((self.y + at[:n])[:, : self.cells].copy())
            self.integrals.append((self.total + at[n:])[:, : self.cells].copy())

    def result(self, outcome: str, where: str = "") -> Trajectory:
        count = len(self.states)
        counts = {"steps": float(self.accepted), "rejected": float(self.rejected)}
        return Trajectory(self.times[:count], np.array(self.states), np.array(self.integrals), outcome, where, counts)

    def culprit(self, t: float, u: Array) -> str:
        allowed = self.scale + self.rtol * np.abs(self.y)
        ratio = np.nan_to_num(np.abs(u[5, : len(self.names)] / allowed), nan=np.inf)[:, : self.cells]
        unknown, cell = np.unravel_index(int(np.argmax(ratio)), ratio.shape)
        return f"t = {t:.6g} s, cell {cell}, {self.names[unknown]}"

    def go(self, max_step: float, first_step: float, max_steps: int, on_step) -> Trajectory:  # type: ignore[no-untyped-def]
        t, h, fresh = float(self.times[0]), first_step, True
        u = np.zeros((6, self.problem.n + self.problem.q, self.problem.width))
        try:
            while t < self.times[-1] * (1 - 1e-14):
                stop = next(s for s in self.stops if s > t * (1 + 1e-14))
                h = min(h, max_step, stop - t)
                if 2 * h > stop - t > h:
                    h = (stop - t) / 2
                if self.accepted + self.rejected >= max_steps:
                    return self.result("too many steps", self.culprit(t, u))
                if h < 1e-14 * max(t, 1.0) or h < 1e-12:
                    return self.result("step too small", self.culprit(t, u))
                if fresh:
                    self.problem.linearise(t, self.y)
                with np.errstate(all="ignore"):
                    self.problem.factor(t, h)
                    new = self.problem.step(t, h, self.y, u)
                    error = self.error(u, new)
                factor = min(5.0, max(0.2, 0.9 * error**-0.25)) if error > 0 else 5.0
                if error > 1:
                    self.rejected += 1
                    h, fresh = h * (factor if np.isfinite(error) else 0.1), False
                    continue
                self.record(t, h, u, new)
                self.y, self.total = (
                    new,
                    self.total
                    + (np.array((*STAGES[5], 1.0)) @ u.reshape(6, -1)).reshape(u.shape[1:])[self.problem.n :],
                )
                t = stop if abs(stop - t - h) <= 1e-13 * max(stop, 1.0) else t + h
                self.accepted += 1
                h, fresh = h * factor, True
                if on_step is not None and on_step(t, self.y[:, : self.cells]):
                    return self.result("stopped on request", f"t = {t:.6g} s")
        except KeyboardInterrupt:
            return self.result("stopped by the user", f"t = {t:.6g} s")
        return self.result(FINISHED)
