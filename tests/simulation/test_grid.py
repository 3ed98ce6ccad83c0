"""Cells that widen away from the root."""

import numpy as np
import pytest
from scipy.optimize import brentq

from rhizolith.simulation.grid import stretched


@pytest.mark.parametrize("cells", [2, 5, 40, 300])
@pytest.mark.parametrize("ratio", [1.001, 1.3, 7.0, 300.0, 3e4])
def test_each_cell_is_wider_by_the_factor_that_fills_the_length(cells, ratio):
    length = 2.5e-3
    first = length / (cells * ratio)
    widths = np.diff(stretched(1e-4, 1e-4 + length, cells, first))
    # faces are written to 1e-16 of the length, so that a narrow cell carries that over its own width
    assert widths[0] == pytest.approx(first, rel=1e-11)
    factor = np.exp(brentq(lambda x: np.log(np.expm1(cells * x) / np.expm1(x)) - np.log(length / first),
                           1e-12, 2 * np.log(length / first) / (cells - 1), xtol=1e-15))  # fmt: skip
    assert widths[-1] / widths[0] == pytest.approx(factor ** (cells - 1), rel=1e-9)
