"""mwTab, the text and JSON files of the Metabolomics Workbench: metabolites × samples, and the factors of the samples.

Layout: the comments in the files themselves, and the documentation of the mwtab package (Powell & Moseley).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from rhizolith.description.experiment.header import key
from rhizolith.description.experiment.matrix import matrix
from rhizolith.description.experiment.table import Table
from rhizolith.errors import InputError, Problem

_BEGINS = "#METABOLOMICS WORKBENCH"
_DATA = ("MS_METABOLITE_DATA", "NMR_METABOLITE_DATA", "NMR_BINNED_DATA")
_UNITS = re.compile(r"(?:MS_METABOLITE_DATA|NMR_METABOLITE_DATA|NMR_BINNED_DATA|NM):UNITS")
_FILES = ("raw_file_name", "rawfilename")  # names of spectra tell nothing about what was done to a sample


@dataclass
class _Parts:
    """What a file holds: the rows of the data at their lines, factors of samples, annotation of metabolites."""

    rows: list[list[Any]] = field(default_factory=list)
    factors: dict[str, dict[str, str]] = field(default_factory=dict)
    about: list[list[str]] = field(default_factory=list)
    unit: str = ""
    elsewhere: str = ""
    problems: list[Problem] = field(default_factory=list)


def is_mwtab(head: str) -> bool:
    """Whether a text begins as these files do."""
    return head.startswith(_BEGINS) or re.match(r'\{\s*"METABOLOMICS WORKBENCH"\s*:', head) is not None


def read_mwtab(text: str, file: str, below: float = 0.5) -> list[Table]:
    """Features × samples and the design; `below` of a detection limit stands for a value under it.

    Metabolites keep the unit of the file. InputError when a JSON file is cut short. A file
    without data comes back as a table of kind `other` that says where they are.
    """
    parts = _from_json(text, file) if text.lstrip().startswith("{") else _from_lines(text, file)
    design = [Table(f"{file}, factors", "design", _design(parts.factors))] if parts.factors else []
    if sum(bool(row) for row in parts.rows) < 2:
        where = f"; they are in {parts.elsewhere}" if parts.elsewhere else ""
        what = f"an mwTab file without the values of metabolites{where}"
        lost = Problem(file, what, "put the table of values into the folder")
        return [Table(file, "other", pd.DataFrame(), problems=(lost, *parts.problems)), *design]
    at = [r for r, row in enumerate(parts.rows) if row]
    names, lines = [str(n) for n in parts.rows[at[0]][1:]], [parts.rows[r] for r in at[1:]]
    while names and not names[-1]:  # tabs behind the last sample
        names.pop()
    labels = [str(line[0]) for line in lines]
    cells = [line[1 : len(names) + 1] for line in lines]
    values, problems = matrix(file, labels, names, cells, at[1:], range(1, len(names) + 1), below)
    units = {str(c): parts.unit for c in values.columns} if parts.unit else {}
    about = _annotated(labels, parts)
    return [Table(file, "features", values, units, about, problems=(*parts.problems, *problems)), *design]


def _from_lines(text: str, file: str) -> _Parts:
    parts, block = _Parts(), ""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for r, line in enumerate(lines):
        cells = [c.strip().strip('"') for c in line.split("\t")]
        first = cells[0]
        kept: list[Any] = []
        if first.endswith("_START"):
            block = first.removesuffix("_START")
        elif first.endswith("_END"):
            block = ""
        elif block in _DATA and first == "Factors":
            names = next((row for row in parts.rows if row), [])
            for sample, told in zip(names[1:], cells[1:]):
                _told(parts, sample, _pairs(told), file, r)
        elif block in _DATA and any(cells):
            kept = cells
        elif block == "METABOLITES" and any(cells):
            parts.about.append(cells)
        elif first == "SUBJECT_SAMPLE_FACTORS" and len(cells) > 3:
            more = {k: v for k, v in _pairs(cells[4], "=").items() if k.casefold() not in _FILES} if cells[4:] else {}
            _told(parts, cells[2], {**_pairs(cells[3]), **more}, file, r)
        elif _UNITS.match(first) and len(cells) > 1:
            parts.unit = cells[1]
        elif "RESULTS_FILE" in first and len(cells) > 1:
            parts.elsewhere = cells[1]
        parts.rows.append(kept)
    return parts


def _from_json(text: str, file: str) -> _Parts:
    try:
        held = json.loads(text)
        parts = _Parts()
        for k, entry in enumerate(held.get("SUBJECT_SAMPLE_FACTORS") or []):
            more = {n: str(v) for n, v in (entry.get("Additional sample data") or {}).items()}
            more = {n: v for n, v in more.items() if n.casefold() not in _FILES}
            told = {n: str(v) for n, v in (entry.get("Factors") or {}).items()}
            _told(parts, str(entry.get("Sample ID", "")), {**told, **more}, file, k)
        data: Mapping[str, Any] = next((held[n] for n in _DATA if n in held), {})
        lines = data.get("Data") or []
        names = list(dict.fromkeys(n for line in lines for n in line if n not in ("Metabolite", "Bin range(ppm)")))
        parts.rows = [["Samples", *names]] if lines else []
        parts.rows += [[next(iter(line.values()), ""), *(line.get(n, "") for n in names)] for line in lines]
        notes = data.get("Metabolites") or []
        heads = list(dict.fromkeys(n for line in notes for n in line))
        parts.about = [heads, *([str(line.get(n, "")) for n in heads] for line in notes)] if notes else []
        parts.unit = str(data.get("Units", ""))
    except (ValueError, AttributeError, TypeError) as error:
        raise InputError(Problem(file, "this mwTab JSON is damaged or cut short", "download it again")) from error
    return parts


def _pairs(text: str, mark: str = ":") -> dict[str, str]:
    """`Plant:maize | Amendment:none` as names and values."""
    parts = (part.partition(mark) for part in re.split(r"\s*\|\s*|;\s+", text) if mark in part)
    return {name.strip(): value.strip() for name, _, value in parts if name.strip()}


def _told(parts: _Parts, sample: str, told: dict[str, str], file: str, row: int) -> None:
    """Note the factors of a sample; where two lines disagree the first holds, and it is said."""
    held = parts.factors.setdefault(sample, {}) if sample else {}
    for name, value in told.items():
        if held.setdefault(name, value) != value:
            what = f"{name} of {sample} is {held[name]!r} above and {value!r} here; the first is used"
            parts.problems.append(Problem(f"{file}, row {row + 1}", what, "correct the one that is wrong"))


def _design(factors: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    names = list(dict.fromkeys(n for told in factors.values() for n in told))
    rows = [[told.get(n, "") for n in names] for told in factors.values()]
    return pd.DataFrame(rows, index=pd.Index(list(factors), dtype=object), columns=names)


def _annotated(labels: Sequence[str], parts: _Parts) -> pd.DataFrame:
    """What the file says of each metabolite; names are compared by letters and digits (data write `_` for commas)."""
    heads, lines = (parts.about[0], parts.about[1:]) if parts.about else (["metabolite_name"], [])
    known: dict[str, Sequence[str]] = {}
    for line in lines:
        known.setdefault(key(line[0]), line)
    found = [known.get(key(n), [n]) for n in labels]
    held = {head: [line[c] if c < len(line) else "" for line in found] for c, head in enumerate(heads)}
    held = {head: words for head, words in held.items() if any(words)}
    if parts.unit:
        held["unit"] = [parts.unit] * len(labels)
    return pd.DataFrame(held, index=pd.Index(list(labels), dtype=object))
