"""A frame to the tables of an experiment: one builder for each layout, and no column dropped."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.description.experiment.annotation import describes
from rhizolith.description.experiment.column import Column
from rhizolith.description.experiment.frame import Frame
from rhizolith.description.experiment.gene_copies import copies_table
from rhizolith.description.experiment.header import key
from rhizolith.description.experiment.kind import (
    FORMULA,
    INTENSITY,
    MASS,
    TIME,
    VALUE,
    VARIABLE,
    has_elements,
    kind_of,
    sample_column,
    wide_by_sample,
)
from rhizolith.description.experiment.legend import columns_of_legend
from rhizolith.description.experiment.orthologs import as_orthologs
from rhizolith.description.experiment.quantity import factor, recognize
from rhizolith.description.experiment.replicates import replicated
from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem

ATOMS = {
    "C": ("C", "12C"),
    "H": ("H", "1H"),
    "O": ("O", "16O"),
    "N": ("N", "14N"),
    "S": ("S", "32S"),
    "P": ("P", "31P"),
}


def tables(frame: Frame, stem: str, force: str = "") -> list[Table]:
    """The tables that a frame holds: usually one; a long table gives one, a measurement table may hold a design too."""
    kind = force or kind_of(frame)
    return [_BUILDERS.get(kind, _other)(frame, stem)]


def _frame_of(columns: list[Column], index: list[str]) -> pd.DataFrame:
    return pd.DataFrame({c.name: c.numbers for c in columns}, index=pd.Index(index, dtype=object))


def _labels(frame: Frame, at: int | None, problems: list[Problem]) -> list[str]:
    """Names of the lines: the sample column, or the line's own number; an empty name is a problem and gets one."""
    if at is None:
        what = "no column names the samples; lines are numbered"
        problems.append(Problem(frame.sheet.name, what, "add a column called `sample`"))
        return [f"line {r + 1}" for r in frame.rows]
    labels = []
    for k, word in enumerate(frame.columns[at].words):
        if not word:
            what = "this line has values and no sample name"
            problems.append(Problem(frame.place(k, at), what, "name the sample, or delete the line"))
            word = f"line {frame.rows[k] + 1}"
        labels.append(re.sub(r"^(\d+)\.0$", r"\1", word))
    return labels


FACTOR = re.compile(
    r"^(block|rep|reps|replicate|replicates|year|treatment|trt|plot|group|pot|row|col|batch|tray|depthclass|horizon)(no|nr|number|id)?$"
)


def _measurements(frame: Frame, stem: str) -> Table:
    problems = list(frame.problems)
    at = sample_column(frame)
    labels = _labels(frame, at, problems)
    numbers, words, units, spreads, seen = [], {}, {}, {}, set()
    for c, (column, unit) in enumerate(zip(frame.columns, frame.units)):
        if c == at:
            continue
        if not column.numeric or FACTOR.match(key(column.name)):
            words[column.name] = [re.sub(r"^(\d+)\.0$", r"\1", w) for w in column.words]
            continue
        named = column.name if column.name not in seen else frame.headers[c]
        seen.add(named)
        numbers.append((named, column))
        units[named] = "%" if column.percent and not unit else unit
        if column.spread is not None:
            spreads[named] = column.spread
    index = pd.Index(labels, dtype=object)
    if not numbers and words:
        return _design(frame, stem)
    values = replicated({name: c.numbers for name, c in numbers}, units, index)
    problems += _implausible(frame, at)
    return Table(
        frame.sheet.name,
        "measurements",
        values,
        units,
        pd.DataFrame(words, index=index),
        pd.DataFrame(spreads, index=index) if spreads else None,
        problems=tuple(problems),
    )


def _implausible(frame: Frame, at: int | None) -> list[Problem]:
    """Values outside the wide bounds of their quantity, which stay as reported."""
    found = []
    for c, (column, unit) in enumerate(zip(frame.columns, frame.units)):
        known = recognize(column.name, unit) if column.numeric and c != at else None
        if known is None:
            continue
        scale = (factor(unit, known.unit) if unit and known.unit else 1.0) or 1.0
        x = column.numbers * scale
        for k in np.flatnonzero((x < known.low) | (x > known.high)):
            what = f"{column.name}: {column.words[k]} {unit} is not plausible for {known.about}"
            fix = f"expected {known.low:g} to {known.high:g} {known.unit}; check value and unit; it is kept as reported"
            found.append(Problem(frame.place(int(k), c), what, fix))
    return found


def _design(frame: Frame, stem: str) -> Table:
    problems = list(frame.problems)
    at = sample_column(frame)
    labels = _labels(frame, at, problems)
    words = {c.name: [re.sub(r"^(\d+)\.0$", r"\1", w) for w in c.words] for k, c in enumerate(frame.columns) if k != at}
    repeated = sorted({s for s in labels if labels.count(s) > 1}) if len(labels) < 5000 else []
    if repeated:
        what = f"these samples stand in the design more than once: {', '.join(repeated[:8])}"
        problems.append(Problem(frame.sheet.name, what, "keep one line for each; the first is used"))
    return Table(frame.sheet.name, "design", pd.DataFrame(words, index=pd.Index(labels)), problems=tuple(problems))


def _long(frame: Frame, stem: str) -> Table:
    """A line per value to a sample × quantity table; repeated lines become replicates."""
    problems = list(frame.problems)
    at = sample_column(frame)
    variable, value = frame.column(*VARIABLE), frame.column(*VALUE)
    unit = frame.column("unit", "units")
    assert variable is not None and value is not None  # kind.is_long saw both
    lines = pd.DataFrame({"sample": _labels(frame, at, problems), "variable": variable.words, "value": value.numbers})
    lines["unit"] = unit.words if unit is not None else ""
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
                lines.loc[rows, "value"] *= ratio
    lines["turn"] = lines.groupby(["sample", "variable"]).cumcount()
    wide = lines.pivot(index=["sample", "turn"], columns="variable", values="value")
    wide = wide.reindex(columns=list(dict.fromkeys(lines["variable"])))
    order = {s: k for k, s in enumerate(dict.fromkeys(lines["sample"]))}
    wide = wide.iloc[np.argsort([order[s] for s in wide.index.get_level_values(0)], kind="stable")]
    wide.index = pd.Index(wide.index.get_level_values(0), dtype=object, name=None)
    wide.columns.name = None
    skip = {variable.name, value.name, "unit", "units", frame.columns[at].name if at is not None else ""}
    others = pd.DataFrame({c.name: c.words for c in frame.columns if c.name not in skip and not c.numeric})
    others.index = pd.Index(lines["sample"], dtype=object, name=None)
    about = others[~others.index.duplicated()] if len(others.columns) else None
    return Table(frame.sheet.name, "measurements", wide, units, about, problems=tuple(problems))


def _matrix(kind: str) -> Callable[[Frame, str], Table]:
    """Builder of a wide table of taxa, genes or features."""

    def build(frame: Frame, stem: str) -> Table:
        problems = list(frame.problems)
        if kind == "features" and (frame.column(*MASS) is not None or frame.column(*TIME) is not None):
            return _reported("features")(frame, stem)
        numbers = [c for c in frame.columns if c.numeric]
        words = [c for c in frame.columns if not c.numeric]
        if wide_by_sample(frame):
            at = sample_column(frame)
            labels = _labels(frame, at, problems)
            name = frame.columns[at].name if at is not None else ""
            values = _frame_of([c for c in numbers if c.name != name], labels).T
            design = {c.name: c.words for c in words if c.name != name}
            about = pd.DataFrame(design, index=pd.Index(labels, dtype=object)) if design else None
            return Table(frame.sheet.name, kind, values, problems=tuple(problems), about=None, **_carried(about))  # type: ignore[arg-type]
        first = frame.columns[0]
        values = _frame_of([c for c in numbers if c is not first], [re.sub(r"\.0$", "", w) for w in first.words])
        notes = {c.name: c.words for c in words if c is not first}
        about = pd.DataFrame(notes, index=values.index) if notes else None
        return Table(frame.sheet.name, kind, values, about=about, problems=tuple(problems))  # type: ignore[arg-type]

    return build


def _carried(design: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """Words that stand beside the samples of a wide table travel as its `spread`-free design."""
    return {"number": design} if design is not None else {}


def _reported(kind: str) -> Callable[[Frame, str], Table]:
    """Builder of masses or features with annotation columns beside the columns of samples."""

    def build(frame: Frame, stem: str) -> Table:
        problems = list(frame.problems)
        mass, time, intensity = frame.column(*MASS), frame.column(*TIME), frame.column(*INTENSITY)
        files = frame.column("file", "sample", "filename", "sample name")
        elements = has_elements(frame)
        about: dict[str, Any] = {
            c.name: (c.numbers if c.numeric else c.words)
            for c in frame.columns
            if describes(key(c.name), elements) or c is mass
        }
        for element, names in ATOMS.items() if elements else ():
            found = frame.column(*names)
            if found is not None and found.numeric:
                about[element] = np.nan_to_num(found.numbers)
        formula = frame.column(*FORMULA)
        if formula is not None and not formula.numeric:
            about["formula"] = formula.words
        about["mz"] = mass.numbers if mass is not None else np.nan
        if time is not None and time.numeric:
            about["rt"] = time.numbers
        words = {c.name: c.words for c in frame.columns if not c.numeric and c.name not in about}
        if intensity is not None and files is not None and not files.numeric:
            return _by_file(frame, {**words, **about}, intensity, files, kind, problems)
        samples = [c for c in frame.columns if c.numeric and c.name not in about and c is not mass]
        samples = [c for c in samples if c is not intensity]
        if intensity is not None and intensity.numeric and not (kind == "features" and samples):
            values = pd.DataFrame({stem: intensity.numbers})
        else:
            values = pd.DataFrame({c.name: c.numbers for c in samples})
        if values.shape[1] == 0:
            kept = pd.DataFrame({**words, **about})
            return Table(frame.sheet.name, "names", kept, problems=tuple(problems))
        values.index = pd.RangeIndex(len(frame.rows))
        return Table(
            frame.sheet.name, kind, values, about=pd.DataFrame({**words, **about}, index=values.index),  # type: ignore[arg-type]
            problems=tuple(problems),
        )  # fmt: skip

    return build


def _by_file(frame: Frame, about: dict, intensity: Column, files: Column, kind: str, problems: list[Problem]) -> Table:
    """A line per peak and file: pivoted to formula × file where formulas are given."""
    lines = pd.DataFrame(about)
    lines["intensity"], lines["sample"] = intensity.numbers, files.words
    names = [c for c in ("formula", "mf", "mfid") if c in lines]
    by = names[0] if names else "mz"
    values = lines.pivot_table(index=by, columns="sample", values="intensity", aggfunc="sum", sort=False)
    values.columns.name = values.index.name = None
    first = lines.drop_duplicates(by).set_index(by, drop=False).loc[values.index]
    keep = first.drop(columns=["intensity", "sample"])
    return Table(frame.sheet.name, kind, values, about=keep, problems=tuple(problems))  # type: ignore[arg-type]


def _peaks(frame: Frame, stem: str) -> Table:
    """Masses and intensities, a line per peak; `sample` from a file column, else the file's own name."""
    mass, intensity = frame.column(*MASS), frame.column(*INTENSITY)
    numbers = [c for c in frame.columns if c.numeric]
    mass = mass or numbers[0]
    intensity = intensity or next((c for c in numbers if c is not mass), None)
    files = frame.column("file", "sample", "filename")
    values = pd.DataFrame({"mz": mass.numbers, "intensity": np.nan if intensity is None else intensity.numbers})
    for name, headers in {
        "sn": ("S/N", "s_n", "sn", "snr"),
        "resolution": ("Res.", "res", "rp", "resolving power"),
    }.items():
        found = frame.column(*headers)
        if found is not None and found.numeric:
            values[name] = found.numbers
    values["sample"] = files.words if files is not None and not files.numeric else stem
    rest = {c.name: (c.numbers if c.numeric else c.words) for c in frame.columns if c not in (mass, intensity, files)}
    polarity = next((s for s in frame.above if "ION MODE" in s.upper()), "")
    text = "positive" if "POSITIVE" in polarity.upper() else "negative" if "NEGATIVE" in polarity.upper() else ""
    return Table(frame.sheet.name, "peaks", values, about=pd.DataFrame(rest), problems=tuple(frame.problems), text=text)


def _taxonomy(frame: Frame, stem: str) -> Table:
    first = frame.columns[0]
    values = pd.DataFrame({c.name: c.words for c in frame.columns[1:]}, index=pd.Index(first.words, dtype=object))
    return Table(frame.sheet.name, "taxonomy", values, problems=tuple(frame.problems))


def _legend(frame: Frame, stem: str) -> Table:
    at = columns_of_legend(frame)
    if at is None:  # the user called it a legend
        return _other(frame, stem)
    name, about, unit = (frame.columns[c].words if c >= 0 else [""] * len(frame.rows) for c in at)
    values = pd.DataFrame({"meaning": about, "unit": unit}, index=pd.Index(name, dtype=object))
    return Table(frame.sheet.name, "legend", values, problems=tuple(frame.problems))


def _other(frame: Frame, stem: str) -> Table:
    values = pd.DataFrame({c.name: (c.numbers if c.numeric else c.words) for c in frame.columns})
    if frame.columns and len(values.columns) > 1:
        values.index = pd.Index(frame.columns[0].words, dtype=object)
    kind = "names" if len(values.columns) > 1 else "other"
    return Table(frame.sheet.name, kind, values, problems=tuple(frame.problems))  # type: ignore[arg-type]


_BUILDERS: dict[str, Callable[[Frame, str], Table]] = {
    "measurements": _measurements,
    "design": _design,
    "long": _long,
    "counts": _matrix("counts"),
    "genes": lambda frame, stem: as_orthologs(_matrix("genes")(frame, stem)),
    "features": _matrix("features"),
    "formulas": _reported("formulas"),
    "peaks": _peaks,
    "taxonomy": _taxonomy,
    "copies": copies_table,
    "names": _other,
    "legend": _legend,
}
