"""One run: stiff rates with algebraic constraints and transport, followed through time.

One factorisation a step, no Newton loop (Rodas4P, see `method.py`); the loop itself is compiled (`stepper.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.errors import ModelError
from rhizolith.kernels.compiled import CompiledSystem
from rhizolith.kernels.frame import Frame, Transport, from_groups, to_groups, zeros
from rhizolith.kernels.trajectory import BY_STATUS, INTERRUPTED, STOPPED, Trajectory

Array = NDArray[np.float64]
BATCH = 50
"""Steps between two looks at the keyboard and the progress bar."""

__all__ = ["Trajectory", "Transport", "integrate"]


def integrate(
    compiled: CompiledSystem,
    y0: Array,
    times: Sequence[float],
    parameters: Mapping[str, float],
    cell_data: Mapping[str, Any],
    transport: Transport | None = None,
    *,
    rtol: float = 3e-4,
    atol: float = 1e-6,
    max_step: float = 8640.0,
    first_step: float = 1e-3,
    max_steps: int = 200_000,
    breakpoints: Sequence[float] = (),
    on_step: Callable[[float, Array], bool | None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Trajectory:
    """Follow `y0[unknown, cell]` through `times` (s, increasing); states and process integrals at each.

    `atol` is relative to each unknown's scale. Steps end on `breakpoints`, where the forcing bends. `on_step(t, y)`
    is called after every accepted step and stops the run by returning True; `progress` hears the share that is done.
    Ctrl-C stops a run too; what was reached is kept either way, and `outcome` says how it ended.
    """
    run = _Run(compiled, np.asarray(y0, dtype=float), np.asarray(times, dtype=float))
    run.frame.set_data(parameters, cell_data)
    run.frame.prepare()
    run.frame.set_transport(transport)
    run.frame.tolerate(rtol, atol, max_step, first_step, max_steps)
    run.frame.follow(run.times, breakpoints)
    return run.go(on_step, progress)


class _Run:
    """One integration in progress."""

    def __init__(self, compiled: CompiledSystem, y0: Array, times: Array) -> None:
        if y0.shape[:1] != (compiled.unknowns,) or y0.ndim != 2:
            raise ModelError(f"y0 must be [{compiled.unknowns} unknowns, cells], not {list(y0.shape)}")
        if len(times) < 1 or np.any(np.diff(times) <= 0):
            raise ModelError("times must increase")
        self.compiled, self.times, self.cells = compiled, times, y0.shape[1]
        self.frame = f = Frame(compiled, self.cells, together=True)
        f.y[:, : compiled.unknowns] = to_groups(y0)  # type: ignore[attr-defined]
        self.kept = zeros(len(times), f.groups, compiled.rows, 8)
        self.kept[0] = f.y  # type: ignore[attr-defined]
        f.put("kept", self.kept)
        f.time[:], f.out_index[:] = times[0], 1  # type: ignore[attr-defined]
        in_grid = (np.arange(f.groups * 8) < self.cells).reshape(f.groups, 8)
        f.weight[:] = in_grid / self.cells  # type: ignore[attr-defined]

    def result(self, outcome: str, where: str = "") -> Trajectory:
        f, n = self.frame, self.compiled.unknowns
        count = int(f.out_index[0])  # type: ignore[attr-defined]
        kept = from_groups(self.kept[:count], self.cells)
        counts = {"steps": float(f.accepted[0]), "rejected": float(f.rejected[0])}  # type: ignore[attr-defined]
        y, integrals = np.ascontiguousarray(kept[:, :n]), np.ascontiguousarray(kept[:, n:])
        return Trajectory(self.times[:count], y, integrals, outcome, where, counts)

    def culprit(self) -> str:
        """Time, cell and unknown that the last step failed on: the largest error, or the amount furthest below zero."""
        f: Any = self.frame
        n, names = self.compiled.unknowns, self.compiled.system.unknowns
        y, new, last = (from_groups(x, self.cells)[:n] for x in (f.y, f.new, f.u[-1]))
        absolute = f.absolute[:, None]
        amounts = np.array(self.compiled.system.nonnegative or [False] * n)[:, None]
        with np.errstate(all="ignore"):
            error = np.nan_to_num(np.abs(last) / (absolute + f.rtol * np.abs(y)), nan=np.inf)
            depth = np.nan_to_num(np.where(amounts, -1e-3 * new / absolute, 0.0), nan=0.0)
        worst = np.maximum(error / np.sqrt(self.cells), depth)  # errors count by their mean square over cells
        unknown, cell = np.unravel_index(int(np.argmax(worst)), worst.shape)
        return f"t = {f.time[0]:.6g} s, cell {cell}, {names[unknown]}"

    def go(
        self, on_step: Callable[[float, Array], bool | None] | None, progress: Callable[[float], None] | None
    ) -> Trajectory:
        f, n = self.frame, self.compiled.unknowns
        status, accepted, time = f.status, f.accepted, f.time  # type: ignore[attr-defined]
        start, span = self.times[0], max(self.times[-1] - self.times[0], 1e-300)
        if len(self.times) == 1:
            return self.result(BY_STATUS[1])
        try:
            while status[0] == 0:
                before = int(accepted[0])
                f.call("advance", 1 if on_step is not None else BATCH)
                if accepted[0] > before:
                    if progress is not None:
                        progress(float((time[0] - start) / span))
                    if on_step is not None and on_step(float(time[0]), f.state()[:n]) and status[0] == 0:
                        return self.result(STOPPED, f"t = {time[0]:.6g} s")
        except KeyboardInterrupt:
            return self.result(INTERRUPTED, f"t = {time[0]:.6g} s")
        outcome = BY_STATUS[int(status[0])]
        return self.result(outcome, "" if status[0] == 1 else self.culprit())
