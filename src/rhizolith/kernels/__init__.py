"""Traced expressions, their derivatives and elimination, and the machine code made of them."""

from rhizolith.kernels.derivative import evaluate, jacobian
from rhizolith.kernels.expression import (
    Expr,
    Graph,
    cos,
    exp,
    limit,
    log,
    maximum,
    minimum,
    power,
    sin,
    sqrt,
    tanh,
    where,
)
from rhizolith.kernels.system import CellSystem

__all__ = [
    "CellSystem",
    "Expr",
    "Graph",
    "cos",
    "evaluate",
    "exp",
    "jacobian",
    "limit",
    "log",
    "maximum",
    "minimum",
    "power",
    "sin",
    "sqrt",
    "tanh",
    "where",
]
