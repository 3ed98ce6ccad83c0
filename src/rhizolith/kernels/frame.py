"""The memory of one integration: arrays in the solver's layout, and the compiled functions on them.

Arrays are [group, row, lane]: in a single run a group is eight neighbouring cells, in an ensemble one cell of
eight runs.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.errors import ModelError
from rhizolith.kernels import method
from rhizolith.kernels.compiled import CompiledSystem, solver

LANES = 8
Array = NDArray[np.float64]
_CALLBACK = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 7)


@dataclass(frozen=True)
class Transport:
    """Linear coupling of each mobile unknown to the neighbouring cells, [mobile, cell] in mol m⁻³ soil s⁻¹ per unit.

    `still` holds diffusion, `flowing` what scales with the water flow; `flowing_source` what then enters whatever
    the concentration. Each is (below, here, above). The relative flow is the model's `flow`, an expression,
    unless the function `flow(t) -> (flow, its rate of change)` is given here.
    """

    still: tuple[Array, Array, Array]
    flowing: tuple[Array, Array, Array] | None = None
    flowing_source: Array | None = None
    flow: Callable[[float], tuple[float, float]] | None = None


def zeros(*shape: int) -> Array:
    """Zeros that begin on a cache line."""
    count = int(np.prod(shape))
    raw = np.zeros(count + 8)
    offset = (-raw.ctypes.data // 8) % 8
    return raw[offset : offset + count].reshape(shape)


def to_groups(values: Array) -> Array:
    """[row, cell] → [group, row, lane]; lanes beyond the grid repeat the last cell."""
    rows, cells = values.shape
    groups = -(-cells // LANES)
    wide = np.concatenate([values, np.repeat(values[:, -1:], groups * LANES - cells, axis=1)], axis=1)
    return wide.reshape(rows, groups, LANES).transpose(1, 0, 2)


def from_groups(values: Array, cells: int) -> Array:
    """[..., group, row, lane] → [..., row, cell]"""
    moved = np.moveaxis(values, -3, -2)
    return moved.reshape(*moved.shape[:-2], -1)[..., :cells]


class Frame:
    """All arrays of one integration, and the fields of the solver's Context that point at them."""

    def __init__(self, compiled: CompiledSystem, cells: int, together: bool, scratch: int = 0) -> None:
        self.compiled, self.cells, self.together = compiled, cells, together
        self.solver = solver()
        names = [str(n) for n in self.solver.tables["fields"]]
        self._slot = {name: i for i, name in enumerate(names)}
        self._floats = {n for n, k in zip(names, self.solver.tables["kinds"], strict=True) if str(k) == "float"}
        self._slots = np.zeros(len(names), dtype=np.int64)
        self._alive: dict[str, Any] = {}
        self.groups = -(-cells // LANES) if together else cells
        self._functions: dict[str, Any] = {}
        self._sizes()
        self._tables()
        self._working_arrays(scratch)
        self._method()

    def put(self, name: str, value: Any) -> Any:
        """Give a field of the Context its value; arrays are passed by address and kept alive."""
        if isinstance(value, np.ndarray):
            self._alive[name] = value
            self._slots[self._slot[name]] = value.ctypes.data
        elif name in self._floats:
            self._slots[self._slot[name]] = np.array([float(value)]).view(np.int64)[0]
        else:
            self._slots[self._slot[name]] = int(value)
        return value

    def get(self, name: str) -> int:
        """The present value of an integer field."""
        return int(self._slots[self._slot[name]])

    def call(self, name: str, *arguments: Any) -> None:
        """Run a function of the solver on this frame; further arguments are integers or arrays."""
        if name not in self._functions:
            kinds = [ctypes.c_void_p, *(ctypes.c_int64 if isinstance(a, int) else ctypes.c_void_p for a in arguments)]
            self._functions[name] = ctypes.CFUNCTYPE(None, *kinds)(self.solver.address(name))
        plain = [a if isinstance(a, int) else a.ctypes.data for a in arguments]
        self._functions[name](self._slots.ctypes.data, *plain)

    def _sizes(self) -> None:
        c = self.compiled
        self.columns = -(-c.mobile // LANES)
        sizes = {
            "together": int(self.together), "lanes": 1 if self.together else LANES, "groups": self.groups,
            "cells": self.cells, "rows": c.rows, "unknowns": c.unknowns, "mobile": c.mobile, "columns": self.columns,
            "data_rows": len(c.system.cell_data), "pre_rows": int(c.tables["prepared"][0]),
            "jac_rows": int(c.tables["slopes"][0]), "entries": int(c.tables["entries"][0]),
            "slope_count": len(c.tables["slope_at"]), "mass_count": len(c.system.mass),
            "pivots": len(c.tables["pivot_row"]), "time_count": len(c.tables["time_row"]),
            "part_first": len(c.tables["slope_at"]),
            "time_first": len(c.tables["slope_at"]) + len(c.tables["part_column"]),
        }  # fmt: skip
        for name, value in sizes.items():
            self.put(name, value)

    def _tables(self) -> None:
        names = (
            "slope_at", "part_start", "part_column", "time_row", "mass_row", "mass_column", "mass_at", "pivot_row",
            "diagonal", "row_start", "row_at", "row", "column_start", "column_at", "column", "target_start", "target",
            "block_at", "mobile_at",
        )  # fmt: skip
        for name in names:
            self.put(name, np.ascontiguousarray(self.compiled.tables[name], dtype=np.int32))
        for name in ("rates", "slopes", "flow"):
            self.put(name, self.compiled.library.address(name))

    def _working_arrays(self, scratch: int) -> None:
        c, g = self.compiled, self.groups
        m, work = max(1, c.mobile), max(scratch, int(c.tables["work"][0]))
        shapes = {
            "p": (max(1, len(c.system.parameters)), LANES), "c": (g, max(1, self.get("data_rows")), LANES),
            "pre": (g, max(1, self.get("pre_rows")), LANES), "work": (max(1, work), LANES), "flow_out": (3, LANES),
            "jac": (g, max(1, self.get("jac_rows")), LANES), "mass": (g, max(1, self.get("mass_count")), LANES),
            "w": (g, self.get("entries"), LANES), "x": (self.cells, max(1, self.columns), LANES),
            "scratch": (max(m, 8 * self.columns), LANES), "y": (g, c.rows, LANES), "new": (g, c.rows, LANES),
            "before": (g, c.rows, LANES),
            "at": (g, c.rows, LANES), "f": (g, c.rows, LANES), "in_time": (g, c.rows, LANES),
            "u": (method.STAGE_COUNT, g, c.rows, LANES), "now": (8, LANES), "weight": (g, LANES),
        }  # fmt: skip
        shapes |= {
            name: (g, m, LANES)
            for name in ("below", "here", "above", "flow_below", "flow_here", "flow_above", "flow_source")
        }
        if self.together:
            size = max(1, self.columns)
            shapes |= {"blocks": (self.cells, m, size, LANES), "lower": (self.cells, size, LANES)}
        else:
            shapes |= {"blocks": (g, m, m, LANES), "lower": (g, m, LANES)}
        shapes["upper"] = shapes["lower"]
        for name, shape in shapes.items():
            setattr(self, name, self.put(name, zeros(*shape)))
        for name in (
            "time", "step", "error", "restart", "kept_step", "kept_error", "refused_step", "refused_error", "back_time",
            "back_step",
        ):  # fmt: skip
            setattr(self, name, self.put(name, np.zeros(LANES)))
        for name in (
            "stop_index",
            "out_index",
            "status",
            "accepted",
            "rejected",
            "at_stop",
            "refused",
            "back_stop",
            "back_out",
            "returns",
            "run",
        ):
            setattr(self, name, self.put(name, np.zeros(LANES, dtype=np.int64)))

    def _method(self) -> None:
        for name, values in method.tables().items():
            self.put(name, values)
        self.put("gamma", method.GAMMA)

    def tolerate(self, rtol: float, atol: float, max_step: float, first_step: float, max_steps: int) -> None:
        """Error control; `atol` is relative to each unknown's scale."""
        system = self.compiled.system
        self.rtol = self.put("rtol", rtol)
        self.absolute = self.put("absolute", atol * np.asarray(system.scales, dtype=float))
        amounts = system.nonnegative or [False] * len(system.unknowns)
        self.put("amount", np.array(amounts, dtype=np.int32))
        self.put("max_step", max_step)
        self.put("max_steps", max_steps)
        self.first_step = first_step
        self.step[:] = first_step  # type: ignore[attr-defined]
        self.restart[:], self.at_stop[:] = np.inf, 2  # type: ignore[attr-defined]
        self.put("fresh", 1)

    def follow(self, times: Array, breakpoints: Sequence[float]) -> None:
        """Output times, and the times at which steps end because the forcing bends."""
        if len(times) < 1 or np.any(np.diff(times) <= 0):
            raise ModelError("times must increase")
        start, end = float(times[0]), float(times[-1])
        inside = sorted({float(b) for b in breakpoints if start < b < end} | {end})
        apart = [b for k, b in enumerate(inside) if k == 0 or b - inside[k - 1] > 1e-9 * max(abs(b), 1.0)]
        self.put("stops", np.array([*apart[:-1], end]))
        self.put("times", np.ascontiguousarray(times, dtype=float))
        self.put("time_count_out", len(times))

    # what one run is given ---------------------------------------------------------------------------------

    def set_data(self, parameters: Mapping[str, float], cell_data: Mapping[str, Any], lane: int | None = None) -> None:
        """Parameters, cell data and mass of the run (of one lane, where lanes are runs); prepares what follows."""
        system, pick = self.compiled.system, slice(None) if lane is None else lane
        missing = [n for n in system.parameters if n not in parameters]
        missing += [n for n in system.cell_data if n not in cell_data]
        if missing:
            raise ModelError(f"no value was given for {', '.join(missing)}")
        for row, name in enumerate(system.parameters):
            self.p[row, pick] = parameters[name]  # type: ignore[attr-defined]
        data = {k: np.broadcast_to(np.asarray(cell_data[k], dtype=float), (self.cells,)) for k in system.cell_data}
        if data:
            self._spread("c", np.array(list(data.values())), pick)
        if system.mass:
            self._spread("mass", self.compiled.mass(parameters, data, self.cells), pick)

    def _spread(self, name: str, values: Array, pick: Any) -> None:
        """Write [row, cell] into an array of the frame."""
        goal = getattr(self, name)
        if self.together:
            goal[:] = to_groups(values)
        else:
            goal[:, : len(values), pick] = values.T if isinstance(pick, int) else values.T[:, :, None]

    def prepare(self) -> None:
        """Compute what depends on parameters and cell data alone."""
        function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 7)(self.compiled.library.address("prepare"))
        a = {n: getattr(self, n) for n in ("now", "y", "p", "c", "pre", "work")}
        for g in range(self.groups):
            spots = (a["now"], a["y"][g], a["p"], a["c"][g], a["pre"][g], a["pre"][g], a["work"])
            function(*(s.ctypes.data for s in spots))

    def set_transport(self, transport: Transport | None, lane: int | None = None) -> None:
        """Coupling between cells."""
        pick = slice(None) if lane is None else lane
        self.put("moving", int(transport is not None and self.compiled.mobile > 0))
        self.put("flowing", int(transport is not None and transport.flowing is not None and self.compiled.mobile > 0))
        if transport is None or not self.compiled.mobile:
            return
        still = dict(zip(("below", "here", "above"), transport.still, strict=True))
        if transport.flowing is not None:
            still |= dict(zip(("flow_below", "flow_here", "flow_above"), transport.flowing, strict=True))
            if transport.flowing_source is not None:
                still["flow_source"] = transport.flowing_source
            if transport.flow is not None:
                self._call_back(transport.flow)
        for name, values in still.items():
            self._spread(name, np.asarray(values, dtype=float), pick)

    def _call_back(self, flow: Callable[[float], tuple[float, float]]) -> None:
        def kernel(t: int, y: int, p: int, c: int, pre: int, out: int, work: int) -> None:
            times = (ctypes.c_double * LANES).from_address(t)
            result = (ctypes.c_double * (2 * LANES)).from_address(out)
            for lane in range(LANES):
                value, change = flow(times[lane]) if lane == 0 or not self.together else (result[0], result[LANES])
                result[lane], result[LANES + lane] = value, change

        self._alive["flow_callback"] = pointer = _CALLBACK(kernel)
        self.put("flow", ctypes.cast(pointer, ctypes.c_void_p).value)

    def state(self) -> Array:
        """Unknowns and integrals now, [row, cell] (lanes together)."""
        return from_groups(self.y, self.cells)  # type: ignore[attr-defined]
