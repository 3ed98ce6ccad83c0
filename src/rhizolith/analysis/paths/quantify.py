"""Path models of gappy, ordered or merely named indicators: categories get their numbers while the model is fitted.

Alternating least squares on the data themselves (Russolillo 2012): slower than covariances, needed
only when there are gaps or categories. A gap is left out of every sum it would enter; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rhizolith.analysis.paths.covariance import Floats
from rhizolith.analysis.paths.design import Design
from rhizolith.analysis.paths.weights import ITERATIONS, TOLERANCE, inner_weights

LEVELS = ("num", "ord", "nom")


@dataclass(frozen=True)
class Quantified:
    """`values`: samples × indicators, standardized, categories replaced by numbers; `weights`: indicators × latent
    variables; `scores`: samples × latent variables, variance 1; `rounds`; `good`: converged."""

    values: Floats
    weights: Floats
    scores: Floats
    rounds: int
    good: bool


def quantify(values: Floats, design: Design, levels: Sequence[str], tolerance: float = TOLERANCE) -> Quantified:
    """Quantifications, weights and scores. `values` is samples × indicators, NaN for a gap; `levels` one of num, ord,
    nom for each indicator."""
    q = standardized(values)
    blocks = [np.flatnonzero(design.members[:, j]) for j in range(len(design.names))]
    w = [np.full(len(b), 1.0 / np.sqrt(len(b))) for b in blocks]
    y = np.column_stack([project(q[:, b], v) for b, v in zip(blocks, w)])
    ranks = {i: np.unique(values[:, i], return_inverse=True)[1] for i, level in enumerate(levels) if level != "num"}
    rounds, good = 0, False
    with np.errstate(all="ignore"):
        while not good and rounds < ITERATIONS:
            rounds += 1
            old = y.copy()
            z = y @ inner_weights(_inner_moments(y, design), design)[0]
            for j, block in enumerate(blocks):
                for i in block.tolist():
                    if levels[i] != "num":
                        target = z[:, j] if design.modes[j] == "A" else _partial(q, block, i, z[:, j])
                        q[:, i] = scaled_category(target, ranks[i], values[:, i], levels[i])
                w[j] = outer_weights(q[:, block], z[:, j], design.modes[j])
                y[:, j] = standardized(project(q[:, block], w[j])[:, None])[:, 0]
            change = ((np.abs(old) - np.abs(y)) ** 2).sum()
            if not np.isfinite(change):
                break
            good = bool(change < tolerance)
    matrix = np.zeros(design.members.shape)
    for j, block in enumerate(blocks):
        matrix[block, j] = w[j] / np.nanstd(_plain(q[:, block], w[j]))
    return Quantified(q, matrix, y, rounds, good)


def standardized(values: Floats) -> Floats:
    """Mean 0 and variance 1 (divisor n) of what is there, column by column."""
    return (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)


def project(values: Floats, w: Floats) -> Floats:
    """Score of every sample from the indicators it has: the regression of its row on the weights."""
    gaps = np.isnan(values)
    if not gaps.any():
        return values @ w
    return np.where(gaps, 0.0, values) @ w / ((~gaps) @ w**2)


def outer_weights(values: Floats, z: Floats, mode: str) -> Floats:
    """Slopes of the indicators on the inner estimate (A), or of the inner estimate on the indicators (B)."""
    gaps = np.isnan(values)
    if mode == "B":
        rows = ~gaps.any(axis=1)
        return np.linalg.lstsq(values[rows], z[rows], rcond=None)[0]
    return np.where(gaps, 0.0, values).T @ z / ((~gaps).T @ z**2)


def scaled_category(z: Floats, codes: np.ndarray, raw: Floats, level: str) -> Floats:
    """Numbers for the categories of one indicator: means of z within each, made monotone when they are ordered."""
    here = ~np.isnan(raw)
    counts = np.bincount(codes[here])
    means = np.bincount(codes[here], weights=z[here]) / np.maximum(counts, 1)
    used = counts > 0
    if level == "ord":
        up, down = isotonic(means[used], counts[used]), -isotonic(-means[used], counts[used])
        spread = [np.average((m - np.average(m, weights=counts[used])) ** 2, weights=counts[used]) for m in (up, down)]
        means[used] = -down if spread[0] < spread[1] else up
    out = np.full(len(raw), np.nan)
    out[here] = means[codes[here]]
    return standardized(out[:, None])[:, 0]


def isotonic(means: Floats, counts: np.ndarray) -> Floats:
    """The closest never-falling sequence, by pooling neighbours that fall."""
    pools: list[list[float]] = []
    for m, c in zip(means, counts):
        pools.append([float(m), float(c), 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            m2, c2, k2 = pools.pop()
            m1, c1, k1 = pools.pop()
            pools.append([(m1 * c1 + m2 * c2) / (c1 + c2), c1 + c2, k1 + k2])
    return np.repeat([p[0] for p in pools], [int(p[2]) for p in pools])


def code_columns(table: Mapping[str, Sequence[object]], columns: Sequence[str], levels: Sequence[str]) -> Floats:
    """Numbers for every column; words of a named category become codes (their order carries no meaning then)."""
    out = []
    for name, level in zip(columns, levels):
        column = np.asarray(table[name], dtype=object)
        if level == "nom":
            gone = np.array([v is None or v != v for v in column])
            words = {w: float(i) for i, w in enumerate(sorted({str(v) for v in column[~gone]}))}
            out.append(np.array([np.nan if g else words[str(v)] for v, g in zip(column, gone)]))
        else:
            out.append(column.astype(float))
    return np.column_stack(out)


def _inner_moments(y: Floats, design: Design) -> Floats:
    """Correlations of the scores; variances enter the factorial scheme as they are."""
    return (np.cov(y.T) if design.scheme == "factorial" else np.corrcoef(y.T))[None]


def _partial(q: Floats, block: np.ndarray, i: int, z: Floats) -> Floats:
    """What is left for indicator i to explain once its block mates have had their share (mode B)."""
    if len(block) == 1:
        return z
    slopes = outer_weights(q[:, block], z, "B")
    mates = block != i
    return (z - np.nan_to_num(q[:, block[mates]]) @ slopes[mates]) / slopes[~mates][0]


def _plain(values: Floats, w: Floats) -> Floats:
    """Weighted sums of the rows that have no gap."""
    return values @ w
