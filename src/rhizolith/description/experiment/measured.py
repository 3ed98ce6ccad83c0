"""All measurement tables joined: known quantities in canonical units, the rest under their own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from rhizolith.description.experiment.header import ENZYME_UNIT, key
from rhizolith.description.experiment.legend import Meaning
from rhizolith.description.experiment.quantity import Quantity, close_to, factor, into, quantities, recognize
from rhizolith.description.experiment.table import Table
from rhizolith.description.experiment.unusual import unusual
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


def measured_of(
    tables: Sequence[Table],
    samples: Sequence[str],
    said: Mapping[str, str],
    legend: Mapping[str, Meaning] | None = None,
) -> Measured:
    """Join the measurement tables on the samples. `said` is the user's own unit for a column's name, `legend` what
    files beside the tables say of columns.

    A known quantity whose unit is written nowhere keeps its numbers, and its unit stays empty: nothing that depends on
    it may be computed. A unit that does not convert leaves the column under its own name.
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
            unit, source, meaning, found = _unit_of(str(written), table, said, legend or {})
            name, kept, scale, more = understood(str(written), unit, table.name, meaning)
            problems += [*found, *more]
            if name in quantities() and quantities()[name].unit not in ("1", ""):
                problems += unusual(str(written), table.values[written], unit, quantities()[name], table.name)
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
                    "unit from": source,
                    "read as": name,
                    "in": kept,
                    "factor": f"{scale:g}",
                }
            )
    frames = [pd.DataFrame(held, index=index) for held in (values, spread, number)]
    return Measured(frames[0], units, frames[1], frames[2], tuple(problems), tuple(columns))


def _unit_of(
    written: str, table: Table, said: Mapping[str, str], legend: Mapping[str, Meaning]
) -> tuple[str, str, Meaning | None, list[Problem]]:
    """Unit of a column, where it is from, what a legend says, and whether header and legend disagree."""
    meaning = legend.get(key(written))
    header = table.units.get(written, "")
    if written in said:
        return said[written], "your word", meaning, []
    if header or meaning is None or not meaning.unit:
        source = "header" if header else "not written"
        clash = header and meaning is not None and meaning.unit and factor(meaning.unit, header) != 1
        if not clash or meaning is None:
            return header, source, meaning, []
        what = f"{written}: the header says {header}, {meaning.where} says {meaning.unit}; the header is followed"
        return header, source, meaning, [Problem(table.name, what, "correct the one that is wrong")]
    return meaning.unit, meaning.where, meaning, []


def understood(
    written: str, unit: str, where: str, meaning: Meaning | None = None
) -> tuple[str, str, float, list[Problem]]:
    """Name, unit (empty where it is written nowhere), factor of a column, and what is to be said about it."""
    known = (meaning.quantity(written) if meaning else None) or recognize(written, unit)
    if known is None:
        near = "" if meaning and meaning.about else close_to(written)
        fix = f"did you mean {near}? Rename the column, or leave it: it is compared, but no index uses it"
        return written, unit, 1.0, [Problem(where, f"{written}: not a known quantity", fix)] if near else []
    if known.group == "ambiguous":
        what = f"{written}: available phosphorus or a phosphatase? Without a unit it is neither"
        return (
            written,
            unit,
            1.0,
            [
                Problem(
                    where,
                    what,
                    f"write its unit: mg kg-1, or nmol g-1 h-1, in its header or with --unit {written}=UNIT",
                )
            ],
        )
    if not unit:
        if known.unit in ("1", ""):
            return known.name, known.unit, 1.0, []
        return known.name, "", 1.0, []
    return _converted(written, unit, known, where)


def _converted(written: str, unit: str, known: Quantity, where: str) -> tuple[str, str, float, list[Problem]]:
    scale = into(unit, known)
    if scale is None and ENZYME_UNIT.search(unit):
        what = f"{written}: {unit} is not converted: a U is 1 umol per minute by definition, yet many kits for soil "
        what += "count nmol or umol, per hour or per day; compared as it stands, in no index"
        fix = f"write what your kit calls a U, for example --unit {written}='umol g-1 d-1'"
        return written, unit, 1.0, [Problem(where, what, fix)]
    if scale is None:
        what = f"{written}: {unit} is no unit of {known.about}, which is kept in {known.unit}"
        return (
            written,
            unit,
            1.0,
            [Problem(where, what, f"write the unit like {known.unit}, with spaces, or rename the column")],
        )
    if scale == 1:
        return known.name, known.unit, 1.0, []
    of = f" of {known.counted_as}" if "mol" in unit and known.counted_as else ""
    what = f"{written}: {unit} is converted to {known.unit}{of} (× {scale:g})"
    return known.name, known.unit, scale, [Problem(where, what, "confirm the unit")]
