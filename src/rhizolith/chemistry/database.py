"""Reads thermodynamic databases in PHREEQC's format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rhizolith.chemistry.formula import reaction
from rhizolith.errors import InputError, Problem

GAS_CONSTANT = 0.0083147
"""kJ mol⁻¹ K⁻¹, the value PHREEQC converts enthalpies with (8.3147 J); kept so that its log K are reproduced."""
LN10 = 2.302585092994046
_UNITS = {"kj": 1.0, "kcal": 4.184, "j": 1e-3, "cal": 4.184e-3}
_READ = {
    "SOLUTION_MASTER_SPECIES", "SOLUTION_SPECIES", "PHASES", "EXCHANGE_MASTER_SPECIES", "EXCHANGE_SPECIES",
    "SURFACE_MASTER_SPECIES", "SURFACE_SPECIES",
}  # fmt: skip
_KNOWN = {
    "LLNL_AQUEOUS_MODEL_PARAMETERS", "NAMED_EXPRESSIONS", "RATES", "GAS_BINARY_PARAMETERS", "MEAN_GAMMAS", "PITZER",
    "SIT", "CALCULATE_VALUES", "ISOTOPES", "ISOTOPE_RATIOS", "ISOTOPE_ALPHAS", "END", "TITLE", "RATE_PARAMETERS_PK",
    "RATE_PARAMETERS_SVD", "RATE_PARAMETERS_HERMANSKA", "SOLUTION", "KNOBS", "PRINT", "EXCHANGE", "SURFACE",
}  # fmt: skip

LogK = tuple[float, float, float, float, float, float]
"""log10 K = A1 + A2 T + A3/T + A4 log10 T + A5/T² + A6 T², T in K."""


@dataclass(frozen=True)
class Reaction:
    """One entry of a database: what is formed from what, how strongly, and where it was read."""

    name: str
    left: tuple[tuple[str, float], ...]
    right: tuple[tuple[str, float], ...]
    log_k: LogK
    gamma: tuple[float, float] | None
    line: int


@dataclass
class Database:
    """What a database file holds; blocks that are named but not used are listed in `ignored`."""

    path: str
    masters: dict[str, str] = field(default_factory=dict)
    """element or element(valence) → species"""
    species: dict[str, Reaction] = field(default_factory=dict)
    phases: dict[str, Reaction] = field(default_factory=dict)
    exchange: dict[str, Reaction] = field(default_factory=dict)
    exchangers: dict[str, str] = field(default_factory=dict)
    surfaces: dict[str, Reaction] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Database({Path(self.path).name}: {len(self.species)} species, {len(self.phases)} phases)"


class _Entry:
    """Collects the options that follow a reaction until the next one."""

    def __init__(self, name: str, text: str, line: int) -> None:
        self.name, self.line = name, line
        self.text = text
        self.log_k, self.delta_h = 0.0, 0.0
        self.analytic: list[float] | None = None
        self.gamma: tuple[float, float] | None = None

    def option(self, word: str, values: list[str]) -> None:
        word = word.lstrip("-").lower()
        if word in ("log_k", "logk"):
            self.log_k = float(values[0])
        elif word in ("delta_h", "deltah"):
            unit = values[1].lower() if len(values) > 1 and values[1][0].isalpha() else "kj"
            self.delta_h = float(values[0]) * _UNITS[re.split(r"/|mol", unit)[0]]
        elif word in ("analytic", "analytical_expression", "a_e", "ae", "analytical"):
            numbers = [float(v) for v in values if re.match(r"^[-+.\d]", v)]
            self.analytic = (numbers + [0.0] * 6)[:6]
        elif word == "gamma":
            self.gamma = (float(values[0]), float(values[1]) if len(values) > 1 else 0.0)

    def build(self) -> Reaction:
        left, right = reaction(self.text)
        if self.analytic is not None and any(self.analytic):
            a1, a2, a3, a4, a5, a6 = self.analytic
            k: LogK = (a1, a2, a3, a4, a5, a6)
        else:  # van 't Hoff from 25 °C
            slope = self.delta_h / (LN10 * GAS_CONSTANT)
            k = (self.log_k + slope / 298.15, 0.0, -slope, 0.0, 0.0, 0.0)
        return Reaction(self.name, tuple(left), tuple(right), k, self.gamma, self.line)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            Problem(str(path), f"the database cannot be read ({error.strerror})", "give the path of a PHREEQC database")
        ) from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        for part in line.split("#", 1)[0].split(";"):
            if part.strip():
                yield number, part.strip()


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = Database(str(path))
        self.problems: list[Problem] = []
        self.block = ""
        self.entry: _Entry | None = None
        self.phase: str | None = None

    def run(self) -> Database:
        for number, line in _lines(_text(self.path)):
            try:
                self.line(number, line)
            except (ValueError, KeyError, IndexError) as error:
                what = f"in {self.block or 'the file'}: {line[:60]!r} cannot be read ({error})"
                self.problems.append(Problem(f"{self.path.name}:{number}", what, "write it as PHREEQC does"))
                self.entry = None
        self.finish()
        if not self.db.species and not self.problems:
            self.problems.append(Problem(str(self.path), "holds no SOLUTION_SPECIES", "give a PHREEQC database"))
        if self.problems:
            raise InputError(self.problems)
        return self.db

    def line(self, number: int, line: str) -> None:
        word = line.split()[0]
        heading = re.fullmatch(r"[A-Z][A-Z_]{2,}", word) and (len(word) > 5 or word in _KNOWN)
        if heading and "=" not in line:
            self.finish()
            self.block = word
            if word not in _READ and word not in self.db.ignored:
                self.db.ignored.append(word if word in _KNOWN else f"{word} (unknown)")
            return
        if self.block.endswith("MASTER_SPECIES"):
            self.master(line)
        elif self.block in ("SOLUTION_SPECIES", "EXCHANGE_SPECIES", "SURFACE_SPECIES"):
            self.reaction_line(number, line)
        elif self.block == "PHASES":
            self.phase_line(number, line)

    def master(self, line: str) -> None:
        words = line.split()
        if self.block == "SOLUTION_MASTER_SPECIES":
            self.db.masters[words[0].replace("(+", "(")] = words[1]
        elif self.block == "EXCHANGE_MASTER_SPECIES":
            self.db.exchangers[words[0]] = words[1]

    def reaction_line(self, number: int, line: str) -> None:
        if "=" in line:
            self.finish()
            _left, right = reaction(line)
            self.entry = _Entry(right[0][0], line, number)
        elif self.entry is not None:
            words = line.split()
            self.entry.option(words[0], words[1:])

    def phase_line(self, number: int, line: str) -> None:
        words = line.split()
        if "=" in line and not line.startswith("-"):
            self.entry = _Entry(self.phase or words[0], line, number)
        elif line.startswith("-") or words[0].lower() in ("log_k", "delta_h", "analytic", "analytical_expression"):
            if self.entry is not None:
                self.entry.option(words[0], words[1:])
        else:
            self.finish()
            self.phase = words[0]

    def finish(self) -> None:
        if self.entry is None:
            return
        target = {"SOLUTION_SPECIES": self.db.species, "PHASES": self.db.phases, "EXCHANGE_SPECIES": self.db.exchange}
        target.get(self.block, self.db.surfaces)[self.entry.name] = self.entry.build()
        self.entry = None


def read_database(*paths: str | Path) -> Database:
    """The content of one database, or of several laid over each other (later files add and replace).

    Raises InputError with every line that cannot be read.
    """
    merged: Database | None = None
    for path in paths:
        db = _Reader(Path(path)).run()
        if merged is None:
            merged = db
            continue
        for name in ("masters", "species", "phases", "exchange", "exchangers", "surfaces"):
            getattr(merged, name).update(getattr(db, name))
        merged.ignored += [i for i in db.ignored if i not in merged.ignored]
    if merged is None:
        raise InputError(Problem("", "no database was named", "give the path of a PHREEQC database"))
    return merged
