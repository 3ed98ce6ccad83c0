"""Several tables below each other in one sheet, taken apart where an empty row and a new header part them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rhizolith.description.experiment.cell import read_cell
from rhizolith.description.experiment.header import key, read_header
from rhizolith.description.experiment.quantity import recognize
from rhizolith.description.experiment.sheet import Sheet, blank

_NAMES = ("sample", "sampleid", "samplename", "pot", "potid", "plot", "plotid", "site", "treatment")


def parted(sheet: Sheet) -> list[Sheet]:
    """The sheets that a sheet holds, each with its rows at their own numbers; one where no second header is found.

    A header below an empty row has at least two different words and no number, one of them names samples and one a
    known quantity or a unit; rows with numbers follow, whose first cell does not look like the header's.
    """
    rows = sheet.rows
    starts = [r for r in range(2, len(rows) - 1) if _empty(rows[r - 1]) and _header(rows, r)]
    if not starts or not any(sum(not blank(c) for c in row) > 1 for row in rows[: starts[0]]):
        return [sheet]
    ends = [*starts, len(rows)]
    parts = [rows[: starts[0]], *([[] for _ in range(a)] + rows[a:b] for a, b in zip(starts, ends[1:]))]
    names = [sheet.sheet, *(f"{sheet.sheet or 'table'} {k}" for k in range(2, len(parts) + 1))]
    return [replace(sheet, rows=part, sheet=name) for part, name in zip(parts, names)]


def _empty(row: list[Any]) -> bool:
    return all(blank(c) for c in row)


def _header(rows: list[list[Any]], r: int) -> bool:
    words = [str(c).strip() for c in rows[r] if not blank(c)]
    if len(words) < 2 or len(set(words)) < len(words) or any(read_cell(w).kind != "text" for w in words):
        return False
    if not any(key(w) in _NAMES for w in words) or not any(_measured(w) for w in words):
        return False
    below = []
    for row in rows[r + 1 :]:
        if _empty(row):
            break
        below.append(row)
    shape = _shape(rows[r][0])
    return (
        len(below) > 1
        and all(_shape(row[0] if row else "") != shape for row in below)
        and all(any(read_cell(c).kind == "number" for c in row) for row in below[-2:])
    )


def _measured(word: str) -> bool:
    header = read_header(word)
    return bool(header.unit) or recognize(header.name) is not None


def _shape(cell: Any) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", str(cell)))
