"""Lines that name one sample more than once: replicates where something says so, else a slip that is named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from rhizolith.errors import Problem

MOST = 0.5  # of the samples have several lines: then lines are replicates (assumed: a slip of the keyboard hits few)
SHOWN = 8  # slips of one table that are named one by one
COMPARED = 3  # numbers of two lines that must agree before they are called copies of one line


def replicates(labels: Sequence[str], said: str) -> str:
    """Why lines of one sample are replicates: what the table or the user says, or that most samples have several."""
    counts = Counter(labels)
    several = [n for n in counts.values() if n > 1]
    if not several:
        return ""
    return said or (
        f"{len(several)} of {len(counts)} samples have several" if len(several) > MOST * len(counts) else ""
    )


def averaged_lines(
    table: str, labels: Sequence[str], values: pd.DataFrame, places: Sequence[str], why: str
) -> list[Problem]:
    """What is said where lines of one sample are averaged as replicates, and lines that look copied."""
    counts = Counter(labels)
    several = {s: n for s, n in counts.items() if n > 1}
    if not several:
        return []
    low, high = min(several.values()), max(several.values())
    span = f"{low}" if low == high else f"{low} to {high}"
    what = f"{len(several)} samples have {span} lines each, averaged as replicates ({why}); n and sd are kept"
    fix = "confirm it; lines that are samples of their own (depths, dates) need names of their own"
    found = [Problem(table, what, fix)]
    twice = values.reset_index(drop=True).assign(sample=list(labels))
    full = twice.drop(columns="sample").notna().sum(axis=1) >= COMPARED
    for k in np.flatnonzero(twice.duplicated() & full)[:SHOWN]:
        first = int(np.flatnonzero((twice == twice.iloc[k]).drop(columns="sample").all(axis=1))[0])
        what = f"this line of {labels[k]} has the numbers of {_cell(places, first)}: a copied line? Both count"
        found.append(Problem(_cell(places, k, whole=True) or table, what, "delete one of them if it is a copy"))
    return found


def settled(
    table: str, labels: Sequence[str], values: pd.DataFrame, places: Sequence[str], absent: Sequence[str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """One line a sample where nothing says that repeated lines are replicates: what they agree on is used once, what
    they disagree on is left empty, for which of them is right cannot be told. `absent`: samples without any line.
    """
    found: list[Problem] = []
    at: dict[str, list[int]] = {}
    for k, label in enumerate(labels):
        at.setdefault(label, []).append(k)
    values = values.reset_index(drop=True)
    held = values.groupby(list(labels), sort=False).first()
    for sample, lines in at.items():
        if len(lines) < 2:
            continue
        odd = [c for c in values.columns if len(set(_filled(values[c].iloc[lines]))) > 1]
        held.loc[sample, odd] = "" if all(pd.api.types.is_object_dtype(d) for d in values.dtypes) else np.nan
        found.append(
            _slip(table, sample, values.iloc[lines][odd], [_cell(places, k, k == lines[0]) for k in lines], absent)
        )
    if len(found) > SHOWN:
        more = f"{len(found) - SHOWN} more samples stand in several lines that are no replicates; treated alike"
        found = [*found[:SHOWN], Problem(table, more, "mend the table, or declare replicates as above")]
    return held.reindex(list(at)), found


def _filled(column: pd.Series) -> list:
    return [v for v in column if v == v and v is not None and v != ""]


def _slip(table: str, sample: str, odd: pd.DataFrame, places: Sequence[str], absent: Sequence[str]) -> Problem:
    also = ", ".join(p for p in places[1:] if p)
    where = places[0] or table
    lines = f"{sample} stands in {len(places)} lines" + (f" (again in {also})" if also else "")
    if odd.empty or not len(odd.columns):
        return Problem(where, f"{lines}, which say the same; it is used once", "delete the others")
    shown = [f"{c} {' and '.join(_word(v) for v in dict.fromkeys(_filled(odd[c])))}" for c in odd.columns[:6]]
    more = f" and {len(odd.columns) - 6} more columns" if len(odd.columns) > 6 else ""
    what = f"{lines} with different values: {'; '.join(shown)}{more}. Which are right cannot be told: left empty"
    other = f" or write its true name (no line names {', '.join(absent[:4])})" if 0 < len(absent) <= 4 else ""
    yes = f"`tables: {{'{table}': {{replicates: true}}}}`"
    return Problem(
        where, what, f"delete the wrong line{other}; if they are replicates write {yes} into experiment.yaml"
    )


def _word(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else repr(value)


def _cell(places: Sequence[str], k: int, whole: bool = False) -> str:
    """The address of a line; only the cell or row where the file has been named already."""
    if k >= len(places):
        return ""
    return places[k] if whole else re.sub(r"^.*, (?=(?:cell|row|column) [A-Z0-9]+$)", "", places[k])
