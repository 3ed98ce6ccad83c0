"""How much two computed columns would correlate if the measured ones had nothing to do with one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.guards.ancestry import Ancestry
from rhizolith.errors import InputError, Problem


@dataclass(frozen=True, repr=False)
class Coupling:
    """`r`: Spearman's correlation observed; `null_mean`, `null_low`, `null_high`: what arithmetic alone gives (measured
    columns shuffled independently, 95 %); `p`: share of shuffles at least as far from the null's middle as `r`;
    `shared`: ancestors of both."""

    a: str
    b: str
    shared: frozenset[str]
    r: float
    null_mean: float
    null_low: float
    null_high: float
    p: float
    n: int
    permutations: int

    def __repr__(self) -> str:
        if not self.shared:
            return f"{self.a} and {self.b} share no measured column"
        span = f"{self.null_low:.2f} to {self.null_high:.2f}"
        return (
            f"{self.a} and {self.b} are both made of {', '.join(sorted(self.shared))}: ρ {self.r:.2f}, and {span} by "
            f"arithmetic alone (p {self.p:.3f} against that)"
        )


def coupling(a: str, b: str, measured: pd.DataFrame, ancestry: Ancestry, *, n: int = 999, seed: int = 0) -> Coupling:
    """Compares a correlation of two computed columns with its null: each measured column shuffled by itself.

    `measured`: samples × measured columns. A correlation inside the null says nothing about nature.
    """
    needed = sorted(ancestry.measured(a) | ancestry.measured(b))
    lost = [c for c in needed if c not in measured]
    if lost:
        raise InputError(
            [Problem(f"column {c}", "is not in the table", "it stands behind a computed one") for c in lost]
        )
    table = measured[needed].dropna().to_numpy(float)
    if len(table) < 5:
        raise InputError(Problem("table", f"{len(table)} complete samples", "at least 5 are needed"))
    rng = np.random.default_rng(seed)

    def correlate(values: np.ndarray) -> float:
        columns = dict(zip(needed, values.T))
        x, y = ancestry.compute(a, columns), ancestry.compute(b, columns)
        good = np.isfinite(x) & np.isfinite(y)
        if good.sum() < 4 or np.ptp(x[good]) == 0 or np.ptp(y[good]) == 0:
            return float("nan")
        return float(stats.spearmanr(x[good], y[good]).statistic)

    observed = correlate(table)
    null = np.array([correlate(rng.permuted(table, axis=0)) for _ in range(n)])
    null = null[np.isfinite(null)]
    middle = float(np.median(null)) if len(null) else 0.0
    far = (np.abs(null - middle) >= abs(observed - middle) - 1e-12).sum()
    low, high = np.quantile(null, [0.025, 0.975]) if len(null) else (np.nan, np.nan)
    return Coupling(
        a, b, ancestry.shared(a, b), observed, float(null.mean()) if len(null) else np.nan, float(low), float(high),
        float((1 + far) / (1 + len(null))), len(table), len(null),
    )  # fmt: skip
