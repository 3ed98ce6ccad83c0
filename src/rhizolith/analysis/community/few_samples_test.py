"""Standard errors and p of log fold changes that hold for few samples and few taxa: residual spread, Student's t."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.community.common_shift import shift_variance
from rhizolith.errors import InputError, Problem


def student(logs: pd.DataFrame, design: pd.DataFrame, formula: str, changes: pd.DataFrame) -> pd.DataFrame:
    """`changes` (taxon, contrast, log2_change) with se, df, p, q (Benjamini–Hochberg by contrast) by Student's t.

    `logs`: samples × taxa, natural logarithms of counts. ANCOM-BC's own standard errors (residuals over n, nothing off
    for what the model took) and its normal distribution suit hundreds of samples: of twelve, 12 % of unchanged taxa
    have p < 0.05. Here the residuals of the same linear model, less their mean over taxa in each sample (its depth),
    are divided by n less the rank of the model, and by the share of them that this mean leaves; the variance of the
    common shift that was taken off all changes is added, which few taxa know badly.
    Raises InputError where nothing is left to judge by.
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
    taxa = left.shape[1]
    spread = (left**2).sum(axis=0) / free * taxa / (taxa - 1)
    published = inverse**2 @ left**2
    found = changes.assign(se=np.nan, df=float(free))
    for k, name in enumerate(matrix.design_info.column_names):
        rows = found.index[found["contrast"] == name]
        if not len(rows):
            continue
        own = published[k] > 0
        shift = shift_variance(fitted[k, own], published[k, own]) if own.sum() > 3 else 0.0
        variance = pd.Series(spread * (inverse[k] @ inverse[k]) + shift, logs.columns)
        found.loc[rows, "se"] = np.sqrt(found.loc[rows, "taxon"].map(variance).to_numpy(float)) / np.log(2)
        t = np.abs(found.loc[rows, "log2_change"] / found.loc[rows, "se"])
        found.loc[rows, "p"] = 2 * stats.t.sf(t, free)
        found.loc[rows, "q"] = multipletests(found.loc[rows, "p"], method="fdr_bh")[1]
    return found
