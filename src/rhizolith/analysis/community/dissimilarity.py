"""How different two communities are: distances that ecologists use, each said with what it was computed from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist, squareform

from rhizolith.errors import InputError, Problem


def check_counts(table: pd.DataFrame) -> pd.DataFrame:
    """A samples × taxa table of numbers that are there and not negative; InputError with every offending cell."""
    known = all(isinstance(kind, np.dtype) and kind.kind in "iuf" for kind in set(table.dtypes))
    numbers = table if known else table.apply(pd.to_numeric, errors="coerce")
    problems = []
    for row, column in np.argwhere(numbers.isna().to_numpy())[:20]:
        where = f"sample {table.index[row]}, {table.columns[column]}"
        problems.append(Problem(where, f"{table.iloc[row, column]!r} is not a count", "write 0 if it was not found"))
    for row, column in np.argwhere((numbers < 0).to_numpy())[:20]:
        where = f"sample {table.index[row]}, {table.columns[column]}"
        problems.append(Problem(where, f"{numbers.iloc[row, column]:g} is negative", "a count is 0 or more"))
    empty = numbers.index[(numbers.fillna(0) == 0).all(axis=1)]
    problems += [Problem(f"sample {s}", "holds no taxon at all", "leave it out, or check its name") for s in empty]
    if problems:
        raise InputError(problems)
    return numbers.astype(float)


def relative(table: pd.DataFrame) -> pd.DataFrame:
    """Shares of each sample's total."""
    return table.div(table.sum(axis=1), axis=0)


def hellinger(table: pd.DataFrame) -> pd.DataFrame:
    """Square roots of the shares (Legendre & Gallagher 2001): fit for linear methods."""
    return relative(table).pow(0.5)


def clr(table: pd.DataFrame, pseudo: float = 1.0) -> pd.DataFrame:
    """Centred log-ratios after adding a pseudo-count to every cell (Aitchison 1986)."""
    logs = (table + pseudo).apply(np.log)
    return logs.sub(logs.mean(axis=1), axis=0)


KINDS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "bray": lambda t: pdist(relative(t), "braycurtis"),
    "bray_counts": lambda t: pdist(t, "braycurtis"),
    "jaccard": lambda t: pdist(t.to_numpy() > 0, "jaccard"),
    "hellinger": lambda t: pdist(hellinger(t), "euclidean"),
    "aitchison": lambda t: pdist(clr(t), "euclidean"),
    "euclidean": lambda t: pdist(t, "euclidean"),
}
"""bray: of shares; bray_counts: of raw counts; jaccard: of presence; aitchison: of log-ratios with pseudo-count 1."""


def distances(table: pd.DataFrame, kind: str = "bray") -> pd.DataFrame:
    """Distances between the samples (rows) of a table of counts or shares; `kind` is a key of KINDS."""
    if kind not in KINDS:
        raise InputError(Problem("distance", f"{kind!r} is unknown", f"use one of {', '.join(KINDS)}"))
    checked = table.astype(float) if kind == "euclidean" else check_counts(table)
    names = checked.index
    return pd.DataFrame(squareform(KINDS[kind](checked)), names, names)


def check_distances(d: pd.DataFrame | np.ndarray) -> np.ndarray:
    """A square, symmetric matrix of finite distances with a zero diagonal."""
    matrix = np.asarray(d, float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) < 3:
        raise InputError(
            Problem("distances", f"shape {matrix.shape} is not a distance matrix", "give samples × samples")
        )
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise InputError(Problem("distances", "some are missing or negative", "compute them from a complete table"))
    if np.abs(matrix - matrix.T).max() > 1e-9 * max(matrix.max(), 1e-300) or np.abs(np.diag(matrix)).max() > 0:
        raise InputError(Problem("distances", "the matrix is not symmetric with a zero diagonal", "check its source"))
    return matrix


def gower(d: np.ndarray) -> np.ndarray:
    """Gower's centred matrix −½ J D² J."""
    a = -0.5 * d**2
    return a - a.mean(axis=0) - a.mean(axis=1)[:, None] + a.mean()
