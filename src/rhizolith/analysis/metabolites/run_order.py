"""The slow drift of an instrument, seen in its quality-control samples and taken out of all."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.nonparametric.smoothers_lowess import lowess

from rhizolith.errors import InputError, Problem

LEAST = 4
"""Quality-control samples in which a feature must be found for its drift to be seen."""


def remove_drift(logs: pd.DataFrame, order: pd.Series, control: pd.Series, *, span: float = 0.75) -> pd.DataFrame:
    """Logarithms of areas with the trend of the quality controls along the run taken out (Dunn et al. 2011).

    `logs`: samples × features; `order`: place in the run; `control`: true for quality controls; `span`: their share in
    each local fit. Features found in fewer than four controls keep their values (`attrs["not_corrected"]`).
    `attrs["rsd"]`: spread of each feature among controls, before and after.
    """
    if len(order) != len(logs) or len(control) != len(logs):
        raise InputError(Problem("run order", "is not given for every sample", "give order and control per sample"))
    qc = control.to_numpy(bool)
    if qc.sum() < LEAST:
        raise InputError(Problem("quality controls", f"{qc.sum()} are too few", f"at least {LEAST} are needed"))
    place = order.to_numpy(float)
    out, kept, rows = logs.copy(), [], []
    for name in logs.columns:
        y = logs[name].to_numpy(float)
        seen = qc & np.isfinite(y)
        if seen.sum() < LEAST:
            kept.append(str(name))
            continue
        share = max(span, 3 / seen.sum())
        smooth = lowess(y[seen], place[seen], frac=share, return_sorted=True)
        trend = np.interp(place, smooth[:, 0], smooth[:, 1])
        out[name] = y - trend + np.median(y[seen])
        rows.append((name, y[seen].std(ddof=1), out[name].to_numpy()[seen].std(ddof=1)))
    out.attrs = {
        **logs.attrs,
        "not_corrected": kept,
        "rsd": pd.DataFrame(rows, columns=["feature", "before", "after"]).set_index("feature"),
    }
    return out
