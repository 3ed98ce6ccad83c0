"""A model as machine code: its rates and their exact derivatives, and the solution of its implicit step."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhizolith.kernels import algebra, machine
from rhizolith.kernels.derivative import evaluate, jacobian
from rhizolith.kernels.emit import Inputs, emit_outputs, new_module
from rhizolith.kernels.expression import Expr
from rhizolith.kernels.pattern import Pattern, analyse
from rhizolith.kernels.system import CellSystem
from rhizolith.kernels.vector_math import LANES

Array = NDArray[np.float64]
_FLOATS, _INTS, _LONG = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64


def padded(count: int) -> int:
    """The next multiple of the lane width."""
    return -(-count // LANES) * LANES


@dataclass(frozen=True)
class Slopes:
    """Where each derivative stands in the output of the `slopes` kernel."""

    rows: tuple[tuple[int, int], ...]
    quadratures: tuple[tuple[int, int], ...]
    time_rows: tuple[int, ...]
    time_quadratures: tuple[int, ...]


class CompiledSystem:
    """Kernels of one CellSystem. Parameters and cell data are arguments: changing them compiles nothing."""

    def __init__(self, system: CellSystem) -> None:
        self.system = system
        self.unknowns = len(system.unknowns)
        self.mobile = len(system.mobile)
        self.processes = tuple(system.quadratures)
        self.rate_outputs = list(system.rows) + list(system.quadratures.values())
        self.slopes, slope_outputs = self._differentiate()
        entries = set(self.slopes.rows) | set(system.mass)
        self.pattern: Pattern = analyse(entries, self.mobile, self.unknowns, system.algebraic)
        self.slope_count = len(slope_outputs)
        self._load(slope_outputs)

    def __repr__(self) -> str:
        return f"CompiledSystem({self.system!r}, {self.pattern.entries} matrix entries)"

    def _differentiate(self) -> tuple[Slopes, list[Expr]]:
        s = self.system
        inputs = [s.graph.symbol(name) for name in s.unknowns] + [s.graph.symbol("t")]
        slopes = jacobian(self.rate_outputs, inputs)
        n = self.unknowns
        rows = tuple(k for k in slopes if k[0] < n and k[1] < n)
        quadratures = tuple(k for k in slopes if k[0] >= n and k[1] < n)
        time_rows = tuple(k[0] for k in slopes if k[0] < n and k[1] == n)
        time_quadratures = tuple(k[0] for k in slopes if k[0] >= n and k[1] == n)
        keys = [*rows, *quadratures, *((i, n) for i in time_rows + time_quadratures)]
        shifted = tuple((i - n, j) for i, j in quadratures)
        layout = Slopes(rows, shifted, time_rows, tuple(i - n for i in time_quadratures))
        return layout, [slopes[k] for k in keys]

    def _load(self, slope_outputs: list[Expr]) -> None:
        s = self.system
        inputs = Inputs()
        inputs.add(0, ["t"], shared=True)
        inputs.add(1, s.unknowns)
        inputs.add(2, s.parameters, shared=True)
        inputs.add(3, s.cell_data)
        module = new_module("model")
        self._parts = {
            "rates": emit_outputs(module, "rates", self.rate_outputs, inputs, 4),
            "slopes": emit_outputs(module, "slopes", slope_outputs, inputs, 4),
        }
        text = str(module)
        library = machine.build(machine.machine_key(text), lambda: module, 0)
        signature = [_FLOATS] * 5 + [_LONG]
        self._functions = {
            kind: [(library.function(name, signature), first) for name, first, _ in parts]
            for kind, parts in self._parts.items()
        }
        self._library = library
        self.algebra = Algebra(self.pattern, self.mobile)

    def _run(self, kind: str, t: Array, y: Array, p: Array, c: Array, out: Array) -> None:
        width = y.shape[1]
        for function, first in self._functions[kind]:
            function(
                t.ctypes.data, y.ctypes.data, p.ctypes.data, c.ctypes.data, out.ctypes.data + first * width * 8, width
            )

    def rates(self, t: Array, y: Array, p: Array, c: Array, out: Array) -> None:
        """out[row, lane]: right-hand sides, then the rates of all processes."""
        self._run("rates", t, y, p, c, out)

    def slope(self, t: Array, y: Array, p: Array, c: Array, out: Array) -> None:
        """out[k, lane]: derivatives in the order of `slopes`."""
        self._run("slopes", t, y, p, c, out)

    def mass(self, parameters: Mapping[str, float], cell_data: Mapping[str, Array], width: int) -> Array:
        """The entries of the mass matrix, one row an entry, in the order of `system.mass`."""
        values = evaluate(list(self.system.mass.values()), {**parameters, **cell_data})
        return np.array([np.broadcast_to(v, (width,)) for v in values]).reshape(len(values), width)


class Algebra:
    """Factorisation and solution of (M/(hγ) - J - transport) x = r on one set of cells."""

    def __init__(self, pattern: Pattern, mobile: int) -> None:
        library = machine.build(machine.machine_key(str(algebra.make_module())), algebra.make_module, 2)
        self._library = library
        self.pattern, self.mobile, self.columns = pattern, mobile, padded(mobile)
        f, i, n = _FLOATS, _INTS, _LONG
        self._eliminate = library.function("eliminate", [f, n, n, *[i] * 7])
        self._forward = library.function("forward", [f, f, n, n, *[i] * 4])
        self._backward = library.function("backward", [f, f, n, n, *[i] * 5])
        self._factor_cells = library.function("factor_cells", [f, f, f, n, n, n])
        self._solve_cells = library.function("solve_cells", [f] * 5 + [n] * 3)
        self._present = pattern.block >= 0
        self._where = pattern.block[self._present]
        self._scratch = np.zeros(self.columns)

    def factor(self, w: Array, lower: Array, upper: Array) -> None:
        """Eliminate the local unknowns of `w` in place and factor the coupling; lower, upper: [cell, columns]."""
        p, width, cells = self.pattern, w.shape[1], lower.shape[0]
        tables = (p.diagonal, p.row_start, p.row_position, p.column_start, p.column_position, p.target_start, p.target)
        self._eliminate(w.ctypes.data, width, len(p.pivot_row), *(t.ctypes.data for t in tables))
        blocks = np.zeros((cells, self.mobile, self.columns))
        rows, columns = np.nonzero(self._present)
        blocks[:, rows, columns] = w[self._where, :cells].T
        self._factor_cells(blocks.ctypes.data, lower.ctypes.data, upper.ctypes.data, self.mobile, self.columns, cells)
        self._w, self._blocks, self._lower, self._upper = w, blocks, lower, upper

    def solve(self, r: Array) -> None:
        """Replace the right-hand side r[unknown, lane] by the solution, with the last factorisation."""
        p, width, pivots = self.pattern, r.shape[1], len(self.pattern.pivot_row)
        tables = (p.pivot_row, p.row_start, p.row_position, p.row_index)
        self._forward(self._w.ctypes.data, r.ctypes.data, width, pivots, *(t.ctypes.data for t in tables))
        cells = self._blocks.shape[0]
        x = np.zeros((cells, self.columns))
        x[:, : self.mobile] = r[: self.mobile, :cells].T
        self._solve_cells(
            self._blocks.ctypes.data, self._lower.ctypes.data, self._upper.ctypes.data, x.ctypes.data,
            self._scratch.ctypes.data, self.mobile, self.columns, cells,
        )  # fmt: skip
        r[: self.mobile, :cells] = x[:, : self.mobile].T
        r[: self.mobile, cells:] = r[: self.mobile, cells - 1 : cells]
        tables5 = (p.pivot_row, p.diagonal, p.column_start, p.column_position, p.column_index)
        self._backward(self._w.ctypes.data, r.ctypes.data, width, pivots, *(t.ctypes.data for t in tables5))


def compile_system(system: CellSystem) -> CompiledSystem:
    """Machine code of a model, from the cache on disk when this machine has seen it before."""
    return CompiledSystem(system)
