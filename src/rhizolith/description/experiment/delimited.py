"""Text to a grid of cells: tabs, semicolons, commas or runs of spaces, found from the text itself."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from rhizolith.description.experiment.cell import commas
from rhizolith.description.experiment.sheet import Sheet
from rhizolith.errors import Problem

SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar", "  ": "spaces", " ": "space"}
_LOOK = 200  # rows that the separator is judged by


def split(text: str, file: str, sheet: str = "") -> Sheet:
    """The grid of a text file. Trailing tabs and empty last columns are taken off; rows keep their line numbers."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    separator = find_separator(text)
    rows = cut(text, separator)
    width = max((_used(row) for row in rows), default=0)
    rows = [row[:width] for row in rows]
    while rows and not _used(rows[-1]):
        rows.pop()
    texts = [cell for row in rows[:2000] for cell in row if cell]
    sure, points, unsure = commas(texts)
    comma, problems = False, []
    if separator != ",":
        comma = sure > points or (sure == 0 and points == 0 and unsure > 0 and separator == ";")
        if sure and points:
            what = f"{sure} numbers have a decimal comma and {points} a decimal point"
            problems.append(Problem(file, what, "write all numbers of one table alike; each was read by itself"))
    if unsure and not (sure or points):
        what = f"{unsure} numbers look like 1,234: read as {'1.234' if comma else '1234'}"
        problems.append(Problem(file, what, "write them without grouping, with a decimal point"))
    return Sheet(file, rows, sheet, SEPARATORS[separator], comma, tuple(problems))  # type: ignore[arg-type]


def find_separator(text: str) -> str:
    """The separator that cuts most lines into the same number of cells, at least two; a tab where none does."""
    lines = [line for line in text.split("\n", _LOOK * 2)[: _LOOK * 2] if line.strip()][:_LOOK]
    best, chosen = 0.0, "\t"
    for place, separator in enumerate(SEPARATORS):
        sizes = [_used(row) for row in cut("\n".join(lines), separator)]
        sizes = [n for n in sizes if n]
        if not sizes:
            continue
        (width, often), *_ = Counter(n for n in sizes if n > 1).most_common(1) or [(1, 0)]
        # ties go to the earlier of the list: a semicolon file with decimal commas cuts at commas too
        score = often / len(sizes) + 0.02 * min(width, 10) - 0.001 * place if width > 1 else 0.0
        if separator == "," and _decimal(lines):
            score -= 0.5
        if separator == "  ":
            score -= 0.15
        if separator == " ":  # only a strict grid with numbers, for prose has spaces too
            score = score - 0.4 if often > 0.9 * len(sizes) and width > 2 and _gridded(lines) else 0.0
        if separator == "\t" and often > 0.95 * len(sizes) and width > 1:
            return separator  # lineages and notes hold semicolons and commas; nobody types tabs into them
        if score > best:
            best, chosen = score, separator
    return chosen


def _decimal(lines: list[str]) -> bool:
    """Whether semicolons or tabs stand between numbers with commas."""
    return sum(bool(re.search(r"\d,\d+\s*[;\t]|[;\t]\s*[+-]?\d+,\d", line)) for line in lines) > 0.3 * len(lines)


def _gridded(lines: list[str]) -> bool:
    return sum(bool(re.search(r"(?:^|\s)[+-]?\d+\.?\d*(?:\s|$)", line)) for line in lines) > 0.8 * len(lines)


def cut(text: str, separator: str) -> list[list[str]]:
    """Rows of cells; quotes may hold separators and line ends, and one left open ends with its line."""
    if separator == "  ":
        return [re.split(r"\s{2,}|\t", line.strip()) if line.strip() else [] for line in text.split("\n")]
    if separator == " ":
        return [[line.strip()] if line.startswith("#") else line.split() for line in text.split("\n")]
    csv.field_size_limit(1 << 27)
    if text.count('"') % 2 == 0:
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=separator))
        except csv.Error:
            return _line_by_line(text, separator)
        if not _swallowed(rows, separator):
            return [[cell.strip() for cell in row] for row in rows]
    return _line_by_line(text, separator)  # a stray quote would swallow lines, and with them samples


def _swallowed(rows: list[list[str]], separator: str) -> bool:
    """Whether a quoted cell holds cells or lines of the table: it has separators, and its row has another width."""
    width = Counter(len(row) for row in rows if row).most_common(1)[0][0] if any(rows) else 0
    for row in rows:
        for cell in row:
            if "\n" in cell and (len(row) != width or cell.count(separator) > 1):
                return True
            if separator in cell and len(row) < width:
                return True
    return False


def _line_by_line(text: str, separator: str) -> list[list[str]]:
    """Each line by itself; where its quotes hide cells that the width of the table asks for, they are no quotes."""
    lines = text.split("\n")
    bare = [line.split(separator) for line in lines]
    quoted = [
        next(csv.reader([x], delimiter=separator), []) if x.count('"') % 2 == 0 else y for x, y in zip(lines, bare)
    ]
    width = Counter(len(row) for row in quoted if len(row) > 1).most_common(1)
    typical = width[0][0] if width else 1
    rows = [b if len(q) != typical and len(b) == typical else q for q, b in zip(quoted, bare)]
    return [[cell.strip().strip('"').strip() for cell in row] for row in rows]


def _used(row: list[str]) -> int:
    n = len(row)
    while n and not row[n - 1]:
        n -= 1
    return n
