"""Layouts that are no plain grid, made plain: MS-DIAL's lines of classes, group labels, samples in columns."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd

from rhizolith.description.experiment.header import key
from rhizolith.description.experiment.sheet import Sheet, blank
from rhizolith.description.experiment.table import Table
from rhizolith.description.experiment.turned import turned

LABELS = ("label", "labels", "class", "group", "groups", "factor", "treatment", "condition")


def made_plain(sheet: Sheet, turn: bool = True) -> tuple[Sheet, list[Table]]:
    """The sheet as one header with its lines below (rows keep their numbers), and the design that stood above them.

    `turn` allows rows and columns to be exchanged where names say that samples are the columns.
    """
    rows = sheet.rows
    for r, row in enumerate(rows[:12]):
        if _first(row) == "Alignment ID":
            return _msdial(sheet, r)
    by_sample = turned(sheet) if turn else None
    if by_sample is not None:
        return by_sample, []
    if len(rows) > 3 and key(_first(rows[1])) in LABELS and _worded(rows[1]) and not _worded(rows[2]):
        return _labelled(sheet)
    return sheet, []


def _first(row: list[Any]) -> str:
    return str(row[0]).strip() if row and not blank(row[0]) else ""


def _worded(row: list[Any]) -> bool:
    """Whether no cell behind the first is a number."""
    cells = [str(c) for c in row[1:] if not blank(c)]
    return len(cells) > 1 and not any(re.fullmatch(r"[-+]?[\d.,]+(e[-+]?\d+)?", c, re.I) for c in cells)


def _msdial(sheet: Sheet, head: int) -> tuple[Sheet, list[Table]]:
    """The alignment table of MS-DIAL: lines of class, file type, order and batch stand above the samples."""
    names = sheet.rows[head]
    held: dict[str, dict[str, str]] = {}
    for row in sheet.rows[:head]:
        at = next((c for c, cell in enumerate(row) if not blank(cell)), None)
        if at is None:
            continue
        for c in range(at + 1, min(len(row), len(names))):
            if not blank(row[c]) and not blank(names[c]):
                held.setdefault(str(names[c]), {})[str(row[at])] = str(row[c])
    plain = replace(sheet, rows=[[] for _ in range(head)] + sheet.rows[head:])
    return plain, _design(sheet, held)


def _labelled(sheet: Sheet) -> tuple[Sheet, list[Table]]:
    """A row of group labels below the sample names, as MetaboAnalyst writes it."""
    names, labels = sheet.rows[0], sheet.rows[1]
    held = {str(n): {_first(labels): str(v)} for n, v in zip(names[1:], labels[1:]) if not blank(n) and not blank(v)}
    head = ["metabolite", *names[1:]]
    return replace(sheet, rows=[head, [], *sheet.rows[2:]]), _design(sheet, held)


def _design(sheet: Sheet, held: dict[str, dict[str, str]]) -> list[Table]:
    if not held:
        return []
    words = pd.DataFrame.from_dict(held, orient="index").fillna("")
    return [Table(f"{sheet.name}, lines above", "design", words)]
