"""What the columns of a figure's numbers mean, and in which unit they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from rhizolith.reporting.figure import Panel

ENDINGS = {"mol_C_per_d": "mol C d-1", "mol_C": "mol C", "d": "d", "mm": "mm"}
"""Units that stand at the end of a column's name."""


@cache
def known() -> dict[str, tuple[str, str]]:
    """{column: (unit, meaning)}; words have no unit."""
    rows = pd.read_csv(Path(__file__).parent / "data" / "figure_columns.csv", keep_default_na=False)
    return {r["column"]: (r["unit"], r["meaning"]) for r in rows.to_dict("records")}


def described(panels: Iterable[Panel]) -> pd.DataFrame:
    """figure, column, unit, meaning: one row a column of each figure's CSV.

    Where the figure has a column `unit` of one unit, its values stand in that.
    """
    rows = []
    for panel in panels:
        units = list(panel.table["unit"].dropna().unique()) if "unit" in panel.table else []
        for column in map(str, panel.table.columns):
            unit, meaning = known().get(column, (_ending(column), ""))
            if column in ("value", "mean", "low", "high") and len(units) == 1:
                unit = str(units[0]) or "no unit"
            rows.append({"figure": panel.name, "column": column, "unit": unit, "meaning": meaning})
    return pd.DataFrame(rows, columns=["figure", "column", "unit", "meaning"])


def _ending(column: str) -> str:
    """The unit that a column's name ends in: `time_d`, `ion_exchange_mol_C_per_d`."""
    found = re.search(rf"_({'|'.join(ENDINGS)})$", column)
    return ENDINGS[found[1]] if found else ""
