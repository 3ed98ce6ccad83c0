"""What must hold before a path model is fitted: columns that exist and vary, and enough samples to say anything."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.paths.design import Design
from rhizolith.analysis.paths.quantify import LEVELS
from rhizolith.errors import InputError, Problem

FEW, HOPELESS = 10, 5
"""Samples per arrow into the busiest latent variable: ten is the customary least (Barclay et al. 1995), fewer than five
is refused (assumed: below it the interval of a path spans most of −1 to 1 in our own error-rate study)."""


def check_table(
    data: pd.DataFrame | Mapping[str, Sequence[Any]],
    design: Design,
    levels: Mapping[str, str],
    anchors: Mapping[str, str],
) -> pd.DataFrame:
    """The table as a DataFrame; InputError with every column that is missing, not a number, infinite or constant."""
    table = data if isinstance(data, pd.DataFrame) else pd.DataFrame(dict(data))
    problems = []
    for name in dict.fromkeys(design.columns):
        if name not in table:
            near = difflib.get_close_matches(str(name), map(str, table.columns), 3)
            hint = f"did you mean {', '.join(near)}?" if near else f"the table has {', '.join(map(str, table.columns))}"
            problems.append(Problem(f"column {name}", "is not in the table", hint))
            continue
        problems += _column_problems(name, table[name], levels.get(name, "num"))
    for name, level in levels.items():
        if level not in LEVELS:
            problems.append(Problem(f"level of {name}", f"{level!r} is unknown", f"use one of {', '.join(LEVELS)}"))
    for name, column in anchors.items():
        if name not in design.names or column not in design.blocks[design.names.index(name)]:
            problems.append(
                Problem(f"anchor of {name}", f"{column} is no indicator of {name}", "name one of its columns")
            )
    if len(table) < 3:
        problems.append(Problem("table", f"{len(table)} samples are too few for a path model", "at least 3 are needed"))
    if problems:
        raise InputError(problems)
    return table


def _column_problems(name: str, column: pd.Series, level: str) -> list[Problem]:
    """What is wrong with one indicator."""
    where = f"column {name}"
    if level != "nom":
        numbers = pd.to_numeric(column, errors="coerce")
        words = column[numbers.isna() & column.notna()]
        if len(words):
            fix = "give numbers, or declare the column `nom`"
            return [Problem(f"{where}, row {words.index[0]}", f"{words.iloc[0]!r} is not a number", fix)]
        if np.isinf(numbers.to_numpy(float)).any():
            return [Problem(where, "holds an infinite value", "correct it or leave the cell empty")]
        column = numbers
    there = column.dropna()
    if len(there) < 3:
        return [Problem(where, f"has {len(there)} values", "a column needs at least 3")]
    if there.nunique() == 1:
        return [Problem(where, "is the same in every sample", "leave it out: it cannot explain anything")]
    return []


def check_ratio(n: int, design: Design, force: bool) -> tuple[str, ...]:
    """Cautions about the number of samples; InputError where the ratio is hopeless and `force` is not given."""
    ratio = n / design.busiest
    words = f"{n} samples for {design.busiest} arrows or indicators into one latent variable ({ratio:.1f} each)"
    if ratio < HOPELESS and not force:
        fix = f"draw fewer arrows, gather {HOPELESS * design.busiest} samples, or pass force=True and report it"
        raise InputError(Problem("samples", f"{words}: hopeless, at least {HOPELESS} each are needed", fix))
    cautions = ["A path model shows association along the arrows that were drawn, not causes."]
    if ratio < FEW:
        cautions.append(f"{words}: fewer than the customary {FEW}; intervals are wide and may be too narrow still.")
    if any(len(b) == 1 for b in design.blocks):
        single = ", ".join(n for n, b in zip(design.names, design.blocks) if len(b) == 1)
        cautions.append(f"{single}: measured by one indicator, taken as free of error.")
    return tuple(cautions)
