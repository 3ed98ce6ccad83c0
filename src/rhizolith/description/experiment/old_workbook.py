"""Workbooks of Excel 97 to 2003 (.xls) to grids: every sheet, merged cells filled, formulas by their last value."""

from __future__ import annotations

import io
from typing import Any

from rhizolith.description.experiment.cell import commas
from rhizolith.description.experiment.sheet import Sheet, letters
from rhizolith.description.experiment.workbook import trimmed
from rhizolith.errors import InputError, Problem

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Microsoft's container of streams: .xls, but .doc and .msi too
_STREAM = (b"\t\x08\x10\x00", b"\t\x08\x08\x00", b"\t\x04\x06\x00", b"\t\x02\x06\x00")  # a workbook without container
_WHOLE = 1e15  # up to here every whole number is exact as a double


def is_old_workbook(raw: bytes) -> bool:
    """Whether these bytes are an .xls workbook, or another file in the same container."""
    return raw[:8] == COMPOUND or raw[:4] in _STREAM


def read_old_workbook(raw: bytes, file: str) -> list[Sheet]:
    """All sheets that hold cells, hidden ones included; InputError when the file is damaged, under a password or none.

    A date comes as `2024-05-31`; an error value and a hidden sheet are named as problems.
    """
    import xlrd

    if raw[:8] == COMPOUND and _names("EncryptedPackage", raw):
        raise InputError(Problem(file, "the workbook is locked by a password", "save it without one"))
    if raw[:8] == COMPOUND and not (_names("Workbook", raw) or _names("Book", raw)):
        what = "an old file of Office in which no workbook is found"
        raise InputError(Problem(file, what, "if it is a damaged .xls, open it and save it as .xlsx; else leave it"))
    try:
        book = xlrd.open_workbook(file_contents=raw, formatting_info=True, logfile=io.StringIO())
        sheets = [_sheet(page, book.datemode, file) for page in book.sheets()]
    except Exception as error:  # a damaged file lets through whatever its bytes break, of no kind in common
        locked = "encrypted" in str(error).casefold()
        what = "the workbook is locked by a password" if locked else f"this .xls is damaged ({type(error).__name__})"
        fix = "save it without one" if locked else "open it in a spreadsheet program and save it as .xlsx"
        raise InputError(Problem(file, what, fix)) from error
    return [s for s in sheets if s.rows]


def _names(stream: str, raw: bytes) -> bool:
    """Whether the container holds a stream of this name, which it writes in UTF-16."""
    return stream.encode("utf-16-le") + b"\0\0" in raw


def _sheet(page: Any, datemode: int, file: str) -> Sheet:
    import xlrd

    problems, rows = [], []
    for r in range(page.nrows):
        row: list[Any] = []
        for c, cell in enumerate(page.row(r)):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                where = f"{file}, sheet {page.name}, cell {letters(c)}{r + 1}"
                error = xlrd.error_text_from_code.get(cell.value, "#ERROR")
                problems.append(Problem(where, f"the cell holds the error {error}", "mend the formula"))
            row.append(_plain(cell, datemode))
        rows.append(row)
    for top, bottom, left, right in page.merged_cells:  # the ends lie behind the last row and column
        if top < len(rows) and left < len(rows[top]):
            for r in range(top, min(bottom, len(rows))):
                for c in range(left, min(right, len(rows[r]))):
                    rows[r][c] = rows[top][left]
    rows = trimmed(rows)
    if rows and page.visibility:
        problems.append(
            Problem(f"{file}, sheet {page.name}", "the sheet is hidden; it was read", "unhide or delete it")
        )
    texts = [cell for row in rows[:2000] for cell in row if isinstance(cell, str)]
    sure, points, _ = commas(texts)
    return Sheet(file, rows, page.name, "workbook", sure > points, tuple(problems))


def _plain(cell: Any, datemode: int) -> Any:
    """A cell as the newer format gives it: whole numbers whole, dates as days, nothing as None."""
    import xlrd

    if cell.ctype == xlrd.XL_CELL_NUMBER:
        whole = abs(cell.value) < _WHOLE and float(cell.value).is_integer()
        return int(cell.value) if whole else cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            day = xlrd.xldate_as_datetime(cell.value, datemode)
        except (xlrd.XLDateError, ValueError, OverflowError):
            return cell.value
        return day.date().isoformat() if day.time().isoformat() == "00:00:00" else day.isoformat(" ")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return cell.value if cell.ctype == xlrd.XL_CELL_TEXT else None
