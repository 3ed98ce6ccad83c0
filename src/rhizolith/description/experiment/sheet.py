"""One grid of cells as it stands in a file, and the address of each cell in the words of a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rhizolith.errors import Problem


@dataclass(frozen=True)
class Sheet:
    """Cells by row, exactly as read (text, numbers, None); `sheet` is empty where a file is one grid."""

    file: str
    rows: list[list[Any]] = field(repr=False)
    sheet: str = ""
    separator: str = ""
    comma: bool = False  # numbers are written with a decimal comma
    problems: tuple[Problem, ...] = ()
    turned: bool = False  # rows here are columns of the file

    @property
    def name(self) -> str:
        """`soil.xlsx#Enzymes`, or the file alone."""
        return f"{self.file}#{self.sheet}" if self.sheet else self.file

    def place(self, row: int, column: int | None = None) -> str:
        """Where a cell stands, from 0-based numbers: `soil.xlsx, sheet Enzymes, cell B7`."""
        head = f"{self.file}, sheet {self.sheet}" if self.sheet else self.file
        if self.turned:
            return f"{head}, column {letters(row)}" if column is None else f"{head}, cell {letters(row)}{column + 1}"
        return f"{head}, row {row + 1}" if column is None else f"{head}, cell {letters(column)}{row + 1}"


def letters(column: int) -> str:
    """Spreadsheet name of a 0-based column: 0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def blank(value: Any) -> bool:
    """Whether a cell holds nothing."""
    return value is None or (isinstance(value, str) and not value.strip()) or value != value
