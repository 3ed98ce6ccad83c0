"""One peak list, checked, sorted and on its recalibrated mass scale."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.errors import InputError, Problem
from rhizolith.molecules.calibration import Calibration, calibrate, none, other_polarity
from rhizolith.molecules.precision import Precision, detection_limit

SHOWN = 5
LIGHTEST, HEAVIEST = 1.0, 1e5  # Da/e; no ion of a peak list is lighter or heavier
WEAKEST, STRONGEST = 1e-100, 1e100  # intensities beyond these are no measurement


@dataclass(frozen=True)
class Spectrum:
    """Peaks in the order of m/z; `row` is where each stood in the list that was given."""

    row: np.ndarray
    raw: np.ndarray
    mz: np.ndarray
    intensity: np.ndarray
    limit: np.ndarray
    calibration: Calibration = field(repr=False)
    precision: Precision = field(repr=False)
    warning: str = ""

    def __len__(self) -> int:
        return len(self.mz)

    @property
    def strength(self) -> np.ndarray:
        """Intensity over detection limit."""
        return self.intensity / self.limit


def measurable(mz: np.ndarray, intensity: np.ndarray) -> np.ndarray:
    """Which peaks have an m/z (Da/e) and an intensity that an instrument can have measured."""
    with np.errstate(invalid="ignore"):
        return (mz >= LIGHTEST) & (mz <= HEAVIEST) & (intensity >= WEAKEST) & (intensity <= STRONGEST)


def check(mz: ArrayLike, intensity: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """m/z and intensity as arrays, and which peaks can be used (see `measurable`). Raises InputError."""
    problems = []
    arrays = []
    for name, values in (("mz", mz), ("intensity", intensity)):
        try:
            arrays.append(np.atleast_1d(np.asarray(values, dtype=float)))
        except (TypeError, ValueError):
            problems.append(Problem(name, "holds something that is not a number", "give numbers only"))
    if problems:
        raise InputError(problems)
    m, i = arrays
    if m.ndim != 1 or m.shape != i.shape:
        what = f"{m.size} values of m/z and {i.size} intensities"
        raise InputError(Problem("mz, intensity", what, "give one intensity a peak, in flat lists"))
    bad = np.flatnonzero(~np.isfinite(m) | (m <= 0))
    if len(bad):
        which = ", ".join(str(r) for r in bad[:SHOWN]) + (f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else "")
        problems.append(Problem(f"mz, peak {which}", "m/z is missing or not above zero", "leave these peaks out"))
    if np.isinf(i).any():
        problems.append(Problem("intensity", "an intensity is infinite", "leave that peak out"))
    if problems:
        raise InputError(problems)
    return m, i, np.flatnonzero(measurable(m, i))  # NaN and 0 mean not detected


def spectrum(
    mz: np.ndarray, intensity: np.ndarray, usable: np.ndarray, shift: float, recalibrate: bool | Calibration,
    anchor: tuple[float, float] | None = None,
) -> Spectrum:
    """Sort the usable peaks and put them on the mass scale found for ions of mass `shift` (Da)."""
    row = usable[np.argsort(mz[usable], kind="stable")]
    m, i = mz[row], intensity[row]
    limit = detection_limit(m, i) if len(m) else np.zeros(0)
    if isinstance(recalibrate, Calibration):
        scale = recalibrate
    else:
        scale = calibrate(m, i, shift, anchor=anchor) if recalibrate else none("not asked for")
    warning = other_polarity(m, i, shift, scale) if recalibrate is True and anchor is None else ""
    return Spectrum(row, m, scale.apply(m), i, limit, scale, Precision(0.15, 0.15), warning)
