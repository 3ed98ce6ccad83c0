"""Peak tables made comparable: normalization between samples, missing values, scales.

Tables are samples × features; NaN or 0 is not detected where a function says so. Nothing is changed in place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.errors import InputError, Problem
from rhizolith.indices.registry import index


def _table(x: ArrayLike) -> np.ndarray:
    table = np.asarray(x, float)
    if table.ndim != 2:
        raise InputError(Problem("", f"a table of samples × features is needed, not {table.ndim} dimensions"))
    return table


def _median(table: np.ndarray, axis: int) -> np.ndarray:
    """Median of what is there, NaN where nothing is."""
    gone = np.isnan(table).all(axis=axis, keepdims=True)
    middle = np.nanmedian(np.where(gone, 0.0, table), axis=axis)
    return np.where(gone.squeeze(axis), np.nan, middle)


@index("sum normalization", "1", "each sample's intensities as shares of their sum", "Dieterle2006")
def normalize_sum(x: ArrayLike) -> np.ndarray:
    """Divide each sample by its total; dominated by the few largest peaks."""
    table = _table(x)
    return table / np.nansum(table, axis=1, keepdims=True)


@index(
    "PQN",
    "as the intensity",
    "intensities freed of dilution: divided by the median quotient to a reference sample",
    "Dieterle2006",
)
def normalize_pqn(x: ArrayLike, reference: ArrayLike | None = None) -> np.ndarray:
    """Probabilistic quotient normalization: by the median over features of sample/reference.

    The reference is the median sample unless given (the median QC is a good choice). Features missing or 0 in either
    are left out of the median. The mean total intensity is not restored: units stay those of the table.
    """
    table = _table(x)
    ref = _median(table, axis=0) if reference is None else np.asarray(reference, float)
    usable = np.where((table > 0) & (ref > 0), table / np.where(ref > 0, ref, np.nan), np.nan)
    return table / _median(usable, axis=1)[:, None]


@index(
    "internal standard normalization", "1", "intensities per intensity of a standard that was spiked", "Dieterle2006"
)
def normalize_standard(x: ArrayLike, standards: ArrayLike) -> np.ndarray:
    """Divide each sample by the geometric mean of its internal standards (`standards`: column numbers)."""
    table = _table(x)
    spiked = table[:, np.atleast_1d(np.asarray(standards, int))]
    if not (spiked > 0).all():
        rows = ", ".join(str(i + 1) for i in np.flatnonzero(~(spiked > 0).all(axis=1)))
        raise InputError(
            Problem(f"sample {rows}", "an internal standard was not detected", "leave the standard or the sample out")
        )
    return table / np.exp(np.log(spiked).mean(axis=1, keepdims=True))


@index(
    "half-minimum imputation",
    "as the intensity",
    "not detected becomes half of the feature's smallest value",
    "Wei2018",
    grade="assumed",
)
def impute_half_minimum(x: ArrayLike) -> np.ndarray:
    """Replace NaN and 0 by half the smallest positive value of the feature; a feature never detected stays NaN."""
    table = _table(x)
    found = np.where(table > 0, table, np.nan)
    low = np.min(np.where(np.isnan(found), np.inf, found), axis=0)
    return np.where(np.isnan(found), np.where(np.isfinite(low), low / 2, np.nan), found)


@index(
    "left-censored imputation",
    "as the log intensity",
    "not detected becomes a draw from below the detection limit",
    "Wei2018",
    grade="fitted",
)
def impute_left_censored(log_x: ArrayLike, seed: int = 0) -> np.ndarray:
    """Replace NaN of log intensities by draws from a truncated normal below the censoring quantile (QRILC-like).

    Each sample's normal is fitted to its observed quantiles (least squares on the normal quantiles above the missing
    share) and cut there. Meant for values missing because they are small; values missing at random are biased low.
    """
    from scipy.stats import norm

    table, random = _table(log_x).copy(), np.random.default_rng(seed)
    for row in table:
        gone = np.isnan(row)
        share = gone.mean()
        if not 0 < share < 1:
            continue
        seen = np.sort(row[~gone])
        levels = share + (1 - share) * (np.arange(len(seen)) + 0.5) / len(seen)
        spread, centre = np.polyfit(norm.ppf(levels), seen, 1) if len(seen) > 2 else (0.0, seen.min())
        row[gone] = centre + max(spread, 0.0) * norm.ppf(random.uniform(0, share, gone.sum()))
    return table


@index("log transform", "log10", "ratios become differences", "VanDenBerg2006")
def log10(x: ArrayLike) -> np.ndarray:
    """log10; values of 0 and below become NaN, never minus infinity."""
    table = _table(x)
    return np.log10(np.where(table > 0, table, np.nan))


@index("autoscaling", "sd", "every feature counts alike: mean 0, sd 1", "VanDenBerg2006")
def autoscale(x: ArrayLike) -> np.ndarray:
    """(x - mean)/sd of each feature; a feature that does not vary becomes 0."""
    return _scaled(_table(x), power=1.0)


@index(
    "Pareto scaling",
    "sqrt of the unit",
    "between raw and autoscaled: mean 0, divided by the root of the sd",
    "VanDenBerg2006",
)
def pareto(x: ArrayLike) -> np.ndarray:
    """(x - mean)/sqrt(sd) of each feature; a feature that does not vary becomes 0."""
    return _scaled(_table(x), power=0.5)


def _scaled(table: np.ndarray, power: float) -> np.ndarray:
    centred = table - np.nanmean(table, axis=0)
    spread = np.nanstd(table, axis=0, ddof=1)
    return centred / np.where(spread > 0, spread, 1) ** power


@index(
    "relative standard deviation",
    "%",
    "repeatability of a feature over QC samples: below 20 to 30 is kept",
    "Broadhurst2018",
)
def relative_deviation(qc: ArrayLike) -> np.ndarray:
    """100 sd/mean of each feature over the QC samples (rows)."""
    table = _table(qc)
    return 100 * np.nanstd(table, axis=0, ddof=1) / np.nanmean(table, axis=0)
