"""The lower half of a matrix, rows and columns reordered alike, times that of others (in `language.py`'s Python)."""

from __future__ import annotations

from rhizolith.kernels.language import Numbers, Scalars


def product(a: Scalars, b: Scalars, count: int) -> float:
    """Σ a b; four sums that do not wait for each other."""
    one, two, three, four = 0.0, 0.0, 0.0, 0.0
    for i in range(count // 4):
        at = 4 * i
        one += a[at] * b[at]
        two += a[at + 1] * b[at + 1]
        three += a[at + 2] * b[at + 2]
        four += a[at + 3] * b[at + 3]
    for i in range(count // 4 * 4, count):
        one += a[i] * b[i]
    return one + two + (three + four)


def sum_triangles(
    matrix: Scalars, others: Scalars, orders: Numbers, n: int, many: int, wide: int, line: Scalars, sums: Scalars
) -> None:
    """For every order, Σ over i > j of matrix[order i, order j] × other[i, j], for each of `wide` others."""
    half = n * (n - 1) // 2
    for k in range(many):
        order, at = orders + k * n, 0
        for i in range(1, n):
            row = matrix + order[i] * n
            for j in range(i):
                line[at + j] = row[order[j]]
            at += i
        for c in range(wide):
            sums[k * wide + c] = product(line, others + c * half, half)
