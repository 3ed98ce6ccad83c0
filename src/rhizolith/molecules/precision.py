"""How exactly a peak's mass is known: the weaker the peak, the less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FLOOR = 0.02  # ppm; better is not claimed of any list
REGIONS = 12
POWERS = (0.5, 0.35, 0.25)


@dataclass(frozen=True)
class Precision:
    """Standard deviation of the mass error (ppm): `base + weak · (detection limit / intensity)^power`.

    A share `stray` of the true peaks (shoulders, merged neighbours) has three times that spread.
    """

    base: float
    weak: float
    power: float = 0.5
    stray: float = 0.02

    def sd(self, strength: np.ndarray) -> np.ndarray:
        """Standard deviation (ppm) of peaks of a `strength` (intensity over detection limit, 1)."""
        return self.base + self.weak / np.maximum(strength, 0.25) ** self.power

    def density(self, error: np.ndarray, strength: np.ndarray) -> np.ndarray:
        """Probability density (1/ppm) of an error (ppm) of a true peak."""
        sd = self.sd(strength)
        z2 = (error / sd) ** 2
        return ((1 - self.stray) * np.exp(-0.5 * z2) + self.stray / 3 * np.exp(-z2 / 18)) / (sd * np.sqrt(2 * np.pi))

    def __str__(self) -> str:
        return f"mass error {self.base:.3f} + {self.weak:.3f} (limit/intensity)^{self.power:g} ppm"


def detection_limit(mz: np.ndarray, intensity: np.ndarray) -> np.ndarray:
    """The intensity below which peaks are missing, at every peak of a list sorted by m/z.

    It is the 1 % quantile of the intensities of the list, or of a twelfth of its peaks where that is higher
    (the noise of a spectrum may rise locally).
    """
    if not len(mz):
        return np.zeros(0)
    overall = float(np.quantile(intensity, 0.01))
    if len(mz) < 50 * REGIONS:
        return np.full(len(mz), overall)
    parts = np.array_split(np.arange(len(mz)), REGIONS)
    centers = np.array([mz[p].mean() for p in parts])
    lows = np.array([np.quantile(intensity[p], 0.01) for p in parts])
    return np.maximum(np.interp(mz, centers, lows), overall)


def fit(error: np.ndarray, strength: np.ndarray, window: float) -> Precision:
    """The precision of a list from the errors (ppm, within ± `window`) of candidates, true and chance mixed.

    Chance errors are even over the window, true ones pile up at zero; both numbers of the model and the share of
    chance follow by expectation and maximization, on bins of equal strength; of three powers of strength the one that
    fits best is taken. Fewer than 30 errors: 0.3 ppm at the limit, assumed.
    """
    if len(error) < 30:
        return Precision(0.15, 0.15)
    tried = [_fit(error, strength, window, power) for power in POWERS]
    return max(tried, key=lambda one: one[1])[0]


def _fit(error: np.ndarray, strength: np.ndarray, window: float, power: float) -> tuple[Precision, float]:
    """The best line over one power of strength, and its log likelihood."""
    x = np.maximum(strength, 0.25) ** -power
    sd, share = np.full(len(error), min(0.3, window / 3)), 0.5
    value = np.array([0.15, 0.15])
    bins = np.array_split(np.argsort(x), int(np.clip(len(x) // 60, 1, 12)))
    for _ in range(15):
        on = share * np.exp(-0.5 * (error / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
        weight = on / (on + (1 - share) / (2 * window))
        share = float(np.clip(weight.mean(), 0.02, 0.98))
        at, spread, mass = [], [], []
        for b in bins:
            n = weight[b].sum()
            if n < 5:
                continue
            at.append((weight[b] * x[b]).sum() / n)
            spread.append(np.sqrt((weight[b] * error[b] ** 2).sum() / n))
            mass.append(n)
        if not at:
            break
        value = _line(np.array(at), np.array(spread), np.array(mass))
        sd = np.clip(value[0] + value[1] * x, FLOOR, window)
    on = share * np.exp(-0.5 * (error / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
    return Precision(float(value[0]), float(value[1]), power), float(np.log(on + (1 - share) / (2 * window)).sum())


def _line(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted straight line with both coefficients kept from falling below zero (and the first above the floor)."""
    if len(x) > 2 and np.ptp(x) > 0.05:
        slope = float(np.cov(x, y, aweights=weight)[0, 1] / np.cov(x, aweights=weight))
        slope = max(slope, 0.0)
    else:
        slope = 0.0
    mean_x, mean_y = np.average(x, weights=weight), np.average(y, weights=weight)
    base = mean_y - slope * mean_x
    if base < FLOOR:
        base, slope = FLOOR, max((mean_y - FLOOR) / max(mean_x, 1e-9), 0.0)
    return np.array([base, slope])
