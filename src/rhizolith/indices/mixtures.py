"""Indices of a sample: the formulas it holds, weighted by number or by intensity.

`intensity` is an array over formulas, or formulas × samples; 0 and NaN mean not found. `trait` is one value a formula.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.formulas import above_mlb
from rhizolith.indices.registry import index


def _weights(intensity: ArrayLike) -> np.ndarray:
    """Intensities that sum to 1 in each sample; NaN for a sample without any."""
    found = np.nan_to_num(np.asarray(intensity, float))
    total = found.sum(axis=0)
    return found / np.where(total > 0, total, np.nan)


@index("weighted mean", "as the trait", "mean of a trait over the intensity of a sample", "Mentges2017")
def weighted_mean(trait: ArrayLike, intensity: ArrayLike) -> np.ndarray:
    """Intensity-weighted mean of a trait, sum(I x)/sum(I); formulas whose trait is NaN are left out of both sums."""
    x = np.asarray(trait, float)
    known = ~np.isnan(x)
    return np.tensordot(np.where(known, x, 0), _weights(np.asarray(intensity, float) * _column(known, intensity)), 1)


def _column(x: np.ndarray, intensity: ArrayLike) -> np.ndarray:
    return x.reshape(-1, *[1] * (np.ndim(intensity) - 1))


@index("number mean", "as the trait", "mean of a trait over the formulas found, each counted once", "Mentges2017")
def number_mean(trait: ArrayLike, intensity: ArrayLike) -> np.ndarray:
    """Mean of a trait over the formulas with intensity above 0."""
    return weighted_mean(trait, (np.nan_to_num(np.asarray(intensity, float)) > 0).astype(float))


@index(
    "MLB_L",
    "%",
    "share of formulas with H/C >= 1.5: labile by the boundary; the rest is recalcitrant",
    "DAndrilli2015",
    grade="assumed",
)
def mlb_l(intensity: ArrayLike, carbon: ArrayLike, hydrogen: ArrayLike, **others: ArrayLike) -> np.ndarray:
    """Percentage of the formulas found (by number) on or above the molecular lability boundary."""
    return 100 * number_mean(above_mlb(carbon, hydrogen), intensity)


@index(
    "MLB_wL",
    "%",
    "share of intensity with H/C >= 1.5: labile by the boundary; the rest is recalcitrant",
    "DAndrilli2015",
    grade="assumed",
)
def mlb_wl(intensity: ArrayLike, carbon: ArrayLike, hydrogen: ArrayLike, **others: ArrayLike) -> np.ndarray:
    """Percentage of the intensity on or above the molecular lability boundary."""
    return 100 * weighted_mean(above_mlb(carbon, hydrogen), intensity)


@index("class share", "1", "share of a sample's intensity in each class of formulas", "Kim2003")
def class_shares(classes: ArrayLike, intensity: ArrayLike) -> dict[str, np.ndarray]:
    """Class → share of the intensity; shares sum to 1."""
    named = np.asarray(classes)
    weights = _weights(intensity)
    return {str(c): np.tensordot((named == c).astype(float), weights, 1) for c in np.unique(named)}


@index(
    "Rao's Q",
    "as the trait",
    "expected difference in a trait between two molecules drawn at random: 0 all alike",
    ("Mentges2017",),
)
def rao_q(trait: ArrayLike, intensity: ArrayLike) -> np.ndarray:
    """Functional diversity, sum_ij |x_i - x_j| p_i p_j, by sorting: O(n log n) instead of all pairs.

    Between neighbours in sorted order a share F lies below and 1 - F above; each gap counts 2 F (1 - F).
    """
    x = np.asarray(trait, float)
    known = ~np.isnan(x)
    order = np.argsort(x[known], kind="stable")
    weights = _weights(np.asarray(intensity, float)[known])[order]
    below = np.cumsum(weights, axis=0)[:-1]
    return 2 * np.tensordot(np.diff(x[known][order]), below * (1 - below), 1)


@index(
    "Rao's Q, variance form",
    "trait squared",
    "half the expected squared difference in a trait: 0 all alike",
    "Mentges2017",
)
def rao_variance(trait: ArrayLike, intensity: ArrayLike) -> np.ndarray:
    """Intensity-weighted variance of a trait, which is sum_ij (x_i - x_j)^2 p_i p_j / 2."""
    x = np.asarray(trait, float)
    centre = weighted_mean(x, intensity)
    known = ~np.isnan(x)
    weights = _weights(np.asarray(intensity, float)[known])
    return np.sum(weights * (_column(x[known], intensity) - centre) ** 2, axis=0)
