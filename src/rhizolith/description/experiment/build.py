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
from rhizolith.description.experiment.header import key, without_unit
from rhizolith.description.experiment.kind import (
    FORMULA,
    INTENSITY,
    MASS,
    TIME,
    has_elements,
    kind_of,
    sample_column,
    wide_by_sample,
)
from rhizolith.description.experiment.legend import columns_of_legend
from rhizolith.description.experiment.orthologs import as_orthologs
from rhizolith.description.experiment.repeated_features import none_negative, once
from rhizolith.description.experiment.sample_lines import design, labels, long, measurements, places
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


def _frame_of(columns: list[Column], names: list[str], index: list[str]) -> pd.DataFrame:
    return pd.DataFrame({n: c.numbers for n, c in zip(names, columns)}, index=pd.Index(index, dtype=object))


def _named(frame: Frame, at: list[int]) -> list[str]:
    """What the columns of samples or features are called: as written, less a unit in brackets where none gets lost."""
    whole = [frame.headers[c] for c in at]
    bare = [without_unit(h) for h in whole]
    return [b if bare.count(b) == 1 else w for b, w in zip(bare, whole)]


def _matrix(kind: str) -> Callable[[Frame, str], Table]:
    """Builder of a wide table of taxa, genes or features."""

    def build(frame: Frame, stem: str) -> Table:
        problems = list(frame.problems)
        if kind == "features" and (frame.column(*MASS) is not None or frame.column(*TIME) is not None):
            return _reported("features")(frame, stem)
        at = sample_column(frame) if wide_by_sample(frame) else 0
        numbers = [c for c, column in enumerate(frame.columns) if column.numeric and c != at]
        words = {c.name: c.words for k, c in enumerate(frame.columns) if not c.numeric and k != at}
        held = [frame.columns[c] for c in numbers]
        if wide_by_sample(frame):
            named = labels(frame, at, problems)
            values = _frame_of(held, _named(frame, numbers), named).T
            about = pd.DataFrame(words, index=pd.Index(named, dtype=object)) if words else None
            return Table(
                frame.sheet.name, kind, values, problems=tuple(problems), about=None,  # type: ignore[arg-type]
                places=tuple(places(frame, at)), **_carried(about),  # type: ignore[arg-type]
            )  # fmt: skip
        features = [re.sub(r"\.0$", "", w) for w in frame.columns[0].words]
        values = _frame_of(held, _named(frame, numbers), features)
        notes = pd.DataFrame(words, index=values.index) if words else None
        stands = tuple(frame.header_place(c) for c in numbers)
        values, more = once(frame, values, kind)
        problems += more
        if kind in ("counts", "genes"):
            values, more = none_negative(frame, values, stands)
            problems += more
        notes = notes if notes is None or len(notes) == len(values) else notes[~notes.index.duplicated()]
        return Table(frame.sheet.name, kind, values, about=notes, problems=tuple(problems), places=stands)  # type: ignore[arg-type]

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
        stands: tuple[str, ...] = ()
        samples = [
            k for k, c in enumerate(frame.columns)
            if c.numeric and c.name not in about and c is not mass and c is not intensity
        ]  # fmt: skip
        if intensity is not None and intensity.numeric and not (kind == "features" and samples):
            values = pd.DataFrame({stem: intensity.numbers})
        else:
            values = pd.DataFrame({n: frame.columns[c].numbers for n, c in zip(_named(frame, samples), samples)})
            stands = tuple(frame.header_place(c) for c in samples)
        if values.shape[1] == 0:
            kept = pd.DataFrame({**words, **about})
            return Table(frame.sheet.name, "names", kept, problems=tuple(problems))
        values.index = pd.RangeIndex(len(frame.rows))
        return Table(
            frame.sheet.name, kind, values, about=pd.DataFrame({**words, **about}, index=values.index),  # type: ignore[arg-type]
            problems=tuple(problems), places=stands,
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
    "measurements": measurements,
    "design": design,
    "long": long,
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
