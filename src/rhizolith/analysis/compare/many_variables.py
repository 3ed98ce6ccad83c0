"""The same test for every variable of a table, with the false discoveries among them held down."""

from __future__ import annotations

from typing import Any

import pandas as pd
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.compare.factorial_model import factorial
from rhizolith.errors import InputError


def many(table: pd.DataFrame, design: pd.DataFrame, formula: str, **options: Any) -> pd.DataFrame:
    """`factorial` for every column: one row per variable and term, with q (Benjamini–Hochberg within a term).

    Variables that cannot be tested keep a row with the reason in `note`.
    """
    rows: list[dict[Any, Any]] = []
    for name in table.columns:
        try:
            found = factorial(table[name], design, formula, **options)
        except InputError as error:
            rows.append({"variable": name, "term": "", "note": error.problems[0].what})
            continue
        for term, row in found.table.iterrows():
            if term != "Residual":
                rows.append({"variable": name, "term": term, "n": found.n, **row.to_dict(), **found.checks, "note": ""})
    frame = pd.DataFrame(rows)
    if "p" in frame:
        for rows_of in frame[frame["p"].notna()].groupby("term").groups.values():
            frame.loc[rows_of, "q"] = multipletests(frame.loc[rows_of, "p"], method="fdr_bh")[1]
    return frame
