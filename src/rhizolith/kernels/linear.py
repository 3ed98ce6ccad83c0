"""The linear algebra of one implicit step, compiled once for every model (written in `language.py`'s Python).

Local unknowns of a cell are eliminated on their sparse pattern, eight cells (or eight parameter sets) at a time.
What remains couples the cells: a block-tridiagonal matrix whose off-diagonal blocks are diagonal, solved cell by
cell (Thomas) with the inverse of each diagonal block. `..._together`: the lanes are cells of one run, blocks are
stored transposed, [column][row], with vectors along the rows. `..._apart`: each lane is a run of its own.
"""

from __future__ import annotations

from rhizolith.kernels.language import Index, Scalars, Vectors, scalars, vector


def eliminate(
    w: Vectors, pivots: int, diagonal: Index, row_start: Index, row_at: Index,
    column_start: Index, column_at: Index, target_start: Index, target: Index,
) -> None:  # fmt: skip
    """Gaussian elimination without pivoting; factors stay in place, pivots are stored inverted."""
    for k in range(pivots):
        inverse = 1.0 / w[diagonal[k]]
        w[diagonal[k]] = inverse
        first = column_start[k]
        columns = column_start[k + 1] - first
        place = target_start[k]
        for r in range(row_start[k], row_start[k + 1]):
            factor = w[row_at[r]] * inverse
            w[row_at[r]] = factor
            for j in range(columns):
                goal = target[place + j]
                w[goal] = w[goal] - factor * w[column_at[first + j]]
            place += columns


def forward(w: Vectors, r: Vectors, pivots: int, pivot_row: Index, row_start: Index, row_at: Index, row: Index) -> None:
    """Carry a right-hand side through the elimination."""
    for k in range(pivots):
        value = r[pivot_row[k]]
        for i in range(row_start[k], row_start[k + 1]):
            r[row[i]] = r[row[i]] - w[row_at[i]] * value


def backward(
    w: Vectors, r: Vectors, pivots: int, pivot_row: Index, diagonal: Index,
    column_start: Index, column_at: Index, column: Index,
) -> None:  # fmt: skip
    """Local unknowns from the mobile ones, last eliminated first."""
    for back in range(pivots):
        k = pivots - 1 - back
        value = r[pivot_row[k]]
        for j in range(column_start[k], column_start[k + 1]):
            value -= w[column_at[j]] * r[column[j]]
        r[pivot_row[k]] = value * w[diagonal[k]]


def take_columns(a: Scalars, k: int, first: Scalars, second: Scalars, n: int, stride: int) -> None:
    """Move columns k and k + 1 out of a block; all at once, for a vector read right after a scalar write stalls."""
    for i in range(n):
        first[i] = a[i * stride + k]
        second[i] = a[i * stride + k + 1]
        a[i * stride + k] = 0.0
        a[i * stride + k + 1] = 0.0


def pivot_pair(one: Vectors, two: Vectors, k: int, first: Scalars, second: Scalars, columns: int) -> None:
    """Rows k and k + 1 times the inverse of their 2 × 2 pivot, by its own elimination."""
    inverse = 1.0 / first[k]
    right = second[k] * inverse
    last = 1.0 / (second[k + 1] - first[k + 1] * right)
    left = -first[k + 1] * inverse * last
    above = -right * last
    corner = inverse - right * left
    for j in range(columns):
        upper, lower = one[j], two[j]
        one[j] = corner * upper + above * lower
        two[j] = left * upper + last * lower
    scalars(one)[k] = corner
    scalars(one)[k + 1] = above
    scalars(two)[k] = left
    scalars(two)[k + 1] = last
    for i in range(2):  # the pivot rows are done: nothing is taken from them below
        first[k + i] = 0.0
        second[k + i] = 0.0


def clear_four(a: Vectors, one: Vectors, two: Vectors, first: Scalars, second: Scalars, n: int, columns: int) -> None:
    """Take the pivot rows' share from all rows, in a strip of four vectors held in registers."""
    p0, p1, p2, p3 = one[0], one[1], one[2], one[3]
    q0, q1, q2, q3 = two[0], two[1], two[2], two[3]
    for i in range(n):
        row, f, g = a + i * columns, vector(first[i]), vector(second[i])
        row[0] = row[0] - f * p0 - g * q0
        row[1] = row[1] - f * p1 - g * q1
        row[2] = row[2] - f * p2 - g * q2
        row[3] = row[3] - f * p3 - g * q3


def clear_one(a: Vectors, one: Vectors, two: Vectors, first: Scalars, second: Scalars, n: int, columns: int) -> None:
    """As clear_four, for the vectors left over."""
    p, q = one[0], two[0]
    for i in range(n):
        a[i * columns] = a[i * columns] - vector(first[i]) * p - vector(second[i]) * q


def invert_last(a: Vectors, k: int, n: int, columns: int) -> None:
    """One step of Gauss–Jordan, for the row left over when their number is odd."""
    pivot = a + k * columns
    inverse = 1.0 / scalars(pivot)[k]
    scalars(pivot)[k] = 1.0
    for j in range(columns):
        pivot[j] = pivot[j] * inverse
    for i in range(n):
        if i != k:
            row = a + i * columns
            factor = scalars(row)[k]
            scalars(row)[k] = 0.0
            for j in range(columns):
                row[j] = row[j] - factor * pivot[j]


def invert_together(a: Vectors, n: int, columns: int, scratch: Vectors) -> None:
    """Gauss–Jordan in place, two pivots at a time; on the diagonal, for the block tends to M/(hγ) as steps shrink."""
    first, second = scalars(scratch), scalars(scratch + columns)
    for pair in range(n // 2):
        k = 2 * pair
        take_columns(scalars(a), k, first, second, n, columns * 8)
        one, two = a + k * columns, a + (k + 1) * columns
        pivot_pair(one, two, k, first, second, columns)
        for strip in range(columns // 4):
            j = 4 * strip
            clear_four(a + j, one + j, two + j, first, second, n, columns)
        for j in range(columns - columns % 4, columns):
            clear_one(a + j, one + j, two + j, first, second, n, columns)
    if n % 2 > 0:
        invert_last(a, n - 1, n, columns)


def scatter_blocks(w: Scalars, block_at: Index, blocks: Scalars, cells: int, n: int, stride: int) -> None:
    """The dense blocks of one group's cells, transposed, from their sparse storage."""
    size = n * stride
    for k in range(cells * size):
        blocks[k] = 0.0
    for i in range(n):
        for j in range(n):
            at = block_at[i * n + j]
            if at >= 0:
                for cell in range(cells):
                    blocks[cell * size + j * stride + i] = w[at * 8 + cell]


def factor_together(
    s: Vectors, lower: Vectors, upper: Scalars, scratch: Vectors, n: int, columns: int, cells: int
) -> None:
    """Turn the diagonal blocks of all cells into inverses of their Schur complements."""
    for cell in range(cells):
        block = s + cell * n * columns
        if cell > 0:
            before, below = s + (cell - 1) * n * columns, lower + cell * columns
            for j in range(n):
                up = vector(upper[(cell - 1) * columns * 8 + j])
                for q in range(columns):
                    block[j * columns + q] = block[j * columns + q] - up * below[q] * before[j * columns + q]
        invert_together(block, n, columns, scratch)


def times_together(a: Vectors, x: Scalars, out: Vectors, n: int, columns: int) -> None:
    """out = inverse · x, the inverse stored transposed; four vectors at a time, held in registers."""
    for strip in range(columns // 4):
        here = a + 4 * strip
        first, second, third, fourth = vector(0.0), vector(0.0), vector(0.0), vector(0.0)
        for k in range(n):
            value, row = vector(x[k]), here + k * columns
            first += value * row[0]
            second += value * row[1]
            third += value * row[2]
            fourth += value * row[3]
        goal = out + 4 * strip
        goal[0] = first
        goal[1] = second
        goal[2] = third
        goal[3] = fourth
    for j in range(columns - columns % 4, columns):
        total = vector(0.0)
        for k in range(n):
            total += x[k] * a[k * columns + j]
        out[j] = total


def couple_together(
    s: Vectors, lower: Vectors, upper: Vectors, x: Vectors, scratch: Vectors, n: int, columns: int, cells: int
) -> None:
    """Solve for the mobile unknowns x[cell] of all cells."""
    size = n * columns
    for cell in range(1, cells):
        before = x + (cell - 1) * columns
        here = x + cell * columns
        times_together(s + (cell - 1) * size, scalars(before), scratch, n, columns)
        for j in range(columns):
            here[j] = here[j] - lower[cell * columns + j] * scratch[j]
    for back in range(cells):
        cell = cells - 1 - back
        here = x + cell * columns
        if back > 0:
            after = here + columns
            for j in range(columns):
                here[j] = here[j] - upper[cell * columns + j] * after[j]
        times_together(s + cell * size, scalars(here), scratch, n, columns)
        for j in range(columns):
            here[j] = scratch[j]


def invert_apart(a: Vectors, n: int) -> None:
    """Gauss–Jordan in place, eight matrices at once."""
    for k in range(n):
        pivot = a + k * n
        inverse = 1.0 / pivot[k]
        pivot[k] = inverse
        for j in range(n):
            if j != k:
                pivot[j] = pivot[j] * inverse
        for i in range(n):
            if i != k:
                row = a + i * n
                factor = row[k]
                for j in range(n):
                    row[j] = row[j] - factor * pivot[j]
                row[k] = -factor * inverse


def factor_apart(
    s: Vectors, w: Vectors, entries: int, block_at: Index, lower: Vectors, upper: Vectors, n: int, cells: int
) -> None:
    """As factor_together, from the sparse storage, with a run in each lane."""
    size = n * n
    for cell in range(cells):
        block = s + cell * size
        here = w + cell * entries
        for k in range(size):
            at = block_at[k]
            if at >= 0:
                block[k] = here[at]
            else:
                block[k] = 0.0
        if cell > 0:
            before = s + (cell - 1) * size
            for i in range(n):
                down = lower[cell * n + i]
                for j in range(n):
                    block[i * n + j] = block[i * n + j] - down * before[i * n + j] * upper[(cell - 1) * n + j]
        invert_apart(block, n)


def times_apart(a: Vectors, x: Vectors, out: Vectors, n: int) -> None:
    """out = inverse · x."""
    for i in range(n):
        total = a[i * n] * x[0]
        for k in range(1, n):
            total += a[i * n + k] * x[k]
        out[i] = total


def couple_apart(
    s: Vectors, lower: Vectors, upper: Vectors, r: Vectors, rows: int, scratch: Vectors, n: int, cells: int
) -> None:
    """Solve for the mobile unknowns, the first n rows of each cell in r."""
    for cell in range(1, cells):
        times_apart(s + (cell - 1) * n * n, r + (cell - 1) * rows, scratch, n)
        here = r + cell * rows
        for i in range(n):
            here[i] = here[i] - lower[cell * n + i] * scratch[i]
    for back in range(cells):
        cell = cells - 1 - back
        here = r + cell * rows
        if back > 0:
            after = r + (cell + 1) * rows
            for i in range(n):
                here[i] = here[i] - upper[cell * n + i] * after[i]
        times_apart(s + cell * n * n, here, scratch, n)
        for i in range(n):
            here[i] = scratch[i]
