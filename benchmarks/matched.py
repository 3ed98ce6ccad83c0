"""CPU time at matched error: each solver at its loosest tolerance that meets the target."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from benchmarks.solvers import Failed, Run

Array = NDArray[np.float64]
TARGET = 1e-3
"""Error: for each unknown the root mean square over days and cells, over its largest value; then the worst."""
LADDER = (1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6)


@dataclass(frozen=True)
class Matched:
    """What a solver needs for the target."""

    tolerance: float
    error: float
    cpu: float
    """s, median of repeats"""


def error_of(y: Array, reference: Array) -> float:
    """The start is left out: its trace amounts are gone after a day and would hide the errors that follow."""
    scale = np.abs(reference[1:]).max(axis=(0, 2))
    return float((np.sqrt(((y - reference)[1:] ** 2).mean(axis=(0, 2))) / scale).max())


def match(run: Run, reference: Array, repeats: int = 5, slow: float = 2.0) -> Matched:
    """Walk down the ladder until the error is met; a solver slower than `slow` seconds is not repeated."""
    for tolerance in LADDER:
        try:
            y, cpu = run(tolerance)
        except Failed:
            continue
        error = error_of(y, reference)
        if error <= TARGET:
            again = [run(tolerance)[1] for _ in range(repeats)] if cpu < slow else [cpu]
            return Matched(tolerance, error, median(again))
    raise Failed("no tolerance meets the target")
