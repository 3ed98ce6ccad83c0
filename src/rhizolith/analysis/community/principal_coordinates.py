"""Principal coordinates: samples placed so that straight-line distances come close to theirs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rhizolith.analysis.community.dissimilarity import check_distances, gower


@dataclass(frozen=True, repr=False)
class Coordinates:
    """`axes`: samples × axes of positive eigenvalue, scaled by its root; `eigenvalues`: all, the negative ones too;
    `explained`: share of the sum of all eigenvalues."""

    axes: pd.DataFrame
    eigenvalues: np.ndarray
    explained: np.ndarray

    def __repr__(self) -> str:
        return f"Coordinates: {len(self.axes)} samples, first two axes {self.explained[:2].sum():.0%} of the total"


def pcoa(d: pd.DataFrame | np.ndarray) -> Coordinates:
    """Eigenvectors of Gower's matrix (Gower 1966). Negative eigenvalues are kept and shown."""
    matrix = check_distances(d)
    values, vectors = np.linalg.eigh(gower(matrix))
    order = np.argsort(-values)
    values, vectors = values[order], vectors[:, order]
    kept = values > 1e-10 * values[0]
    names = d.index if isinstance(d, pd.DataFrame) else range(len(matrix))
    columns = [f"PCo{i + 1}" for i in range(kept.sum())]
    axes = pd.DataFrame(vectors[:, kept] * np.sqrt(values[kept]), index=names, columns=columns)
    return Coordinates(axes, values, values / values.sum())


def signed_axes(d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Real and imaginary coordinates: axes of positive and of negative eigenvalues, each scaled by √|eigenvalue|."""
    values, vectors = np.linalg.eigh(gower(d))
    scaled = vectors * np.sqrt(np.abs(values))
    edge = 1e-10 * np.abs(values).max()
    return scaled[:, values > edge], scaled[:, values < -edge]
