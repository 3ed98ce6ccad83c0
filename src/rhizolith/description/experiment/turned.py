"""Tables with quantities in rows and samples in columns, turned so that each sample is a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rhizolith.description.experiment.cell import read_cell
from rhizolith.description.experiment.header import is_unit, key, read_header
from rhizolith.description.experiment.quantity import recognize
from rhizolith.description.experiment.sheet import Sheet, blank, letters
from rhizolith.errors import Problem

_STATISTICS = frozenset(
    [
        "mean", "average", "median", "min", "max", "minimum", "maximum", "range", "count", "pvalue", "fvalue", "df",
        "r2", "lsd", "hsd", "cv", "coefficient", "estimate", "slope", "intercept", "sum", "variance", "q25", "q75",
        "lower", "upper", "pearson", "spearman", "kendall", "axis", "loading", "importance",
    ]
)  # fmt: skip
_SPREADS = frozenset(["sd", "se", "sem", "std", "stdev", "stderr"])
_LETTERS = frozenset(["n", "p", "f", "r", "t", "q"])  # statistics where nothing else stands in the name
_BESIDE = frozenset(
    ["method", "methods", "note", "notes", "remark", "remarks", "comment", "reference", "source", "about"]
)
_MOST = 300  # lines that a table of quantities may have (assumed: nobody measures more on a soil); others are features
_LOOK = 10  # rows that titles may fill above the table
_HALF = 0.5  # of the lines of numbers must be known quantities (assumed: a list of metabolites names few by chance)


def turned(sheet: Sheet) -> Sheet | None:
    """The sheet with rows and columns exchanged where its lines are quantities and its columns samples, else None.

    Told by names: at least two lines of numbers, and half of all such lines, begin with a known quantity, while fewer
    columns are called so. Tables of statistics (mean, sd, p) and of quantities against each other stay as they are. A
    column of units joins the names; columns of other words (methods) are left out, and named. Addresses of cells stay
    those of the file.
    """
    head = _head(sheet.rows)
    if head is None:
        return None
    rows = sheet.rows
    width = max(len(row) for row in rows[head:])
    lines = [r for r in range(head + 1, len(rows)) if not blank(_at(rows[r], 0))]
    if len(lines) > _MOST or sum(_known(_at(rows[r], 0)) for r in lines) < 2:
        return None
    of_numbers = [r for r in lines if _numbers(rows[r][1:])]
    known = [r for r in of_numbers if _known(_at(rows[r], 0))]
    names = [c for c in range(1, width) if not blank(_at(rows[head], c))]
    titled = sum(_known(_at(rows[head], c)) or _statistic(_at(rows[head], c)) for c in names)
    spreads = sum(bool(_tokens(_at(rows[head], c)) & _SPREADS) for c in names)
    repeated = len({key(_at(rows[r], 0)) for r in known}) < len(known)
    if (
        repeated
        or spreads > 1
        or len(known) < 2
        or len(known) < _HALF * len(of_numbers)
        or titled > _HALF * len(names)
        or titled >= len(known)
    ):
        return None
    worded = [c for c in range(1, width) if _worded(rows, of_numbers, c)]
    first = next((c for c in names if c not in worded), width)  # behind it words are slips in a sample, and are named
    words = [c for c in worded if c < first or key(_at(rows[head], c)) in _BESIDE or _units(rows, of_numbers, c)]
    samples = [c for c in names if c not in words]
    if len(samples) < 2:
        return None
    problems = [_note(sheet, samples)]
    problems += [_left(sheet, head, c) for c in words if not _units(rows, of_numbers, c)]
    return replace(sheet, rows=_exchanged(rows, head, width, words), turned=True, problems=(*sheet.problems, *problems))


def _exchanged(rows: Sequence[Sequence[Any]], head: int, width: int, words: Sequence[int]) -> list[list[Any]]:
    """Columns as rows, at the same numbers; what stands above the header and in columns of words is emptied."""
    units = [c for c in words if _units(rows, range(head + 1, len(rows)), c)]
    out: list[list[Any]] = []
    for c in range(width):
        emptied = c in words
        out.append([None if r < head or emptied else _at(row, c) for r, row in enumerate(rows)])
    out[0][head] = "sample"
    for r in range(head + 1, len(rows)):
        unit = next((str(_at(rows[r], c)).strip() for c in units if not blank(_at(rows[r], c))), "")
        name = "" if blank(out[0][r]) else str(out[0][r]).strip()
        if name and is_unit(unit.strip("()[] ")) and not read_header(name).unit:
            out[0][r] = f"{name} ({unit.strip('()[] ')})"
    return out


def _head(rows: Sequence[Sequence[Any]]) -> int | None:
    """The first row with at least two cells behind the first, which may be empty; None where rows below are fewer."""
    found = (r for r, row in enumerate(rows[:_LOOK]) if sum(not blank(c) for c in row[1:]) >= 2)
    head = next(found, None)
    return head if head is not None and len(rows) - head > 2 else None


def _at(row: Sequence[Any], c: int) -> Any:
    return row[c] if c < len(row) else None


def _known(name: Any) -> bool:
    """Whether a cell names a known quantity."""
    if blank(name) or not isinstance(name, str) or read_cell(name).kind != "text":
        return False
    header = read_header(name)
    return recognize(header.name, header.unit) is not None


def _tokens(name: Any) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", str(name).casefold()))


def _statistic(name: Any) -> bool:
    return bool(_tokens(name) & (_STATISTICS | _SPREADS)) or str(name).strip().casefold() in _LETTERS


def _numbers(cells: Sequence[Any]) -> bool:
    """Whether more than half of the filled cells are numbers."""
    kinds = [read_cell(c).kind for c in cells if not blank(c)]
    return bool(kinds) and sum(k in ("number", "below", "above", "spread", "percent") for k in kinds) > _HALF * len(
        kinds
    )


def _worded(rows: Sequence[Sequence[Any]], lines: Sequence[int], c: int) -> bool:
    """Whether a column holds words where the others hold numbers, and no number."""
    kinds = [read_cell(_at(rows[r], c)).kind for r in lines]
    return "text" in kinds and not {"number", "below", "spread", "percent"} & set(kinds)


def _units(rows: Sequence[Sequence[Any]], lines: Sequence[int], c: int) -> bool:
    """Whether a column of words holds units."""
    words = [str(_at(rows[r], c)).strip("()[] ") for r in lines if not blank(_at(rows[r], c))]
    return bool(words) and sum(is_unit(w) for w in words) > _HALF * len(words)


def _note(sheet: Sheet, samples: Sequence[int]) -> Problem:
    what = f"quantities stand in rows and samples in columns; the table was turned ({len(samples)} samples)"
    fix = "confirm the names of the samples; if the lines are no quantities say what they are, `kind: features`, in "
    return Problem(sheet.name, what, f"{fix}experiment.yaml")


def _left(sheet: Sheet, head: int, c: int) -> Problem:
    name = str(_at(sheet.rows[head], c) or f"column {letters(c)}")
    return Problem(sheet.place(head, c), f"{name}: words beside the quantities, no sample; left out", "nothing to do")
