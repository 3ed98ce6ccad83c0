"""Coefficients of Rodas4P: order 4, 6 stages, stiffly accurate, for `M y' = f(t, y)` of index 1.

Steinebach (1995), order reduction of ROW methods for DAEs and method of lines applications, Preprint 1741,
TH Darmstadt (as tabulated in OrdinaryDiffEqRosenbrockTableaus). A test verifies the order: it is not taken on trust.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STAGE_COUNT = 6
GAMMA = 0.25
NODES = (0.0, 0.75, 0.21, 0.63, 1.0, 1.0)
TIME_WEIGHTS = (0.25, -0.5, -0.023504, -0.0362, 0.0, 0.0)
_LAST = (-7.170454962423024, -4.741636671481785, -16.31002631330971, -1.062004044111401)
STAGES: tuple[tuple[float, ...], ...] = (
    (), (3.0,), (1.831036793486759, 0.4955183967433795),
    (2.304376582692669, -0.05249275245743001, -1.176798761832782), _LAST, (*_LAST, 1.0), (*_LAST, 1.0, 1.0),
)  # fmt: skip
"""Weights of earlier stages in the argument of each stage; the last row makes the new state."""
COUPLING: tuple[tuple[float, ...], ...] = (
    (), (-12.0,), (-8.791795173947035, -2.207865586973518),
    (10.81793056857153, 6.780270611428266, 19.5348594464241),
    (34.19095006749676, 15.49671153725963, 54.7476087596413, 14.16005392148534),
    (34.62605830930532, 15.30084976114473, 56.99955578662667, 18.40807009793095, -5.714285714285717),
)  # fmt: skip
DENSE = (
    (25.09876703708589, 11.62013104361867, 28.49148307714626, -5.664021568594133, 0.0, 0.0),
    (1.638054557396973, -0.7373619806678748, 8.47791821923899, 15.9925314877952, -1.882352941176471, 0.0),
)
"""Weights of the stages in the two terms of the cubic between both ends of a step."""


def tables() -> dict[str, NDArray[np.float64]]:
    """The coefficients as the stepper reads them."""

    def square(rows: tuple[tuple[float, ...], ...]) -> NDArray[np.float64]:
        return np.array([(*row, *[0.0] * (STAGE_COUNT - len(row))) for row in rows]).ravel()

    return {
        "stage_weight": square(STAGES[:STAGE_COUNT]), "coupling_weight": square(COUPLING),
        "final_weight": np.array(STAGES[STAGE_COUNT]), "node": np.array(NODES), "time_weight": np.array(TIME_WEIGHTS),
        "dense_weight": square(DENSE),
    }  # fmt: skip
