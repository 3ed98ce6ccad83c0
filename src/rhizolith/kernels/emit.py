"""Turns expressions into a machine-code loop over lanes of eight cells (or eight parameter sets)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llvmlite import ir

from rhizolith.errors import ModelError
from rhizolith.kernels.derivative import reachable
from rhizolith.kernels.expression import Expr, Graph
from rhizolith.kernels.vector_math import F64, I64, LANES, VEC, define_exp, define_log, splat

POINTER = F64.as_pointer()
CHUNK = 400
"""Outputs a function: smaller functions compile faster, larger ones share more work."""


class Inputs:
    """Where each symbol is read from: an array, a row of it, and whether all lanes share one value."""

    def __init__(self) -> None:
        self.place: dict[str, tuple[int, int, bool]] = {}

    def add(self, argument: int, names: Sequence[str], shared: bool = False) -> None:
        """Symbols `names` are the rows of array number `argument`."""
        for row, name in enumerate(names):
            self.place[name] = (argument, row, shared)


def new_module(name: str) -> ir.Module:
    """A module for the machine at hand, with vector exp and log in it."""
    module = ir.Module(name)
    define_exp(module)
    define_log(module)
    return module


def emit_function(module: ir.Module, name: str, outputs: Sequence[Expr], inputs: Inputs, arrays: int) -> None:
    """Add `void name(arrays..., out, width)`: out[k, lane] = outputs[k] for every lane < width (a multiple of 8)."""
    signature = ir.FunctionType(ir.VoidType(), [POINTER] * (arrays + 1) + [I64])
    function = ir.Function(module, signature, name)
    for argument in function.args[:-1]:
        argument.add_attribute("noalias")
    entry, loop, done = (function.append_basic_block(n) for n in ("entry", "loop", "done"))
    builder = ir.IRBuilder(entry)
    width = function.args[-1]
    builder.cbranch(builder.icmp_signed(">", width, ir.Constant(I64, 0)), loop, done)
    builder.position_at_end(loop)
    lane = builder.phi(I64)
    lane.add_incoming(ir.Constant(I64, 0), entry)
    body = _Body(builder, module, function, inputs, lane, width)
    if outputs:
        body.run(outputs[0].graph, outputs)
    following = builder.add(lane, ir.Constant(I64, LANES))
    lane.add_incoming(following, loop)
    builder.cbranch(builder.icmp_signed("<", following, width), loop, done)
    builder.position_at_end(done)
    builder.ret_void()


class _Body:
    """Emits the nodes of one loop body in order."""

    def __init__(self, builder, module, function, inputs, lane, width) -> None:  # type: ignore[no-untyped-def]
        self.b, self.module, self.function, self.inputs = builder, module, function, inputs
        self.lane, self.width = lane, width
        self.value: dict[int, ir.Value] = {}

    def address(self, argument: int, row: int, shared: bool) -> ir.Value:
        offset = ir.Constant(I64, row)
        if not shared:
            offset = self.b.add(self.b.mul(self.width, offset), self.lane)
        return self.b.gep(self.function.args[argument], [offset])

    def load(self, name: str) -> ir.Value:
        if name not in self.inputs.place:
            raise ModelError(f"the symbol {name!r} is used in a rate but is no unknown, parameter or cell datum")
        argument, row, shared = self.inputs.place[name]
        address = self.address(argument, row, shared)
        if not shared:
            return self.b.load(self.b.bitcast(address, VEC.as_pointer()), align=8)
        scalar = self.b.load(address)
        start = self.b.insert_element(ir.Constant(VEC, ir.Undefined), scalar, ir.Constant(ir.IntType(32), 0))
        mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return self.b.shuffle_vector(start, ir.Constant(VEC, ir.Undefined), mask)

    def run(self, graph: Graph, outputs: Sequence[Expr]) -> None:
        wanted: dict[int, list[int]] = {}
        for k, output in enumerate(outputs):
            wanted.setdefault(output.index, []).append(k)
        for i in reachable(outputs):
            self.value[i] = self.node(graph.nodes[i])
            for k in wanted.get(i, ()):  # stored at once, so that live ranges stay short
                address = self.address(len(self.function.args) - 2, k, False)
                self.b.store(self.value[i], self.b.bitcast(address, VEC.as_pointer()), align=8)

    def node(self, node: tuple) -> ir.Value:  # type: ignore[type-arg]
        op = node[0]
        if op == "const":
            return splat(node[1])
        if op == "sym":
            return self.load(node[1])
        a = [self.value[i] for i in node[1:]]
        b = self.b
        simple = {"add": b.fadd, "sub": b.fsub, "mul": b.fmul, "div": b.fdiv}
        if op in simple:
            return simple[op](*a, flags=("contract",))
        if op in ("max", "min"):
            return b.select(b.fcmp_ordered(">" if op == "max" else "<", *a), *a)
        if op in ("lt", "le"):
            return b.fcmp_ordered("<" if op == "lt" else "<=", *a)
        if op == "where":
            return b.select(*a)
        if op == "neg":
            return b.fneg(a[0])
        return self.function_of(op, a)

    def function_of(self, op: str, a: list[ir.Value]) -> ir.Value:
        b = self.b
        vexp, vlog = self.module.get_global("vexp"), self.module.get_global("vlog")
        if op in ("exp", "log"):
            return b.call(vexp if op == "exp" else vlog, a)
        if op == "tanh":
            e = b.call(vexp, [b.fmul(a[0], splat(2.0))])
            return b.fsub(splat(1.0), b.fdiv(splat(2.0), b.fadd(e, splat(1.0))))
        if op == "pow":
            positive = b.fcmp_ordered(">", a[0], splat(0.0))
            base = b.select(positive, a[0], splat(1.0))
            return b.select(positive, b.call(vexp, [b.fmul(b.call(vlog, [base]), a[1])]), splat(0.0))
        if op in ("sqrt", "sin", "cos"):
            name = f"llvm.{op}.v{LANES}f64"
            intrinsic = self.module.globals.get(name) or ir.Function(self.module, ir.FunctionType(VEC, [VEC]), name)
            return b.call(intrinsic, a)
        raise ModelError(f"operation {op} cannot be compiled")


def emit_outputs(
    module: ir.Module, name: str, outputs: Sequence[Expr], inputs: Inputs, arrays: int
) -> list[tuple[str, int, int]]:
    """Emit many outputs in functions of bounded size; returns (function, first row, rows) of each."""
    parts = []
    for k, start in enumerate(range(0, max(1, len(outputs)), CHUNK)):
        part = outputs[start : start + CHUNK]
        emit_function(module, f"{name}_{k}", part, inputs, arrays)
        parts.append((f"{name}_{k}", start, len(part)))
    return parts


def sources(expressions: Mapping[str, Expr]) -> list[str]:
    """Names of the symbols that expressions read."""
    values = list(expressions.values())
    graph = values[0].graph if values else None
    return [graph.nodes[i][1] for i in reachable(values) if graph.nodes[i][0] == "sym"] if graph else []
