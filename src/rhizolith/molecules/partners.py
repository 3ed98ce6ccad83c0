"""Peaks that are the same molecule with a heavy isotope: where they should be, how strong, and which peaks they are.

A 13C partner says how many carbons a molecule has, a missing 34S partner that it has no sulfur. Spread of the ratio,
tolerance and chance of a partner come from the list itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rhizolith.molecules.isotopes import exchange, isotopes
from rhizolith.molecules.precision import Precision

LEAST_RATIO = 0.004  # per atom; 15N, 18O and 2H partners hide below the limit of nearly every peak
MISSED = 0.06  # assumed: share of partners lost in a neighbour's flank although strong enough
STRONGEST = 5.0  # natural log; one partner never says more than a factor of 150
MOST = 3e6  # odds
BROAD = 0.25  # density of the log ratio of two unrelated peaks: even over four natural logs


@dataclass(frozen=True)
class Partners:
    """One kind of partner: for each peak the peak that may be its heavy twin (or −1), and how the pair looks."""

    isotope: str
    element: str
    twice: bool
    ratio: float  # heavy over light, per atom
    partner: np.ndarray
    log_ratio: np.ndarray  # ln(intensity heavy / light)
    misfit: np.ndarray  # mass difference from expectation over its standard deviation
    chance: np.ndarray  # probability that an unrelated peak lies in the window
    room: np.ndarray  # ln(intensity / detection limit of the place of the partner)
    bias: np.ndarray  # ln(measured / natural ratio) of this spectrum: strong peaks lose or gain against weak ones

    def expected(self, atoms: np.ndarray) -> np.ndarray:
        """ln of the expected ratio for a number of atoms; −inf for none."""
        share = atoms * (atoms - 1) / 2 * self.ratio**2 if self.twice else atoms * self.ratio
        return np.log(np.maximum(share, 1e-12))

    def corrected(self, line: tuple[float, float]) -> Partners:
        """The same partners in a spectrum whose ratios are off by `line[0] + line[1] · room` (natural log)."""
        return replace(self, bias=(1 + self.twice) * (line[0] + line[1] * self.room))

    def evidence(self, peak: np.ndarray, atoms: np.ndarray, spread: float) -> np.ndarray:
        """ln of how much likelier the partner (or its absence) is for `atoms` atoms than for an unrelated peak."""
        seen, odds = self._odds(peak, atoms, spread)
        found = self.partner[peak] >= 0
        absent = np.log1p(-seen) - np.log1p(-np.minimum(self.chance[peak], 0.9))
        present = np.log(np.where(found, odds, 1.0) + 1 - seen)
        return np.clip(np.where(found, present, absent), -STRONGEST, STRONGEST)

    def twin_odds(self, peak: np.ndarray, atoms: np.ndarray, spread: float) -> np.ndarray:
        """Odds that the peak found beside each of `peak` is its twin and not an unrelated one; it must have one.

        Were it unrelated, the twin itself would have to be missing.
        """
        seen, odds = self._odds(peak, atoms, spread)
        return np.minimum(odds / (1 - seen), MOST)

    def _odds(self, peak: np.ndarray, atoms: np.ndarray, spread: float) -> tuple[np.ndarray, np.ndarray]:
        """Probability that a partner is seen, and density of such a pair over that of an unrelated one."""
        ratio = self.expected(atoms) + self.bias[peak]
        seen = (0.5 + 0.5 * np.tanh((ratio + self.room[peak]) / 0.3)) * (1 - MISSED)
        wide = np.hypot(spread, 0.5 * np.exp(-np.clip(ratio + self.room[peak], 0, 9)))
        z2 = ((self.log_ratio[peak] - ratio) / wide) ** 2 + self.misfit[peak] ** 2
        # The window is ± 3 standard deviations of mass.
        likely = 6 * np.exp(-0.5 * z2) / (2 * np.pi * wide) / BROAD
        return seen, seen * likely / self.chance[peak]


def find(
    mz: np.ndarray, intensity: np.ndarray, limit: np.ndarray, precision: Precision, symbols: Sequence[str],
    queries: tuple[np.ndarray, np.ndarray] | None = None,
) -> list[Partners]:
    """The partners of every peak of a sorted list, for each isotope of the elements searched.

    `queries` (m/z, intensity) asks for other places than the peaks themselves, such as decoys.
    """
    at_mz, at_intensity = queries if queries is not None else (mz, intensity)
    place = np.interp(at_mz, mz, limit) if len(mz) else np.zeros(len(at_mz))
    kinds = [
        (s, one.element, False)
        for s, one in isotopes().items()
        if s != one.element and one.element in symbols and exchange(s)[1] > LEAST_RATIO
    ]
    if "C" in symbols:
        kinds.append(("13C", "C", True))
    return [_find(mz, intensity, place, precision, at_mz, at_intensity, *kind) for kind in kinds]


def _find(
    mz: np.ndarray, intensity: np.ndarray, limit: np.ndarray, precision: Precision,
    at_mz: np.ndarray, at_intensity: np.ndarray, isotope: str, element: str, twice: bool,
) -> Partners:
    step, ratio = exchange(isotope)
    target = at_mz + step * (2 if twice else 1)
    # The partner is weak: its precision is that of a weak peak, the light one's adds.
    sd = np.hypot(precision.sd(np.full(len(target), 2.0)), precision.sd(at_intensity / limit))
    reach = 3 * sd * 1e-6 * target
    first, last = np.searchsorted(mz, target - reach), np.searchsorted(mz, target + reach, side="right")
    best = np.full(len(target), -1)
    score = np.full(len(target), -np.inf)
    typical = np.log(ratio * (at_mz / 22.0 if element == "C" else np.ones(len(target))))
    typical = np.log(0.5) + 2 * typical if twice else typical
    for k in range(int((last - first).max(initial=0))):
        there = np.flatnonzero(first + k < last)
        candidate = first[there] + k
        away = np.abs(mz[candidate] - target[there]) / reach[there] * 3
        odd = np.abs(np.log(intensity[candidate] / at_intensity[there]) - typical[there]) / 0.5
        value = -(away**2) - odd**2
        better = value > score[there]
        best[there[better]] = candidate[better]
        score[there[better]] = value[better]
    safe = np.maximum(best, 0)
    near = np.searchsorted(mz, target + 0.5) - np.searchsorted(mz, target - 0.5)
    return Partners(
        isotope, element, twice, ratio, best,
        np.where(best >= 0, np.log(intensity[safe] / at_intensity), np.nan),
        np.where(best >= 0, (mz[safe] - target) / reach * 3, np.nan),
        np.clip(2 * reach * near, 1e-5, 0.5),
        np.log(at_intensity / limit),
        np.zeros(len(target)),
    )
