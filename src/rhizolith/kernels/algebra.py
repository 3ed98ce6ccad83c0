"""The linear algebra of one implicit step, the same machine code for every model.

Local unknowns of a cell are eliminated on their sparse pattern (tables of positions, eight cells at a
time); what remains couples the cells through a block-tridiagonal matrix whose off-diagonal blocks are
diagonal, solved cell by cell (Thomas) with vectors along the columns of a block.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from llvmlite import ir

from rhizolith.kernels.vector_math import F64, I64, LANES, VEC, splat

I32 = ir.IntType(32)
_PF, _PI = F64.as_pointer(), I32.as_pointer()


class _Code:
    """A few words on top of the IR builder."""

    def __init__(self, module: ir.Module, name: str, types: list[ir.Type]) -> None:
        self.function = ir.Function(module, ir.FunctionType(ir.VoidType(), types), name)
        for argument in self.function.args:
            if argument.type in (_PF, _PI):
                argument.add_attribute("noalias")
        self.b = ir.IRBuilder(self.function.append_basic_block())

    @contextmanager
    def loop(self, start: ir.Value, stop: ir.Value, step: int = 1) -> Iterator[ir.Value]:
        b = self.b
        before = b.block
        body, after = self.function.append_basic_block(), self.function.append_basic_block()
        b.cbranch(b.icmp_signed("<", start, stop), body, after)
        b.position_at_end(body)
        i = b.phi(I64)
        i.add_incoming(start, before)
        yield i
        following = b.add(i, self.int(step))
        i.add_incoming(following, b.block)
        b.cbranch(b.icmp_signed("<", following, stop), body, after)
        b.position_at_end(after)

    @staticmethod
    def int(value: int) -> ir.Constant:
        return ir.Constant(I64, value)

    def table(self, array: ir.Value, i: ir.Value) -> ir.Value:
        return self.b.sext(self.b.load(self.b.gep(array, [i])), I64)

    def at(self, array: ir.Value, row: ir.Value, width: ir.Value, column: ir.Value) -> ir.Value:
        return self.b.gep(array, [self.b.add(self.b.mul(row, width), column)])

    def get(self, address: ir.Value) -> ir.Value:
        return self.b.load(self.b.bitcast(address, VEC.as_pointer()), align=8)

    def put(self, value: ir.Value, address: ir.Value) -> None:
        self.b.store(value, self.b.bitcast(address, VEC.as_pointer()), align=8)

    def spread(self, scalar: ir.Value) -> ir.Value:
        start = self.b.insert_element(ir.Constant(VEC, ir.Undefined), scalar, ir.Constant(I32, 0))
        mask = ir.Constant(ir.VectorType(I32, LANES), [0] * LANES)
        return self.b.shuffle_vector(start, ir.Constant(VEC, ir.Undefined), mask)

    def less(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """a - b·c"""
        return self.b.fsub(a, self.b.fmul(b, c, flags=("contract",)), flags=("contract",))


def _eliminate(module: ir.Module) -> None:
    # W, width, pivots, diagonal[], row_start[], row_position[], column_start[], column_position[],
    # target_start[], target[]
    c = _Code(module, "eliminate", [_PF, I64, I64, *[_PI] * 7])
    w, width, pivots, diagonal, row_start, row_at, col_start, col_at, target_start, target = c.function.args
    with c.loop(c.int(0), width, LANES) as lane, c.loop(c.int(0), pivots) as k:
        address = c.at(w, c.table(diagonal, k), width, lane)
        inverse = c.b.fdiv(splat(1.0), c.get(address))
        c.put(inverse, address)
        k1 = c.b.add(k, c.int(1))
        first, last = c.table(row_start, k), c.table(row_start, k1)
        c0, c1 = c.table(col_start, k), c.table(col_start, k1)
        columns = c.b.sub(c1, c0)
        with c.loop(first, last) as r:
            place = c.at(w, c.table(row_at, r), width, lane)
            factor = c.b.fmul(c.get(place), inverse)
            c.put(factor, place)
            base = c.b.add(c.table(target_start, k), c.b.mul(c.b.sub(r, first), columns))
            with c.loop(c.int(0), columns) as j:
                source = c.get(c.at(w, c.table(col_at, c.b.add(c0, j)), width, lane))
                goal = c.at(w, c.table(target, c.b.add(base, j)), width, lane)
                c.put(c.less(c.get(goal), factor, source), goal)
    c.b.ret_void()


def _forward(module: ir.Module) -> None:
    # W, R, width, pivots, pivot_row[], row_start[], row_position[], row_index[]
    c = _Code(module, "forward", [_PF, _PF, I64, I64, *[_PI] * 4])
    w, rhs, width, pivots, pivot_row, row_start, row_at, row_index = c.function.args
    with c.loop(c.int(0), width, LANES) as lane, c.loop(c.int(0), pivots) as k:
        value = c.get(c.at(rhs, c.table(pivot_row, k), width, lane))
        with c.loop(c.table(row_start, k), c.table(row_start, c.b.add(k, c.int(1)))) as r:
            factor = c.get(c.at(w, c.table(row_at, r), width, lane))
            goal = c.at(rhs, c.table(row_index, r), width, lane)
            c.put(c.less(c.get(goal), factor, value), goal)
    c.b.ret_void()


def _backward(module: ir.Module) -> None:
    # W, R, width, pivots, pivot_row[], diagonal[], column_start[], column_position[], column_index[]
    c = _Code(module, "backward", [_PF, _PF, I64, I64, *[_PI] * 5])
    w, rhs, width, pivots, pivot_row, diagonal, col_start, col_at, col_index = c.function.args
    with c.loop(c.int(0), width, LANES) as lane, c.loop(c.int(0), pivots) as back:
        k = c.b.sub(c.b.sub(pivots, back), c.int(1))
        goal = c.at(rhs, c.table(pivot_row, k), width, lane)
        with c.loop(c.table(col_start, k), c.table(col_start, c.b.add(k, c.int(1)))) as j:
            factor = c.get(c.at(w, c.table(col_at, j), width, lane))
            value = c.get(c.at(rhs, c.table(col_index, j), width, lane))
            c.put(c.less(c.get(goal), factor, value), goal)
        c.put(c.b.fmul(c.get(goal), c.get(c.at(w, c.table(diagonal, k), width, lane))), goal)
    c.b.ret_void()


def _invert(c: _Code, block: ir.Value, n: ir.Value, padded: ir.Value) -> None:
    """Gauss–Jordan in place; the block is dominated by its diagonal, so no pivoting."""
    b = c.b
    with c.loop(c.int(0), n) as k:
        corner = c.at(block, k, padded, k)
        pivot = b.fdiv(ir.Constant(F64, 1.0), b.load(corner))
        b.store(ir.Constant(F64, 1.0), corner)
        with c.loop(c.int(0), padded, LANES) as j:
            place = c.at(block, k, padded, j)
            c.put(b.fmul(c.get(place), c.spread(pivot)), place)
        with c.loop(c.int(0), n) as i:
            head = c.at(block, i, padded, k)
            same = b.icmp_signed("==", i, k)
            factor = b.select(same, ir.Constant(F64, 0.0), b.load(head))
            b.store(b.select(same, b.load(head), ir.Constant(F64, 0.0)), head)
            with c.loop(c.int(0), padded, LANES) as j:
                place = c.at(block, i, padded, j)
                c.put(c.less(c.get(place), c.spread(factor), c.get(c.at(block, k, padded, j))), place)


def _factor_cells(module: ir.Module) -> None:
    # S[cell, n, padded] in and inverse out, lower[cell, padded], upper[cell, padded], n, padded, cells
    c = _Code(module, "factor_cells", [_PF, _PF, _PF, I64, I64, I64])
    s, lower, upper, n, padded, cells = c.function.args
    size = c.b.mul(n, padded)
    with c.loop(c.int(0), cells) as cell:
        block = c.b.gep(s, [c.b.mul(cell, size)])
        previous_cell = c.b.sub(cell, c.int(1))
        rows = c.b.select(c.b.icmp_signed(">", cell, c.int(0)), n, c.int(0))
        previous = c.b.gep(s, [c.b.mul(previous_cell, size)])
        with c.loop(c.int(0), rows) as i:
            down = c.spread(c.b.load(c.at(lower, cell, padded, i)))
            with c.loop(c.int(0), padded, LANES) as j:
                coupling = c.b.fmul(c.get(c.at(previous, i, padded, j)), c.get(c.at(upper, previous_cell, padded, j)))
                place = c.at(block, i, padded, j)
                c.put(c.less(c.get(place), down, coupling), place)
        _invert(c, block, n, padded)
    c.b.ret_void()


def _times(c: _Code, block: ir.Value, x: ir.Value, out: ir.Value, n: ir.Value, padded: ir.Value) -> None:
    """out = block · x, with the block's columns summed in memory order."""
    one = ir.Constant(I32, 0)
    with c.loop(c.int(0), n) as i:
        accumulator = c.at(out, i, c.int(1), c.int(0))
        c.b.store(ir.Constant(F64, 0.0), accumulator)
        with c.loop(c.int(0), padded, LANES) as j:
            product = c.b.fmul(c.get(c.at(block, i, padded, j)), c.get(c.b.gep(x, [j])))
            part = c.b.extract_element(product, one)
            for lane in range(1, LANES):
                part = c.b.fadd(part, c.b.extract_element(product, ir.Constant(I32, lane)), flags=("reassoc",))
            c.b.store(c.b.fadd(c.b.load(accumulator), part), accumulator)


def _solve_cells(module: ir.Module) -> None:
    # inverse[cell, n, padded], lower, upper, x[cell, padded] in and out, scratch[padded], n, padded, cells
    c = _Code(module, "solve_cells", [_PF, _PF, _PF, _PF, _PF, I64, I64, I64])
    s, lower, upper, x, scratch, n, padded, cells = c.function.args
    b = c.b
    size = b.mul(n, padded)

    def fold(cell: ir.Value, neighbour: ir.Value, coupling: ir.Value, from_scratch: bool) -> None:
        with c.loop(c.int(0), padded, LANES) as j:
            other = c.get(b.gep(scratch, [j])) if from_scratch else c.get(c.at(x, neighbour, padded, j))
            place = c.at(x, cell, padded, j)
            c.put(c.less(c.get(place), c.get(c.at(coupling, cell, padded, j)), other), place)

    with c.loop(c.int(1), cells) as cell:
        before = b.sub(cell, c.int(1))
        _times(c, b.gep(s, [b.mul(before, size)]), b.gep(x, [b.mul(before, padded)]), scratch, n, padded)
        fold(cell, before, lower, True)
    with c.loop(c.int(0), cells) as back:
        cell = b.sub(b.sub(cells, back), c.int(1))
        after = b.add(cell, c.int(1))
        with c.loop(c.int(0), b.select(b.icmp_signed(">", back, c.int(0)), c.int(1), c.int(0))):
            fold(cell, after, upper, False)
        here = b.gep(x, [b.mul(cell, padded)])
        _times(c, b.gep(s, [b.mul(cell, size)]), here, scratch, n, padded)
        with c.loop(c.int(0), padded, LANES) as j:
            c.put(c.get(b.gep(scratch, [j])), b.gep(here, [j]))
    b.ret_void()


def make_module() -> ir.Module:
    """All functions of the linear algebra."""
    module = ir.Module("algebra")
    for define in (_eliminate, _forward, _backward, _factor_cells, _solve_cells):
        define(module)
    return module
