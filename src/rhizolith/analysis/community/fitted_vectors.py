"""Which measured variables point which way in an ordination, and how well."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.errors import InputError, Problem


def vectors(axes: pd.DataFrame, variables: pd.DataFrame, *, n: int = 999, seed: int | None = 0) -> pd.DataFrame:
    """Direction cosines, r² and permutation p of each variable regressed on the axes (as vegan's envfit).

    `axes`: samples × axes; `variables`: the same samples × numbers. One row per variable.
    """
    if len(axes) != len(variables) or variables.isna().to_numpy().any():
        raise InputError(Problem("variables", "do not give one number per sample", "same samples, no gaps"))
    x = axes.to_numpy(float)
    x = x - x.mean(axis=0)
    y = variables.to_numpy(float)
    y = y - y.mean(axis=0)
    slopes = np.linalg.lstsq(x, y, rcond=None)[0]
    q = np.linalg.qr(x)[0]
    total = (y**2).sum(axis=0)
    drawn = np.array([((q.T @ y[o]) ** 2).sum(axis=0) / total for o in shuffles(len(x), n, None, seed)])
    r2 = ((q.T @ y) ** 2).sum(axis=0) / total
    table = pd.DataFrame((slopes / np.sqrt((slopes**2).sum(axis=0))).T, variables.columns, axes.columns)
    return table.assign(r2=r2, p=upper_p(r2, drawn), permutations=n)
