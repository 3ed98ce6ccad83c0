"""Which peaks are heavy twins of others, and of which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rhizolith.molecules.partners import Partners

TYPICAL = 22.0  # Da per carbon atom of organic matter, for peaks without a formula; assumed
LOOSE = 0.5  # spread of ln(ratio) when the carbon number is only guessed; assumed



@dataclass(frozen=True)
class Twins:
    """For each peak: the odds of being a heavy twin, of which peak (−1: none) and with which isotope (index)."""

    odds: np.ndarray
    parent: np.ndarray
    kind: np.ndarray


def twins(
    mz: np.ndarray, heavy: Sequence[Partners], sure: np.ndarray, atoms: dict[str, np.ndarray], spread: float,
    noise: np.ndarray | None = None,
) -> Twins:
    """The best explanation of each peak as the heavy twin of a lighter one.

    `sure` is the probability that the lighter peak's formula is right, `atoms` its counts by element, `noise` the share
    of peaks like each that are neither molecule nor twin: chance partners are among those. Without a formula only a
    13C twin is believed, of a carbon number guessed from the mass.
    """
    n = len(mz)
    best, parent, kind = np.zeros(n), np.full(n, -1), np.full(n, -1)
    for k, one in enumerate(heavy):
        light = np.flatnonzero(one.partner >= 0)
        if not len(light):
            continue
        guess = np.maximum(mz[light] / TYPICAL, 1.0)
        odds = np.zeros(len(light))
        if one.element in atoms:
            odds = sure[light] * one.twin_odds(light, atoms[one.element][light], spread)
        if one.element == "C":
            odds = odds + (1 - sure[light]) * one.twin_odds(light, guess, LOOSE)
        there = one.partner[light]
        odds = odds / (0.3 if noise is None else np.maximum(noise[there], 0.02))
        order = np.argsort(odds, kind="stable")  # the last write wins: the best
        better = order[odds[order] > best[there[order]]]
        best[there[better]] = odds[better]
        parent[there[better]] = light[better]
        kind[there[better]] = k
    return Twins(best, parent, kind)


def noise_share(strength: np.ndarray, neither: np.ndarray, classes: int = 20) -> np.ndarray:
    """Share of peaks that are neither molecule nor twin among those of similar strength, one value a peak."""
    share = np.ones(len(strength))
    for group in np.array_split(np.argsort(strength, kind="stable"), max(1, min(classes, len(strength) // 50))):
        share[group] = (neither[group].sum() + 1) / (len(group) + 2)
    return share


def ratio_line(one: Partners, peak: np.ndarray, atoms: np.ndarray) -> tuple[tuple[float, float], float]:
    """How measured ratios deviate from natural ones: ln bias as a line over ln strength, and the spread around it.

    From the partners of sure formulas (`peak`, with their atoms) that lie clear of the detection limit, where weak ones
    are not cut off. Strong peaks of ion cyclotrons show too little 13C; how much differs between spectra. Fewer than 20
    pairs: no bias, spread 0.25 (assumed).
    """
    there = one.partner[peak] >= 0
    peak, ratio = peak[there], one.expected(atoms[there])
    clear = ratio + one.room[peak] > 0.7
    if clear.sum() < 20:
        return (0.0, 0.0), 0.25
    x, y = one.room[peak][clear], (one.log_ratio[peak] - ratio)[clear]
    keep, line = np.abs(y - np.median(y)) < 1.0, (float(np.median(y)), 0.0)
    for _ in range(4):
        slope, level = np.polyfit(x[keep], y[keep], 1) if np.ptp(x[keep]) > 0.5 else (0.0, float(np.median(y[keep])))
        line = (float(level), float(slope))
        left = y - level - slope * x
        width = float(np.subtract(*np.quantile(left, [0.75, 0.25]))) / 1.349
        keep = np.abs(left) < 3 * max(width, 0.05)
        if keep.sum() < 20:
            return (float(np.median(y)), 0.0), 0.5
    return line, float(np.clip(width, 0.08, 0.5))
