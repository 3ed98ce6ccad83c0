"""Whether samples of one group are more alike than samples of different groups, by ranks of their distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.community.dissimilarity import check_distances
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.analysis.tied_ranks import tied_ranks


@dataclass(frozen=True)
class Similarity:
    """ANOSIM's R (−1 … 1), its p and the number of permutations."""

    r: float
    p: float
    permutations: int


def anosim(d: pd.DataFrame | np.ndarray, groups: Sequence[Any], *, n: int = 999, seed: int | None = 0) -> Similarity:
    """Analysis of similarities (Clarke 1993). It reacts to differences of spread as well as of place."""
    matrix = check_distances(d)
    labels = np.asarray(list(groups), dtype=str)
    upper = np.triu_indices(len(matrix), 1)
    ranks = tied_ranks(matrix[upper])
    drawn = np.array(
        [_gap(ranks, labels[o], upper) for o in (np.arange(len(labels)), *shuffles(len(labels), n, None, seed))]
    )
    return Similarity(float(drawn[0]), float(upper_p(drawn[0], drawn[1:])), n)


def _gap(ranks: np.ndarray, labels: np.ndarray, upper: Any) -> float:
    """Mean rank between groups minus within, over half the number of pairs."""
    within = labels[upper[0]] == labels[upper[1]]
    return float((ranks[~within].mean() - ranks[within].mean()) / (len(ranks) / 2))
