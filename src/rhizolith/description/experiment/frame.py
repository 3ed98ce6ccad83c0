"""A grid of cells to named columns: the header is found, units are read, titles and comments are set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from rhizolith.description.experiment.cell import read_cell
from rhizolith.description.experiment.column import Column, read_column
from rhizolith.description.experiment.header import is_unit, key, plain_unit, read_header
from rhizolith.description.experiment.sheet import Sheet, blank
from rhizolith.errors import Problem

_LOOK = 60  # rows in which the header must stand


@dataclass(frozen=True)
class Frame:
    """A table with named columns; `rows` are the 0-based rows of the sheet that its lines stand in."""

    sheet: Sheet
    columns: tuple[Column, ...] = field(repr=False)
    headers: tuple[str, ...]  # as written
    units: tuple[str, ...]
    rows: tuple[int, ...] = field(repr=False)
    at: tuple[int, ...] = field(default=(), repr=False)  # the sheet's number of each column
    above: tuple[str, ...] = ()  # titles and comments over the table
    problems: tuple[Problem, ...] = ()
    head: int = -1  # the row of the header, −1 where there is none

    def column(self, *names: str) -> Column | None:
        """The first column with one of these names, compared by letters and digits alone."""
        wanted = [key(n) for n in names]
        for name in wanted:
            for column, header in zip(self.columns, self.headers):
                if key(header) == name or key(column.name) == name:
                    return column
        return None

    def place(self, line: int, column: int) -> str:
        """Address of a cell from the table's own line and column numbers."""
        return self.sheet.place(self.rows[line], self.at[column])

    def header_place(self, column: int) -> str:
        """Address of a column's name."""
        return self.sheet.place(max(self.head, 0), self.at[column])


def read_frame(sheet: Sheet, below: float = 0.5) -> Frame:
    """Find the header and read every column; lines without a single cell are left out, all others are kept."""
    head = _header_row(sheet.rows)
    width = max((len(row) for row in sheet.rows[max(head, 0) :]), default=0)
    above = tuple(" ".join(str(c) for c in row if not blank(c)) for row in sheet.rows[: max(head, 0)])
    headers, units, start = _headers(sheet, head, width)
    rows = [
        r for r in range(start, len(sheet.rows)) if any(not blank(c) for c in sheet.rows[r]) and not _note(sheet, r)
    ]
    headers, problems = _distinct(sheet, head, headers)
    kept = [c for c in range(width) if not headers[c].startswith("\0") or any(_cell(sheet, r, c) for r in rows)]
    problems += _beyond(sheet, head, headers, kept, rows)
    columns = []
    for c in kept:
        cells = [_at(sheet.rows[r], c) for r in rows]
        name = headers[c].lstrip("\0") or f"column {c + 1}"
        header = read_header(name)
        has_unit = bool(header.unit or (units[c] if c < len(units) else ""))
        place = partial(_place, sheet, rows, c)
        column, found = read_column(header.name, cells, place, sheet.comma, below, has_unit)
        columns.append(column)
        problems += found
    names = tuple(headers[c].lstrip("\0") or f"column {c + 1}" for c in kept)
    read_units = tuple(units[c] or read_header(n).unit for c, n in zip(kept, names))
    problems = [*sheet.problems, *problems]
    return Frame(
        sheet,
        tuple(columns),
        names,
        read_units,
        tuple(rows),
        tuple(kept),
        tuple(a for a in above if a),
        tuple(problems),
        head,
    )


def _beyond(sheet: Sheet, head: int, headers: list[str], kept: list[int], rows: list[int]) -> list[Problem]:
    """Cells in a column without a name where few lines have any: such lines are shifted."""
    found = []
    for c in kept if head >= 0 else ():
        filled = [r for r in rows if _cell(sheet, r, c)]
        if headers[c].startswith("\0") and c and len(filled) <= max(3, 0.1 * len(rows)) and len(rows) > 3:
            told = "a line has" if len(filled) == 1 else f"{len(filled)} lines have"
            what = f"{told} a cell in a column without a name: shifted?"
            fix = "look for a separator too many in the line, or name the column"
            found.append(Problem(sheet.place(filled[0], c), what, fix))
    return found


def _place(sheet: Sheet, rows: list[int], column: int, line: int) -> str:
    return sheet.place(rows[line], column)


def _at(row: list[Any], c: int) -> Any:
    return row[c] if c < len(row) else None


def _cell(sheet: Sheet, r: int, c: int) -> bool:
    return not blank(_at(sheet.rows[r], c))


def _note(sheet: Sheet, r: int) -> bool:
    """A comment below the header: `#q2:types`, or a single cell that begins with a hash."""
    first = _at(sheet.rows[r], 0)
    if not isinstance(first, str) or not first.startswith("#"):
        return False
    return first.startswith("#q2:") or sum(not blank(c) for c in sheet.rows[r]) == 1


def _numeric(cell: Any) -> bool:
    return not blank(cell) and read_cell(cell).kind in ("number", "below", "spread", "percent")


def _header_row(rows: list[list[Any]]) -> int:
    """The row that names the columns, −1 where the table has none.

    It is the first row that is nearly as wide as the rows below it and holds words; a table of numbers alone has none.
    """
    filled = [sum(not blank(c) for c in row) for row in rows[: _LOOK * 2]]
    if not filled:
        return -1
    widths = sorted(n for n in filled if n)
    typical = widths[len(widths) // 2] if widths else 0
    for r, row in enumerate(rows[:_LOOK]):
        if filled[r] < max(1, 0.5 * typical) or (typical > 1 and filled[r] < 2):
            continue
        words = [c for c in row if not blank(c) and not _numeric(c)]
        numbers = filled[r] - len(words)
        if not words:
            return -1
        below = next((rows[k] for k in range(r + 1, len(rows)) if any(not blank(c) for c in rows[k])), [])
        more = sum(_numeric(c) for c in below) > numbers
        if not (more or numbers == 0 or _names(row)):
            return -1
        return r + 1 if _grouped(row, below) and below is rows[min(r + 1, len(rows) - 1)] else r
    return 0 if rows else -1


def _grouped(row: list[Any], below: list[Any]) -> bool:
    """Whether a row holds titles over groups of columns, and the row below it the columns' own names.

    The first column tells them from data: its name stands in both rows, or only in the lower one.
    """
    words, under = [str(c) for c in row if not blank(c)], [str(c) for c in below if not blank(c)]
    fewer = len(set(words)) < len(set(under))
    named = blank(_at(row, 0)) or str(_at(row, 0)) == str(_at(below, 0))
    return fewer and named and not blank(_at(below, 0)) and not any(_numeric(c) for c in below)


def _names(row: list[Any]) -> bool:
    """Whether the numbers of a row are names: whole and all different, as sample numbers are."""
    numbers = [read_cell(c).value for c in row if _numeric(c)]
    return all(v == round(v) for v in numbers if v == v) and len(set(numbers)) == len(numbers)


def _headers(sheet: Sheet, head: int, width: int) -> tuple[list[str], list[str], int]:
    """Names and units of the columns, and the first row of data; a group header above and a row of units below join."""
    if head < 0:
        return ["\0"] * width, [""] * width, 0
    names = ["\0" if blank(_at(sheet.rows[head], c)) else str(_at(sheet.rows[head], c)).strip() for c in range(width)]
    if names and names[0].startswith("#"):
        names[0] = names[0].lstrip("# ")
    units, start = [""] * width, head + 1
    if start < len(sheet.rows) - 1:
        below = [_at(sheet.rows[start], c) for c in range(width)]
        words = [str(c) for c in below if not blank(c)]
        if words and sum(is_unit(w.strip("()[] ")) and not _numeric(w) for w in words) > 0.5 * len(words):
            units = [
                "" if blank(c) or not is_unit(str(c).strip("()[] ")) else plain_unit(str(c).strip("()[] "))
                for c in below
            ]
            start += 1
    if head and len(set(names)) < len(names):
        group = [_at(sheet.rows[head - 1], c) for c in range(width)]
        names = [
            f"{str(g).strip()} {n}" if not blank(g) and names.count(n) > 1 and str(g).strip() != n else n
            for g, n in zip(group, names)
        ]
    return names, units, start


def _distinct(sheet: Sheet, head: int, names: list[str]) -> tuple[list[str], list[Problem]]:
    """Names without repeats; a second column of one name gets a number and a problem."""
    seen: dict[str, int] = {}
    out, problems = [], []
    for c, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        if name != "\0" and seen[name] > 1:
            fresh = f"{name} ({seen[name]})"
            what = f"a second column is called {name!r}; it is kept as {fresh!r}"
            problems.append(Problem(sheet.place(head, c), what, "give every column a name of its own"))
            name = fresh
        out.append(name)
    return out, problems
