"""A linear model in which samples of one plot, plant or block share what they have in common: restricted likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import optimize, stats

LEAST_GROUPS = 3
"""Groups below which the variance between them cannot be told."""


@dataclass(frozen=True, repr=False)
class RandomIntercept:
    """`beta`: one per column of the model; `covariance`: of beta; `between`, `within`: variances of groups and of
    samples; `icc`: share of the variance that groups hold; `information`: of (between, within)."""

    beta: np.ndarray
    covariance: np.ndarray
    between: float
    within: float
    sizes: np.ndarray
    information: np.ndarray = field(repr=False)
    spread: np.ndarray = field(repr=False)

    @property
    def icc(self) -> float:
        """Share of the variance between groups; below 0 where samples of a group are less alike than others."""
        return self.between / (self.between + self.within)

    def degrees(self, contrast: np.ndarray) -> float:
        """Satterthwaite's degrees of freedom of a contrast of beta: 2 v²/Var(v), Var by the delta method."""
        v = float(contrast @ self.covariance @ contrast)
        slope = np.array([contrast @ self.spread[k] @ contrast for k in (0, 1)])
        error = float(slope @ np.linalg.solve(self.information, slope))
        return 2 * v**2 / error if error > 0 else np.inf

    def test(self, columns: Sequence[int]) -> tuple[float, int, float, float]:
        """F, its two degrees of freedom and p of beta being 0 in these columns.

        Several columns: degrees of freedom joined as Fai and Cornelius (1996) do.
        """
        take = list(columns)
        block = self.covariance[np.ix_(take, take)]
        values, vectors = np.linalg.eigh(block)
        t2 = (vectors.T @ self.beta[take]) ** 2 / values
        q = len(take)
        each = []
        for k in range(q):
            contrast = np.zeros(len(self.beta))
            contrast[take] = vectors[:, k]
            each.append(self.degrees(contrast))
        free = joined(np.array(each))
        f = float(t2.mean())
        return f, q, free, float(stats.f.sf(f, q, free))


def joined(degrees: np.ndarray) -> float:
    """Degrees of freedom of the denominator from those of each of its contrasts (Fai & Cornelius 1996)."""
    if len(degrees) == 1 or np.ptp(degrees) < 1e-8 * degrees.max():
        return float(degrees[0])
    if not np.isfinite(degrees).all():
        degrees = np.where(np.isfinite(degrees), degrees, 1e6)
    above = degrees[degrees > 2]
    total = float((above / (above - 2)).sum())
    return 2 * total / (total - len(degrees)) if total > len(degrees) else 2.0


def fit(y: np.ndarray, x: np.ndarray, groups: Sequence[Any]) -> RandomIntercept:
    """Restricted maximum likelihood of y = x β + group + error; x of full column rank.

    The variance between groups may come out negative, down to where samples of a group could not vary less: only then
    are F tests of balanced designs those of the split-plot analysis of variance, and their error rate the nominal one.
    """
    codes = np.unique(np.asarray(list(groups), dtype=str), return_inverse=True)[1]
    sizes = np.bincount(codes).astype(float)
    label = np.eye(len(sizes))[codes]
    q, triangle = np.linalg.qr(x)
    start = q.T @ y  # least squares first: what is left is small, and its squares keep their digits
    left = y - q @ start
    parts = _Parts(q.T @ q, label.T @ q, q.T @ left, label.T @ left, float(left @ left), sizes, len(y))
    icc = _most_likely(parts, sizes)
    ratio = icc / (1 - icc)
    covariance, beta, within = parts.solve(ratio)
    residual = left - q @ beta
    back = np.linalg.inv(triangle)
    return _informed(x, residual, label, sizes, ratio, within, back @ covariance @ back.T, back @ (beta + start))


def _most_likely(parts: _Parts, sizes: np.ndarray) -> float:
    """Share of the variance between groups at the largest restricted likelihood.

    The best of a grid, then the root of the slope beside it: a search for the least value would stop within the root
    of rounding, at six to eight digits of F.
    """
    low = -1.0 / (sizes.max() - 1) if sizes.max() > 1 else 0.0
    grid = np.concatenate([low + (0.02 - low) * np.linspace(0.02, 0.98, 8), np.linspace(0.02, 0.995, 16)])
    worth = [parts.deviance(r) for r in grid]
    k = int(np.argmin(worth))
    ends = (low * (1 - 1e-9) if k == 0 else grid[k - 1], grid[k + 1] if k + 1 < len(grid) else 1 - 1e-9)
    if parts.slope(ends[0]) < 0 < parts.slope(ends[1]):
        return float(optimize.brentq(parts.slope, *ends, xtol=1e-15, rtol=1e-14))
    best = optimize.minimize_scalar(parts.deviance, bounds=ends, method="bounded", options={"xatol": 1e-11})
    return float(best.x if best.fun <= worth[k] else grid[k])


@dataclass(frozen=True)
class _Parts:
    """Cross-products of the data: all that the likelihood needs."""

    xx: np.ndarray
    gx: np.ndarray
    xy: np.ndarray
    gy: np.ndarray
    yy: float
    sizes: np.ndarray
    n: int

    def weighted(self, ratio: float) -> tuple[np.ndarray, np.ndarray, float]:
        """X'WX, X'Wy, y'Wy with W = (I + ratio·J)⁻¹ within each group."""
        c = ratio / (1 + ratio * self.sizes)
        return (
            self.xx - (self.gx * c[:, None]).T @ self.gx, self.xy - self.gx.T @ (c * self.gy),
            self.yy - float(c @ self.gy**2),
        )  # fmt: skip

    def solve(self, ratio: float) -> tuple[np.ndarray, np.ndarray, float]:
        """Covariance of beta, beta, variance within."""
        a, b, c = self.weighted(ratio)
        inverse = np.linalg.inv(a)
        beta = inverse @ b
        within = max((c - float(b @ beta)) / (self.n - len(b)), 1e-300)
        return inverse * within, beta, within

    def deviance(self, icc: float) -> float:
        """−2 log restricted likelihood, but for a constant."""
        ratio = icc / (1 - icc)
        a, b, c = self.weighted(ratio)
        sign, size = np.linalg.slogdet(a)
        if sign <= 0 or not (1 + ratio * self.sizes > 0).all():
            return np.inf
        rest = c - float(b @ np.linalg.solve(a, b))
        free = self.n - len(b)
        return free * np.log(max(rest, 1e-300) / free) + float(np.log(1 + ratio * self.sizes).sum()) + size

    def slope(self, icc: float) -> float:
        """Derivative of the deviance by between/within, at this share of the variance."""
        ratio = icc / (1 - icc)
        covariance, beta, within = self.solve(ratio)
        shrink = 1 / (1 + ratio * self.sizes)
        left = self.gy - self.gx @ beta
        spread = ((self.gx @ covariance) * self.gx).sum(axis=1)
        return float((self.sizes * shrink - shrink**2 * (left**2 + spread) / within).sum())


def _informed(
    x: np.ndarray, residual: np.ndarray, label: np.ndarray, sizes: np.ndarray, ratio: float, within: float,
    covariance: np.ndarray, beta: np.ndarray,
) -> RandomIntercept:  # fmt: skip
    """The fit with the observed information of its variances and the slopes of the covariance with them."""
    n = len(residual)
    c = (ratio / (1 + ratio * sizes))[label.argmax(axis=1)]
    inverse = (np.eye(n) - (label * c[:, None]) @ label.T) / within
    vx = inverse @ x
    p = inverse - vx @ covariance @ vx.T
    v = (label @ label.T, np.eye(n))
    py = inverse @ residual
    information = np.empty((2, 2))
    for i in (0, 1):
        for j in (0, 1):
            trace = float(((p @ v[i]) * (p @ v[j]).T).sum())
            information[i, j] = float(py @ v[i] @ p @ v[j] @ py) - 0.5 * trace
    if np.linalg.eigvalsh(information)[0] <= 0:  # far from its optimum in a corner: the expected one
        information = np.array([[0.5 * float(((p @ a) * (p @ b).T).sum()) for b in v] for a in v])
    slopes = np.array([covariance @ vx.T @ a @ vx @ covariance for a in v])
    return RandomIntercept(beta, covariance, ratio * within, within, sizes, information, slopes)
