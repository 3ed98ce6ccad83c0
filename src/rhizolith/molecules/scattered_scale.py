"""The mass scale of a list of scattered molecules, such as metabolites, that has no series to lean on.

Every pair of a strong peak and a formula is a vote for a calibration error, worth the more the fewer formulas of its
kind lie about: listed metabolites most, C, H, O formulas more than those with phosphorus. Votes for the true error lie
on one smooth curve over m/z; a parabola with few turns is all that so few votes can carry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rhizolith.molecules.formula import mass, parse
from rhizolith.molecules.known import metabolites
from rhizolith.molecules.space import FormulaSpace, space

VOTERS = 1500  # strongest peaks
HIGHEST = 900.0  # m/z; above it every mass has many formulas
REGION = 50.0  # m/z over which the density of formulas is taken as even
BIN = 0.3  # ppm
TILTS = np.arange(-6, 6.01, 0.5)  # ppm from the middle to the end of the range
BENDS = np.arange(-2, 2.01, 0.5)  # ppm
STARTS = 6
RIDGE = np.array([1e-9, 0.3, 1.0])  # assumed: votes that constant, tilt and bend of 1 ppm cost
STANDS_OUT = 9.0  # robust standard deviations; the best of forty lists of noise reached 5.5
NITROGEN = (0.3, 0.25, 0.15, 0.1, 0.1, 0.1)  # assumed: shares of metabolites with 0 to 5 N
RARE = 0.1  # assumed: share with S, and with P
LISTED, OTHERS = 0.25, 0.6  # assumed: share of peaks that are a listed metabolite, or another molecule of the space


@dataclass(frozen=True)
class Votes:
    """For each pair of a peak and a formula: m/z, the calibration error (ppm) it speaks for, and its weight (ln)."""

    mz: np.ndarray
    error: np.ndarray
    weight: np.ndarray
    middle: float
    half: float

    def shape(self, mz: np.ndarray) -> np.ndarray:
        """Constant, tilt and bend at each m/z (m/z × 3), the last two without a mean over the range."""
        u = (mz - self.middle) / self.half
        return np.stack([np.ones(len(mz)), u, u * u - 1 / 3], axis=1)

    def agreement(self, curve: np.ndarray, width: float = 0.35) -> float:
        """How many votes (by weight) lie within about `width` ppm of a curve given at their m/z."""
        return float(self.weight @ np.exp(-0.5 * ((self.error - curve) / width) ** 2))


@lru_cache(maxsize=2)
def _space(heaviest: float) -> FormulaSpace:
    return space("C1-50 H1-100 O0-30 N0-5 S0-1 P0-1", "default", heaviest)


@lru_cache(maxsize=1)
def _listed() -> np.ndarray:
    return np.unique([mass(parse(formula)) for _, formula in metabolites()])


def votes(mz: np.ndarray, intensity: np.ndarray, shift: float, reach: float) -> Votes | None:
    """The votes of a sorted list for ions of mass `shift` (Da), within ± `reach` ppm; None with fewer than 20 peaks."""
    usable = np.flatnonzero(mz < HIGHEST)
    chosen = np.sort(usable[np.argsort(-intensity[usable], kind="stable")[:VOTERS]])
    if len(chosen) < 20:
        return None
    m = mz[chosen]
    # Weak peaks are noise more often than strong ones.
    trust = (np.argsort(np.argsort(intensity[chosen], kind="stable"), kind="stable") + 0.5) / len(m)
    formulas = _space(HIGHEST + 100.0)
    found = formulas.search(m - shift, np.full(len(m), reach), m)
    n, s, p = (found.counts[:, formulas.symbols.index(e)] for e in ("N", "S", "P"))
    share = OTHERS * np.array(NITROGEN)[n] * np.where(s, RARE, 1 - RARE) * np.where(p, RARE, 1 - RARE)
    parts = [(found.peak, found.error, _worth(m, found.peak, n + 6 * s + 12 * p, share, reach))]
    known = _listed() + shift
    known = known[known > 0]
    first, last = np.searchsorted(known, m * (1 - 1e-6 * reach)), np.searchsorted(known, m * (1 + 1e-6 * reach))
    peak = np.repeat(np.arange(len(m)), last - first)
    which = np.arange(len(peak)) - np.repeat(np.cumsum(last - first) - (last - first), last - first) + first[peak]
    error = 1e6 * (m[peak] / known[which] - 1)
    parts.append((peak, error, _worth(m, peak, np.zeros(len(peak), int), np.full(len(peak), LISTED), reach)))
    peak, error, worth = (np.concatenate([part[k] for part in parts]) for k in range(3))
    if len(peak) < 50:
        return None
    low, high = np.quantile(m, [0.01, 0.99])
    return Votes(m[peak], error, worth * trust[peak], (low + high) / 2, max((high - low) / 2, 1.0))


def _worth(m: np.ndarray, peak: np.ndarray, kind: np.ndarray, share: np.ndarray, reach: float) -> np.ndarray:
    """ln of how much likelier a vote of its kind is where the truth lies than where chance does."""
    row = (m / REGION).astype(int)
    regions = int(row.max()) + 1
    voters = np.bincount(row, minlength=regions)
    place = kind * regions + row[peak]
    number = np.bincount(place, minlength=int(place.max(initial=0)) + 1)
    chance = (number[place] + 0.5) / voters[row[peak]] / (2 * reach) * 2 * BIN
    return np.log1p(0.7 * share / chance)


def straight_scale(given: Votes, reach: float) -> tuple[np.ndarray, float]:
    """The best constant, tilt and bend (ppm) of a calibration curve, and how many standard deviations it stands out."""
    shape = given.shape(given.mz)
    bins = round(2 * reach / BIN)
    starts = []
    for tilt in TILTS:
        for bend in BENDS:
            left = given.error - tilt * shape[:, 1] - bend * shape[:, 2]
            inside = np.abs(left) < reach
            height = np.bincount(((left[inside] + reach) / BIN).astype(int), given.weight[inside], bins + 1)[:bins]
            smooth = np.convolve(height, [0.5, 1, 0.5], mode="same")
            usual = float(np.median(smooth))
            scatter = 1.4826 * float(np.median(np.abs(smooth - usual))) + 1e-9
            top = int(smooth.argmax())
            starts.append(((smooth[top] - usual) / scatter, (top + 0.5) * BIN - reach, tilt, bend))
    starts.sort(reverse=True)
    found = [_refine(given, shape, np.array(s[1:])) for s in starts[:STARTS]]
    return max(found, key=lambda one: one[1])[0], float(starts[0][0])


def _refine(given: Votes, shape: np.ndarray, curve: np.ndarray) -> tuple[np.ndarray, float]:
    """Robust least squares around a first curve; a ridge keeps tilt and bend small where few votes speak for them."""
    usual = float(given.weight.sum()) / max(float(np.ptp(given.error)), 1.0)
    for width in (0.5, 0.4, 0.3, 0.3, 0.25, 0.25):
        near = given.weight * np.exp(-0.5 * ((given.error - shape @ curve) / width) ** 2)
        # Chance votes are even: their pull is taken off by weighing with the share that is above chance.
        above = max(float(near.sum()) - usual * width * 2.5, 1e-9) / max(float(near.sum()), 1e-9)
        gram = (shape * near[:, None]).T @ shape * above + np.diag(RIDGE)
        curve = np.linalg.solve(gram, above * shape.T @ (near * given.error))
    return curve, given.agreement(shape @ curve) - 0.5 * float(curve**2 @ RIDGE)
