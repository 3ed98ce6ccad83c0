"""All measurement tables joined: known quantities in canonical units, the rest under their own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from rhizolith.description.experiment.names import factors_in_names
from rhizolith.description.experiment.quantity import Quantity, close_to, factor, recognize
from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem


@dataclass(frozen=True)
class Measured:
    """Sample × quantity with units, spread and number of replicates, and how each column was understood."""

    values: pd.DataFrame
    units: Mapping[str, str]
    spread: pd.DataFrame
    number: pd.DataFrame
    problems: tuple[Problem, ...]
    columns: tuple[dict[str, str], ...]


def measured_of(tables: Sequence[Table], samples: Sequence[str], said: Mapping[str, str]) -> Measured:
    """Join the measurement tables on the samples. `said` is the user's own unit for a column's name.

    A known quantity without a unit is taken in its canonical unit, and named; a unit that does not convert leaves the
    column under its own name.
    """
    values, spread, number = {}, {}, {}
    units: dict[str, str] = {}
    problems: list[Problem] = []
    columns: list[dict[str, str]] = []
    index = pd.Index(list(samples), dtype=object)
    for table in tables:
        if table.kind != "measurements":
            continue
        for written in table.values.columns:
            unit = said.get(str(written), table.units.get(str(written), ""))
            name, kept, scale, found = understood(str(written), unit, table.name)
            problems += found
            if name in values:
                fresh = f"{written} ({table.name})"
                what = f"{written}: {name} is there already; this one is kept as {fresh!r}"
                problems.append(Problem(table.name, what, "keep one of the two, or give them different names"))
                name, kept, scale = fresh, unit, 1.0
            values[name] = table.values[written].reindex(index) * scale
            units[name] = kept
            if table.spread is not None and written in table.spread:
                spread[name] = table.spread[written].reindex(index) * abs(scale)
            if table.number is not None and written in table.number:
                number[name] = table.number[written].reindex(index)
            columns.append(
                {
                    "table": table.name,
                    "column": str(written),
                    "unit": unit,
                    "read as": name,
                    "in": kept,
                    "factor": f"{scale:g}",
                }
            )
    frames = [pd.DataFrame(held, index=index) for held in (values, spread, number)]
    return Measured(frames[0], units, frames[1], frames[2], tuple(problems), tuple(columns))


def understood(written: str, unit: str, where: str) -> tuple[str, str, float, list[Problem]]:
    """Name, unit, factor of a column, and what is to be said about it."""
    known = recognize(written, unit)
    if known is None:
        near = close_to(written)
        fix = f"did you mean {near}? Rename the column, or leave it: it is compared, but no index uses it"
        return written, unit, 1.0, [Problem(where, f"{written}: not a known quantity", fix)] if near else []
    if known.group == "ambiguous":
        what = f"{written}: available phosphorus or a phosphatase? Without a unit it is neither"
        return written, unit, 1.0, [Problem(where, what, "write its unit: mg kg-1, or nmol g-1 h-1")]
    if not unit:
        found = []
        if known.unit not in ("1", ""):
            what = f"{written}: no unit is written; taken as {known.about} in {known.unit}"
            found = [Problem(where, what, f"write the unit in the header, such as `{written} ({known.unit})`")]
        return known.name, known.unit, 1.0, found
    return _converted(written, unit, known, where)


def _converted(written: str, unit: str, known: Quantity, where: str) -> tuple[str, str, float, list[Problem]]:
    scale = factor(unit, known.unit)
    if scale is None:
        what = f"{written}: {unit} is no unit of {known.about}, which is kept in {known.unit}"
        return written, unit, 1.0, [Problem(where, what, "correct the unit, or rename the column")]
    if scale == 1:
        return known.name, known.unit, 1.0, []
    what = f"{written}: {unit} is converted to {known.unit} (× {scale:g})"
    return known.name, known.unit, scale, [Problem(where, what, "confirm the unit")]


def design_of(tables: Sequence[Table], samples: Sequence[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """Factor → level of each sample, from design tables, from words beside measurements, else from the sample names."""
    held: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for table in tables:
        words = (
            table.values if table.kind == "design" else table.about if table.kind == "measurements" else table.number
        )
        if words is None or (table.kind not in ("design", "measurements") and not _worded(words)):
            continue
        if table.kind in ("formulas", "peaks", "taxonomy", "names", "other", "tree"):
            continue
        for name in words.columns:
            column = words[name].reindex(list(samples)).astype(object)
            column = column.where(column.notna(), "")
            if str(name) not in held:
                held[str(name)] = column
                continue
            both = (held[str(name)] != "") & (column != "")
            odd = both & (held[str(name)].astype(str) != column.astype(str))
            if odd.any():
                which = ", ".join(map(str, odd.index[odd][:5]))
                what = f"{name} differs from another table for {which}; the first is used"
                problems.append(Problem(table.name, what, "make the tables agree"))
            held[str(name)] = held[str(name)].where(held[str(name)] != "", column)
    if not held:
        held = {n: pd.Series(v, index=list(samples)) for n, v in factors_in_names(samples).items()}
        if held:
            what = f"no design was found; {len(held)} factors are read from the sample names ({', '.join(held)})"
            problems.append(
                Problem("design", what, "add a table with a column `sample` and one column for each factor")
            )
    return pd.DataFrame(held, index=pd.Index(list(samples), dtype=object)), problems


def _worded(frame: pd.DataFrame) -> bool:
    return frame.size > 0 and all(not pd.api.types.is_numeric_dtype(d) for d in frame.dtypes)
