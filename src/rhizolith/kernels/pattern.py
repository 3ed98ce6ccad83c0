"""The sparse pattern of one cell's matrix, and the order in which its local unknowns are eliminated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int32]


@dataclass(frozen=True)
class Pattern:
    """Positions of matrix entries in storage, and the tables that the elimination kernels walk through."""

    position: dict[tuple[int, int], int]
    pivot_row: Index
    diagonal: Index
    row_start: Index
    row_at: Index
    row: Index
    column_start: Index
    column_at: Index
    column: Index
    target_start: Index
    target: Index
    block_at: Index
    """Position of each (mobile, mobile) entry after elimination, -1 where it is zero."""

    @property
    def entries(self) -> int:
        """Stored entries, fill included."""
        return len(self.position)


def _next_pivot(waiting: set[int], rows: dict[int, set[int]], columns: dict[int, set[int]]) -> int:
    """The local unknown whose elimination touches the fewest entries."""
    return min(waiting, key=lambda k: ((len(rows[k]) - 1) * (len(columns[k]) - 1), k))


def analyse(entries: Iterable[tuple[int, int]], mobile: int, unknowns: int, algebraic: tuple[bool, ...]) -> Pattern:
    """Choose a fill-reducing order with pivots on the diagonal: kinetic unknowns first, then constraints."""
    rows: dict[int, set[int]] = {i: {i} for i in range(unknowns)}
    columns: dict[int, set[int]] = {i: {i} for i in range(unknowns)}
    for i, j in entries:
        rows[i].add(j)
        columns[j].add(i)
    position = {(i, j): n for n, (i, j) in enumerate(sorted((i, j) for i in rows for j in rows[i]))}
    local = range(mobile, unknowns)
    order: list[tuple[int, list[int], list[int]]] = []
    for group in ({k for k in local if not algebraic[k]}, {k for k in local if algebraic[k]}):
        waiting = set(group)
        while waiting:
            k = _next_pivot(waiting, rows, columns)
            waiting.discard(k)
            below, right = sorted(columns[k] - {k}), sorted(rows[k] - {k})
            for i in below:
                rows[i].discard(k)
                for j in right:
                    if j not in rows[i]:
                        rows[i].add(j)
                        columns[j].add(i)
                    position.setdefault((i, j), len(position))
            for j in right:
                columns[j].discard(k)
            order.append((k, below, right))
    return _tables(position, order, mobile)


def _tables(
    position: dict[tuple[int, int], int], order: list[tuple[int, list[int], list[int]]], mobile: int
) -> Pattern:
    def ints(values: Iterable[int]) -> Index:
        return np.ascontiguousarray(list(values), dtype=np.int32)

    def starts(lengths: Iterable[int]) -> Index:
        return np.concatenate([[0], np.cumsum(list(lengths), dtype=np.int64)]).astype(np.int32)

    block = [[position.get((i, j), -1) for j in range(mobile)] for i in range(mobile)]
    return Pattern(
        position=position,
        pivot_row=ints(k for k, _, _ in order),
        diagonal=ints(position[k, k] for k, _, _ in order),
        row_start=starts(len(below) for _, below, _ in order),
        row_at=ints(position[i, k] for k, below, _ in order for i in below),
        row=ints(i for _, below, _ in order for i in below),
        column_start=starts(len(right) for _, _, right in order),
        column_at=ints(position[k, j] for k, _, right in order for j in right),
        column=ints(j for _, _, right in order for j in right),
        target_start=starts(len(below) * len(right) for _, below, right in order),
        target=ints(position[i, j] for k, below, right in order for i in below for j in right),
        block_at=np.array(block, dtype=np.int32).reshape(mobile, mobile),
    )
