"""Products of distance matrices under many orders of their samples, as machine code."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.errors import ModelError
from rhizolith.kernels import machine
from rhizolith.kernels.fingerprint import source

Array = NDArray[np.float64]


@cache
def _compiled() -> Any:
    """`sum_triangles` of `shuffled_triangle.py`; other threads run while it does."""

    def make() -> tuple[str, machine.Tables]:
        from rhizolith.kernels.language import translate

        return str(translate([source("shuffled_triangle")])), {}

    parts = map(source, ("shuffled_triangle", "language", "vector_math"))
    library = machine.build(machine.key_of("shuffled_triangle", *parts), make, 3)
    pointer, whole = ctypes.c_void_p, ctypes.c_int64
    kind = ctypes.CFUNCTYPE(None, *[pointer] * 3, *[whole] * 3, *[pointer] * 2)
    return kind(library.address("sum_triangles"))


def shuffled_products(matrix: Array, others: Array, orders: NDArray[np.integer[Any]]) -> Array:
    """Σ over i > j of matrix[order[i], order[j]] × other[i, j] for every order and every other (orders × others).

    `matrix`: samples × samples, symmetric; `others`: others × n(n − 1)/2, below the diagonal row by row (as
    `numpy.tril_indices(n, -1)` has them); `orders`: orders × samples, each a permutation (not checked). ModelError
    where the shapes do not fit.
    """
    n, wide = len(matrix), len(others)
    held = [
        np.ascontiguousarray(matrix, dtype=np.float64), np.ascontiguousarray(others, dtype=np.float64),
        np.ascontiguousarray(orders, dtype=np.int64),
    ]  # fmt: skip
    if held[0].shape != (n, n) or held[1].shape[1:] != (n * (n - 1) // 2,) or held[2].shape[1:] != (n,):
        raise ModelError(f"shapes {[h.shape for h in held]} do not belong together")
    line, sums = np.empty(held[1].shape[1]), np.empty((len(orders), wide))
    places = [int(h.ctypes.data) for h in (*held, line, sums)]
    _compiled()(*places[:3], n, len(orders), wide, *places[3:])
    return sums
