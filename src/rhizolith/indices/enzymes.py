"""Ecoenzymatic stoichiometry: what microbes seem to be short of, from the activities they invest in.

C = BG (+ CBH), N = NAG + LAP, P = acid or, in alkaline soil, alkaline phosphatase; activities in nmol g-1 h-1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.errors import InputError, Problem
from rhizolith.indices.cautions import ENZYMES
from rhizolith.indices.enzyme_forms import Point, ratio, share
from rhizolith.indices.registry import index

Form = Callable[[ArrayLike, ArrayLike, ArrayLike], Point]


@index(
    "enzyme vector length",
    "1",
    "relative C limitation: short little, long much",
    ("Moorhead2016",),
    ENZYMES,
    grade="assumed",
)
def vector_length(carbon: ArrayLike, nitrogen: ArrayLike, phosphorus: ArrayLike, form: Form = ratio) -> np.ndarray:
    """Length of the enzyme vector, sqrt(x² + y²); `form` names how x (C:P) and y (C:N) are made (see enzyme_forms)."""
    return np.hypot(*form(carbon, nitrogen, phosphorus))


@index(
    "enzyme vector angle",
    "degree",
    "above 45 P-limited, below 45 N-limited",
    ("Moorhead2016",),
    ENZYMES,
    grade="assumed",
)
def vector_angle(carbon: ArrayLike, nitrogen: ArrayLike, phosphorus: ArrayLike, form: Form = ratio) -> np.ndarray:
    """Angle of the enzyme vector above the C:P axis, degrees(atan2(y, x)) with y = C:N and x = C:P.

    Spreadsheets take ATAN2(x, y): called there in the order written here every class flips.
    """
    x, y = form(carbon, nitrogen, phosphorus)
    return np.degrees(np.arctan2(y, x))


@index(
    "nutrient limitation class",
    "class",
    "P above the boundary angle, N below it",
    ("Moorhead2016", "Cui2021"),
    ENZYMES,
    grade="assumed",
)
def limitation(angle: ArrayLike, boundary: float = 45.0) -> np.ndarray:
    """`P`, `N` or `balanced` against the boundary in degrees: 45 by convention, or that of `balance_angle`."""
    a = np.asarray(angle, float)
    return np.select([np.isnan(a), a > boundary, a < boundary], ["", "P", "N"], default="balanced")


@index(
    "balance angle",
    "degree",
    "boundary between N and P limitation that belongs to a data set instead of 45",
    ("Cui2021", "assumed: the balance point is taken at the median shares of the data given"),
    ENZYMES,
)
def balance_angle(carbon: ArrayLike, nitrogen: ArrayLike, phosphorus: ArrayLike) -> float:
    """Angle of the balance point (x0, y0), degrees: the median shares C/(C+P) and C/(C+N) of soils without limitation.

    Cui et al. 2021 estimate the point from 2667 soils; give such reference soils, not the soils to be judged, for the
    median of a set splits that very set.
    """
    x, y = share(carbon, nitrogen, phosphorus)
    return float(np.degrees(np.arctan2(np.nanmedian(y), np.nanmedian(x))))


@dataclass(frozen=True)
class Line:
    """A standardized major axis line ln y = intercept + slope ln x, with correlation r and n pairs."""

    slope: float
    intercept: float
    r: float
    n: int


@index("SMA regression", "1", "scaling of one activity with another, error in both", ("Warton2006",))
def sma(x: ArrayLike, y: ArrayLike) -> Line:
    """Standardized major axis of y on x: slope sign(r) sd(y)/sd(x); pairs with a missing value are left out."""
    a, b = np.asarray(x, float), np.asarray(y, float)
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < 3 or a.std() == 0 or b.std() == 0:
        raise InputError(
            Problem("", f"{len(a)} usable pairs of values give no line", "give at least three that differ")
        )
    r = float(np.corrcoef(a, b)[0, 1])
    slope = float(np.sign(r) * b.std() / a.std())
    return Line(slope, float(b.mean() - slope * a.mean()), r, len(a))


@index(
    "threshold element ratio",
    "mol mol-1",
    "C:X of food above which growth is short of X: low, soon short",
    ("Sinsabaugh2009", "Sinsabaugh2012"),
    ENZYMES,
    grade="fitted",
)
def threshold_ratio(
    carbon: ArrayLike, other: ArrayLike, biomass_ratio: float, n0: ArrayLike | None = None
) -> np.ndarray:
    """TER = (EEA_C/EEA_X) B_C:X / n0, with n0 = exp(intercept) of the SMA line ln C ~ ln X over the samples given.

    Activities in nmol g-1 h-1: n0 depends on the unit unless the slope is 1. `biomass_ratio` is the microbial C:X,
    molar, 8.6 for N and 60 for P (Cleveland2007).
    """
    C, X = np.asarray(carbon, float), np.asarray(other, float)
    C, X = np.where(C > 0, C, np.nan), np.where(X > 0, X, np.nan)
    scale = np.exp(sma(np.log(X), np.log(C)).intercept) if n0 is None else n0
    return C / X * biomass_ratio / scale
