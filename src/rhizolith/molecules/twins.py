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
        odds = odds / (1.0 if noise is None else np.maximum(noise[there], 0.02))
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


def spread_of(one: Partners, peak: np.ndarray, atoms: np.ndarray) -> float:
    """Spread of ln(ratio) of partners whose light peak is sure, from their middle half; 0.25 (assumed) if too few."""
    strong = peak[(one.partner[peak] >= 0)]
    n = atoms[one.partner[peak] >= 0]
    ratio = one.expected(n)
    clear = ratio + one.room[strong] > 0.5
    if clear.sum() < 20:
        return 0.25
    low, high = np.quantile((one.log_ratio[strong] - ratio)[clear], [0.25, 0.75])
    return float(np.clip((high - low) / 1.349, 0.08, 0.5))
