"""Soils in a workbook: the sheet of layers of an entry of ISRaD, or the first sheet with columns that are known."""

from __future__ import annotations

from typing import Any

from rhizolith.assessment.measured import inputs
from rhizolith.description.experiment.sheet import Sheet, blank
from rhizolith.description.experiment.workbook import read_workbook
from rhizolith.errors import InputError, Problem

LAYERS = "layer"
"""sheet of ISRaD's template that holds one row a layer"""
EXPLAINING = 2
"""rows below the header of ISRaD's template that explain the columns and give units"""
JOINED = (("site", "site_name"), ("profile", "pro_name"))
"""sheets of the template whose columns (coordinates) belong to each layer, and the column that joins them"""


def workbook_table(raw: bytes, file: str) -> Any:
    """A DataFrame with one row a soil; InputError where no sheet has a column that is known."""
    import pandas as pd

    sheets = {s.sheet.lower(): s for s in read_workbook(raw, file)}
    chosen = sheets.get(LAYERS) or next((s for s in sheets.values() if _known(s)), None)
    if chosen is None:
        fix = f"name columns like {', '.join(list(inputs())[:5])}, or as in ISRaD"
        raise InputError(
            Problem(file, f"no sheet has a column that is known ({', '.join(sheets) or 'it is empty'})", fix)
        )
    frame = _frame(chosen)
    for name, key in JOINED if chosen.sheet.lower() == LAYERS else ():
        if name in sheets and key in frame:
            more = _frame(sheets[name])
            fresh = [c for c in more if c == key or c not in frame]
            frame = frame.merge(more[fresh].drop_duplicates(key), on=key, how="left") if key in more else frame
    return frame.apply(lambda c: pd.to_numeric(c, errors="coerce") if _numbers(c) else c)


def _known(sheet: Sheet) -> bool:
    header = {str(c).strip() for c in sheet.rows[0]}
    names = set(inputs()) | {row[k] for row in inputs().values() for k in ("israd", "sodah") if row[k]}
    return bool(header & (names | {"lyr_c_org", "lyr_bot", "lyr_ph"}))


def _frame(sheet: Sheet) -> Any:
    """Rows below the header, without those that only explain it and without empty ones."""
    import pandas as pd

    header = [str(c).strip() if not blank(c) else f"column {i + 1}" for i, c in enumerate(sheet.rows[0])]
    rows = [row + [None] * (len(header) - len(row)) for row in sheet.rows[1:]]
    while rows and len(sheet.rows) - len(rows) <= EXPLAINING and _explains(rows[0]):
        rows = rows[1:]
    frame = pd.DataFrame([row[: len(header)] for row in rows if not all(map(blank, row))], columns=header)
    return frame.loc[:, ~frame.columns.duplicated()]


def _explains(row: list[Any]) -> bool:
    """A row of words without a single number."""
    return not any(isinstance(c, int | float) and not isinstance(c, bool) for c in row)


def _numbers(column: Any) -> bool:
    """Whether most filled cells of a column are numbers."""
    import pandas as pd

    filled = column.dropna()
    return bool(len(filled) and pd.to_numeric(filled, errors="coerce").notna().mean() > 0.5)
