"""Random forests as machine code: many trees grown, and each asked about the samples it has not seen."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.kernels import machine
from rhizolith.kernels.fingerprint import source

Array = NDArray[np.float64]
Answers = tuple[Array, Array, Array, Array]


@cache
def _compiled() -> Any:
    """`grow_forest` of `trees.py`; other threads run while it does."""

    def make() -> tuple[str, machine.Tables]:
        from rhizolith.kernels.language import translate

        return str(translate([source("trees")])), {}

    library = machine.build(machine.key_of("forest", *map(source, ("trees", "language", "vector_math"))), make, 3)
    pointer, whole = ctypes.c_void_p, ctypes.c_int64
    return ctypes.CFUNCTYPE(None, *[pointer] * 4, *[whole] * 6, *[pointer] * 7)(library.address("grow_forest"))


def _address(table: NDArray[Any]) -> int:
    return int(table.ctypes.data)


def grow_trees(x: Array, target: Array, trees: int, tried: int, small: int, seed: int) -> Answers:
    """Grows a forest and shuffles each variable among the samples that a tree has not seen (Breiman 2001).

    `x`: samples × variables; `target`: samples × 1 (numbers, best centred) or samples × classes (1 or 0);
    `tried`: variables looked at for a cut; `small`: largest node that is not cut. Returns the rise of the error by tree
    and variable (squared error, or share named wrongly), the fall of impurity by variable (mean over trees, per
    sample), the summed answers (samples × targets; a class counts 1) and by how many trees a sample was asked.
    """
    n, p = x.shape
    wide = target.shape[1]
    columns = np.ascontiguousarray(x.T, dtype=np.float64)
    order = np.argsort(columns, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(n)[None], axis=1)
    state = np.random.default_rng(seed).integers(1, 2147483398, 2)
    whole, real = np.zeros(14 * n + 2 * p, dtype=np.int64), np.zeros(2 * n + 2 * n * wide + 2 * wide + 7)
    rises, purity, votes, asked = np.zeros((trees, p)), np.zeros(p), np.zeros((n, wide)), np.zeros(n)
    tables = [columns, order.astype(np.int64), rank.astype(np.int64), np.ascontiguousarray(target, dtype=np.float64)]
    room = [state, whole, real, rises, purity, votes, asked]
    _compiled()(*map(_address, tables), n, p, wide, trees, tried, small, *map(_address, room))
    return rises, purity / trees, votes, asked
