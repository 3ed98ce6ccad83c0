"""Sums of reordered matrices as machine code: those of NumPy, in every order and size."""

from __future__ import annotations

import numpy as np
import pytest

from rhizolith.errors import ModelError
from rhizolith.kernels.matrix_shuffles import shuffled_products


@pytest.mark.parametrize("n", [2, 3, 4, 7, 60])
def test_sums_are_those_of_numpy(n):
    rng = np.random.default_rng(n)
    matrix = rng.normal(size=(n, n))
    matrix = matrix + matrix.T
    below = np.tril_indices(n, -1)
    others = rng.normal(size=(3, len(below[0])))
    orders = np.argsort(rng.random((50, n)), axis=1)
    expected = [others @ matrix[np.ix_(o, o)][below] for o in orders]
    # n(n − 1)/2 products of size 1 to 10, each sum rounded that often
    assert np.abs(shuffled_products(matrix, others, orders) - expected).max() < 1e-15 * n**2 * 10
    assert shuffled_products(matrix, others, orders[:0]).shape == (0, 3)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ModelError, match="belong together"):
        shuffled_products(np.eye(4), np.ones((1, 5)), np.arange(4)[None])
    with pytest.raises(ModelError, match="belong together"):
        shuffled_products(np.eye(4), np.ones((1, 6)), np.arange(3)[None])
