"""A column of cells as numbers or words, with everything that is neither named cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rhizolith.description.experiment.cell import HUGE, read_cell
from rhizolith.errors import Problem

NUMERIC = 0.6  # a column is numeric when this part of its filled cells are numbers (assumed: tables are mostly clean)


@dataclass(frozen=True, eq=False)
class Column:
    """`numbers` (NaN where none) when numeric, else `words`; `below` marks values under a detection limit."""

    name: str
    numeric: bool
    numbers: np.ndarray = field(repr=False)
    spread: np.ndarray | None = field(repr=False)
    below: np.ndarray = field(repr=False)
    words: list[str] = field(repr=False)
    percent: bool = False


def read_column(
    name: str,
    cells: Sequence[Any],
    place: Callable[[int], str],
    comma: bool = False,
    below: float = 0.5,
    has_unit: bool = False,
) -> tuple[Column, list[Problem]]:
    """Read a column. A value below a detection limit is taken as `below` times that limit, and marked.

    A column whose header has a unit is one of numbers as soon as a single cell is.

    A cell of words in a column of numbers is a problem at its address, and becomes NaN, never a number.
    """
    n = len(cells)
    words = ["" if c is None else str(c).strip() for c in cells]
    quick = _all_numbers(cells)
    if quick is not None:
        return Column(name, True, quick, None, np.zeros(n, bool), words), []
    read = [read_cell(c, comma) for c in cells]
    filled = [c for c in read if c.kind != "missing"]
    good = sum(c.kind != "text" for c in filled)
    if not filled or not good or (good < NUMERIC * len(filled) and not has_unit):
        return Column(name, False, np.full(n, np.nan), None, np.zeros(n, bool), words), []
    numbers = np.array([c.value for c in read], float)
    under = np.array([c.kind == "below" for c in read])
    numbers[under] *= below
    spread = np.array([c.spread for c in read], float)
    column = Column(
        name,
        True,
        numbers,
        spread if np.isfinite(spread).any() else None,
        under,
        words,
        any(c.kind == "percent" for c in read),
    )
    return column, _problems(name, read, words, place, below)


def _problems(name: str, read: list, words: list[str], place: Callable[[int], str], below: float) -> list[Problem]:
    found = []
    for k, cell in enumerate(read):
        if cell.kind == "text":
            found.append(Problem(place(k), f"{name}: {words[k]!r} is no number", "write a number, or leave it empty"))
        elif cell.kind == "below" and cell.value != cell.value:
            what = f"{name}: {words[k]!r} is read as below a detection limit that is not given; left missing"
            found.append(Problem(place(k), what, "write it like <0.5, or NA where nothing was measured"))
        elif cell.kind == "below":
            what = f"{name}: {words[k]!r} is below detection; {below:g} of the limit is used and marked"
            found.append(Problem(place(k), what, "nothing to do, unless another rule fits better"))
        elif cell.kind == "above":
            what = f"{name}: {words[k]!r} is above the range of the method; the bound is used"
            found.append(Problem(place(k), what, "dilute and measure again, or leave it empty"))
        elif cell.note:
            found.append(
                Problem(place(k), f"{name}: {words[k]!r}: {cell.note}", "keep letters in a column of their own")
            )
    return found


def _all_numbers(cells: Sequence[Any]) -> np.ndarray | None:
    """The fast way for clean columns: text that Python reads as plain numbers, or numbers; None for the rest."""
    try:
        values = np.array([np.nan if c is None or c == "" else c for c in cells], dtype=float)
    except (TypeError, ValueError, OverflowError):
        return None
    text = any(isinstance(c, str) and ("_" in c or c.strip().lower().lstrip("+-")[:1] in ("n", "i")) for c in cells)
    if text or any(isinstance(c, bool) for c in cells) or (np.abs(values) >= HUGE).any() or np.isnan(values).all():
        return None
    return values
