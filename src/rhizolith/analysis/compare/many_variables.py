"""The same test for every variable of a table, with the false discoveries among them held down."""

from __future__ import annotations

from typing import Any

import pandas as pd
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.compare.factorial_model import factorial
from rhizolith.analysis.compare.mixed_model import mixed
from rhizolith.errors import InputError


def many(
    table: pd.DataFrame, design: pd.DataFrame, formula: str, *, group: str | None = None, **options: Any
) -> pd.DataFrame:
    """`factorial`, or with `group` `mixed`, for every column: one row per variable and term, with q.

    q is Benjamini–Hochberg's within a term, of the p that the checks of each variable ask for (`p_preferred`).
    Variables that cannot be tested keep a row with the reason in `note`. `attrs["estimates"]`: differences of levels of
    every variable; `attrs["models"]`: the model of each, and its share of variance between groups.
    """
    rows: list[dict[Any, Any]] = []
    estimates, models = [], []
    for name in table.columns:
        try:
            found = (
                mixed(table[name], design, formula, group, **options)
                if group
                else factorial(table[name], design, formula, **options)
            )
        except InputError as error:
            rows.append({"variable": name, "term": "", "note": error.problems[0].what})
            continue
        for term, row in found.table.iterrows():
            if term != "Residual":
                rows.append({"variable": name, "term": term, "n": found.n, **row.to_dict(), **found.checks, "note": ""})
        estimates.append(found.estimates.assign(variable=str(name)))
        models.append({"variable": str(name), "model": found.blocks, "n": found.n, **found.icc})
    frame = pd.DataFrame(rows)
    if "p_preferred" in frame:
        for rows_of in frame[frame["p_preferred"].notna()].groupby("term").groups.values():
            frame.loc[rows_of, "q"] = multipletests(frame.loc[rows_of, "p_preferred"], method="fdr_bh")[1]
    frame.attrs["estimates"] = pd.concat(estimates, ignore_index=True) if estimates else pd.DataFrame()
    frame.attrs["models"] = pd.DataFrame(models)
    return frame
