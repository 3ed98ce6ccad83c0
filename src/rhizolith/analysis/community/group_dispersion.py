"""Whether groups of communities differ in spread: distances of samples to the spatial median of their group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.community.dissimilarity import check_distances
from rhizolith.analysis.community.principal_coordinates import signed_axes
from rhizolith.analysis.exchangeable import block_of_plots, units
from rhizolith.analysis.model_terms import added_basis, intercept
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.errors import InputError, Problem


@dataclass(frozen=True, repr=False)
class Dispersion:
    """`distances`: each sample to the centre of its group; `groups`: mean and n; `f`, `p`: equal spread, by permutation
    of residuals; with plots, of the stratum (`strata`) that speaks the louder, its p doubled where there are two."""

    distances: pd.Series
    groups: pd.DataFrame
    f: float
    p: float
    permutations: int
    strata: pd.DataFrame

    def __repr__(self) -> str:
        return f"Dispersion: F {self.f:.2f}, p {self.p:.3f} ({self.permutations} permutations)"


def dispersion(
    d: pd.DataFrame | np.ndarray, groups: Sequence[Any], *, centre: str = "median", n: int = 999, seed: int | None = 0,
    blocks: Sequence[Any] | None = None, plots: Sequence[Any] | None = None,
) -> Dispersion:  # fmt: skip
    """Multivariate homogeneity of group dispersions (Anderson 2006), on all axes, the imaginary ones too.

    `centre`: median (spatial) or centroid. Residuals are shuffled within `blocks`; with `plots` of several samples,
    means of plots are compared by shuffling whole plots, and what is left within plots by shuffling there.
    Source of the treatment of negative eigenvalues: Anderson 2006, as vegan.
    """
    matrix = check_distances(d)
    labels = pd.Series(list(groups), dtype=object).astype(str).to_numpy()
    if len(labels) != len(matrix):
        raise InputError(Problem("groups", f"{len(labels)} labels for {len(matrix)} samples", "one label per sample"))
    kinds = list(dict.fromkeys(labels))
    if len(kinds) < 2 or len(kinds) > len(labels) - 2:
        raise InputError(
            Problem("groups", f"{len(kinds)} groups cannot be compared", "give two or more with replicates")
        )
    find = {"median": spatial_median, "centroid": lambda x: x.mean(axis=0)}.get(centre)
    if find is None:
        raise InputError(Problem("centre", f"{centre!r} is unknown", "use median or centroid"))
    real, imaginary = signed_axes(matrix)
    squared = np.zeros(len(labels))
    for kind in kinds:
        rows = labels == kind
        for part, sign in ((real, 1.0), (imaginary, -1.0)):
            if part.shape[1]:
                squared[rows] += sign * ((part[rows] - find(part[rows])) ** 2).sum(axis=1)
    away = np.sqrt(np.abs(squared))
    names = d.index if isinstance(d, pd.DataFrame) else range(len(away))
    strata = _strata(away, labels, n, seed, blocks, plots)
    f, p = float(strata["f"].iloc[0]), min(1.0, float(strata["p"].iloc[0]) * len(strata))
    table = pd.DataFrame({"mean": away, "group": labels}).groupby("group", sort=False)["mean"].agg(["mean", "count"])
    return Dispersion(pd.Series(away, names, name="distance"), table.rename(columns={"count": "n"}), f, p, n, strata)


def spatial_median(points: np.ndarray) -> np.ndarray:
    """The point with the smallest sum of distances to all (Weiszfeld's iteration, settled to 1e-10)."""
    here = points.mean(axis=0)
    for _ in range(1000):
        away = np.sqrt(((points - here) ** 2).sum(axis=1))
        pull = 1.0 / np.maximum(away, 1e-12)
        new = (points * pull[:, None]).sum(axis=0) / pull.sum()
        if np.abs(new - here).max() < 1e-10:
            return new
        here = new
    return here


def _strata(
    away: np.ndarray, labels: np.ndarray, n: int, seed: int | None, blocks: Sequence[Any] | None,
    plots: Sequence[Any] | None,
) -> pd.DataFrame:  # fmt: skip
    """F and p of equal spread: of all samples, or between and within plots, the smaller p first."""
    if plots is None:
        f, p = residual_test(away, labels, n, seed, blocks)
        return pd.DataFrame({"f": [f], "p": [p]}, index=["samples"])
    u = units(plots)
    kinds = pd.Series(labels)
    between = kinds.groupby(u.codes).agg(lambda x: " · ".join(sorted(x))).to_numpy(str)
    found = {}
    if 1 < len(set(between)) < u.count - 1:
        found["between plots"] = residual_test(u.average @ away, between, n, seed, block_of_plots(blocks, u))
    if not (kinds.groupby(u.codes).nunique() == 1).all():
        found["within plots"] = residual_test(away, labels, n, seed, u.codes.tolist(), taken=u.codes)
    return pd.DataFrame(found, index=["f", "p"]).T.sort_values("p")


def residual_test(
    values: np.ndarray, labels: np.ndarray, n: int, seed: int | None, blocks: Sequence[Any] | None = None,
    taken: np.ndarray | None = None,
) -> tuple[float, float]:  # fmt: skip
    """F of groups in one-way analysis of variance, its p by shuffling residuals; `taken`: plots taken out before."""
    start = intercept(len(values))
    if taken is not None:
        start = np.column_stack([start, added_basis(np.eye(taken.max() + 1)[taken], start)])
    basis = added_basis(np.eye(len(set(labels)))[np.unique(labels, return_inverse=True)[1]], start)
    free = len(values) - start.shape[1] - basis.shape[1]
    full = np.column_stack([start, basis])

    def ratio(z: np.ndarray) -> np.ndarray:
        gain = ((basis.T @ z) ** 2).sum(axis=0)
        error = (z**2).sum(axis=0) - ((full.T @ z) ** 2).sum(axis=0)
        return (gain / basis.shape[1]) / (np.maximum(error, 1e-300) / free)

    left = values - full @ (full.T @ values)
    drawn = ratio(left[shuffles(len(values), n, blocks, seed)].T)
    observed = float(ratio(values[:, None])[0])
    return observed, float(upper_p(observed, drawn))
