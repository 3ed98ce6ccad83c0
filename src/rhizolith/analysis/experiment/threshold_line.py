"""The line that a threshold element ratio rests on: how far it is read beyond the activities, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from rhizolith.errors import InputError
from rhizolith.indices.enzymes import sma

SLOPES = 0.5, 2.0  # assumed: where the intercept at 1 nmol g-1 h-1 still depends little on the unit
WIDEST = 4.0  # assumed: highest over lowest n0; beyond, a threshold is not known within a factor of two
LOW, HIGH = 5, 95
RESAMPLES = 400


@dataclass(frozen=True)
class ThresholdLine:
    """SMA line ln C ~ ln X over samples: `slope`, r, n, `n0` = exp(intercept), each with the 5th and 95th percentile of
    resampled samples; `below`: how many times 1 nmol g-1 h-1, where n0 is read, lies below the lowest activity of X."""

    element: str
    slope: float
    slope_low: float
    slope_high: float
    n0: float
    n0_low: float
    n0_high: float
    r: float
    n: int
    below: float

    @property
    def readable(self) -> bool:
        """Whether the ratio can be read as a threshold, not only compared between samples of this work."""
        return SLOPES[0] <= self.slope <= SLOPES[1] and self.n0_high <= WIDEST * self.n0_low

    def to_attributes(self) -> dict[str, float | str | bool]:
        """For the attributes of a node."""
        return {**asdict(self), "readable": self.readable}


def threshold_line(element: str, carbon: np.ndarray, other: np.ndarray) -> ThresholdLine | None:
    """The line over one value a sample; None where three different pairs are lacking."""
    c, x = logs(carbon, other)
    try:
        line = sma(x, c)
    except InputError:
        return None
    slopes, intercepts = _resampled(x, c, RESAMPLES)
    slope_low, slope_high = map(float, np.nanpercentile(slopes, [LOW, HIGH]))
    n0_low, n0_high = map(float, np.exp(np.nanpercentile(intercepts, [LOW, HIGH])))
    n0, below = float(np.exp(line.intercept)), float(np.exp(x.min()))
    return ThresholdLine(element, line.slope, slope_low, slope_high, n0, n0_low, n0_high, line.r, line.n, below)


def drawn_n0(carbon: np.ndarray, other: np.ndarray, draws: int) -> np.ndarray:
    """n0 of the samples, then of so many resamples of them: (1 + draws,)."""
    c, x = logs(carbon, other)
    first = sma(x, c).intercept
    return np.exp(np.concatenate([[first], _resampled(x, c, draws)[1]]))


def logs(carbon: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """ln of both activities where both are above zero."""
    both = (carbon > 0) & (other > 0)
    return np.log(carbon[both]), np.log(other[both])


def _resampled(x: np.ndarray, y: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and intercepts of lines through resampled pairs; resamples of a single point repeat the whole line."""
    pick = np.random.default_rng(0).integers(0, len(x), (draws, len(x)))
    a, b = x[pick], y[pick]
    sa, sb = a.std(axis=1), b.std(axis=1)
    usable = (sa > 0) & (sb > 0)
    covariance = (a * b).mean(axis=1) - a.mean(axis=1) * b.mean(axis=1)
    slope = np.where(usable, np.sign(covariance) * sb / np.where(usable, sa, 1.0), np.nan)
    intercept = b.mean(axis=1) - slope * a.mean(axis=1)
    whole = sma(x, y)
    return np.where(usable, slope, whole.slope), np.where(usable, intercept, whole.intercept)
