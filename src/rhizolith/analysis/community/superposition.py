"""Two ordinations of the same samples laid on one another: turned, stretched and moved until they fit best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.errors import InputError, Problem


@dataclass(frozen=True, repr=False)
class Superposition:
    """`m2`: what does not fit (0–1); `r` = √(1 − m²); `p` by permutation; `first`, `second`: both configurations on the
    same axes; `residuals`: distance between the two places of each sample."""

    m2: float
    r: float
    p: float
    first: pd.DataFrame
    second: pd.DataFrame
    residuals: pd.Series
    permutations: int

    def __repr__(self) -> str:
        return f"Superposition: m² {self.m2:.3f}, r {self.r:.3f}, p {self.p:.3f} ({self.permutations} permutations)"


def procrustes(
    first: pd.DataFrame, second: pd.DataFrame, *, blocks: Sequence[Any] | None = None, n: int = 999,
    seed: int | None = 0,
) -> Superposition:  # fmt: skip
    """Symmetric Procrustes analysis with its permutation test (Peres-Neto & Jackson 2001).

    Samples are shuffled within `blocks` where given (one label a sample).
    """
    if len(first) != len(second) or len(first) < 3:
        what = f"{len(first)} and {len(second)} samples cannot be laid on one another"
        raise InputError(Problem("ordinations", what, "give the same samples, in the same order"))
    x, y = _unit(first), _unit(second)
    width = max(x.shape[1], y.shape[1])
    x, y = (np.pad(z, ((0, 0), (0, width - z.shape[1]))) for z in (x, y))
    u, s, vt = np.linalg.svd(x.T @ y)
    fit = s.sum()
    turned = fit * (y @ (u @ vt).T)
    orders = shuffles(len(x), n, blocks, seed)
    drawn = np.linalg.svd(np.einsum("na,bnc->bac", x, y[orders]), compute_uv=False).sum(axis=1)
    axes = [f"axis{i + 1}" for i in range(width)]
    a, b = pd.DataFrame(x, first.index, axes), pd.DataFrame(turned, first.index, axes)
    gap = pd.Series(np.sqrt(((x - turned) ** 2).sum(axis=1)), first.index, name="residual")
    return Superposition(float(1 - fit**2), float(fit), float(upper_p(fit, drawn)), a, b, gap, n)


def _unit(table: pd.DataFrame) -> np.ndarray:
    """Centred, of total sum of squares 1."""
    x = table.to_numpy(float)
    x = x - x.mean(axis=0)
    return x / np.sqrt((x**2).sum())
