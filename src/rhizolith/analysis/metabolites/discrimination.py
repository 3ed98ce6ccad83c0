"""Two groups of samples told apart by all features together, and how much of that would happen by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.metabolites.latent_structures import Structures, importance, opls, pls
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.errors import InputError, Problem

GAIN = 0.01
"""Least gain in Q² for which another component is kept when their number is chosen (as ropls)."""
MOST = 9
"""Largest number of components tried."""


@dataclass(frozen=True, repr=False)
class Discrimination:
    """`features`: VIP, VIP of the orthogonal part, loading, coefficient; `scores`: samples × components.

    `r2y`: y explained by the fit; `q2`: y predicted of samples left out, scaling inside each fold; `q2_usual`: with the
    table scaled once before the folds, as SIMCA and ropls print it (a little better than the truth); `p`: of `q2` by
    shuffled labels, (1 + b)/(1 + m); `components`: (predictive, orthogonal); `groups`: what −, + stand for.
    """

    features: pd.DataFrame
    scores: pd.DataFrame
    r2x: float
    r2y: float
    q2: float
    q2_usual: float
    p: float
    p_r2y: float
    components: tuple[int, int]
    groups: tuple[str, str]
    n: int
    permutations: int
    method: str

    def __repr__(self) -> str:
        return (
            f"Discrimination ({self.method}) of {self.groups[0]} and {self.groups[1]}: {self.n} samples, "
            f"Q² {self.q2:.2f} (p {self.p:.3f}), R²Y {self.r2y:.2f}"
        )


def discriminate(
    table: pd.DataFrame,
    groups: Sequence[Any],
    *,
    method: str = "opls",
    components: int | None = None,
    folds: int = 7,
    plots: Sequence[Any] | None = None,
    blocks: Sequence[Any] | None = None,
    n: int = 200,
    seed: int | None = 0,
) -> Discrimination:
    """OPLS-DA (or PLS-DA) of two groups on a table of logarithms without gaps, columns scaled to variance 1.

    `components`: orthogonal ones for opls, all for pls; None adds them while Q² gains 0.01. `folds`: interleaved.
    `plots`: what several samples were taken from, where groups differ within it: its means are taken out (as multilevel
    PLS-DA), its samples are left out together and labels shuffled within it. `blocks`: labels are shuffled within them
    only, nothing is taken out.
    """
    if method not in ("opls", "pls"):
        raise InputError(Problem("method", f"{method!r} is unknown", "use opls or pls"))
    x, y, kinds = prepare(table, groups, folds)
    held: int | np.ndarray = folds
    if plots is not None:
        x, codes = inside(x, plots)
        held = codes % folds
    fit = opls if method == "opls" else pls
    first = 0 if method == "opls" else 1
    if components is None:
        components = choose(x, y, fit, first, held)
    if components < first or components > min(x.shape) - 2:
        raise InputError(Problem("components", f"{components} for {len(y)} samples", "use 1 to 3"))
    xs, ys = standard(x), standard(y[:, None])[:, 0]
    s = fit(xs, ys, components)
    total = float(ys @ ys)
    r2y, q2 = float(s.ssy.sum() + s.orthogonal_ssy.sum()) / total, cross_validate(x, y, fit, components, held)
    drawn = np.array([
        (shuffled_r2(xs, ys[o], fit, components), cross_validate(x, y[o], fit, components, held))
        for o in shuffles(len(y), n, blocks if plots is None else plots, seed)
    ])  # fmt: skip
    return Discrimination(
        _features(s, table.columns), _scores(s, table.index),
        float((s.ssx.sum() + s.orthogonal_ssx.sum()) / (xs**2).sum()), r2y, q2,
        usual_q2(xs, ys, fit, components, held),
        float(upper_p(q2, drawn[:, 1])), float(upper_p(r2y, drawn[:, 0])),
        (1, components) if method == "opls" else (components, 0), kinds, len(y), n, f"{method.upper()}-DA",
    )  # fmt: skip


def prepare(table: pd.DataFrame, groups: Sequence[Any], folds: int) -> tuple[np.ndarray, np.ndarray, tuple[str, str]]:
    """Numbers and ±; InputError with gaps, flat features, wrong numbers of groups."""
    labels = pd.Series(list(groups), dtype=object)
    kinds = [k for k in dict.fromkeys(labels) if k is not None and k == k]
    problems = []
    if len(labels) != len(table):
        problems.append(Problem("groups", f"{len(labels)} labels for {len(table)} samples", "one label per sample"))
    if len(kinds) != 2 or labels.isna().any():
        shown = ", ".join(map(str, kinds))
        problems.append(Problem("groups", f"{len(kinds)} kinds ({shown}), two are needed", "compare two at a time"))
    elif min((labels == k).sum() for k in kinds) < 3 or len(labels) < folds:
        problems.append(Problem("groups", "hold fewer than three samples, or fewer than folds", "gather more"))
    gaps = [str(c) for c in table.columns[table.isna().any()]]
    problems += [Problem(f"feature {c}", "has gaps", "impute first") for c in gaps[:20]]
    flat = [str(c) for c in table.columns[(table.nunique() < 2)]]
    problems += [Problem(f"feature {c}", "is the same in every sample", "leave it out") for c in flat[:20]]
    if problems:
        raise InputError(problems)
    x = table.to_numpy(float)
    return x, np.where(labels == kinds[1], 1.0, 0.0), (str(kinds[0]), str(kinds[1]))


def standard(x: np.ndarray, by: np.ndarray | None = None) -> np.ndarray:
    """Columns at mean 0 and variance 1 (of `by`, where given); columns that do not vary become 0."""
    base = x if by is None else by
    spread = base.std(axis=0, ddof=1)
    return (x - base.mean(axis=0)) / np.where(spread > 1e-12, spread, np.inf)


def inside(x: np.ndarray, plots: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    """What is left when the mean of its plot is taken from each sample, and the number of each sample's plot."""
    codes = np.unique(np.asarray(list(plots), dtype=str), return_inverse=True)[1]
    label = np.eye(codes.max() + 1)[codes]
    return x - label @ ((label.T @ x) / label.sum(axis=0)[:, None]), codes


def left_out(folds: int | np.ndarray, n: int) -> list[np.ndarray]:
    """Masks of the samples left out together: interleaved, or those of one number."""
    fold = np.arange(n) % folds if isinstance(folds, int) else folds
    return [fold == k for k in np.unique(fold)]


def cross_validate(x: np.ndarray, y: np.ndarray, fit: Any, components: int, folds: int | np.ndarray) -> float:
    """Q² with everything, scaling too, learned without the samples predicted."""
    missed = 0.0
    for out in left_out(folds, len(y)):
        centre, spread = y[~out].mean(), y[~out].std(ddof=1)
        if not spread > 0:
            return float("nan")
        s = fit(standard(x[~out]), (y[~out] - centre) / spread, components)
        answer = s.predict(standard(x[out], x[~out])) * spread + centre
        missed += ((y[out] - answer) ** 2).sum()
    return 1 - missed / float(((y - y.mean()) ** 2).sum())


def usual_q2(xs: np.ndarray, ys: np.ndarray, fit: Any, components: int, folds: int | np.ndarray) -> float:
    """Q² as SIMCA and ropls print it: scaled once; for PLS, 1 − Π(1 − Q²) over components on what earlier ones left."""
    if fit is opls:
        return 1 - _press(xs, ys, opls, components, folds) / float(ys @ ys)
    left, x, y = 1.0, xs.copy(), ys.copy()
    for _ in range(components):
        left *= _press(x, y, pls, 1, folds) / float(y @ y)
        s = pls(x, y, 1)
        t = s.scores[:, 0]
        x, y = x - np.outer(t, s.loadings[:, 0]), y - t * s.y_loadings[0]
    return 1 - left


def _press(x: np.ndarray, y: np.ndarray, fit: Any, components: int, folds: int | np.ndarray) -> float:
    """Squared misses of samples left out, without centring again."""
    missed = 0.0
    for out in left_out(folds, len(y)):
        missed += ((y[out] - fit(x[~out], y[~out], components).predict(x[out])) ** 2).sum()
    return float(missed)


def choose(x: np.ndarray, y: np.ndarray, fit: Any, first: int, folds: int | np.ndarray) -> int:
    """Components while they raise Q² by at least 0.01."""
    best, q2 = first, cross_validate(x, y, fit, first, folds)
    for k in range(first + 1, min(MOST, min(x.shape) - 2) + 1):
        new = cross_validate(x, y, fit, k, folds)
        if not new > q2 + GAIN:
            break
        best, q2 = k, new
    return best


def shuffled_r2(xs: np.ndarray, ys: np.ndarray, fit: Any, components: int) -> float:
    """Share of shuffled labels that the fit explains."""
    s = fit(xs, ys, components)
    return float(s.ssy.sum() + s.orthogonal_ssy.sum()) / float(ys @ ys)


def _features(s: Structures, names: pd.Index) -> pd.DataFrame:
    """One row a feature."""
    vip, apart = importance(s)
    return pd.DataFrame(
        {"vip": vip, "vip_orthogonal": apart, "loading": s.loadings[:, 0], "coefficient": s.coefficients}, index=names
    )


def _scores(s: Structures, names: pd.Index) -> pd.DataFrame:
    """One row a sample."""
    columns = [f"predictive_{i + 1}" for i in range(s.scores.shape[1])]
    columns += [f"orthogonal_{i + 1}" for i in range(s.orthogonal_scores.shape[1])]
    return pd.DataFrame(np.column_stack([s.scores, s.orthogonal_scores]), names, columns)
