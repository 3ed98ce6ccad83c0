"""The shape of a mass scale that is wrong by hundreds of ppm, from distances between peaks alone.

Peaks of one series lie 14.01565 Da apart (CH2). Where the scale is stretched, they lie further apart: the most
frequent distance, window by window over m/z, is the local stretch, and its integral is the scale up to one constant.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from rhizolith.molecules.isotopes import isotopes

STRONGEST = 4000  # peaks that take part
PASSES = (0.06, 0.008, 0.002)  # Da around the CH2 distance; 0.06 covers stretches of ± 4,000 ppm
BINS = 300
TWIN = 0.036385  # Da: CH4 less O
WINDOWS = 16
LEAST = 5.0  # a window counts where its highest bin stands this many standard deviations above the median


def true_up_to_a_constant(mz: np.ndarray, intensity: np.ndarray) -> np.ndarray | None:
    """The masses (Da) of a sorted list after removing its stretch, exact up to one constant; None without a series.

    The stretch is taken as a polynomial of second order in m/z, which covers the two terms of the calibration
    equation of ion cyclotrons.
    """
    if len(mz) < 200:
        return None
    path = mz
    for half in PASSES:
        refined = _straighten(path, intensity, half)
        if refined is None:
            return None
        path = refined
    return path


def _straighten(mz: np.ndarray, intensity: np.ndarray, half: float) -> np.ndarray | None:
    """One pass: distances within ± `half` Da of CH2 give the stretch, its integral the straighter scale."""
    step = isotopes()["C"].mass + 2 * isotopes()["H"].mass
    x, distance = _distances(mz, intensity, step, half)
    if len(x) < 200:
        return None
    at, often, weight = _frequent(x, distance, step, half)
    if len(at) < 5:
        return None
    middle, span = (mz[0] + mz[-1]) / 2, (mz[-1] - mz[0]) / 2
    fit = np.polynomial.Polynomial.fit(at - middle, often / step, 2, w=weight, domain=[-span, span])
    grid = np.linspace(mz[0], mz[-1], 2000)
    rate = 1 / fit(grid - middle)
    path = np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2 * np.diff(grid))])
    path += middle - np.interp(middle, grid, path)  # the constant: no error in the middle, until it is found
    return np.interp(mz, grid, path)


def _frequent(
    x: np.ndarray, distance: np.ndarray, step: float, half: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The most frequent distance of each window over m/z: middle of the window, distance, weight."""
    rows = []
    for low, high in pairwise(np.unique(np.quantile(x, np.linspace(0, 1, WINDOWS + 1)))):
        inside = (x >= low) & (x < high)
        counts, bins = np.histogram(distance[inside], bins=BINS, range=(step - half, step + half))
        smooth = np.convolve(counts, [0.5, 1, 1, 1, 0.5], mode="same")
        top, usual = int(smooth.argmax()), float(np.median(smooth))
        if smooth[top] - usual > LEAST * np.sqrt(usual + 1):
            near = distance[inside][np.abs(distance[inside] - (bins[top] + bins[top + 1]) / 2) < 4 * half / BINS]
            rows.append((float(np.median(x[inside])), float(np.median(near)), np.sqrt(len(near))))
    at, often, weight = np.array(rows).reshape(-1, 3).T
    if half > TWIN / 2 and len(often):
        # O against CH4 turns CH2 into O less 2 H, as frequent: stay on one branch, the one nearest to no stretch.
        for k in range(1, len(often)):
            often[k] += TWIN * np.round((often[k - 1] - often[k]) / TWIN)
        often -= TWIN * np.round((often.mean() - step) / TWIN)
    return at, often, weight


def _distances(mz: np.ndarray, intensity: np.ndarray, step: float, half: float) -> tuple[np.ndarray, np.ndarray]:
    """Distances near one CH2 between strong peaks, and the middle m/z of each pair."""
    strong = np.sort(np.argsort(-intensity, kind="stable")[:STRONGEST])
    m = mz[strong]
    first, last = np.searchsorted(m, m + step - half), np.searchsorted(m, m + step + half)
    n = last - first
    light = np.repeat(np.arange(len(m)), n)
    heavy = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n) + np.repeat(first, n)
    return (m[light] + m[heavy]) / 2, m[heavy] - m[light]
