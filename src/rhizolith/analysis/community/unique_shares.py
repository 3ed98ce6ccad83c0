"""What one set of variables explains of a table that no other set does, with its test."""

from __future__ import annotations

import pandas as pd

from rhizolith.analysis.community.redundancy import term_tests
from rhizolith.analysis.model_terms import Term


def unique_shares(
    table: pd.DataFrame, sets: dict[str, pd.DataFrame], *, n: int = 999, seed: int | None = 0
) -> pd.DataFrame:
    """Partial redundancy analysis of every set given all the others: set, df, r2 (raw), f, p by shuffled residuals.

    `table`: samples × taxa, made fit before (Hellinger, log-ratios); `sets`: samples × variables each. The adjusted
    shares stand in `partition`; this gives the test that belongs to the unique ones (Peres-Neto et al. 2006).
    """
    y = table.to_numpy(float)
    y = y - y.mean(axis=0)
    g = y @ y.T
    terms = [Term(name, frozenset([name]), (x - x.mean()).to_numpy(float)) for name, x in sets.items()]
    found = term_tests(g, terms, n, seed).rename_axis("set").reset_index()
    whole = float((y**2).sum())
    found["r2"] = found["inertia"] / whole
    return found.reindex(columns=["set", "df", "r2", "f", "p", "permutations"])
