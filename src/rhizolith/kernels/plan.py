"""From the equations of a cell to LLVM text and the tables that the solver walks through."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from rhizolith.kernels.derivative import jacobian
from rhizolith.kernels.emit import Places, kernel, prepared_nodes, with_library
from rhizolith.kernels.expression import Expr
from rhizolith.kernels.pattern import analyse
from rhizolith.kernels.system import CellSystem

Slopes = dict[tuple[int, int], Expr]


def symbol_places(system: CellSystem, with_integrals: bool = False) -> dict[str, tuple[str, int]]:
    """Where each kernel finds each symbol; integrals of processes follow the unknowns."""
    unknowns = (*system.unknowns, *(f"integral:{q}" for q in system.quadratures)) if with_integrals else system.unknowns
    arrays = {"y": unknowns, "p": system.parameters, "c": system.cell_data, "t": ("t",)}
    return {name: (array, row) for array, names in arrays.items() for row, name in enumerate(names)}


def _slopes(system: CellSystem, rates: list[Expr]) -> tuple[list[Expr], dict[str, Any]]:
    """Derivatives in the order of the matrix, then of the processes, then by time."""
    n = len(system.unknowns)
    inputs = [system.graph.symbol(name) for name in system.unknowns] + [system.graph.symbol("t")]
    slopes = jacobian(rates, inputs)
    rows = [k for k in slopes if k[0] < n and k[1] < n]
    parts = sorted(k for k in slopes if k[0] >= n and k[1] < n)
    times = [k for k in slopes if k[1] == n]
    starts = np.searchsorted([i - n for i, _ in parts], np.arange(len(rates) - n + 1))
    tables = {
        "slope_row": [i for i, _ in rows], "slope_column": [j for _, j in rows],
        "part_start": starts, "part_column": [j for _, j in parts], "time_row": [i for i, _ in times],
    }  # fmt: skip
    return [slopes[k] for k in (*rows, *parts, *times)], tables


def _matrix(system: CellSystem, tables: dict[str, Any]) -> dict[str, Any]:
    """Storage and elimination order of the implicit step's matrix."""
    entries = set(zip(tables["slope_row"], tables["slope_column"], strict=True)) | set(system.mass)
    mobile = len(system.mobile)
    pattern = analyse(entries, mobile, len(system.unknowns), system.algebraic)
    at = pattern.position
    walked = {f.name: getattr(pattern, f.name) for f in fields(pattern) if f.name != "position"}
    return {
        **walked, "entries": [pattern.entries],
        "slope_at": [at[k] for k in zip(tables["slope_row"], tables["slope_column"], strict=True)],
        "mass_row": [i for i, _ in system.mass], "mass_column": [j for _, j in system.mass],
        "mass_at": [at[k] for k in system.mass], "mobile_at": [at[j, j] for j in range(mobile)],
    }  # fmt: skip


def plan(system: CellSystem) -> tuple[str, dict[str, Any]]:
    """LLVM text of the kernels prepare, rates, slopes and flow, and all tables."""
    g = system.graph
    rates = [*system.rows, *system.quadratures.values()]
    slopes, tables = _slopes(system, rates)
    tables |= _matrix(system, tables)
    flow = system.flow if system.flow is not None else g.constant(1)
    change = jacobian([flow], [g.symbol("t")]).get((0, 0), g.constant(0))
    symbols = symbol_places(system)
    fixed = {name for name, (array, _) in symbols.items() if array in ("p", "c")}
    prepared = prepared_nodes(g, [*rates, *slopes], fixed)
    places = Places(symbols, {i: k for k, i in enumerate(prepared)})
    bare = Places(symbols, {})
    kernels = [
        kernel("prepare", [Expr(g, i) for i in prepared], bare), kernel("rates", rates, places),
        kernel("slopes", slopes, places), kernel("flow", [flow, change], bare),
    ]  # fmt: skip
    tables |= {"prepared": [len(prepared)], "work": [max(n for _, n in kernels)], "slopes": [len(slopes)]}
    packed = {name: np.ascontiguousarray(v, dtype=np.int32) for name, v in tables.items()}
    return with_library(text for text, _ in kernels), packed
