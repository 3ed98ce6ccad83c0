"""Turns expressions into straight-line machine code on vectors of eight numbers.

Every kernel is `void kernel(t, y, p, c, pre, out, work)`, all pointers to <8 x double>: time, unknowns, parameters,
cell data, what was prepared once from parameters and cell data, results, scratch. Lanes are cells of one run or
runs of an ensemble; the code is the same. Long kernels are cut into parts that hand values over in `work`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rhizolith.errors import ModelError
from rhizolith.kernels.expression import Expr, Graph
from rhizolith.kernels.vector_math import LANES, library

ARRAYS = ("t", "y", "p", "c", "pre", "out", "work")
V = f"<{LANES} x double>"
MASK = f"<{LANES} x i1>"
PART = 600
"""Nodes a part: compile time grows faster than length, so parts are short."""
_SIGNATURE = ", ".join(f"ptr noalias %{a}" for a in ARRAYS)
_ARGUMENTS = ", ".join(f"ptr %{a}" for a in ARRAYS)
_FLOAT = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_LIBRARY = {"exp": "vexp", "log": "vlog", "tanh": "vtanh", "pow": "vpow", "sin": "vsin", "cos": "vcos"}


def splat(value: float) -> str:
    """A vector constant in LLVM's exact hexadecimal notation."""
    bits = struct.unpack("<Q", struct.pack("<d", value))[0]
    return "<" + ", ".join([f"double 0x{bits:016X}"] * LANES) + ">"


@dataclass(frozen=True)
class Places:
    """Where symbols are read from: name → (array, row); and prepared nodes: node → row of `pre`."""

    symbols: Mapping[str, tuple[str, int]]
    prepared: Mapping[int, int]


def order_of(graph: Graph, outputs: Sequence[Expr], prepared: Mapping[int, int]) -> list[int]:
    """Nodes to compute, depth first, so that a value is used soon after it is made."""
    nodes, seen, order = graph.nodes, set(), []
    for output in outputs:
        stack = [(output.index, False)]
        while stack:
            i, ready = stack.pop()
            if ready:
                order.append(i)
            elif i not in seen:
                seen.add(i)
                stack.append((i, True))
                if nodes[i][0] not in ("sym", "const") and i not in prepared:
                    stack.extend((a, False) for a in reversed(nodes[i][1:]) if a not in seen)
    return order


def prepared_nodes(graph: Graph, outputs: Sequence[Expr], fixed: Iterable[str]) -> list[int]:
    """Nodes that depend on parameters and cell data alone and that others need: computed once a run."""
    nodes, names = graph.nodes, set(fixed)
    order = order_of(graph, outputs, {})
    still: dict[int, bool] = {}
    wanted: dict[int, None] = {}
    leaf = ("sym", "const")
    for i in order:
        op, *args = nodes[i]
        still[i] = args[0] in names if op == "sym" else op == "const" or all(still[a] for a in args)
        if not still[i] and op != "sym":
            wanted |= {a: None for a in args if still[a] and nodes[a][0] not in leaf}
    wanted |= {o.index: None for o in outputs if still[o.index] and nodes[o.index][0] not in leaf}
    return [i for i in wanted if nodes[i][0] not in ("lt", "le")]


class _Part:
    """One function of a kernel: lines of code, and where its values are."""

    def __init__(self, graph: Graph, places: Places, handed: dict[int, int]) -> None:
        self.graph, self.places, self.handed = graph, places, handed
        self.lines: list[str] = []
        self.names: dict[int, str] = {}
        self.count = 0

    def new(self, text: str) -> str:
        self.count += 1
        self.lines.append(f"  %v{self.count} = {text}")
        return f"%v{self.count}"

    def load(self, array: str, row: int) -> str:
        address = self.new(f"getelementptr {V}, ptr %{array}, i64 {row}")
        return self.new(f"load {V}, ptr {address}, align 8")

    def store(self, value: str, array: str, row: int) -> None:
        address = self.new(f"getelementptr {V}, ptr %{array}, i64 {row}")
        self.lines.append(f"  store {V} {value}, ptr {address}, align 8")

    def value(self, i: int) -> str:
        """The name of a node's value in this part; leaves are read when first needed."""
        if i not in self.names:
            node = self.graph.nodes[i]
            if i in self.handed:
                self.names[i] = self.load("work", self.handed[i])
            elif node[0] == "const":
                self.names[i] = splat(node[1])
            elif i in self.places.prepared:
                self.names[i] = self.load("pre", self.places.prepared[i])
            elif node[0] == "sym":
                self.names[i] = self.load(*self.place(node[1]))
            else:
                raise ModelError(f"node {i} is used before it is computed")
        return self.names[i]

    def place(self, name: str) -> tuple[str, int]:
        if name not in self.places.symbols:
            raise ModelError(f"the symbol {name!r} is used in a rate but is no unknown, parameter or cell datum")
        return self.places.symbols[name]

    def condition(self, i: int) -> str:
        """A comparison; made where it is needed, for masks are not handed over."""
        op, a, b = self.graph.nodes[i]
        return self.new(f"fcmp {'olt' if op == 'lt' else 'ole'} {V} {self.value(a)}, {self.value(b)}")

    def compute(self, i: int) -> None:
        op, *args = self.graph.nodes[i]
        if op in ("lt", "le"):
            return
        if op == "where":
            mask = self.condition(args[0])
            yes, no = self.value(args[1]), self.value(args[2])
            self.names[i] = self.new(f"select {MASK} {mask}, {V} {yes}, {V} {no}")
            return
        a = [self.value(k) for k in args]
        if op in _FLOAT:
            self.names[i] = self.new(f"{_FLOAT[op]} contract {V} {a[0]}, {a[1]}")
        elif op in ("max", "min"):
            mask = self.new(f"fcmp {'ogt' if op == 'max' else 'olt'} {V} {a[0]}, {a[1]}")
            self.names[i] = self.new(f"select {MASK} {mask}, {V} {a[0]}, {V} {a[1]}")
        elif op == "neg":
            self.names[i] = self.new(f"fneg {V} {a[0]}")
        elif op == "sqrt":
            self.names[i] = self.new(f"call {V} @llvm.sqrt.v{LANES}f64({V} {a[0]})")
        elif op in _LIBRARY:
            self.names[i] = self.new(f"call {V} @{_LIBRARY[op]}({', '.join(f'{V} {x}' for x in a)})")
        else:
            raise ModelError(f"operation {op} cannot be compiled")


def _operands(graph: Graph, i: int) -> list[int]:
    """What a node reads, looking through comparisons, which are repeated where they are used."""
    found: list[int] = []
    for a in graph.nodes[i][1:]:
        found.extend(graph.nodes[a][1:] if graph.nodes[a][0] in ("lt", "le") else [a])
    return found


def _cut(graph: Graph, order: list[int]) -> tuple[list[list[int]], dict[int, int], int]:
    """Parts of bounded length, the scratch slot of every value that a later part needs, and the slots in all."""
    parts = [order[k : k + PART] for k in range(0, len(order), PART)] or [[]]
    home = {i: p for p, part in enumerate(parts) for i in part}
    last: dict[int, int] = {}
    for p, part in enumerate(parts):
        for i in part:
            for a in _operands(graph, i):
                if home.get(a, p) < p:
                    last[a] = p
    slot: dict[int, int] = {}
    free: list[int] = []
    total = 0
    for p, part in enumerate(parts):
        for i in part:
            if i in last:
                if not free:
                    free.append(total)
                    total += 1
                slot[i] = free.pop()
        free.extend(slot[i] for i, end in last.items() if end == p and i in slot)
    return parts, slot, total


def kernel(name: str, outputs: Sequence[Expr], places: Places, rows: Sequence[int] | None = None) -> tuple[str, int]:
    """LLVM text of one kernel and the scratch vectors it needs; outputs[k] goes to row rows[k] (default k)."""
    if not outputs:
        return f"define void @{name}({_SIGNATURE}) {{\n  ret void\n}}\n", 0
    graph = outputs[0].graph
    wanted: dict[int, list[int]] = {}
    for k, output in enumerate(outputs):
        wanted.setdefault(output.index, []).append(k if rows is None else rows[k])
    skip = {i for i in order_of(graph, outputs, places.prepared) if _is_leaf(graph, places, i)}
    order = [i for i in order_of(graph, outputs, places.prepared) if i not in skip]
    parts, slot, total = _cut(graph, order)
    text = []
    for p, members in enumerate(parts):
        here = set(members)
        part = _Part(graph, places, {i: s for i, s in slot.items() if i not in here})
        for i in members:
            part.compute(i)
            for k in wanted.get(i, ()):
                part.store(part.value(i), "out", k)
            if i in slot:
                part.store(part.value(i), "work", slot[i])
        for i in skip & wanted.keys() if p == 0 else ():
            for k in wanted[i]:
                part.store(part.value(i), "out", k)
        text.append(
            f"define internal void @{name}_{p}({_SIGNATURE}) {{\n" + "\n".join(part.lines) + "\n  ret void\n}\n"
        )
    calls = "\n".join(f"  call void @{name}_{p}({_ARGUMENTS})" for p in range(len(parts)))
    text.append(f"define void @{name}({_SIGNATURE}) {{\n{calls}\n  ret void\n}}\n")
    return "\n".join(text), total


def _is_leaf(graph: Graph, places: Places, i: int) -> bool:
    return graph.nodes[i][0] in ("sym", "const") or i in places.prepared


def with_library(kernels: Iterable[str]) -> str:
    """A complete module: the kernels and the vector functions they call."""
    return "\n".join([library(), f"declare {V} @llvm.sqrt.v{LANES}f64({V})", *kernels])
