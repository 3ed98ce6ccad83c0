"""Features × samples from a layout that is known, where names are names: no header is looked for, no unit taken off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.description.experiment.cell import commas
from rhizolith.description.experiment.column import read_column
from rhizolith.description.experiment.sheet import letters
from rhizolith.errors import Problem


def matrix(
    file: str,
    labels: Sequence[str],
    samples: Sequence[str],
    cells: Sequence[Sequence[Any]],
    rows: Sequence[int],
    at: Sequence[int],
    below: float = 0.5,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Numbers of every label in every sample, NaN where there is none, and what was odd, cell by cell.

    `cells` are lines of one cell a sample, `rows` and `at` the 0-based rows and columns they stand in; `below` of a
    detection limit stands for a value under it. No sample is left out: one without a number is a column of NaN, and
    said. A second sample of one name gets a number.
    """
    problems: list[Problem] = []
    columns: list[np.ndarray] = []
    names: list[str] = []
    texts = [str(c) for line in cells[:2000] for c in line if isinstance(c, str) and c]
    sure, points, _ = commas(texts)
    for k, sample in enumerate(samples):
        name = sample if sample not in names else f"{sample} ({names.count(sample) + 1})"
        if name != sample:
            what = f"a second column is called {sample!r}; it is kept as {name!r}"
            problems.append(Problem(file, what, "give every column a name of its own"))
        held = [line[k] if k < len(line) else None for line in cells]
        column, found = read_column(name, held, partial(_place, file, rows, at[k]), sure > points, below, has_unit=True)
        if not column.numeric:
            problems.append(Problem(f"{file}, column {letters(at[k])}", f"{name} holds no number", "check the column"))
        problems += found
        names.append(name)
        columns.append(column.numbers)
    values = np.array(columns).T if columns else np.zeros((len(labels), 0))
    return pd.DataFrame(values, index=pd.Index(list(labels), dtype=object), columns=names), problems


def _place(file: str, rows: Sequence[int], column: int, line: int) -> str:
    return f"{file}, cell {letters(column)}{rows[line] + 1}"
