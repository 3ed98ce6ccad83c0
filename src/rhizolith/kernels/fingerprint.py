"""The name of a model in the cache: the same equations give the same name, in whatever order they were built."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from rhizolith.kernels.derivative import reachable
from rhizolith.kernels.expression import COMMUTATIVE, Expr
from rhizolith.kernels.system import CellSystem

_MADE_BY = ("derivative", "emit", "expression", "fingerprint", "pattern", "plan", "vector_math")
"""Files that decide what code a model becomes."""


@cache
def source(name: str) -> str:
    """Text of a file of this room."""
    return files("rhizolith.kernels").joinpath(f"{name}.py").read_text(encoding="utf-8")


def of_expressions(outputs: Sequence[Expr]) -> list[str]:
    """A hash of each expression, from the hashes of its parts."""
    if not outputs:
        return []
    nodes = outputs[0].graph.nodes
    digest: dict[int, bytes] = {}
    for i in reachable(outputs):
        op, *args = nodes[i]
        parts = [repr(args[0]).encode()] if op in ("sym", "const") else [digest[a] for a in args]
        if op in COMMUTATIVE:
            parts.sort()
        digest[i] = blake2b(b"|".join([op.encode(), *parts]), digest_size=16).digest()
    return [digest[o.index].hex() for o in outputs]


def of_system(system: CellSystem) -> str:
    """A hash of all equations of a model and of the code that compiles them."""
    flow = [system.flow] if system.flow is not None else []
    expressions = [*system.rows, *system.quadratures.values(), *flow]
    names = [system.mobile, system.local, system.parameters, system.cell_data]
    words = [*names, tuple(system.mass), tuple(system.quadratures)]
    text = [*map(repr, words), *of_expressions(expressions), *map(source, _MADE_BY)]
    return "\n".join(text)
