"""The user's own word on an experiment: experiment.yaml and sample_names.csv beside the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rhizolith.description.document import Document, closest, parse_document
from rhizolith.description.experiment.decode import decode
from rhizolith.description.experiment.delimited import split
from rhizolith.description.experiment.header import key
from rhizolith.description.experiment.table import KINDS
from rhizolith.errors import InputError, Problem

CHOICES, NAMES = "experiment.yaml", "sample_names.csv"
KNOWN = ("name", "tables", "units", "names", "below")
OF_TABLE = ("kind", "ignore", "replicates")


@dataclass(frozen=True)
class Choices:
    """`kinds`, `ignore`, `replicates` of tables, `names` (written → sample), `units` (column → unit), `below`: the part
    of a detection limit that stands for a value under it; `places`: where each table is named.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    replicates: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    below: float = 0.5
    places: Mapping[str, str] = field(default_factory=dict)

    def unknown(self, tables: Iterable[str]) -> list[Problem]:
        """Tables that the choices name and the folder does not hold."""
        there = list(tables)
        return [
            Problem(
                place, f"{name!r} is no table of this folder; what is said of it has no effect", closest(name, there)
            )
            for name, place in self.places.items()
            if name not in there
        ]


def read_choices(root: Path, units: Mapping[str, str] | None = None) -> Choices:
    """What experiment.yaml and sample_names.csv of a folder say; `units` come before theirs.

    InputError with every choice that cannot be followed, each with its line.
    """
    if not root.is_dir():
        return Choices(units=dict(units or {}))
    problems: list[Problem] = []
    top = _document(root / CHOICES, problems)
    held = _followed(top) if top is not None else Choices()
    problems += top.all_problems() if top is not None else []
    names = {**held.names, **_names(root / NAMES, problems)}
    if problems:
        raise InputError(problems)
    return Choices(
        held.kinds, held.ignore, held.replicates, names, {**held.units, **(units or {})}, held.below, held.places
    )


def _document(path: Path, problems: list[Problem]) -> Document | None:
    if not path.is_file():
        return None
    try:
        text = decode(path.read_bytes())[0].lstrip("\ufeff")
        if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
            return None
        return parse_document(text, CHOICES)
    except InputError as error:
        problems += error.problems
        return None


def _followed(top: Document) -> Choices:
    kinds, ignore, replicates, places = {}, set(), set(), {}
    tables = top.section("tables")
    for name in tables.values if tables is not None else ():
        assert tables is not None
        places[name] = tables.where(name)
        said = tables.section(name)
        if said is None:
            continue
        kind = said.word("kind", (*KINDS, "long"))
        if kind:
            kinds[name] = kind
        if said.flag("ignore", False):
            ignore.add(name)
        if said.flag("replicates", False):
            replicates.add(name)
        said.finish(OF_TABLE)
    below = top.number("below", "", 0.0, 1.0, 0.5)
    top.word("name")
    names, units = _words(top, "names"), _words(top, "units")
    top.finish(KNOWN)
    held = 0.5 if below is None else below
    return Choices(kinds, frozenset(ignore), frozenset(replicates), names, units, held, places)


def _words(top: Document, name: str) -> dict[str, str]:
    """A group of settings whose values are words; empty ones are left out."""
    group = top.section(name)
    if group is None:
        return {}
    found = {k: group.word(k) for k in group.values}
    return {k: v for k, v in found.items() if v}


def _names(path: Path, problems: list[Problem]) -> dict[str, str]:
    """Names as written → samples, from a table of two columns."""
    if not path.is_file():
        return {}
    rows = split(decode(path.read_bytes())[0].lstrip("\ufeff"), NAMES).rows
    head = [key(c) for c in rows[0]] if rows else []
    if "written" not in head or "sample" not in head:
        what = (
            f"its first line names no columns `written` and `sample` ({', '.join(map(str, rows[0] if rows else []))})"
        )
        problems.append(
            Problem(f"{NAMES}:1", what, "begin with the line `written,sample`, then one line for each name")
        )
        return {}
    found: dict[str, str] = {}
    for line, row in enumerate(rows[1:], 2):
        written, sample = (
            str(row[c]).strip() if c < len(row) else "" for c in (head.index("written"), head.index("sample"))
        )
        if not written and not sample:
            continue
        if not written or not sample:
            problems.append(
                Problem(f"{NAMES}:{line}", "one of the two names is missing", "fill it, or delete the line")
            )
        elif found.get(written, sample) != sample:
            what = f"{written!r} is said to be {found[written]!r} above and {sample!r} here"
            problems.append(Problem(f"{NAMES}:{line}", what, "keep one of the two lines"))
        else:
            found[written] = sample
    return found
