"""Gaps filled from what soils of the databases hold, given what was measured in this one; never by a single number."""

from __future__ import annotations

from functools import cache

import numpy as np

from rhizolith.assessment.draws import Draws
from rhizolith.assessment.measured import Measured, inputs
from rhizolith.knowledge import tables

PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
LINEAR = ("pH", "clay")
"""kept on their own scale; all else on that of the logarithm"""
FLOOR = 0.01
"""added before the logarithm is taken, so that values below detection stay finite; in the unit of the quantity"""


@cache
def _tables() -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Names, quantiles (names, probabilities) on the scale of the sampling, normal scores, correlations."""
    from scipy.special import ndtri

    rows = [row for row in tables.rows("evidence_correlations")]
    names = [row["quantity"] for row in rows]
    matrix = np.array([[float(row[n]) for n in names] for row in rows])
    priors = {row["quantity"]: row for row in tables.rows("evidence_priors")}
    heights = np.array([[float(priors[n][f"q{100 * p:02.0f}"]) for p in PROBABILITIES] for n in names])
    scaled = np.array([_scale(n, h) for n, h in zip(names, heights, strict=True)])
    scaled += np.arange(len(PROBABILITIES)) * 1e-9  # strictly rising where several quantiles are at the detection limit
    return names, scaled, ndtri(np.array(PROBABILITIES)), matrix


def _scale(name: str, x: np.ndarray) -> np.ndarray:
    return x if name in LINEAR else np.log10(np.maximum(x, 0) + FLOOR)


def _back(name: str, y: np.ndarray) -> np.ndarray:
    return y if name in LINEAR else np.maximum(10.0**y - FLOOR, 0)


def share_held(draws: Draws) -> np.ndarray:
    """(samples,) share of a soil's organic carbon that minerals hold, as heavy fractions of the database show."""
    row = _row("mineral_held_share")
    heights = [float(row[f"q{100 * p:02.0f}"]) for p in PROBABILITIES]
    return np.interp(draws.uniform("share held by minerals"), PROBABILITIES, heights)


def most_held(draws: Draws) -> np.ndarray:
    """(samples,) g of carbon that a kg of minerals holds at most: between 95 and 99 % of the heavy fractions."""
    row = _row("heavy_carbon")
    return draws.between("carbon on minerals at most", float(row["q95"]), float(row["q99"]))


def _row(quantity: str) -> dict[str, str]:
    return next(r for r in tables.rows("evidence_priors") if r["quantity"] == quantity)


def fill(soils: Measured, draws: Draws) -> dict[str, np.ndarray]:
    """Key → (soils, samples): measured values with the laboratory's error, gaps sampled given all that was measured.

    A Gaussian copula over ISRaD and SoDaH layers: correlated normal scores, marginals by quantiles. Where nothing else
    is known the spread is that of the databases. Values beyond the databases keep what was measured.
    """
    names, heights, scores, matrix = _tables()
    n, size = len(soils), draws.size
    held = np.column_stack([soils.given(k) for k in names])
    known = np.zeros((n, len(names)))
    for j, key in enumerate(names):
        value = _scale(key, np.nan_to_num(soils.values.get(key, np.full(n, np.nan)), nan=FLOOR))
        known[:, j] = np.clip(np.interp(value, heights[j], scores), -2.5, 2.5)
    noise = np.stack([draws.normal(f"gap:{k}") for k in names])
    out = {key: np.empty((n, size)) for key in names}
    patterns, which = np.unique(held, axis=0, return_inverse=True)
    for p, pattern in enumerate(patterns):
        rows = np.flatnonzero(which.ravel() == p)
        missing, given = np.flatnonzero(~pattern), np.flatnonzero(pattern)
        gain = np.linalg.solve(matrix[np.ix_(given, given)], matrix[np.ix_(given, missing)]).T
        rest = matrix[np.ix_(missing, missing)] - gain @ matrix[np.ix_(given, missing)]
        root = np.linalg.cholesky(rest + 1e-9 * np.eye(len(missing))) if len(missing) else rest
        z = (known[np.ix_(rows, given)] @ gain.T)[:, :, None] + (root @ noise[missing])[None]
        for i, j in enumerate(missing.tolist()):
            out[names[j]][rows] = _back(names[j], np.interp(z[:, i], scores, heights[j]))
    for key in names:
        _measure(out[key], key, soils, draws)
    for key in set(soils.values) - set(names):
        out[key] = np.full((n, size), np.nan)
        _measure(out[key], key, soils, draws)
    return out


def _measure(sampled: np.ndarray, key: str, soils: Measured, draws: Draws) -> None:
    """Put measured values, with the laboratory's error, where there are any."""
    rows, row = np.flatnonzero(soils.given(key)), inputs()[key]
    if not len(rows):
        return
    value, error, z = soils.values[key][rows, None], float(row["error"]), draws.normal(f"error:{key}")
    off = value + error * z if row["error_kind"] == "absolute" else value * np.exp(error * z)
    if key in soils.errors:
        told = soils.errors[key][rows, None]
        stated = value + told * z if row["error_kind"] == "absolute" else value * np.exp(told * z)
        off = np.where(np.isfinite(told), stated, off)
    sampled[rows] = np.clip(off, float(row["low"]), float(row["high"]))
