"""A model as machine code: its rates, their exact derivatives, and the tables of its implicit step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rhizolith.kernels import machine
from rhizolith.kernels.derivative import evaluate
from rhizolith.kernels.emit import Places, kernel, with_library
from rhizolith.kernels.expression import Expr
from rhizolith.kernels.fingerprint import of_expressions, of_system, source
from rhizolith.kernels.plan import plan, symbol_places
from rhizolith.kernels.system import CellSystem
from rhizolith.kernels.vector_math import F64

Array = NDArray[np.float64]
SOLVER = ("context", "linear", "implicit", "stepper")


class CompiledSystem:
    """Kernels of one CellSystem. Parameters and cell data are arguments: changing them compiles nothing."""

    def __init__(self, system: CellSystem, library: machine.Library) -> None:
        self.system, self.library = system, library
        self.tables: Mapping[str, NDArray[np.int32]] = library.tables
        self.unknowns = len(system.unknowns)
        self.mobile = len(system.mobile)
        self.processes = tuple(system.quadratures)
        self.rows = self.unknowns + len(self.processes)

    def __repr__(self) -> str:
        entries, slopes = int(self.tables["entries"][0]), int(self.tables["slopes"][0])
        return f"CompiledSystem({self.system!r}, {slopes} slopes, {entries} matrix entries)"

    def mass(self, parameters: Mapping[str, float], cell_data: Mapping[str, Array], cells: int) -> Array:
        """The entries of the mass matrix, [entry, cell], in the order of `system.mass`."""
        values = evaluate(list(self.system.mass.values()), {**parameters, **cell_data})
        return np.array([np.broadcast_to(v, (cells,)) for v in values]).reshape(len(values), cells)


class Observer:
    """Kernel of what an ensemble returns: expressions of unknowns, parameters and `integral:<process>`."""

    def __init__(self, names: tuple[str, ...], library: machine.Library) -> None:
        self.names, self.library = names, library
        self.work = int(library.tables["work"][0])
        self.address = library.address("observe")


def compile_system(system: CellSystem) -> CompiledSystem:
    """Machine code of a model, from the cache on disk when this machine has seen it before."""
    key = machine.key_of("model", of_system(system))
    return CompiledSystem(system, machine.build(key, lambda: plan(system), 0))


def compile_observables(system: CellSystem, observables: Mapping[str, Expr]) -> Observer:
    """Machine code of expressions of the state, cached like a model."""
    symbols = symbol_places(system, with_integrals=True)
    outputs = [system.graph.lift(o) for o in observables.values()]
    content = [repr(symbols), *of_expressions(outputs), source("emit"), source("vector_math")]

    def make() -> tuple[str, machine.Tables]:
        text, work = kernel("observe", outputs, Places(symbols, {}))
        return with_library([text]), {"work": np.array([work])}

    return Observer(tuple(observables), machine.build(machine.key_of("observe", *content), make, 0))


def solver() -> machine.Library:
    """The stepper and its linear algebra, the same for all models."""

    def make() -> tuple[str, machine.Tables]:
        from rhizolith.kernels.language import fields_of, translate

        fields = fields_of(source("context"))
        kinds = ["float" if kind == F64 else "other" for _, kind in fields.values()]
        tables = {"fields": np.array(list(fields)), "kinds": np.array(kinds)}
        return str(translate([source(name) for name in SOLVER])), tables

    return machine.build(machine.key_of("solver", *map(source, (*SOLVER, "language", "vector_math"))), make, 3)
