"""Areas of an LC-MS table made comparable between samples: dilution taken out, gaps filled, spreads brought in line."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.errors import InputError, Problem

NORMALIZATIONS = ("none", "sum", "pqn", "standard")
IMPUTATIONS = ("half_minimum", "left_tail", "none")
SCALES = ("auto", "pareto", "centre", "none")


def check_areas(table: pd.DataFrame) -> pd.DataFrame:
    """Samples × features as numbers; InputError with every bad cell."""
    numbers = table.apply(pd.to_numeric, errors="coerce")
    words = numbers.isna() & table.notna()
    problems = [
        Problem(
            f"sample {table.index[i]}, {table.columns[j]}", f"{table.iloc[i, j]!r} is not an area", "leave it empty"
        )
        for i, j in np.argwhere(words.to_numpy())[:20]
    ]
    problems += [
        Problem(f"sample {table.index[i]}, {table.columns[j]}", "is negative", "an area is 0 or more: check the export")
        for i, j in np.argwhere((numbers < 0).to_numpy())[:20]
    ]
    gone = numbers.index[(numbers.fillna(0) == 0).all(axis=1)]
    problems += [Problem(f"sample {s}", "holds no area at all", "leave it out, or check its name") for s in gone]
    if problems:
        raise InputError(problems)
    return numbers.astype(float)


def normalize(table: pd.DataFrame, method: str = "pqn", standard: str | None = None) -> pd.DataFrame:
    """Areas with each sample's dilution taken out.

    pqn: divides by the median quotient to the median sample (Dieterle et al. 2006); sum: by the total; standard: by the
    area of the internal standard named; none. Zeros count as not found. `attrs["factors"]`: what each was divided by.
    """
    if method not in NORMALIZATIONS:
        raise InputError(Problem("normalization", f"{method!r} is unknown", f"use one of {', '.join(NORMALIZATIONS)}"))
    areas = check_areas(table).replace(0.0, np.nan)
    if method == "none":
        factors = pd.Series(1.0, areas.index)
    elif method == "sum":
        factors = areas.sum(axis=1) / areas.sum(axis=1).median()
    elif method == "standard":
        if standard not in areas:
            raise InputError(Problem("internal standard", f"{standard!r} is no feature", "name a column of the table"))
        factors = areas[standard] / areas[standard].median()
        if factors.isna().any():
            lost = ", ".join(map(str, factors.index[factors.isna()][:5]))
            raise InputError(Problem("internal standard", f"was not found in {lost}", "use pqn, or leave them out"))
    else:
        level = areas.div(areas.sum(axis=1), axis=0)
        factors = level.div(level.median(), axis=1).median(axis=1) * areas.sum(axis=1)
        factors = factors / factors.median()
    out = areas.div(factors, axis=0)
    out.attrs = {"normalization": method, "factors": factors.to_dict()}
    return out


def impute(table: pd.DataFrame, method: str = "half_minimum", seed: int = 0) -> pd.DataFrame:
    """Gaps of a table of logarithms filled, as values too small to be seen; `attrs["filled"]` tells how many.

    half_minimum: the feature's smallest log2 value less one (half the smallest area); left_tail: drawn from the
    tail below it of a normal distribution fitted to the quantiles that were seen (the idea of QRILC, Lazar 2016); none.
    """
    if method not in IMPUTATIONS:
        raise InputError(Problem("imputation", f"{method!r} is unknown", f"use one of {', '.join(IMPUTATIONS)}"))
    empty = [str(c) for c in table.columns[table.isna().all()]]
    if empty and method != "none":
        raise InputError([Problem(f"feature {c}", "was found in no sample", "leave it out") for c in empty[:20]])
    gaps = table.isna()
    rng = np.random.default_rng(seed)
    out = table.copy()
    for name in table.columns[gaps.any()] if method != "none" else []:
        column, missing = table[name], gaps[name]
        out.loc[missing, name] = column.min() - 1.0 if method == "half_minimum" else _left_tail(column, missing, rng)
    out.attrs = {**table.attrs, "imputation": method, "filled": int(gaps.to_numpy().sum())}
    return out


def _left_tail(column: pd.Series, missing: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Draws below the smallest value from a normal distribution whose seen quantiles lie on a line."""
    seen = np.sort(column.dropna().to_numpy(float))
    share = missing.mean()
    places = share + (1 - share) * (np.arange(len(seen)) + 0.5) / len(seen)
    if len(seen) < 3 or np.ptp(seen) == 0:
        return np.full(int(missing.sum()), seen[0] - 1.0)
    slope, mean, *_ = stats.linregress(stats.norm.ppf(places), seen)
    edge = stats.norm.cdf((seen[0] - mean) / slope)
    return mean + slope * stats.norm.ppf(rng.uniform(1e-6, max(edge, 2e-6), int(missing.sum())))


def scale(table: pd.DataFrame, method: str = "auto") -> pd.DataFrame:
    """Columns centred and divided by their standard deviation (auto), its root (pareto) or nothing (centre)."""
    if method not in SCALES:
        raise InputError(Problem("scaling", f"{method!r} is unknown", f"use one of {', '.join(SCALES)}"))
    if method == "none":
        return table
    spread = table.std()
    flat = [str(c) for c in table.columns[spread == 0]]
    if flat and method != "centre":
        raise InputError([Problem(f"feature {c}", "is the same in every sample", "leave it out") for c in flat[:20]])
    power = {"auto": 1.0, "pareto": 0.5, "centre": 0.0}[method]
    return (table - table.mean()) / spread.pow(power)
