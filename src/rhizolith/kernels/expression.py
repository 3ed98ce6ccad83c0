"""Rate laws written as plain Python become one graph: hash-consed, constant-folded, exact to differentiate."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from rhizolith.errors import ModelError

COMMUTATIVE = frozenset({"add", "mul", "max", "min"})


def _raise(base: Any, exponent: Any) -> Any:
    """x^a; 0 where x ≤ 0 and a is no integer: an amount that is used up takes no part."""
    if np.all(np.equal(exponent, np.round(exponent))):
        return np.power(base, exponent)
    return np.where(np.less_equal(base, 0.0), 0.0, np.power(np.where(np.less_equal(base, 0.0), 1.0, base), exponent))


_NUMPY: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative,
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tanh": np.tanh,
    "pow": _raise, "max": np.maximum, "min": np.minimum, "where": np.where, "lt": np.less, "le": np.less_equal,
}  # fmt: skip


class Graph:
    """Every node of a model, each stored once. A node is (operation, arguments...)."""

    def __init__(self) -> None:
        self.nodes: list[tuple[Any, ...]] = []
        self._index: dict[tuple[Any, ...], int] = {}

    def __repr__(self) -> str:
        return f"Graph({len(self.nodes)} nodes)"

    def _node(self, *node: Any) -> Expr:
        index = self._index.get(node)
        if index is None:
            index = len(self.nodes)
            self.nodes.append(node)
            self._index[node] = index
        return Expr(self, index)

    def symbol(self, name: str) -> Expr:
        """A leaf that is given a value later."""
        return self._node("sym", name)

    def constant(self, value: float) -> Expr:
        """A leaf with a fixed value."""
        return self._node("const", float(value))

    def lift(self, value: Any) -> Expr:
        """The node of a number, or the expression itself."""
        if isinstance(value, Expr):
            if value.graph is not self:
                raise ModelError("two expressions of different graphs cannot be combined; build a model in one Graph")
            return value
        return self.constant(value)

    def apply(self, op: str, *arguments: Any) -> Expr:
        """The node of an operation, folded and simplified where that is exact."""
        args = [self.lift(a) for a in arguments]
        values = [a.value for a in args]
        if all(v is not None for v in values):
            with np.errstate(all="ignore"):
                return self.constant(float(_NUMPY[op](*values)))
        simple = _simplify(self, op, args, values)
        if simple is not None:
            return simple
        indices = [a.index for a in args]
        if op in COMMUTATIVE:
            indices.sort()
        return self._node(op, *indices)


def _simplify(g: Graph, op: str, a: list[Expr], v: list[float | None]) -> Expr | None:
    if op == "add":
        return a[1] if v[0] == 0 else a[0] if v[1] == 0 else None
    if op == "sub":
        return a[0] if v[1] == 0 else g.apply("neg", a[1]) if v[0] == 0 else g.constant(0) if a[0].same(a[1]) else None
    if op == "mul":
        if 0 in v:
            return g.constant(0)
        if -1 in v:
            return g.apply("neg", a[0] if v[1] == -1 else a[1])
        return a[1] if v[0] == 1 else a[0] if v[1] == 1 else None
    if op == "div":
        if v[1] is not None:
            return g.apply("mul", a[0], 1.0 / v[1]) if v[1] not in (0, 1) else a[0] if v[1] == 1 else None
        return g.constant(0) if v[0] == 0 else None
    if op == "neg" and g.nodes[a[0].index][0] == "neg":
        return Expr(g, g.nodes[a[0].index][1])
    if op == "pow" and v[1] is not None:
        return {0.0: lambda: g.constant(1), 1.0: lambda: a[0], 2.0: lambda: a[0] * a[0]}.get(v[1], lambda: None)()
    if op == "where":
        return (a[1] if v[0] else a[2]) if v[0] is not None else a[1] if a[1].same(a[2]) else None
    return None


class Expr:
    """One node of a graph; behaves like a number inside a rate law."""

    __slots__ = ("graph", "index")
    __array_ufunc__ = None

    def __init__(self, graph: Graph, index: int) -> None:
        self.graph = graph
        self.index = index

    @property
    def value(self) -> float | None:
        """The number, if this node is a constant."""
        node = self.graph.nodes[self.index]
        return node[1] if node[0] == "const" else None

    def same(self, other: Expr) -> bool:
        """Whether both are the same node (`==` would read like a comparison of values)."""
        return self.index == other.index and self.graph is other.graph

    def __repr__(self) -> str:
        node = self.graph.nodes[self.index]
        return f"Expr({node[0]} {node[1]})" if node[0] in ("sym", "const") else f"Expr({node[0]} #{self.index})"

    def __bool__(self) -> bool:
        raise ModelError("a rate law may not branch on a value with `if`; use where(condition, a, b) or limit(x, K)")

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise ModelError("a rate law may not compare values with ==; use where(condition, a, b) with < or <=")

    def __add__(self, o: Any) -> Expr:
        return self.graph.apply("add", self, o)

    def __radd__(self, o: Any) -> Expr:
        return self.graph.apply("add", o, self)

    def __sub__(self, o: Any) -> Expr:
        return self.graph.apply("sub", self, o)

    def __rsub__(self, o: Any) -> Expr:
        return self.graph.apply("sub", o, self)

    def __mul__(self, o: Any) -> Expr:
        return self.graph.apply("mul", self, o)

    def __rmul__(self, o: Any) -> Expr:
        return self.graph.apply("mul", o, self)

    def __truediv__(self, o: Any) -> Expr:
        return self.graph.apply("div", self, o)

    def __rtruediv__(self, o: Any) -> Expr:
        return self.graph.apply("div", o, self)

    def __neg__(self) -> Expr:
        return self.graph.apply("neg", self)

    def __pos__(self) -> Expr:
        return self

    def __pow__(self, o: Any) -> Expr:
        return power(self, o)

    def __rpow__(self, o: Any) -> Expr:
        return power(o, self)

    def __lt__(self, o: Any) -> Expr:
        return self.graph.apply("lt", self, o)

    def __le__(self, o: Any) -> Expr:
        return self.graph.apply("le", self, o)

    def __gt__(self, o: Any) -> Expr:
        return self.graph.apply("lt", o, self)

    def __ge__(self, o: Any) -> Expr:
        return self.graph.apply("le", o, self)


def _call(op: str, *arguments: Any) -> Any:
    for a in arguments:
        if isinstance(a, Expr):
            return a.graph.apply(op, *arguments)
    return _NUMPY[op](*arguments)


def exp(x: Any) -> Any:
    """e to the power x."""
    return _call("exp", x)


def log(x: Any) -> Any:
    """Natural logarithm."""
    return _call("log", x)


def sqrt(x: Any) -> Any:
    """Square root."""
    return _call("sqrt", x)


def sin(x: Any) -> Any:
    """Sine of radians."""
    return _call("sin", x)


def cos(x: Any) -> Any:
    """Cosine of radians."""
    return _call("cos", x)


def tanh(x: Any) -> Any:
    """Hyperbolic tangent."""
    return _call("tanh", x)


def maximum(a: Any, b: Any) -> Any:
    """The larger of two."""
    return _call("max", a, b)


def minimum(a: Any, b: Any) -> Any:
    """The smaller of two."""
    return _call("min", a, b)


def where(condition: Any, a: Any, b: Any) -> Any:
    """`a` where the condition holds, else `b`; both are computed, so both must be finite."""
    return _call("where", condition, a, b)


def power(base: Any, exponent: Any) -> Any:
    """`base` to a constant exponent; a varying exponent goes through exp and log of a positive base."""
    fixed = exponent.value if isinstance(exponent, Expr) else exponent
    if isinstance(fixed, (int, float)) and isinstance(base, Expr):
        if fixed == int(fixed) and 2 < abs(fixed) <= 8:
            half = power(base, abs(fixed) // 2)
            whole = half * half * (base if abs(fixed) % 2 else 1.0)
            return whole if fixed > 0 else 1.0 / whole
        return 1.0 / base if fixed == -1 else 1.0 / (base * base) if fixed == -2 else _call("pow", base, float(fixed))
    if isinstance(exponent, Expr):
        return exp(exponent * (log(base) if isinstance(base, Expr) else math.log(base)))
    return _call("pow", base, exponent)


SMOOTHING = 1e-4
"""Part of K below which `limit` bends to zero with a continuous slope (dimensionless, our choice)."""


def limit(x: Any, half: Any) -> Any:
    """Saturation x/(x + K) that is exactly 0 for x ≤ 0, once continuously differentiable and monotone.

    An amount that vanishes can be stepped slightly below zero; the plain quotient then has a pole at
    x = -K that no solver survives. Here y²/(y² + K(y + δ)) with y = max(x, 0) and δ = 1e-4 K: it differs from
    x/(x + K) by less than 1e-4 K/x of the value. `half` must be positive.
    """
    y = maximum(x, 0.0)
    return y * y / (y * y + half * (y + SMOOTHING * half))
