"""The problem's equations written out in other languages, from the one graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rhizolith.kernels import CellSystem, jacobian
from rhizolith.kernels.derivative import reachable
from rhizolith.kernels.expression import Expr

SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<="}


@dataclass(frozen=True)
class Dialect:
    """How a language writes a function call, a choice and an assignment."""

    functions: Mapping[str, str]
    choose: Callable[[str, str, str], str]
    assign: str = "="


SCALAR_PYTHON = Dialect(
    {"exp": "math.exp", "log": "math.log", "sqrt": "math.sqrt", "sin": "math.sin", "cos": "math.cos", "max": "max",
     "min": "min", "pow": "math.pow"},
    lambda c, a, b: f"({a} if {c} else {b})",
)  # fmt: skip
NUMPY = Dialect(
    {"exp": "np.exp", "log": "np.log", "sqrt": "np.sqrt", "sin": "np.sin", "cos": "np.cos", "max": "np.maximum",
     "min": "np.minimum", "pow": "np.power"},
    lambda c, a, b: f"np.where({c}, {a}, {b})",
)  # fmt: skip
R = Dialect(
    {"exp": "exp", "log": "log", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "max": "pmax", "min": "pmin"},
    lambda c, a, b: f"ifelse({c}, {a}, {b})",
    "<-",
)


def lines(outputs: Mapping[str, Expr], symbols: Mapping[str, str], dialect: Dialect) -> list[str]:
    """Assignments, one a node, that end in `name = value` for every output; `symbols` says where leaves are read."""
    if not outputs:
        return []
    graph = next(iter(outputs.values())).graph
    named: dict[int, str] = {}
    text = []
    for i in reachable(list(outputs.values())):
        op, *args = graph.nodes[i]
        if op == "const":
            named[i] = f"({args[0]!r})"
        elif op == "sym":
            named[i] = symbols[args[0]]
        else:
            a = [named[k] for k in args]
            if op in SIGNS:
                made = f"{a[0]} {SIGNS[op]} {a[1]}"
            elif op == "neg":
                made = f"-{a[0]}"
            elif op == "where":
                made = dialect.choose(*a)
            else:
                made = f"{dialect.functions[op]}({', '.join(a)})"
            named[i] = f"v{i}"
            text.append(f"v{i} {dialect.assign} {made}")
    return [*text, *(f"{name} {dialect.assign} {named[o.index]}" for name, o in outputs.items())]


@dataclass(frozen=True)
class Reduced:
    """Ordinary differential equations of a cell, its one constraint left to a scalar Newton."""

    rates: Sequence[Expr]
    """per unit of mass, one for each differential unknown"""
    constraint: Expr
    slope: Expr
    """of the constraint by its unknown"""
    by_state: Mapping[tuple[int, int], Expr]
    by_constraint: Mapping[int, Expr]
    constraint_by_state: Mapping[int, Expr]


def reduced(system: CellSystem) -> Reduced:
    """Rates over mass, and every derivative needed to eliminate the last unknown."""
    n = len(system.unknowns) - 1
    rates = [row / system.mass[i, i] for i, row in enumerate(system.rows[:n])]
    inputs = [system.graph.symbol(u) for u in system.unknowns]
    slopes = jacobian([*rates, system.rows[n]], inputs)
    return Reduced(
        rates,
        system.rows[n],
        slopes[n, n],
        {k: v for k, v in slopes.items() if k[0] < n and k[1] < n},
        {i: v for (i, j), v in slopes.items() if j == n and i < n},
        {j: v for (i, j), v in slopes.items() if i == n and j < n},
    )
