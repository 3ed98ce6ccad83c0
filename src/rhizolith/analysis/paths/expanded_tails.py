"""Percentile intervals and p of resamples widened for what few samples cannot know (Hesterberg 2015)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from rhizolith.analysis.paths.covariance import Floats
from rhizolith.analysis.paths.design import Design


def estimated(design: Design, effect: int) -> int:
    """How many numbers the equation of one effect takes from the samples: mean, its causes, weights but one a block."""
    causes = np.flatnonzero(design.arrows[effect])
    return 1 + len(causes) + sum(len(design.blocks[k]) - 1 for k in (effect, *causes))


def expanded(tail: float | Floats, size: int, lost: int | Floats = 1) -> Any:
    """The tail of resamples to cut off so that an interval from `size` samples leaves `tail` out: Φ(t √(n/(n − lost))).

    Resamples spread too little by what was estimated (`lost` numbers) and know no uncertainty of their own spread
    (Hesterberg 2015, for a mean: 1).
    """
    free = np.maximum(size - lost, 1)
    return stats.norm.cdf(stats.t.ppf(tail, free) * np.sqrt(size / free))


def expanded_p(p: Floats, size: int, lost: int | Floats = 1) -> Floats:
    """Two-sided p of percentiles as p of the expanded interval: below 0.05 where that leaves 0 out."""
    free = np.maximum(size - lost, 1)
    return 2 * stats.t.cdf(stats.norm.ppf(p / 2) / np.sqrt(size / free), free)
