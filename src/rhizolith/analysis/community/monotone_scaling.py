"""Non-metric scaling: samples placed in a few dimensions so that the order of their distances is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression, minimize
from threadpoolctl import threadpool_limits

from rhizolith.analysis.community.dissimilarity import check_distances, gower
from rhizolith.analysis.tied_ranks import ROUNDING
from rhizolith.errors import InputError, Problem

SAME = 1e-3
"""Two starts that end within this stress count as the same solution."""


@dataclass(frozen=True, repr=False)
class Scaling:
    """`points`: samples × axes, turned to principal axes; `stress`: Kruskal's stress 1; `starts`: how many were tried;
    `agreed`: how many ended at the best stress; `fit`: for every pair its dissimilarity, distance and disparity."""

    points: pd.DataFrame
    stress: float
    starts: int
    agreed: int
    fit: pd.DataFrame

    def __repr__(self) -> str:
        return f"Scaling: stress {self.stress:.3f}, best found in {self.agreed} of {self.starts} starts"


def nmds(d: pd.DataFrame | np.ndarray, axes: int = 2, *, starts: int = 12, seed: int | None = 0) -> Scaling:
    """Kruskal's non-metric scaling (1964), ties free (his first way), from principal coordinates and random starts.

    The stress is minimized over the places with the disparities at their monotone optimum: its gradient is then that
    with the disparities held. Stress above about 0.2 says that the picture is not to be trusted (Clarke 1993).
    """
    matrix = check_distances(d)
    size = len(matrix)
    if not 1 <= axes < size - 1:
        raise InputError(Problem("axes", f"{axes} axes for {size} samples", "use 2 or 3"))
    upper = np.triu_indices(size, 1)
    order = np.argsort(matrix[upper], kind="stable")
    upper = (upper[0][order], upper[1][order])
    target = matrix[upper]
    steps = np.cumsum(np.concatenate([[True], np.diff(target) > ROUNDING * target[-1]]))
    ties = steps if steps[-1] < len(target) else None
    rng = np.random.default_rng(seed)
    first = _principal(matrix, axes)
    begin = [first] + [rng.normal(size=(size, axes)) * first.std() for _ in range(max(starts - 1, 0))]
    with threadpool_limits(1):  # vectors are short: threads would spend their time waiting for one another
        ends = sorted((_descend(x, ties, upper, 60) for x in begin), key=lambda e: e[0])
        finished = [_descend(x, ties, upper, 2000) for _, x in ends[:3]]
    stress, points = min(finished, key=lambda e: e[0])
    agreed = sum(s < stress + SAME for s, _ in finished) + sum(s < stress + SAME for s, _ in ends[3:])
    turned = _turned(points)
    names = d.index if isinstance(d, pd.DataFrame) else range(size)
    distance = np.sqrt(((turned[upper[0]] - turned[upper[1]]) ** 2).sum(axis=1))
    table = pd.DataFrame({"dissimilarity": target, "distance": distance, "disparity": disparities(distance, ties)})
    columns = [f"NMDS{i + 1}" for i in range(axes)]
    return Scaling(pd.DataFrame(turned, names, columns), float(stress), len(begin), int(agreed), table)


def disparities(distance: np.ndarray, ties: np.ndarray | None) -> np.ndarray:
    """The closest numbers to `distance` that never fall along it (pairs stand in order of dissimilarity).

    `ties` numbers the groups of equal dissimilarity, within which disparities may differ; None: there are none.
    """
    if ties is None:
        return isotonic_regression(distance).x
    order = np.lexsort((distance, ties))
    out = np.empty(len(distance))
    out[order] = isotonic_regression(distance[order]).x
    return out


def _descend(start: np.ndarray, ties: np.ndarray | None, upper: tuple, rounds: int) -> tuple[float, np.ndarray]:
    """The nearest minimum of the stress."""
    shape = start.shape

    def stress(flat: np.ndarray) -> tuple[float, np.ndarray]:
        x = flat.reshape(shape).T.copy()
        gaps = [axis.take(upper[0]) - axis.take(upper[1]) for axis in x]
        distance = np.sqrt(sum(gap * gap for gap in gaps)) + 1e-15
        left = distance - disparities(distance, ties)
        above, below = left @ left, distance @ distance
        value = np.sqrt(above / below)
        pull = (left / max(above, 1e-300) - distance / below) * value / distance
        slope = np.zeros(shape)
        for k, gap in enumerate(gaps):
            force = pull * gap
            slope[:, k] = np.bincount(upper[0], force, shape[0]) - np.bincount(upper[1], force, shape[0])
        return float(value), slope.ravel()

    found = minimize(stress, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "ftol": 1e-10})
    return float(found.fun), found.x.reshape(shape)


def _principal(d: np.ndarray, axes: int) -> np.ndarray:
    """Principal coordinates to start from."""
    values, vectors = np.linalg.eigh(gower(d))
    return vectors[:, -axes:] * np.sqrt(np.maximum(values[-axes:], 1e-12))


def _turned(points: np.ndarray) -> np.ndarray:
    """Centred, of unit spread, first axis along the largest spread."""
    x = points - points.mean(axis=0)
    u, s, _ = np.linalg.svd(x, full_matrices=False)
    turned = u * s
    return turned / np.sqrt((turned**2).sum() / len(turned))
