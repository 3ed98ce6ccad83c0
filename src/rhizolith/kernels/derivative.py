"""Exact sparse derivatives of a graph, by forward differentiation node by node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rhizolith.errors import ModelError
from rhizolith.kernels.expression import _NUMPY, Expr, Graph, cos, sin, sqrt, tanh, where


def reachable(outputs: Sequence[Expr]) -> list[int]:
    """Indices of every node the outputs depend on, arguments before users."""
    if not outputs:
        return []
    nodes = outputs[0].graph.nodes
    seen: set[int] = set()
    stack = [o.index for o in outputs]
    while stack:
        i = stack.pop()
        if i not in seen:
            seen.add(i)
            if nodes[i][0] not in ("sym", "const"):
                stack.extend(nodes[i][1:])
    return sorted(seen)


def _partials(g: Graph, i: int, op: str, args: tuple[int, ...]) -> list[tuple[int, Expr]]:
    """d(node)/d(argument) for each argument that carries a derivative."""
    a = Expr(g, args[0])
    b = Expr(g, args[1]) if len(args) > 1 else a
    me, one = Expr(g, i), g.constant(1)
    match op:
        case "add":
            return [(args[0], one), (args[1], one)]
        case "sub":
            return [(args[0], one), (args[1], -one)]
        case "neg":
            return [(args[0], -one)]
        case "mul":
            return [(args[0], b), (args[1], a)]
        case "div":
            inverse = one / b
            return [(args[0], inverse), (args[1], -(me * inverse))]
        case "exp":
            return [(args[0], me)]
        case "log":
            return [(args[0], one / a)]
        case "sqrt":
            return [(args[0], 0.5 / sqrt(a))]
        case "sin":
            return [(args[0], cos(a))]
        case "cos":
            return [(args[0], -sin(a))]
        case "tanh":
            return [(args[0], one - tanh(a) * tanh(a))]
        case "pow":
            return [(args[0], b * g.apply("pow", a, b - 1.0))]
        case "max":
            return [(args[0], where(b < a, 1.0, 0.0)), (args[1], where(b < a, 0.0, 1.0))]
        case "min":
            return [(args[0], where(a < b, 1.0, 0.0)), (args[1], where(a < b, 0.0, 1.0))]
        case "lt" | "le":
            return []
    raise ModelError(f"operation {op} has no derivative")


def jacobian(outputs: Sequence[Expr], inputs: Sequence[Expr]) -> dict[tuple[int, int], Expr]:
    """Every non-zero d(outputs[i])/d(inputs[j]) as an expression of the same graph."""
    if not outputs:
        return {}
    g = outputs[0].graph
    column = {x.index: j for j, x in enumerate(inputs)}
    tangent: dict[int, dict[int, Expr]] = {}
    zero: dict[int, Expr] = {}
    for i in reachable(outputs):
        node = g.nodes[i]
        if i in column:
            tangent[i] = {column[i]: g.constant(1)}
            continue
        if node[0] in ("sym", "const") or not any(tangent.get(a) for a in node[1:]):
            tangent[i] = zero
            continue
        total: dict[int, Expr] = {}
        if node[0] == "where":  # selected, not multiplied by 0 or 1: the branch not taken may be infinite
            condition, yes, no = node[1:]
            for j in tangent[yes].keys() | tangent[no].keys():
                total[j] = where(Expr(g, condition), tangent[yes].get(j, 0.0), tangent[no].get(j, 0.0))
            tangent[i] = total
            continue
        for argument, slope in _partials(g, i, node[0], node[1:]):
            for j, d in tangent[argument].items():
                term = slope * d
                total[j] = total[j] + term if j in total else term
        tangent[i] = {j: d for j, d in total.items() if d.value != 0}
    return {(i, j): d for i, o in enumerate(outputs) for j, d in tangent[o.index].items()}


def evaluate(outputs: Sequence[Expr], values: dict[str, Any]) -> list[Any]:
    """The outputs in NumPy, broadcasting over the arrays given for each symbol name."""
    if not outputs:
        return []
    nodes = outputs[0].graph.nodes
    result: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for i in reachable(outputs):
            op, *args = nodes[i]
            if op == "const":
                result[i] = args[0]
            elif op == "sym":
                if args[0] not in values:
                    raise ModelError(f"no value was given for the symbol {args[0]!r}")
                result[i] = np.asarray(values[args[0]], dtype=float)
            else:
                result[i] = _NUMPY[op](*(result[a] for a in args))
    return [np.asarray(result[o.index], dtype=float) for o in outputs]
