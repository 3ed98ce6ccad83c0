"""Standard errors and p of log fold changes that hold for few samples and few taxa: residual spread, Student's t."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.community.common_shift import shift_and_variance
from rhizolith.errors import InputError, Problem


def student(logs: pd.DataFrame, design: pd.DataFrame, formula: str) -> pd.DataFrame:
    """taxon, contrast, log2_change, se, p, q (Benjamini–Hochberg by contrast) and df by Student's t.

    `logs`: samples × taxa, natural logarithms of counts. ANCOM-BC's own standard errors (residuals over n, nothing off
    for what the model took) and its normal distribution suit hundreds of samples: of twelve, 12 % of unchanged taxa
    have p < 0.05. Its mixture of taxa that stay, fall and rise jumps between these where taxa are few. Here the shift
    all taxa share is their biweight, and its variance over taxa is added to that of each change; the residuals of the
    same linear model, less their mean over taxa in each sample (its depth), are divided by n less the rank of the
    model. Raises InputError where nothing is left to judge by.
    """
    from patsy import dmatrix

    matrix = dmatrix(formula, design)
    x = np.asarray(matrix)
    free = len(x) - int(np.linalg.matrix_rank(x))
    if free < 1:
        raise InputError(Problem("design", "the terms leave no sample to judge by", "drop a term or add replicates"))
    y, inverse = logs.to_numpy(float), np.linalg.pinv(x)
    fitted = inverse @ y
    left = y - x @ fitted
    left = left - left.mean(axis=1, keepdims=True)
    spread = (left**2).sum(axis=0) / free
    parts = []
    for name, row, change in zip(matrix.design_info.column_names, inverse, fitted):
        if name == "Intercept":
            continue
        own = spread * (row @ row)
        shift, unsure = shift_and_variance(change, own)
        se = np.sqrt(own + unsure)
        with np.errstate(divide="ignore", invalid="ignore"):
            p = 2 * stats.t.sf(np.abs(change - shift) / se, free)
        columns = {"taxon": logs.columns, "contrast": name, "log2_change": (change - shift) / np.log(2)}
        q = multipletests(p, method="fdr_bh")[1]
        parts.append(pd.DataFrame({**columns, "se": se / np.log(2), "p": p, "q": q, "df": float(free)}))
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
