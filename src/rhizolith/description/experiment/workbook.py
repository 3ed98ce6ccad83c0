"""Workbooks to grids: every sheet, merged cells filled, formulas by their last value."""

from __future__ import annotations

import io
from typing import Any
from zipfile import BadZipFile

from rhizolith.description.experiment.cell import commas
from rhizolith.description.experiment.sheet import Sheet, letters
from rhizolith.errors import InputError, Problem

ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


def read_workbook(raw: bytes, file: str) -> list[Sheet]:
    """All sheets that hold cells, hidden ones included; InputError when the file is no workbook.

    A formula without a stored value, an error value and a hidden sheet are named as problems.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(raw), data_only=False)
    except (BadZipFile, KeyError, ValueError, OSError, TypeError, AttributeError, IndexError, EOFError) as error:
        fix = "open it in a spreadsheet program and save it as .xlsx"
        raise InputError(Problem(file, "this is no workbook that can be read", fix)) from error
    except Exception as error:  # openpyxl lets errors of its XML reader through, whose kinds are not its own
        fix = "open it in a spreadsheet program and save it as .xlsx"
        raise InputError(Problem(file, f"this workbook is damaged ({type(error).__name__})", fix)) from error
    sheets = [_sheet(page, formulas[page.title], file) for page in book.worksheets]
    return [s for s in sheets if s.rows]


def _sheet(page: Any, formulas: Any, file: str) -> Sheet:
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    written = [list(row) for row in formulas.iter_rows(values_only=True)]
    problems = []
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            where = f"{file}, sheet {page.title}, cell {letters(c)}{r + 1}"
            if isinstance(value, str) and value.strip() in ERRORS:
                problems.append(Problem(where, f"the cell holds the error {value.strip()}", "mend the formula"))
                row[c] = None
            elif value is None and str(written[r][c] if c < len(written[r]) else "").startswith("="):
                what = "the cell holds a formula whose value was never stored"
                problems.append(Problem(where, what, "open the file in a spreadsheet program and save it"))
    for area in page.merged_cells.ranges:
        top, left = area.min_row - 1, area.min_col - 1
        if top < len(rows) and left < len(rows[top]):
            value = rows[top][left]
            for r in range(top, min(area.max_row, len(rows))):
                for c in range(left, min(area.max_col, len(rows[r]))):
                    rows[r][c] = value
    rows = trimmed(rows)
    if rows and page.sheet_state != "visible":
        problems.append(
            Problem(f"{file}, sheet {page.title}", "the sheet is hidden; it was read", "unhide or delete it")
        )
    texts = [cell for row in rows[:2000] for cell in row if isinstance(cell, str)]
    sure, points, _ = commas(texts)
    return Sheet(file, rows, page.title, "workbook", sure > points, tuple(problems))


def trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Without empty rows at the end and empty columns at the right."""

    def used(row: list[Any]) -> int:
        n = len(row)
        while n and (row[n - 1] is None or (isinstance(row[n - 1], str) and not row[n - 1].strip())):
            n -= 1
        return n

    width = max((used(row) for row in rows), default=0)
    rows = [row[:width] for row in rows]
    while rows and not used(rows[-1]):
        rows.pop()
    return rows
