"""Whether groups of communities differ in spread: distances of samples to the spatial median of their group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.community.dissimilarity import check_distances
from rhizolith.analysis.community.principal_coordinates import signed_axes
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.errors import InputError, Problem


@dataclass(frozen=True, repr=False)
class Dispersion:
    """`distances`: each sample to the centre of its group; `groups`: mean and n; `f`, `p`: equal spread, by permutation
    of residuals."""

    distances: pd.Series
    groups: pd.DataFrame
    f: float
    p: float
    permutations: int

    def __repr__(self) -> str:
        return f"Dispersion: F {self.f:.2f}, p {self.p:.3f} ({self.permutations} permutations)"


def dispersion(
    d: pd.DataFrame | np.ndarray, groups: Sequence[Any], *, centre: str = "median", n: int = 999, seed: int | None = 0
) -> Dispersion:
    """Multivariate homogeneity of group dispersions (Anderson 2006), on all axes, the imaginary ones too.

    `centre`: median (spatial) or centroid. Source of the treatment of negative eigenvalues: Anderson 2006, as vegan.
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
    f, p = residual_test(away, labels, n, seed)
    table = pd.DataFrame({"mean": away, "group": labels}).groupby("group", sort=False)["mean"].agg(["mean", "count"])
    return Dispersion(pd.Series(away, names, name="distance"), table.rename(columns={"count": "n"}), f, p, n)


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


def residual_test(values: np.ndarray, labels: np.ndarray, n: int, seed: int | None) -> tuple[float, float]:
    """F of one-way analysis of variance, its p by shuffling residuals."""
    kinds, codes = np.unique(labels, return_inverse=True)
    design = np.eye(len(kinds))[codes]
    means = (design.T @ values) / design.sum(axis=0)
    left = values - means[codes]
    drawn = np.array([_f(left[o], design) for o in shuffles(len(values), n, None, seed)])
    observed = _f(values, design)
    return observed, float(upper_p(observed, drawn))


def _f(values: np.ndarray, design: np.ndarray) -> float:
    """F ratio between the columns of a 0/1 design."""
    sizes = design.sum(axis=0)
    means = (design.T @ values) / sizes
    between = (sizes * (means - values.mean()) ** 2).sum() / (len(sizes) - 1)
    within = ((values - design @ means) ** 2).sum() / (len(values) - len(sizes))
    return float(between / within)
