"""How activities of C, N and P acquiring enzymes become a point: the published forms, which do not give the same
answer.

Each function takes activities (nmol g-1 h-1, all in one unit) and returns x, the C:P side, and y, the C:N side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.errors import InputError, Problem

Point = tuple[np.ndarray, np.ndarray]
# nmol g-1 h-1 in one of the unit
UNITS = {
    "nmol g-1 h-1": 1.0, "nmol/g/h": 1.0, "umol g-1 h-1": 1e3, "µmol g-1 h-1": 1e3, "μmol g-1 h-1": 1e3, "umol/g/h":
    1e3,
    "µmol/g/h": 1e3, "μmol/g/h": 1e3, "pmol g-1 h-1": 1e-3, "pmol/g/h": 1e-3, "mmol g-1 h-1": 1e6, "mmol kg-1 h-1": 1e3,
    "umol kg-1 h-1": 1.0, "µmol kg-1 h-1": 1.0, "nmol kg-1 h-1": 1e-3,
}  # fmt: skip


def in_nanomoles(activity: ArrayLike, unit: str) -> np.ndarray:
    """Activity in nmol g-1 h-1; InputError when the unit is not one that can be converted."""
    factor = UNITS.get(unit.strip())
    if factor is None:
        fix = "give the activity in one of " + ", ".join(sorted(UNITS))
        raise InputError(Problem("", f"{unit!r} is not a unit of enzyme activity per soil mass and time", fix))
    return np.asarray(activity, float) * factor


def _positive(*activities: ArrayLike) -> list[np.ndarray]:
    """Activities; 0 and below become NaN, for no ratio is defined at them."""
    arrays = np.broadcast_arrays(*(np.asarray(a, float) for a in activities))
    return [np.where(a > 0, a, np.nan) for a in arrays]


def ratio(carbon: ArrayLike, nitrogen: ArrayLike, phosphorus: ArrayLike) -> Point:
    """C/P and C/N: any positive value; free of the unit."""
    C, N, P = _positive(carbon, nitrogen, phosphorus)
    return C / P, C / N


def share(carbon: ArrayLike, nitrogen: ArrayLike, phosphorus: ArrayLike) -> Point:
    """C/(C+P) and C/(C+N): 0 to 1; free of the unit; the angle exceeds 45° exactly when that of `ratio` does."""
    C, N, P = _positive(carbon, nitrogen, phosphorus)
    return C / (C + P), C / (C + N)


def arcsine_share(carbon: ArrayLike, nitrogen: ArrayLike, phosphorus: ArrayLike) -> Point:
    """Arcsine of the shares, radians."""
    x, y = share(carbon, nitrogen, phosphorus)
    return np.arcsin(x), np.arcsin(y)


def arcsine_root_share(carbon: ArrayLike, nitrogen: ArrayLike, phosphorus: ArrayLike) -> Point:
    """Arcsine of the square root of the shares, radians: the variance-stabilizing transform of a proportion."""
    x, y = share(carbon, nitrogen, phosphorus)
    return np.arcsin(np.sqrt(x)), np.arcsin(np.sqrt(y))


def log_ratio(carbon: ArrayLike, nitrogen: ArrayLike, phosphorus: ArrayLike) -> Point:
    """ln(C/P) and ln(C/N): free of the unit, but negative where C is the smaller, so that angles reach ±180° and the
    45° rule fails.
    """
    x, y = ratio(carbon, nitrogen, phosphorus)
    return np.log(x), np.log(y)


def ratio_of_logs(carbon: ArrayLike, nitrogen: ArrayLike, phosphorus: ArrayLike) -> Point:
    """ln C/ln P and ln C/ln N of activities in nmol g-1 h-1.

    The only form that depends on the unit: in µmol most samples change class. Activities of 1 nmol g-1 h-1 and less
    (logarithm not positive) are refused with InputError, for the class would flip; so are activities in another unit
    when they are not converted first with `in_nanomoles`.
    """
    C, N, P = _positive(carbon, nitrogen, phosphorus)
    low = [name for name, a in (("C", C), ("N", N), ("P", P)) if np.any(a <= 1)]
    if low:
        what = f"{', '.join(low)} acquiring activity of 1 nmol g-1 h-1 or less: ln/ln changes sign there"
        raise InputError(Problem("", what, "convert to nmol g-1 h-1 with in_nanomoles, or use ratio or share"))
    return np.log(C) / np.log(P), np.log(C) / np.log(N)


FORMS = {f.__name__: f for f in (ratio, share, arcsine_share, arcsine_root_share, log_ratio, ratio_of_logs)}
