"""Tables with a line (or several) for each sample: measurements, designs, and long tables with a line per value."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from rhizolith.description.experiment.column import Column
from rhizolith.description.experiment.frame import Frame
from rhizolith.description.experiment.header import key
from rhizolith.description.experiment.kind import VALUE, VARIABLE, sample_column
from rhizolith.description.experiment.quantity import factor, into, recognize
from rhizolith.description.experiment.replicates import counted_by, miscounted, replicated
from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem

CODES = 4  # numbers that a factor is coded by at most (assumed; more are doses or measurements)
MANY = 3  # implausible values of one column that are named one by one
FACTOR = re.compile(
    r"^(block|rep|reps|replicate|replicates|year|treatment|trt|plot|group|pot|row|col|batch|tray|depthclass|horizon)(no|nr|number|id)?$"
)


def labels(frame: Frame, at: int | None, problems: list[Problem]) -> list[str]:
    """Names of the lines: the sample column, or the line's own number; an empty name is a problem and gets one."""
    if at is None:
        what = "no column names the samples; lines are numbered"
        problems.append(Problem(frame.sheet.name, what, "add a column called `sample`"))
        return [f"line {r + 1}" for r in frame.rows]
    named = []
    for k, word in enumerate(frame.columns[at].words):
        if not word:
            what = "this line has values and no sample name"
            problems.append(Problem(frame.place(k, at), what, "name the sample, or delete the line"))
            word = f"line {frame.rows[k] + 1}"
        named.append(whole(word))
    return named


def whole(word: str) -> str:
    """A name or level that a workbook holds as a number, without its `.0`."""
    return re.sub(r"^(\d+)\.0$", r"\1", word)


def places(frame: Frame, at: int | None) -> list[str]:
    """The address of each line's name, or of the line where no column names it."""
    if at is None:
        return [frame.sheet.place(r) for r in frame.rows]
    return [frame.place(k, at) for k in range(len(frame.rows))]


def measurements(frame: Frame, stem: str) -> Table:
    """Samples × quantities, words beside them; numbered replicates in columns become lines."""
    problems = list(frame.problems)
    at = sample_column(frame)
    named = labels(frame, at, problems)
    numbers: list = []
    words: dict[str, list[str]] = {}
    units: dict[str, str] = {}
    spreads: dict[str, np.ndarray] = {}
    seen: set[str] = set()
    for c, (column, unit) in enumerate(zip(frame.columns, frame.units)):
        if c == at:
            continue
        if not column.numeric or FACTOR.match(key(column.name)):
            words[column.name] = [whole(w) for w in column.words]
            continue
        if coded(column, unit):
            levels = list(dict.fromkeys(whole(w) for w in column.words if w))
            what = f"{column.name} holds only {', '.join(levels)}, each in many lines: taken as levels of a factor"
            problems.append(Problem(frame.header_place(c), what, "write its unit in the header if it was measured"))
            words[column.name] = [whole(w) for w in column.words]
            continue
        name = column.name
        if name in seen:
            name = frame.headers[c] if frame.headers[c] not in seen else f"{frame.headers[c]} ({c + 1})"
            what = f"a second column of {column.name}; the first is used, this one is kept as {name!r}"
            problems.append(Problem(frame.header_place(c), what, "keep one of the two, or name them apart"))
        seen.add(name)
        numbers.append((name, column))
        units[name] = "%" if column.percent and not unit else unit
        if column.spread is not None:
            spreads[name] = column.spread
    index = pd.Index(named, dtype=object)
    if not numbers and words:
        return design(frame, stem)
    problems += miscounted(named, words, places(frame, at))
    values = replicated({name: c.numbers for name, c in numbers}, units, index)
    problems += _implausible(frame, at)
    turns = len(values) // max(len(index), 1)
    return Table(
        frame.sheet.name,
        "measurements",
        values,
        units,
        pd.DataFrame(words, index=index),
        pd.DataFrame(spreads, index=index) if spreads else None,
        problems=tuple(problems),
        places=tuple(places(frame, at) * max(turns, 1)),
        replicates="columns numbered as replicates" if turns > 1 else counted_by(named, words),
    )


def coded(column: Column, unit: str) -> bool:
    """Whether numbers stand for levels: two to four whole numbers of no known quantity, without a unit, about equally
    often and three times at least.
    """
    x = column.numbers[np.isfinite(column.numbers)]
    if unit or column.percent or len(x) < 6 or (x != np.rint(x)).any() or recognize(column.name, unit) is not None:
        return False
    counts = np.unique(x, return_counts=True)[1]
    return 2 <= len(counts) <= CODES and counts.min() >= 3 and counts.max() <= 1.5 * counts.min()


def _implausible(frame: Frame, at: int | None) -> list[Problem]:
    """Values outside the wide bounds of their quantity, which stay as reported."""
    found = []
    for c, (column, unit) in enumerate(zip(frame.columns, frame.units)):
        known = recognize(column.name, unit) if column.numeric and c != at else None
        if known is None:
            continue
        scale = (into(unit, known) if unit and known.unit else 1.0) or 1.0
        x = column.numbers * scale
        bad = np.flatnonzero((x < known.low) | (x > known.high))
        expected = f"expected {known.low:g} to {known.high:g} {known.unit if known.unit != '1' else ''}".rstrip()
        if len(bad) > MANY:
            what = f"{column.name}: {len(bad)} of {np.isfinite(x).sum()} values ({column.numbers[bad].min():.4g} to "
            what += f"{column.numbers[bad].max():.4g} {unit}) are not plausible for {known.about}"
            where = frame.place(int(bad[0]), c)
            fix = f"{expected}; check the unit in the header; they are kept as reported"
            found.append(Problem(f"{where} to {frame.place(int(bad[-1]), c).rpartition(' ')[2]}", what, fix))
            continue
        for k in bad:
            what = f"{column.name}: {f'{column.words[k]} {unit}'.strip()} is not plausible for {known.about}"
            fix = f"{expected}; check value and unit; it is kept as reported"
            found.append(Problem(frame.place(int(k), c), what, fix))
    return found


def design(frame: Frame, stem: str) -> Table:
    """What was done to each sample, in words."""
    problems = list(frame.problems)
    at = sample_column(frame)
    named = labels(frame, at, problems)
    words = {c.name: [whole(w) for w in c.words] for k, c in enumerate(frame.columns) if k != at}
    values = pd.DataFrame(words, index=pd.Index(named))
    return Table(
        frame.sheet.name, "design", values, problems=tuple(problems), places=tuple(places(frame, at)),
        replicates=counted_by(named, words),
    )  # fmt: skip


def long(frame: Frame, stem: str) -> Table:
    """A line per value to a sample × quantity table; repeated lines become lines of one sample."""
    problems = list(frame.problems)
    at = sample_column(frame)
    variable, value = frame.column(*VARIABLE), frame.column(*VALUE)
    unit = frame.column("unit", "units")
    assert variable is not None and value is not None  # kind.is_long saw both
    named = labels(frame, at, problems)
    lines = pd.DataFrame({"sample": named, "variable": variable.words, "value": value.numbers})
    lines["unit"] = unit.words if unit is not None else ""
    lines["place"] = places(frame, at)
    units: dict[str, str] = {}
    for name, group in lines.groupby("variable", sort=False):
        given = list(dict.fromkeys(u for u in group["unit"] if u))
        units[str(name)] = given[0] if given else ""
        for other in given[1:]:
            ratio = factor(other, given[0])
            rows = group.index[group["unit"] == other]
            if ratio is None:
                what = f"{name} is given in {given[0]} and in {other}, which do not convert"
                problems.append(Problem(frame.sheet.place(frame.rows[int(rows[0])]), what, "use one unit for it"))
                lines.loc[rows, "variable"] = f"{name} [{other}]"
                units[f"{name} [{other}]"] = other
            else:
                problems.append(_second_unit(frame, lines, str(name), given[0], other, ratio))
                lines.loc[rows, "value"] *= ratio
    both = [f"{s}\0{v}" for s, v in zip(lines["sample"], lines["variable"])]
    skip = {variable.name, value.name, "unit", "units", frame.columns[at].name if at is not None else ""}
    beside = {c.name: [whole(w) for w in c.words] for c in frame.columns if c.name not in skip}
    numbered = counted_by(both, beside)
    problems += miscounted(both, beside, list(lines["place"]))
    wide, stands = _wide(lines)
    kept = {c.name: c.words for c in frame.columns if c.name not in skip and not c.numeric}
    others = pd.DataFrame(kept, index=pd.Index(lines["sample"], dtype=object, name=None))
    about = others[~others.index.duplicated()] if len(others.columns) else None
    return Table(
        frame.sheet.name, "measurements", wide, units, about, problems=tuple(problems), places=stands,
        replicates=numbered,
    )  # fmt: skip


def _second_unit(frame: Frame, lines: pd.DataFrame, name: str, first: str, other: str, ratio: float) -> Problem:
    """A quantity in two units: both lists of lines, and whether the numbers look as if one unit were a slip."""
    own = lines["variable"] == name
    at = {u: lines.index[own & (lines["unit"] == u)] for u in (first, other)}
    few = min((other, first), key=lambda u: len(at[u]))
    much = first if few == other else other
    middle = {u: float(np.nanmedian(np.abs(lines.loc[at[u], "value"]))) for u in at}
    after = middle[other] * ratio / middle[first] if middle[first] else np.nan
    places = ", ".join(frame.sheet.place(frame.rows[int(k)]).rpartition(", ")[2] for k in at[few][:6])
    what = (
        f"{name} is in {few} in {len(at[few])} lines ({places}{', …' if len(at[few]) > 6 else ''}) and in {much} in "
        f"{len(at[much])}; all are converted to {first}"
    )
    fix = "confirm the units"
    if np.isfinite(after) and not 0.05 < after < 20:
        what += f". In one unit the two sets differ {max(after, 1 / after):.3g}-fold: one of the units is likely a slip"
        fix = "correct the unit of the lines that are wrong"
    return Problem(frame.sheet.place(frame.rows[int(at[few][0])]), what, fix)


def _wide(lines: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Sample × quantity with as many lines of a sample as one of its quantities has, and an address for each."""
    lines["turn"] = lines.groupby(["sample", "variable"]).cumcount()
    wide = lines.pivot(index=["sample", "turn"], columns="variable", values="value")
    wide = wide.reindex(columns=list(dict.fromkeys(lines["variable"])))
    order = {s: k for k, s in enumerate(dict.fromkeys(lines["sample"]))}
    wide = wide.iloc[np.argsort([order[s] for s in wide.index.get_level_values(0)], kind="stable")]
    first = lines.groupby(["sample", "turn"])["place"].first().reindex(wide.index)
    wide.index = pd.Index(wide.index.get_level_values(0), dtype=object, name=None)
    wide.columns.name = None
    return wide, tuple(first)
