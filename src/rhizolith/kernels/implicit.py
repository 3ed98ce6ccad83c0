"""The implicit step's matrix: right-hand sides, slopes, transport, factors and solves (`language.py`'s Python)."""

from __future__ import annotations

from rhizolith.kernels.context import Context
from rhizolith.kernels.language import Vector, Vectors, lane, scalars, select, shift_down, shift_up, smallest, vector
from rhizolith.kernels.linear import (
    backward,
    couple_apart,
    couple_together,
    eliminate,
    factor_apart,
    factor_together,
    forward,
    scatter_blocks,
)


def flow_at(c: Context, t: Vector) -> None:
    """Water flow and its rate of change at a time, into flow_out."""
    out = c.flow_out
    out[2] = t
    flow = c.flow
    flow(out + 2, c.y, c.p, c.c, c.pre, out, c.work)


def add_transport(c: Context, y: Vectors, f: Vectors, steady: Vector, scale: Vector) -> None:
    """f += (steady · still + scale · flowing) coupling to the neighbours, for all mobile unknowns."""
    groups, rows, mobile, together, flowing = c.groups, c.rows, c.mobile, c.together, c.flowing
    below, here, above = c.below, c.here, c.above
    flow_below, flow_here, flow_above, flow_source = c.flow_below, c.flow_here, c.flow_above, c.flow_source
    for g in range(groups):
        before, after = g, g
        if g > 0:
            before = g - 1
        if g + 1 < groups:
            after = g + 1
        for j in range(mobile):
            k = g * mobile + j
            mine = y[g * rows + j]
            left = y[before * rows + j]
            right = y[after * rows + j]
            if together > 0:
                left = shift_up(left, mine)
                right = shift_down(mine, right)
            # differences first: what leaves one cell is then what enters the next, to the last digit of the flux
            net = below[k] + here[k] + above[k]
            net = select(abs(net) > 1e-13 * abs(here[k]), net, 0.0)
            left, right = left - mine, right - mine
            total = steady * (below[k] * left + above[k] * right + net * mine)
            if flowing > 0:
                net = flow_below[k] + flow_here[k] + flow_above[k]
                total += scale * (flow_below[k] * left + flow_above[k] * right + net * mine + flow_source[k])
            f[g * rows + j] = f[g * rows + j] + total


def evaluate(c: Context, t: Vector, y: Vectors, f: Vectors) -> None:
    """All right-hand sides and process rates at (t, y)."""
    rates, rows, data_rows, pre_rows = c.rates, c.rows, c.data_rows, c.pre_rows
    p, data, pre, work, now = c.p, c.c, c.pre, c.work, c.now
    now[1] = t
    for g in range(c.groups):
        rates(now + 1, y + g * rows, p, data + g * data_rows, pre + g * pre_rows, f + g * rows, work)
    if c.moving > 0:
        if c.flowing > 0:
            flow_at(c, t)
        add_transport(c, y, f, vector(1.0), c.flow_out[0])


def linearise(c: Context) -> None:
    """Exact slopes at the beginning of the step, by state and by time (of the water flow: in_time)."""
    slopes, rows, data_rows, pre_rows, jac_rows = c.slopes, c.rows, c.data_rows, c.pre_rows, c.jac_rows
    p, data, pre, work, jac, in_time, y, now = c.p, c.c, c.pre, c.work, c.jac, c.in_time, c.y, c.now
    for g in range(c.groups):
        slopes(now + 6, y + g * rows, p, data + g * data_rows, pre + g * pre_rows, jac + g * jac_rows, work)
        for j in range(c.mobile):
            in_time[g * rows + j] = vector(0.0)
    if c.flowing > 0:
        flow_at(c, now[6])
        add_transport(c, y, in_time, vector(0.0), c.flow_out[1])


def fill_matrix(c: Context, g: int, scale: Vector, inverse_step: Vector) -> None:
    """W = M/(hγ) - J - transport of one group."""
    w = c.w + g * c.entries
    jac = c.jac + g * c.jac_rows
    mass = c.mass + g * c.mass_count
    slope_at, mass_at, mobile_at, mobile = c.slope_at, c.mass_at, c.mobile_at, c.mobile
    for k in range(c.entries):
        w[k] = vector(0.0)
    for k in range(c.slope_count):
        w[slope_at[k]] = -jac[k]
    for k in range(c.mass_count):
        w[mass_at[k]] = w[mass_at[k]] + mass[k] * inverse_step
    if c.moving > 0:
        here, flow_here, flowing = c.here + g * mobile, c.flow_here + g * mobile, c.flowing
        for j in range(mobile):
            total = here[j]
            if flowing > 0:
                total += scale * flow_here[j]
            w[mobile_at[j]] = w[mobile_at[j]] - total


def fill_coupling(c: Context, scale: Vector) -> None:
    """Off-diagonal blocks (diagonal matrices) of every cell."""
    mobile, together, flowing, columns = c.mobile, c.together, c.flowing, c.columns
    below, above, flow_below, flow_above, lower, upper = c.below, c.above, c.flow_below, c.flow_above, c.lower, c.upper
    for g in range(c.groups):
        for j in range(mobile):
            k = g * mobile + j
            down, up = -below[k], -above[k]
            if flowing > 0:
                down -= scale * flow_below[k]
                up -= scale * flow_above[k]
            if together > 0:
                for i in range(smallest(8, c.cells - 8 * g)):
                    scalars(lower)[(8 * g + i) * columns * 8 + j] = lane(down, i)
                    scalars(upper)[(8 * g + i) * columns * 8 + j] = lane(up, i)
            else:
                lower[k] = down
                upper[k] = up


def factor(c: Context) -> None:
    """Factor W for the step at hand."""
    scale = vector(0.0)
    if c.flowing > 0:
        flow_at(c, c.now[6])
        scale = c.flow_out[0]
    inverse_step = 1.0 / (c.now[2] * c.gamma)
    for g in range(c.groups):
        fill_matrix(c, g, scale, inverse_step)
        eliminate(
            c.w + g * c.entries, c.pivots, c.diagonal, c.row_start, c.row_at,
            c.column_start, c.column_at, c.target_start, c.target,
        )  # fmt: skip
    if c.mobile > 0:
        if c.moving > 0:
            fill_coupling(c, scale)
        if c.together > 0:
            size = c.mobile * c.columns
            for g in range(c.groups):
                w, blocks = scalars(c.w + g * c.entries), scalars(c.blocks + 8 * g * size)
                scatter_blocks(w, c.block_at, blocks, smallest(8, c.cells - 8 * g), c.mobile, c.columns * 8)
            factor_together(c.blocks, c.lower, scalars(c.upper), c.scratch, c.mobile, c.columns, c.cells)
        else:
            factor_apart(c.blocks, c.w, c.entries, c.block_at, c.lower, c.upper, c.mobile, c.groups)


def couple(c: Context, r: Vectors) -> None:
    """Solve for the mobile unknowns of all cells, in place."""
    rows, mobile, stride, x = c.rows, c.mobile, c.columns * 8, scalars(c.x)
    if c.together > 0:
        for cell in range(c.cells):
            mine = scalars(r + (cell // 8) * rows)
            for j in range(mobile):
                x[cell * stride + j] = mine[j * 8 + cell % 8]
        couple_together(c.blocks, c.lower, c.upper, c.x, c.scratch, mobile, c.columns, c.cells)
        for cell in range(8 * c.groups):
            mine = scalars(r + (cell // 8) * rows)
            source = smallest(cell, c.cells - 1)  # lanes beyond the grid repeat the last cell
            for j in range(mobile):
                mine[j * 8 + cell % 8] = x[source * stride + j]
    else:
        couple_apart(c.blocks, c.lower, c.upper, r, rows, c.scratch, mobile, c.groups)


def integrate_processes(c: Context, here: Vectors, g: int) -> None:
    """The processes' part of a stage: γh (their right-hand side + slopes · u)."""
    rows, unknowns, part_start, part_column = c.rows, c.unknowns, c.part_start, c.part_column
    length = c.gamma * c.now[2]
    slopes = c.jac + g * c.jac_rows + c.part_first
    for q in range(rows - unknowns):
        total = here[unknowns + q]
        for k in range(part_start[q], part_start[q + 1]):
            total += slopes[k] * here[part_column[k]]
        here[unknowns + q] = total * length


def solve(c: Context, r: Vectors) -> None:
    """Replace r by the solution of W x = r, and the processes' rows by what they add up to."""
    rows, entries = c.rows, c.entries
    for g in range(c.groups):
        forward(c.w + g * entries, r + g * rows, c.pivots, c.pivot_row, c.row_start, c.row_at, c.row)
    if c.mobile > 0:
        couple(c, r)
    for g in range(c.groups):
        backward(
            c.w + g * entries, r + g * rows, c.pivots, c.pivot_row, c.diagonal, c.column_start, c.column_at, c.column
        )
        integrate_processes(c, r + g * rows, g)
