"""By how much the levels of a factor differ in a fitted model, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.model_terms import Term


def level_differences(
    terms: Sequence[Term], design: pd.DataFrame, basis: np.ndarray, beta: np.ndarray, covariance: np.ndarray,
    degrees: Callable[[np.ndarray], float], beside: np.ndarray,
) -> pd.DataFrame:  # fmt: skip
    """Each level against the first of its factor, averaged over the combinations of the other factors that have both.

    `basis`: columns of the fitted model, of which `beta` and its `covariance` are the coefficients; `degrees`: of
    freedom of a contrast of beta; `beside`: what the model holds beside its terms (mean, blocks).
    Columns factor, level, against, estimate, se, df, low, high (95 %), p.
    """
    columns = np.column_stack([np.ones(len(design)), *[t.columns for t in terms]])
    back = np.linalg.pinv(np.column_stack([columns, beside]), rcond=1e-10)[: columns.shape[1]] @ basis
    factors = sorted({f for t in terms for f in t.factors if not pd.api.types.is_numeric_dtype(design[f])})
    rows = []
    for factor in [f for f in dict.fromkeys(f for t in terms for f in sorted(t.factors)) if f in factors]:
        others = sorted({f for t in terms for f in t.factors} - {factor})
        cells = design[others].astype(str).agg(" · ".join, axis=1) if others else pd.Series("", design.index)
        places = pd.DataFrame({"level": design[factor].astype(str).to_numpy(), "cell": cells.to_numpy()})
        first = places.reset_index().groupby(["level", "cell"])["index"].first()
        known = design[factor].cat.categories if design[factor].dtype == "category" else design[factor].unique()
        levels = [str(k) for k in known if str(k) in set(places["level"])]
        for level in levels[1:]:
            shared = [c for c in places["cell"].unique() if (level, c) in first and (levels[0], c) in first]
            if not shared:
                continue
            gap = np.mean([columns[first[level, c]] - columns[first[levels[0], c]] for c in shared], axis=0)
            contrast = gap @ back
            se = float(np.sqrt(contrast @ covariance @ contrast))
            df, estimate = degrees(contrast), float(contrast @ beta)
            half = stats.t.ppf(0.975, df) * se
            p = float(2 * stats.t.sf(abs(estimate) / se, df)) if se > 0 else np.nan
            rows.append((factor, level, levels[0], estimate, se, df, estimate - half, estimate + half, p))
    names = ["factor", "level", "against", "estimate", "se", "df", "low", "high", "p"]
    return pd.DataFrame(rows, columns=names)
