"""Many runs of one model at once: each SIMD lane is a run of its own, refilled from a queue when it ends.

Lanes carry their own time, step, parameters, cell data and transport. Threads work on groups of eight lanes.
What a run returns are observables summed over cells, not states, so that memory does not grow with the ensemble.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.errors import ModelError
from rhizolith.kernels.compiled import CompiledSystem, Observer, compile_observables
from rhizolith.kernels.derivative import evaluate
from rhizolith.kernels.expression import Expr
from rhizolith.kernels.frame import LANES, Frame, Transport
from rhizolith.kernels.rodas import integrate
from rhizolith.kernels.trajectory import BY_STATUS, INTERRUPTED

Array = NDArray[np.float64]
IDLE = 9
APART = 8e6
"""Bytes that eight lanes may touch in a step: beyond, memory is slower than arithmetic, and runs go one by one."""
ATTEMPTS = 200
"""Steps between two looks at the keyboard and the progress bar."""


@dataclass(frozen=True)
class Inputs:
    """One run: `y0` [unknown, cell], parameters, cell data, transport."""

    y0: Array
    parameters: Mapping[str, float]
    cell_data: Mapping[str, Any]
    transport: Transport | None = None


@dataclass(frozen=True)
class Ensemble:
    """Observables of every run at the times asked for."""

    times: Array
    names: tuple[str, ...]
    values: Array
    """[run, time, observable, sum]; not a number after a run has stopped early"""
    outcomes: tuple[str, ...]
    """How each run ended, a sentence of `trajectory.py`."""
    steps: NDArray[np.int64]
    """Accepted steps of each run."""
    rejected: NDArray[np.int64]

    @property
    def failed(self) -> list[int]:
        """Runs that did not reach their end."""
        return [i for i, outcome in enumerate(self.outcomes) if outcome != BY_STATUS[1]]


class _Work:
    """The queue of runs and their results, shared by all threads."""

    def __init__(self, runs: int, times: int, observables: int, sums: int) -> None:
        self.lock, self.next, self.runs, self.done = threading.Lock(), 0, runs, 0
        self.values = np.zeros((runs, times, observables, sums))
        self.status, self.reached = np.zeros(runs, dtype=np.int64), np.zeros(runs, dtype=np.int64)
        self.steps, self.rejected = np.zeros(runs, dtype=np.int64), np.zeros(runs, dtype=np.int64)
        self.stop = False

    def take(self) -> int | None:
        """The next run of the queue."""
        with self.lock:
            if self.next >= self.runs or self.stop:
                return None
            self.next += 1
            return self.next - 1


class _Lanes:
    """Eight lanes and what they hold; used by one thread."""

    def __init__(self, compiled: CompiledSystem, observer: Observer, weights: Array, work: _Work) -> None:
        cells = weights.shape[1]
        self.work, self.compiled = work, compiled
        self.frame = f = Frame(compiled, cells, together=False, scratch=observer.work)
        f.put("observe", observer.address)
        f.put("observed", np.zeros((max(1, len(observer.names)), LANES)))
        f.put("observed_count", len(observer.names))
        f.put("cell_weight", np.ascontiguousarray(weights, dtype=float))
        f.put("sums", weights.shape[0])
        f.put("results", work.values)
        f.weight[:] = 1.0 / cells  # type: ignore[attr-defined]
        f.status[:] = IDLE  # type: ignore[attr-defined]

    def fill(self, lane: int, run: int, given: Inputs, start: float) -> None:
        """Put a run into a lane."""
        f: Any = self.frame
        if given.y0.shape != (self.compiled.unknowns, f.cells):
            raise ModelError(f"y0 of run {run} must be [{self.compiled.unknowns} unknowns, {f.cells} cells]")
        f.set_data(given.parameters, given.cell_data, lane)
        f.set_transport(given.transport, lane)
        f.y[:, : self.compiled.unknowns, lane] = given.y0.T
        f.y[:, self.compiled.unknowns :, lane] = 0.0
        f.time[lane], f.step[lane], f.restart[lane] = start, f.first_step, np.inf
        f.status[lane], f.run[lane] = 0, run
        for name in (
            "stop_index",
            "out_index",
            "accepted",
            "rejected",
            "refused",
            "back_step",
            "returns",
            "kept_step",
            "error",
        ):
            getattr(f, name)[lane] = 0
        f.at_stop[lane] = 2

    def begin(self, lanes: Sequence[int]) -> None:
        """Observables at the first time; what follows from parameters alone."""
        f: Any = self.frame
        f.prepare()
        f.at[:] = f.y
        f.now[0], f.now[2], f.now[4] = f.time, 0.0, -1.0
        f.now[4, list(lanes)] = 0.0
        f.call("keep")
        f.put("fresh", 1)

    def collect(self, lane: int) -> None:
        """Take the result of a lane that has ended."""
        f, work, run = self.frame, self.work, int(self.frame.run[lane])  # type: ignore[attr-defined]
        work.status[run], work.reached[run] = f.status[lane], f.out_index[lane]  # type: ignore[attr-defined]
        work.steps[run], work.rejected[run] = f.accepted[lane], f.rejected[lane]  # type: ignore[attr-defined]
        f.status[lane] = IDLE  # type: ignore[attr-defined]

    def go(self, runs: Sequence[Inputs], start: float, tell: Callable[[], None]) -> None:
        """Work until the queue is empty and all lanes have ended."""
        status = self.frame.status  # type: ignore[attr-defined]
        fresh_frame = True
        while not self.work.stop:
            for lane in range(LANES):
                if 0 < status[lane] < IDLE:
                    self.collect(lane)
            filled = []
            for lane in np.flatnonzero(status == IDLE).tolist():
                run = self.work.take()
                if run is not None:
                    self.fill(lane, run, runs[run], start)
                    filled.append(lane)
            if filled and fresh_frame and len(filled) < LANES:  # lanes never used must hold numbers too
                for lane in np.flatnonzero(status == IDLE).tolist():
                    self.fill(lane, int(self.frame.run[filled[0]]), runs[self.frame.run[filled[0]]], start)  # type: ignore[attr-defined]
                    status[lane] = IDLE
            fresh_frame = False
            if filled:
                self.begin(filled)
            if np.all(status == IDLE):
                return
            self.frame.call("advance", ATTEMPTS)
            tell()


def working_set(compiled: CompiledSystem, cells: int) -> float:
    """Bytes that eight runs side by side touch in every step."""
    t = compiled.tables
    rows = 14 * compiled.rows + int(t["slopes"][0]) + int(t["entries"][0]) + compiled.mobile**2
    return 8.0 * LANES * cells * rows


def _one_by_one(
    compiled: CompiledSystem, runs: Sequence[Inputs], work: _Work, observables: Mapping[str, Expr], weights: Array,
    times: Array, settings: Mapping[str, Any], tell: Callable[[], None],
) -> None:  # fmt: skip
    """The queue, each run with its cells in the lanes; used by one thread."""
    system, wanted = compiled.system, [compiled.system.graph.lift(o) for o in observables.values()]
    while (run := work.take()) is not None:
        given = runs[run]
        done = integrate(
            compiled, given.y0, times.tolist(), given.parameters, given.cell_data, given.transport, **settings
        )
        reached = len(done.times)
        known: dict[str, Any] = {**given.parameters, **given.cell_data, "t": done.times[:, None]}
        known |= {name: done.y[:, k] for k, name in enumerate(system.unknowns)}
        known |= {f"integral:{name}": done.integrals[:, k] for k, name in enumerate(system.quadratures)}
        for k, value in enumerate(evaluate(wanted, known)):
            work.values[run, :reached, k] = np.broadcast_to(value, (reached, weights.shape[1])) @ weights.T
        work.status[run] = next((s for s, o in BY_STATUS.items() if o == done.outcome), 0)
        work.reached[run] = reached
        work.steps[run], work.rejected[run] = done.statistics["steps"], done.statistics["rejected"]
        tell()


def integrate_ensemble(
    compiled: CompiledSystem,
    runs: Sequence[Inputs],
    times: Sequence[float],
    observables: Mapping[str, Expr],
    weights: Any,
    *,
    rtol: float = 3e-4,
    atol: float = 1e-6,
    max_step: float = 8640.0,
    first_step: float = 1e-3,
    max_steps: int = 200_000,
    breakpoints: Sequence[float] = (),
    threads: int = 1,
    apart: bool | None = None,
    progress: Callable[[float], None] | None = None,
) -> Ensemble:
    """Follow many runs of one model through `times` (s); returns each observable summed over cells.

    `runs[i]` may be made when it is asked for (any sequence with `len`). `observables` are expressions of the
    model's unknowns, parameters, cell data and `integral:<process>`; each is summed over cells with every row of
    `weights` [sum, cell]. Lanes are runs (`apart`) where eight of them fit in the processor's cache, else cells,
    one run after the other; both give the same. A flow given as a function in `Transport` is shared by all runs.
    Ctrl-C ends all runs.
    """
    grid = np.atleast_2d(np.asarray(weights, dtype=float))
    moments = np.asarray(times, dtype=float)
    observer = compile_observables(compiled.system, observables)
    work = _Work(len(runs), len(moments), len(observer.names), grid.shape[0])

    def tell() -> None:
        if progress is not None:
            progress(float(np.count_nonzero(work.status)) / max(1, work.runs))

    side_by_side = working_set(compiled, grid.shape[1]) <= APART if apart is None else apart
    steps = {"max_step": max_step, "first_step": first_step, "max_steps": max_steps, "breakpoints": breakpoints}

    def one_thread() -> None:
        if not side_by_side:
            settings = {"rtol": rtol, "atol": atol, **steps}
            _one_by_one(compiled, runs, work, observables, grid, moments, settings, tell)
            return
        lanes = _Lanes(compiled, observer, grid, work)
        lanes.frame.tolerate(rtol, atol, max_step, first_step, max_steps)
        lanes.frame.follow(moments, breakpoints)
        lanes.go(runs, float(moments[0]), tell)

    crew = max(1, min(threads, -(-len(runs) // LANES)))
    with ThreadPoolExecutor(crew) as pool:
        try:
            for job in [pool.submit(one_thread) for _ in range(crew)]:
                job.result()
        except KeyboardInterrupt:
            work.stop = True
        except BaseException:
            work.stop = True
            raise
    return _finished(moments, observer, work)


def _finished(times: Array, observer: Observer, work: _Work) -> Ensemble:
    """Results, with nothing where a run did not arrive."""
    late = np.arange(len(times)) >= work.reached[:, None]
    work.values[late] = np.nan
    outcomes = tuple(BY_STATUS.get(int(s), INTERRUPTED) for s in work.status)
    return Ensemble(times, observer.names, work.values, outcomes, work.steps, work.rejected)
