"""One small sparse linear system, solved for many waters at once: ordered once, then the numbers flow in vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rhizolith.chemistry.species_set import Array

Entry = tuple[int, int]


class Elimination:
    """Gaussian elimination along the diagonal of one sparsity pattern.

    entries: (row, column) of each nonzero, in the order the numbers will come. last: unknowns to eliminate
    last, in this order (those whose diagonal may be small before the others are gone). first: those to
    eliminate first. No pivoting: mass-balance matrices are positive definite (Σ m ν νᵀ).
    """

    def __init__(
        self, entries: Sequence[Entry], size: int, first: Sequence[int] = (), last: Sequence[int] = ()
    ) -> None:
        self.size = size
        self.position: dict[Entry, int] = {e: k for k, e in enumerate(entries)}
        for j in range(size):
            self.position.setdefault((j, j), len(self.position))
        self.order: list[int] = []
        self.steps: list[tuple[int, list[tuple[int, int, list[tuple[int, int]]]]]] = []
        """per pivot: (pivot, [(row, multiplier entry, [(target entry, source entry)])])"""
        left = set(range(size)) - set(first) - set(last)
        for pivot in first:
            self._eliminate(pivot)
        while left:
            pivot = min(left, key=lambda j: (self._cost(j), j))
            left.remove(pivot)
            self._eliminate(pivot)
        for pivot in last:
            self._eliminate(pivot)
        self.count = len(self.position)

    def _around(self, pivot: int) -> tuple[list[int], list[int]]:
        gone = {*self.order, pivot}
        rows = [i for i, j in self.position if j == pivot and i not in gone]
        columns = [j for i, j in self.position if i == pivot and j not in gone]
        return rows, columns

    def _cost(self, pivot: int) -> int:
        rows, columns = self._around(pivot)
        return len(rows) * len(columns)

    def _eliminate(self, pivot: int) -> None:
        rows, columns = self._around(pivot)
        at, work = self.position, []
        for i in rows:
            targets = [(at.setdefault((i, j), len(at)), at[pivot, j]) for j in columns]
            work.append((i, at[i, pivot], targets))
        self.steps.append((pivot, work))
        self.order.append(pivot)

    def solve(self, a: Array, r: Array) -> Array:
        """Overwrite a[entry, water] and r[row, water]; r becomes the solution [unknown, water]."""
        at, spare = self.position, np.empty(a.shape[1])
        inverse = np.empty((self.size, a.shape[1]))
        for pivot, work in self.steps:
            np.divide(1.0, a[at[pivot, pivot]], out=inverse[pivot])
            for row, entry, targets in work:
                factor = a[entry]
                factor *= inverse[pivot]
                for target, source in targets:
                    np.multiply(factor, a[source], out=spare)
                    a[target] -= spare
                np.multiply(factor, r[pivot], out=spare)
                r[row] -= spare
        done: list[int] = []
        for pivot in reversed(self.order):
            for j in done:
                if (pivot, j) in at:
                    np.multiply(a[at[pivot, j]], r[j], out=spare)
                    r[pivot] -= spare
            r[pivot] *= inverse[pivot]
            done.append(pivot)
        return r
