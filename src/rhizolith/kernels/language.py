"""A small part of Python, compiled: loops over numbers, vectors of eight numbers and tables.

The solver's inner loops (`linear.py`, `stepper.py`) are written in it, so that they read as Python and run as
machine code. Known: int, float, Vector (eight floats, arithmetic with scalars spreads them), pointers to each,
`for` over `range`, `while`, `if`, calls. A local variable keeps the type of its first assignment; `and` and
`or` look at both sides. The names below exist so that editors and linters understand the source.
"""

from __future__ import annotations

import ast
from typing import Any, TypeAlias

from llvmlite import ir

from rhizolith.errors import ModelError
from rhizolith.kernels.vector_math import F64, I64, LANES, VEC

# Eight floats; pointers to Vector, float, 32-bit int, 64-bit int; a model's function.
Vector: TypeAlias = Any
Vectors: TypeAlias = Any
Scalars: TypeAlias = Any
Index: TypeAlias = Any
Numbers: TypeAlias = Any
Kernel: TypeAlias = Any

I1, I32 = ir.IntType(1), ir.IntType(32)
MASK = ir.VectorType(I1, LANES)
_POINTED = {"Vectors": VEC, "Scalars": F64, "Index": I32, "Numbers": I64}
POINTERS = {name: kind.as_pointer() for name, kind in _POINTED.items()}
KERNEL = ir.FunctionType(ir.VoidType(), [VEC.as_pointer()] * 7).as_pointer()
CONTEXT = I64.as_pointer()
TYPES = {"int": I64, "float": F64, "bool": I1, "Vector": VEC, "Kernel": KERNEL, **POINTERS}
FLAGS = ("contract",)
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_INT = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.FloorDiv: "sdiv", ast.Mod: "srem"}
_FLOAT = {ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul", ast.Div: "fdiv"}


def _stub(*_: Any) -> Any:
    raise ModelError("this function exists only in compiled code")


select = largest = smallest = root = vector = lane = with_lane = sum_lanes = scalars = shift_up = shift_down = _stub


class Builtins:
    """Functions on numbers and vectors that the language knows by itself."""

    def __init__(self, maker: _Function) -> None:
        self.m, self.b = maker, maker.b

    def select(self, condition: ir.Value, a: ir.Value, b: ir.Value) -> ir.Value:
        a, b = self.m.alike(a, b)
        if condition.type == MASK:
            a, b = self.m.cast(a, VEC), self.m.cast(b, VEC)
        return self.b.select(condition, a, b)

    def largest(self, a: ir.Value, b: ir.Value) -> ir.Value:
        a, b = self.m.alike(a, b)
        return self.b.select(self.m.compare(">", a, b), a, b)

    def smallest(self, a: ir.Value, b: ir.Value) -> ir.Value:
        a, b = self.m.alike(a, b)
        return self.b.select(self.m.compare("<", a, b), a, b)

    def _intrinsic(self, stem: str, x: ir.Value) -> ir.Value:
        if x.type == I64:
            x = self.m.cast(x, F64)
        name = f"llvm.{stem}.{'f64' if x.type == F64 else f'v{LANES}f64'}"
        module = self.m.function.module
        known = module.globals.get(name) or ir.Function(module, ir.FunctionType(x.type, [x.type]), name)
        return self.b.call(known, [x])

    def abs(self, x: ir.Value) -> ir.Value:
        return self._intrinsic("fabs", x)

    def root(self, x: ir.Value) -> ir.Value:
        return self._intrinsic("sqrt", x)

    def vector(self, x: ir.Value) -> ir.Value:
        return self.m.cast(x, VEC)

    def float(self, x: ir.Value) -> ir.Value:
        return self.m.cast(x, F64)

    def lane(self, v: ir.Value, i: ir.Value) -> ir.Value:
        return self.b.extract_element(v, i)

    def with_lane(self, v: ir.Value, i: ir.Value, x: ir.Value) -> ir.Value:
        return self.b.insert_element(v, self.m.cast(x, F64), i)

    def sum_lanes(self, v: ir.Value) -> ir.Value:
        total = self.b.extract_element(v, ir.Constant(I32, 0))
        for i in range(1, LANES):
            total = self.b.fadd(total, self.b.extract_element(v, ir.Constant(I32, i)))
        return total

    def scalars(self, pointer: ir.Value) -> ir.Value:
        return self.b.bitcast(pointer, POINTERS["Scalars"])

    def shift_up(self, before: ir.Value, here: ir.Value) -> ir.Value:
        """Lane i of the result is lane i - 1 of `here`; its first lane is the last of `before`."""
        return self.b.shuffle_vector(before, here, ir.Constant(ir.VectorType(I32, LANES), list(range(7, 15))))

    def shift_down(self, here: ir.Value, after: ir.Value) -> ir.Value:
        """Lane i of the result is lane i + 1 of `here`; its last lane is the first of `after`."""
        return self.b.shuffle_vector(here, after, ir.Constant(ir.VectorType(I32, LANES), list(range(1, 9))))


class _Function:
    """Translates one function."""

    def __init__(self, tree: ast.FunctionDef, function: ir.Function, fields: dict[str, tuple[int, ir.Type]]) -> None:
        self.function, self.fields, self.name = function, fields, tree.name
        self.b = ir.IRBuilder(function.append_basic_block("entry"))
        self.places: dict[str, ir.Value] = {}
        self.values: dict[str, ir.Value] = {}
        self.loops: list[tuple[ir.Block, ir.Block]] = []
        self.builtins = Builtins(self)
        assigned = {t.id for n in ast.walk(tree) for t in _targets(n) if isinstance(t, ast.Name)}
        for argument, value in zip(tree.args.args, function.args, strict=True):
            if argument.arg in assigned:
                self.assign(argument.arg, value)
            else:
                self.values[argument.arg] = value
        self.body(tree.body)
        if not self.b.block.is_terminated:
            if function.return_value.type == ir.VoidType():
                self.b.ret_void()
            else:
                self.b.unreachable()

    def wrong(self, node: ast.AST, what: str) -> ModelError:
        return ModelError(f"{self.name}, line {getattr(node, 'lineno', '?')}: {what}")

    def body(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            if self.b.block.is_terminated:
                return
            self.line = statement.lineno
            getattr(self, f"do_{type(statement).__name__}")(statement)

    # values -----------------------------------------------------------------------------------------------

    def cast(self, value: ir.Value, kind: ir.Type) -> ir.Value:
        if value.type == kind:
            return value
        if value.type == I1 and kind == I64:
            return self.b.zext(value, I64)
        if value.type == I64 and kind in (F64, VEC):
            return self.cast(self.b.sitofp(value, F64), kind)
        if value.type == F64 and kind == VEC:
            if isinstance(value, ir.Constant):
                return ir.Constant(VEC, [value.constant] * LANES)
            start = self.b.insert_element(ir.Constant(VEC, ir.Undefined), value, ir.Constant(I32, 0))
            zeros = ir.Constant(ir.VectorType(I32, LANES), [0] * LANES)
            return self.b.shuffle_vector(start, ir.Constant(VEC, ir.Undefined), zeros)
        raise ModelError(f"{self.name}, line {self.line}: {value.type} cannot become {kind}")

    def alike(self, a: ir.Value, b: ir.Value) -> tuple[ir.Value, ir.Value]:
        for kind in (VEC, F64, I64):
            if kind in (a.type, b.type):
                return self.cast(a, kind), self.cast(b, kind)
        return a, b

    def compare(self, sign: str, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.b.icmp_signed(sign, a, b) if a.type == I64 else self.b.fcmp_ordered(sign, a, b)

    def expression(self, node: ast.expr) -> ir.Value:
        return getattr(self, f"get_{type(node).__name__}")(node)

    def get_Constant(self, node: ast.Constant) -> ir.Value:
        value: Any = node.value
        return ir.Constant(F64, value) if isinstance(value, float) else ir.Constant(I64, int(value))

    def get_Name(self, node: ast.Name) -> ir.Value:
        if node.id in self.values:
            return self.values[node.id]
        if node.id not in self.places:
            raise self.wrong(node, f"{node.id} is not known here")
        return self.b.load(self.places[node.id])

    def get_Attribute(self, node: ast.Attribute) -> ir.Value:
        slot, kind = self.fields[node.attr]
        raw = self.b.load(self.b.gep(self.expression(node.value), [ir.Constant(I64, slot)]))
        if kind == I64:
            return raw
        return self.b.bitcast(raw, F64) if kind == F64 else self.b.inttoptr(raw, kind)

    def get_BinOp(self, node: ast.BinOp) -> ir.Value:
        a, b = self.expression(node.left), self.expression(node.right)
        if isinstance(a.type, ir.PointerType):
            return self.b.gep(a, [b])
        if isinstance(node.op, ast.Div) and a.type == b.type == I64:
            a = self.cast(a, F64)
        a, b = self.alike(a, b)
        if a.type == I64:
            return getattr(self.b, _INT[type(node.op)])(a, b)
        return getattr(self.b, _FLOAT[type(node.op)])(a, b, flags=FLAGS)

    def get_UnaryOp(self, node: ast.UnaryOp) -> ir.Value:
        x = self.expression(node.operand)
        if isinstance(node.op, ast.Not):
            return self.b.not_(x)
        return self.b.neg(x) if x.type == I64 else self.b.fneg(x)

    def get_Compare(self, node: ast.Compare) -> ir.Value:
        a, b = self.alike(self.expression(node.left), self.expression(node.comparators[0]))
        return self.compare(_COMPARE[type(node.ops[0])], a, b)

    def get_BoolOp(self, node: ast.BoolOp) -> ir.Value:
        join = self.b.and_ if isinstance(node.op, ast.And) else self.b.or_
        total = self.expression(node.values[0])
        for other in node.values[1:]:
            total = join(total, self.expression(other))
        return total

    def address(self, node: ast.Subscript) -> ir.Value:
        return self.b.gep(self.expression(node.value), [self.expression(node.slice)])

    def get_Subscript(self, node: ast.Subscript) -> ir.Value:
        place = self.address(node)
        value = self.b.load(place, align=8 if place.type.pointee == VEC else None)
        return self.b.sext(value, I64) if value.type == I32 else value

    def get_Call(self, node: ast.Call) -> ir.Value:
        arguments = [self.expression(a) for a in node.args]
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name in self.places or (name in self.values and self.values[name].type == KERNEL):
            return self.b.call(self.get_Name(node.func), arguments)
        known = self.function.module.globals.get(name)
        if known is None:
            return getattr(self.builtins, name)(*arguments)
        kinds = known.function_type.args
        if len(kinds) != len(arguments):
            raise self.wrong(node, f"{name} takes {len(kinds)} arguments")
        plain = [a if isinstance(k, ir.PointerType) else self.cast(a, k) for a, k in zip(arguments, kinds, strict=True)]
        return self.b.call(known, plain)

    # statements -------------------------------------------------------------------------------------------

    def assign(self, name: str, value: ir.Value) -> None:
        if name not in self.places:
            with self.b.goto_entry_block():
                self.places[name] = self.b.alloca(value.type)
        self.b.store(self.cast(value, self.places[name].type.pointee), self.places[name])

    def store(self, target: ast.expr, value: ir.Value) -> None:
        if isinstance(target, ast.Name):
            self.assign(target.id, value)
        elif isinstance(target, ast.Subscript):
            place = self.address(target)
            kind = place.type.pointee
            value = self.b.trunc(value, I32) if kind == I32 else self.cast(value, kind)
            self.b.store(value, place, align=8 if kind == VEC else None)
        else:
            assert isinstance(target, ast.Attribute)
            slot, kind = self.fields[target.attr]
            value = self.cast(value, kind)
            place = self.b.gep(self.expression(target.value), [ir.Constant(I64, slot)])
            self.b.store(value if kind == I64 else self.b.bitcast(value, I64), place)

    def do_Assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for one, value in zip(target.elts, [self.expression(v) for v in node.value.elts], strict=True):
                self.store(one, value)
        else:
            self.store(target, self.expression(node.value))

    def do_AugAssign(self, node: ast.AugAssign) -> None:
        self.store(node.target, self.get_BinOp(ast.BinOp(node.target, node.op, node.value)))

    def do_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.expression(node.value)

    def do_Return(self, node: ast.Return) -> None:
        if node.value is None:
            self.b.ret_void()
        else:
            self.b.ret(self.cast(self.expression(node.value), self.function.return_value.type))

    def do_Pass(self, node: ast.Pass) -> None:
        pass

    def do_Break(self, node: ast.Break) -> None:
        self.b.branch(self.loops[-1][1])

    def do_Continue(self, node: ast.Continue) -> None:
        self.b.branch(self.loops[-1][0])

    def do_If(self, node: ast.If) -> None:
        condition = self.expression(node.test)
        then, other, after = (self.function.append_basic_block(n) for n in ("then", "else", "after"))
        self.b.cbranch(condition, then, other)
        for block, statements in ((then, node.body), (other, node.orelse)):
            self.b.position_at_end(block)
            self.body(statements)
            if not self.b.block.is_terminated:
                self.b.branch(after)
        self.b.position_at_end(after)

    def do_While(self, node: ast.While) -> None:
        test, inside, after = (self.function.append_basic_block(n) for n in ("test", "inside", "after"))
        self.b.branch(test)
        self.b.position_at_end(test)
        self.b.cbranch(self.expression(node.test), inside, after)
        self._loop(node.body, inside, test, after)

    def _loop(self, statements: list[ast.stmt], inside: ir.Block, again: ir.Block, after: ir.Block) -> None:
        self.loops.append((again, after))
        self.b.position_at_end(inside)
        self.body(statements)
        if not self.b.block.is_terminated:
            self.b.branch(again)
        self.loops.pop()
        self.b.position_at_end(after)

    def do_For(self, node: ast.For) -> None:
        assert isinstance(node.iter, ast.Call) and isinstance(node.target, ast.Name)
        bounds = [self.expression(a) for a in node.iter.args]
        start, stop = bounds if len(bounds) > 1 else (ir.Constant(I64, 0), bounds[0])
        self.assign(node.target.id, start)
        test, inside, step, after = (self.function.append_basic_block(n) for n in ("test", "inside", "step", "after"))
        self.b.branch(test)
        self.b.position_at_end(test)
        self.b.cbranch(self.b.icmp_signed("<", self.get_Name(node.target), stop), inside, after)
        self.b.position_at_end(step)
        self.assign(node.target.id, self.b.add(self.get_Name(node.target), ir.Constant(I64, 1)))
        self.b.branch(test)
        self._loop(node.body, inside, step, after)


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [e for t in node.targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
    return [node.target] if isinstance(node, (ast.AugAssign, ast.For)) else []


def _annotation(node: ast.expr | None) -> str:
    return ast.unparse(node) if node is not None else "None"


def fields_of(source: str) -> dict[str, tuple[int, ir.Type]]:
    """Slot and type of each field of the class `Context` in a source, if it has one."""
    fields: dict[str, tuple[int, ir.Type]] = {}
    for item in ast.parse(source).body:
        if isinstance(item, ast.ClassDef) and item.name == "Context":
            for line in item.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    fields[line.target.id] = (len(fields), TYPES[_annotation(line.annotation)])
    return fields


def translate(sources: list[str]) -> ir.Module:
    """One LLVM module of every function in the sources."""
    module = ir.Module("solver")
    fields: dict[str, tuple[int, ir.Type]] = {}
    for source in sources:
        fields |= fields_of(source)
    kinds = {**TYPES, "Context": CONTEXT, "None": ir.VoidType()}
    written = [item for source in sources for item in ast.parse(source).body if isinstance(item, ast.FunctionDef)]
    for item in written:
        arguments = [kinds[_annotation(a.annotation)] for a in item.args.args]
        function = ir.Function(module, ir.FunctionType(kinds[_annotation(item.returns)], arguments), item.name)
        for argument in function.args:
            if argument.type in POINTERS.values():
                argument.add_attribute("noalias")
    for item in written:
        _Function(item, module.get_global(item.name), fields)
    return module
