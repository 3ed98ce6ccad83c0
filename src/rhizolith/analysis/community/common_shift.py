"""The change that all taxa seem to share because a sequencer counts shares, and how well few taxa tell it."""

from __future__ import annotations

import numpy as np

TOLERANCE, ROUNDS, STEPS = 1e-5, 100, 8
"""Change of its numbers at which the mixture stands still, rounds at most (both ANCOM-BC's), steps of a spread."""
PARTS = 10
"""Parts of the taxa left out in turn at most; of fewer taxa each is left out by itself. 25 parts do no better."""


def common_shift(change: np.ndarray, variance: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The shift of each set of taxa in `kept` (sets × taxa, true where a taxon is in it), in the unit of `change`.

    `change`: fitted log change of each taxon, `variance`: its own. ANCOM-BC's mixture (Lin & Peddada 2020) of taxa that
    stay, fall and rise, each kind with its mean and extra spread, by expectation and maximization, all sets at once.
    """
    state = np.array([_start(change[k]) for k in kept]).T  # shares of three kinds, shift, two means, two spreads
    live, size = np.arange(len(kept)), kept.sum(axis=1)
    for _ in range(ROUNDS):
        new = _round(state[:, live], change, variance, kept[live], size[live])
        moved = ((new - state[:, live]) ** 2).sum(axis=0)
        state[:, live] = new
        live = live[moved > TOLERANCE**2]
        if not len(live):
            break
    return state[3]


def shift_variance(change: np.ndarray, variance: np.ndarray) -> float:
    """Variance of the shift over taxa: the jackknife's, by leaving out a taxon (or a part of many) at a time."""
    count = min(PARTS, len(change))
    left_out = np.arange(len(change)) % count == np.arange(count)[:, None]
    found = common_shift(change, variance, ~left_out)
    return float((count - 1) / count * ((found - found.mean()) ** 2).sum())


def _round(
    state: np.ndarray, change: np.ndarray, variance: np.ndarray, kept: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """One step of expectation and maximization for each set."""
    shift, apart, extra = state[3], np.vstack([0 * state[3], state[4:6]]), np.vstack([0 * state[3], state[6:8]])
    wide = variance + extra[:, :, None]
    off = (change - (shift + apart)[:, :, None]) ** 2
    share = state[:3, :, None] * np.exp(-0.5 * off / wide) / np.sqrt(wide) * kept
    share /= share.sum(axis=0) + 1e-300
    weight = share / wide
    new = np.empty_like(state)
    new[:3] = share.sum(axis=2) / size
    new[3] = (weight * (change - apart[:, :, None])).sum(axis=(0, 2)) / weight.sum(axis=(0, 2))
    away = (weight[1:] * (change - shift[:, None])).sum(axis=2) / np.maximum(weight[1:].sum(axis=2), 1e-300)
    new[4], new[5] = np.minimum(away[0], 0.0), np.maximum(away[1], 0.0)
    new[6], new[7] = (_spread(state[5 + j], variance, off[j], share[j]) for j in (1, 2))
    return new


def _spread(extra: np.ndarray, variance: np.ndarray, off: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The extra variance of a kind that makes its taxa likeliest, by Fisher's scoring; not below 0."""
    for _ in range(STEPS):
        sure = 1 / (variance + extra[:, None])
        slope = (share * (sure - off * sure**2)).sum(axis=1)
        extra = np.maximum(extra - slope / np.maximum((share * sure**2).sum(axis=1), 1e-300), 0.0)
    return extra


def _start(change: np.ndarray) -> list[float]:
    """Three quarters stay, around the mean of the middle half; the outer eighths fall and rise."""
    low, first, third, high = np.quantile(change, (0.125, 0.25, 0.75, 0.875))
    middle = change[(change >= first) & (change <= third)]
    means, spreads = [], []
    for outer, end in ((change[change < low], change.min()), (change[change > high], change.max())):
        means.append(outer.mean() if len(outer) else end)
        spreads.append((outer.var(ddof=1) or 1.0) if len(outer) > 1 else 1.0)
    return [0.75, 0.125, 0.125, (middle if len(middle) else change).mean(), *means, *spreads]
