"""An experiment: its samples, what was done to each, and everything that was measured, on one axis."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from rhizolith.description.experiment.align import align, axis
from rhizolith.description.experiment.choices import CHOICES, NAMES, Choices, read_choices
from rhizolith.description.experiment.header import is_unit
from rhizolith.description.experiment.legend import FILES, meanings
from rhizolith.description.experiment.levels import design_of
from rhizolith.description.experiment.measured import measured_of
from rhizolith.description.experiment.names import Match
from rhizolith.description.experiment.open_file import open_file
from rhizolith.description.experiment.quantity import into, recognize
from rhizolith.description.experiment.strays import addresses, strays
from rhizolith.description.experiment.table import Table
from rhizolith.errors import InputError, Problem

DESCRIPTIONS = (".yaml", ".yml")
"""Endings of scenarios, path models and choices: never tables."""
SAID = "experiment.yaml says so"
SMALL = 2_000_000  # bytes of a legend at most
_SKIPPED = {".git", "__pycache__", "__MACOSX"}


@dataclass(frozen=True)
class Experiment:
    """Samples with their design and tables; `problems` says everything that was odd, with file, sheet and cell.

    `measured` is sample × quantity in canonical units (`units`), joined from all measurement tables; `spread` and
    `number` are standard deviation and count of replicates where there were some. `matches` says how each sample name
    was understood.
    """

    name: str
    samples: tuple[str, ...]
    design: pd.DataFrame = field(repr=False)
    measured: pd.DataFrame = field(repr=False)
    units: Mapping[str, str] = field(repr=False)
    spread: pd.DataFrame = field(repr=False)
    number: pd.DataFrame = field(repr=False)
    tables: tuple[Table, ...] = field(repr=False)
    matches: tuple[Match, ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = field(default=(), repr=False)
    columns: tuple[dict[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, path: str | Path, units: Mapping[str, str] | None = None) -> Experiment:
        """Read a folder of tables (or one file). Choices the user wrote in experiment.yaml and sample_names.csv hold;
        `units` (column → unit) come before them, before headers, and before legends beside the tables.

        InputError when nothing in it is a table with samples, or a choice cannot be followed; all else is a problem
        in the result, and no sample is dropped.
        """
        root = Path(path)
        if not root.exists():
            raise InputError(Problem(str(path), "there is no such folder or file", "check the spelling"))
        choices = read_choices(root, units)
        opened, problems = _opened(root, choices)
        problems += choices.unknown(t.name for t in opened)
        tables = [t for t in opened if t.name not in choices.ignore]
        with_samples = [t for t in tables if t.samples]
        if not with_samples:
            why = (t.problems[0].what if t.kind == "other" and t.problems else t.kind for t in opened[:10])
            found = "; ".join(f"{t.name}: {w}" for t, w in zip(opened, why)) or "nothing could be opened"
            what = f"no table with samples was found ({found})"
            fix = "put the workbook, peak lists and counts of the experiment into one folder"
            raise InputError([Problem(str(path), what, fix), *problems])
        return _joined(root, tables, choices, problems)

    def of(self, *kinds: str) -> list[Table]:
        """The tables of these kinds."""
        return [t for t in self.tables if t.kind in kinds]

    def to_yaml(self) -> str:
        """What was read and how, as an experiment.yaml that reads it the same way again."""
        held: dict[str, Any] = {
            "name": self.name,
            "tables": {
                t.name: {"kind": t.kind, "replicates": True} if t.replicates.startswith(SAID) else {"kind": t.kind}
                for t in self.tables
            },
            "units": {c["column"]: c["unit"] for c in self.columns},
            "names": {
                m.written: m.sample for m in self.matches if m.how in ("alike", "numbered", "replicate", "mapped")
            },
        }
        text = yaml.safe_dump(held, sort_keys=False, allow_unicode=True)
        said = "# '' is a unit that was written nowhere: fill it in, and read again"
        return text.replace("\nunits:\n", f"\n{said}\nunits:\n")

    def __str__(self) -> str:
        return f"{self.name}: {len(self.samples)} samples, {len(self.tables)} tables, {len(self.problems)} notes"


def _opened(root: Path, choices: Choices) -> tuple[list[Table], list[Problem]]:
    files = [root, *_legends(root)] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file())
    tables: list[Table] = []
    problems: list[Problem] = []
    copies = _copies(files)
    for path in files:
        name = path.name if root.is_file() else path.relative_to(root).as_posix()
        hidden = any(part.startswith((".", "~$")) or part in _SKIPPED for part in Path(name).parts)
        if hidden or name in (CHOICES, NAMES) or path.suffix.lower() in DESCRIPTIONS:
            continue
        if path in copies:
            what = f"this file is a copy of {copies[path].name}, letter by letter; it is left alone"
            problems.append(Problem(name, what, "delete one of the two"))
            continue
        try:
            opened = open_file(path, name, dict(choices.kinds), choices.below)
            beside = root.is_file() and path != root
            tables += [t for t in opened if t.kind in ("legend", "other")] if beside else opened
        except InputError as error:
            problems += error.problems
    return tables, problems


def _copies(files: Sequence[Path]) -> dict[Path, Path]:
    """Files that are the same as another one, letter by letter → that one, the shorter name."""
    held: dict[bytes, Path] = {}
    found: dict[Path, Path] = {}
    for path in sorted(files, key=lambda p: (len(p.name), p)):
        if path.stat().st_size and os.access(path, os.R_OK):
            digest = hashlib.sha256(path.read_bytes()).digest()
            if digest in held:
                found[path] = held[digest]
            held.setdefault(digest, path)
    return found


def _legends(file: Path) -> list[Path]:
    """Files beside one file that may say what its columns mean, by their names."""
    beside = (p for p in file.parent.iterdir() if p.is_file() and p != file and FILES.search(p.stem))
    return sorted(p for p in beside if p.stat().st_size < SMALL)


def _joined(root: Path, tables: list[Table], choices: Choices, problems: list[Problem]) -> Experiment:
    tables = [_annotation(t, tables) for t in tables]
    samples = list(dict.fromkeys(choices.names.get(s, s) for s in axis([t for t in tables if t.samples])))
    aligned: list[Table] = []
    matches: list[Match] = []
    first, places = set(samples), addresses(tables)
    for table in tables:
        problems += table.problems
        if not table.samples:
            aligned.append(table)
            continue
        said = SAID if table.name in choices.replicates else ""
        table, found, more = align(table, samples, choices.names, said)
        if set(table.samples) & set(samples):  # a sample that the first table forgot has one name in all others
            samples = list(dict.fromkeys([*samples, *table.samples]))
        problems += more
        matches += found
        aligned.append(table)
    known = set(samples)
    lost = {t.name for t in aligned if t.samples and not set(t.samples) & known}
    extra = [s for t in aligned if t.name not in lost for s in t.samples if s not in known]
    samples = list(dict.fromkeys([*samples, *extra]))
    used = [t for t in aligned if t.name not in lost]
    told, more = strays(used, [m for m in matches if m.table not in lost], samples, first, places)
    matches = [*told, *(m for m in matches if m.table in lost)]
    problems += more
    design, more = design_of(used, samples)
    problems += more
    _check_units(used, choices.units)
    measured = measured_of(used, samples, choices.units, meanings(aligned))
    return Experiment(
        root.stem if root.is_file() else root.resolve().name,
        tuple(samples),
        design,
        measured.values,
        measured.units,
        measured.spread,
        measured.number,
        tuple(aligned),
        tuple(matches),
        tuple(dict.fromkeys([*problems, *measured.problems])),
        measured.columns,
    )


def _check_units(tables: list[Table], said: Mapping[str, str]) -> None:
    """InputError where a unit is given for a column that is not there, or is none for the quantity it stands for."""
    columns = [str(c) for t in tables if t.kind == "measurements" for c in t.values.columns]
    problems = []
    for name, unit in said.items():
        if name not in columns:
            near = get_close_matches(name, columns, 3, 0.5) or columns[:8]
            what = f"a unit is given for {name!r}, which is no column of measurements"
            problems.append(Problem(f"units, {name}", what, f"did you mean {', '.join(near)}?"))
            continue
        known = recognize(name, unit)
        if known is None and is_unit(unit):
            continue
        if not is_unit(unit) or (known is not None and known.unit and into(unit, known) is None):
            what = f"{unit!r} is no unit of {known.about if known else name}"
            like = known.unit if known and known.unit else "mg kg-1"
            problems.append(Problem(f"units, {name}", what, f"write it like {like}"))
    if problems:
        raise InputError(problems)


def _annotation(table: Table, tables: list[Table]) -> Table:
    """A table whose lines are the features of another one describes those, not samples."""
    from dataclasses import replace

    if not table.by_sample or not len(table.values):
        return table
    labels = {str(s) for s in table.values.index}
    for other in tables:
        if other.kind in ("features", "counts", "genes") and other is not table:
            features = {str(f) for f in other.values.index}
            columns = {str(c) for c in other.values.columns}
            if len(labels & features) > 0.5 * len(labels) and len(labels & columns) < 0.5 * len(labels):
                about = table.values if table.about is None else table.values.join(table.about)
                return replace(table, kind="names", values=about, about=None, spread=None)
    return table
