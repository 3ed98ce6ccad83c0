"""Partial least squares of a table on one response, with the parts that have nothing to do with it set apart (OPLS)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Structures:
    """`weights`, `loadings`: features × components; `scores`: samples × components; `y_loadings`; the same with
    `orthogonal_` for the parts set apart; `ssx`, `ssy`: sum of squares that each component takes of X and y (the
    orthogonal ones: by how much y is better explained once they are out); `coefficients`: y of the scaled table."""

    weights: np.ndarray
    loadings: np.ndarray
    scores: np.ndarray
    y_loadings: np.ndarray
    orthogonal_weights: np.ndarray
    orthogonal_loadings: np.ndarray
    orthogonal_scores: np.ndarray
    ssx: np.ndarray
    orthogonal_ssx: np.ndarray
    ssy: np.ndarray
    orthogonal_ssy: np.ndarray
    coefficients: np.ndarray

    def predict(self, x: np.ndarray) -> np.ndarray:
        """y of scaled rows (samples × features)."""
        return x @ self.coefficients


def pls(x: np.ndarray, y: np.ndarray, components: int) -> Structures:
    """PLS of one response (Wold). `x`: samples × features, scaled; `y`: scaled."""
    weights: list[Any] = []
    loadings: list[Any] = []
    scores: list[Any] = []
    slopes: list[Any] = []
    ssx, ssy = [], []
    left, rest = x.copy(), y.copy()
    for _ in range(components):
        w = left.T @ rest
        w = w / np.sqrt(w @ w)
        t = left @ w
        tt = t @ t
        p, c = left.T @ t / tt, rest @ t / tt
        left, rest = left - np.outer(t, p), rest - c * t
        for kept, value in zip((weights, loadings, scores, slopes), (w, p, t, c)):
            kept.append(value)
        ssx.append(tt * (p @ p))
        ssy.append(tt * c**2)
    w, p = np.array(weights).T, np.array(loadings).T
    b = w @ np.linalg.solve(p.T @ w, np.array(slopes))
    none = np.zeros((x.shape[1], 0))
    return Structures(
        w, p, np.array(scores).T, np.array(slopes), none, none, np.zeros((len(x), 0)), np.array(ssx), np.zeros(0),
        np.array(ssy), np.zeros(0), b,
    )  # fmt: skip


def opls(x: np.ndarray, y: np.ndarray, orthogonal: int) -> Structures:
    """One predictive component after `orthogonal` components unrelated to y are taken out (Trygg & Wold 2002)."""
    left = x.copy()
    wo: list[Any] = []
    po: list[Any] = []
    to: list[Any] = []
    ssx, explained = [], []
    w = x.T @ y
    w = w / np.sqrt(w @ w)
    for _ in range(orthogonal):
        t = left @ w
        p = left.T @ t / (t @ t)
        explained.append((y @ t) ** 2 / (t @ t))
        aside = p - (w @ p) * w
        aside = aside / np.sqrt(aside @ aside)
        s = left @ aside
        q = left.T @ s / (s @ s)
        left = left - np.outer(s, q)
        for kept, value in zip((wo, po, to), (aside, q, s)):
            kept.append(value)
        ssx.append((s @ s) * (q @ q))
    t = left @ w
    tt = t @ t
    p, c = left.T @ t / tt, y @ t / tt
    explained.append(c**2 * tt)
    b = w * c
    for aside, q in zip(reversed(wo), reversed(po)):
        b = b - aside * (q @ b)
    shape = (x.shape[1], 0)
    return Structures(
        w[:, None], p[:, None], t[:, None], np.array([c]),
        np.array(wo).T if wo else np.zeros(shape), np.array(po).T if po else np.zeros(shape),
        np.array(to).T if to else np.zeros((len(x), 0)), np.array([tt * (p @ p)]), np.array(ssx),
        np.array([explained[0]]), np.diff(explained), b,
    )  # fmt: skip


def importance(s: Structures) -> tuple[np.ndarray, np.ndarray]:
    """VIP of every feature for the predictive and for the orthogonal components (mean square 1 each).

    PLS: weights, by the variance of y explained (Wold 1993). OPLS: normalized loadings, by the variance of X and of y
    (VIP4 of Galindo-Prieto et al. 2014); orthogonal parts explain no y and count by X alone. NaN without such parts.
    """
    k = len(s.coefficients)
    if not s.orthogonal_weights.shape[1]:
        return np.sqrt(k * (s.weights**2 @ s.ssy) / s.ssy.sum()), np.full(k, np.nan)
    unit, apart = (p**2 / (p**2).sum(axis=0) for p in (s.loadings, s.orthogonal_loadings))
    predictive = np.sqrt(k / 2 * (unit @ s.ssx / s.ssx.sum() + unit @ s.ssy / s.ssy.sum()))
    return predictive, np.sqrt(k * (apart @ s.orthogonal_ssx) / s.orthogonal_ssx.sum())
