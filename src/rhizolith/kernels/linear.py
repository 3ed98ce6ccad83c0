"""The linear algebra of one implicit step, compiled once for every model (written in `language.py`'s Python).

Local unknowns of a cell are eliminated on their sparse pattern, eight cells (or eight parameter sets) at a time.
What remains couples the cells: a block-tridiagonal matrix whose off-diagonal blocks are diagonal, solved cell by
cell (Thomas) with the inverse of each diagonal block. `..._together`: the lanes are cells of one run, blocks are
stored transposed, [column][row], with vectors along the rows. `..._apart`: each lane is a run of its own.
"""

from __future__ import annotations

from rhizolith.kernels.language import Index, Scalars, Vectors, scalars


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


def sweep(a: Vectors, pivot: Vectors, k: int, first: int, last: int, columns: int) -> None:
    """Clear column k of rows first..last with the pivot row."""
    for i in range(first, last):
        row = a + i * columns
        head = scalars(row)
        factor = head[k]
        head[k] = 0.0
        for j in range(columns):
            row[j] = row[j] - factor * pivot[j]


def invert_together(a: Vectors, n: int, columns: int) -> None:
    """Gauss–Jordan in place; diagonal pivots, for the block tends to M/(hγ) as steps shrink."""
    for k in range(n):
        row = a + k * columns
        head = scalars(row)
        inverse = 1.0 / head[k]
        head[k] = 1.0
        for j in range(columns):
            row[j] = row[j] * inverse
        sweep(a, row, k, 0, k, columns)
        sweep(a, row, k, k + 1, n, columns)


def gather_block(w: Scalars, block_at: Index, lane: int, a: Scalars, n: int, stride: int) -> None:
    """The dense block of one cell, transposed, from the sparse storage of its group."""
    for i in range(n):
        for j in range(n):
            at = block_at[i * n + j]
            if at >= 0:
                a[j * stride + i] = w[at * 8 + lane]
            else:
                a[j * stride + i] = 0.0


def factor_together(s: Vectors, lower: Scalars, upper: Scalars, n: int, columns: int, cells: int) -> None:
    """Turn the diagonal blocks of all cells into inverses of their Schur complements."""
    stride = columns * 8
    for cell in range(cells):
        block = scalars(s + cell * n * columns)
        if cell > 0:
            before = scalars(s + (cell - 1) * n * columns)
            for j in range(n):
                up = upper[(cell - 1) * stride + j]
                for i in range(n):
                    block[j * stride + i] = (
                        block[j * stride + i] - up * before[j * stride + i] * lower[cell * stride + i]
                    )
        invert_together(s + cell * n * columns, n, columns)


def times_together(a: Vectors, x: Scalars, out: Vectors, n: int, columns: int) -> None:
    """out = inverse · x, the inverse stored transposed."""
    for j in range(columns):
        total = x[0] * a[j]
        for k in range(1, n):
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
