"""Reads one thermodynamic database in PHREEQC's format, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rhizolith.chemistry.database import Database, LlnlModel
from rhizolith.chemistry.entry import Entry, is_missed, is_used, option_name
from rhizolith.chemistry.formula import canonical, reaction
from rhizolith.chemistry.log_k import number
from rhizolith.errors import InputError, Problem

_READ = (
    "SOLUTION_MASTER_SPECIES", "SOLUTION_SPECIES", "PHASES", "EXCHANGE_MASTER_SPECIES", "EXCHANGE_SPECIES",
    "SURFACE_MASTER_SPECIES", "SURFACE_SPECIES", "NAMED_EXPRESSIONS", "LLNL_AQUEOUS_MODEL_PARAMETERS", "RATES",
)  # fmt: skip
_KNOWN = (
    *_READ, "GAS_BINARY_PARAMETERS", "MEAN_GAMMAS", "PITZER", "SIT", "CALCULATE_VALUES", "ISOTOPES", "ISOTOPE_RATIOS",
    "ISOTOPE_ALPHAS", "END", "TITLE", "RATE_PARAMETERS_PK", "RATE_PARAMETERS_SVD", "RATE_PARAMETERS_HERMANSKA",
    "SOLUTION", "KNOBS", "PRINT", "EXCHANGE", "SURFACE", "EQUILIBRIUM_PHASES", "SELECTED_OUTPUT", "USER_PRINT",
    "USER_PUNCH", "GAS_PHASE", "KINETICS", "REACTION", "SOLID_SOLUTIONS", "TRANSPORT", "INCREMENTAL_REACTIONS",
)  # fmt: skip
_SPECIES = ("SOLUTION_SPECIES", "EXCHANGE_SPECIES", "SURFACE_SPECIES")


def read_file(path: Path) -> Database:
    """The content of one database file, unchecked; InputError with every line that cannot be read."""
    return _Reader(path).run()


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        what = f"the database cannot be read ({error.strerror})"
        raise InputError(Problem(str(path), what, "give the path of a PHREEQC database")) from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbered statements: comments gone, `;` splits a line, a backslash at its end continues it."""
    held, start = "", 0
    # not splitlines: latin-1 files hold bytes that it takes for line ends
    for at, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        bare = line.split("#", 1)[0]
        start = start if held else at
        held += bare.rstrip()
        if held.endswith("\\"):
            held = held[:-1] + " "
            continue
        for part in held.split(";"):
            if part.strip():
                yield start, part.strip()
        held = ""


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path, self.db = path, Database(str(path))
        self.problems: list[Problem] = []
        self.block = ""
        self.entry: Entry | None = None
        self.named = ""  # the phase, named expression or rate that the next line belongs to
        self.table: dict[str, list[float]] = {}
        self.table_at = path.name

    def run(self) -> Database:
        for at, line in _lines(_text(self.path)):
            self.attempt(at, line)
        self.finish()
        self.llnl()
        if self.problems:
            raise InputError(self.problems)
        return self.db

    def attempt(self, at: int, line: str) -> None:
        where = f"{self.path.name}:{at}"
        try:
            self.line(where, line)
        except (ValueError, KeyError, IndexError) as error:
            reason = "a value is missing" if isinstance(error, IndexError) else error
            what = f"in {self.block or 'the file'}: {line[:60]!r} cannot be read ({reason})"
            self.problems.append(Problem(where, what, "write it as PHREEQC does"))

    def line(self, where: str, line: str) -> None:
        words = line.split()
        if self.heading(where, words):
            return
        if self.block.endswith("MASTER_SPECIES"):
            self.master(words)
        elif self.block in _SPECIES:
            self.species_line(where, line, words)
        elif self.block == "PHASES":
            self.phase_line(where, line, words)
        elif self.block == "NAMED_EXPRESSIONS":
            self.expression_line(where, words)
        elif self.block == "LLNL_AQUEOUS_MODEL_PARAMETERS":
            self.table_line(words)
        elif self.block == "RATES":
            if words[0].lower() in ("-start", "start"):
                self.db.rates.append(self.named)
            self.named = words[0]

    def heading(self, where: str, words: list[str]) -> bool:
        """Whether the line opens a block; one that PHREEQC does not know either is named as unknown."""
        word = words[0].upper()
        unknown = (
            len(words) == 1
            and words[0] == word
            and re.fullmatch(r"[A-Z]+(_[A-Z]+)+", word)
            and self.block not in ("RATES", "")
        )
        if word not in _KNOWN and not unknown:
            if not self.block:
                raise ValueError("it stands before the first block")
            return False
        self.finish()
        self.block, self.named = word, ""
        self.table_at = where if word == "LLNL_AQUEOUS_MODEL_PARAMETERS" else self.table_at
        if word not in (*_READ, "END"):
            self.ignore(word if word in _KNOWN else f"{word} (unknown)")
        return True

    def ignore(self, what: str) -> None:
        if what not in self.db.ignored:
            self.db.ignored.append(what)

    def master(self, words: list[str]) -> None:
        element, species = words[0].replace("(+", "("), canonical(words[1])
        target = {"E": self.db.exchangers, "S": self.db.surface_masters}
        if self.block == "SOLUTION_MASTER_SPECIES":
            self.db.masters[element] = species
        else:
            target[self.block[0]][element] = species

    def option(self, words: list[str]) -> bool:
        """Take an option of the current reaction; False when the line is none."""
        name = option_name(words[0])
        if name is None:
            if not words[0].startswith("-") or words[0].lstrip("-")[:1].isdigit():
                return False
            self.ignore(f"{words[0]} in {self.block} (unknown)")
        elif self.entry is None:
            if not self.named:
                raise ValueError("no reaction stands before it")
        elif is_used(name):
            self.entry.option(name, words[1:])
        if name is not None and is_missed(name, words[1:]):
            self.ignore(f"{'active fraction of -gamma' if name == 'gamma' else '-' + name} in {self.block}")
        return True

    def species_line(self, where: str, line: str, words: list[str]) -> None:
        if self.option(words):
            return
        if "=" not in line:
            raise ValueError("it is neither a reaction nor an option")
        self.finish()
        _left, right = reaction(line)
        if right[0][1] != 1:
            raise ValueError("the first species after = is the one defined; its coefficient must be 1")
        self.entry = Entry(right[0][0], line, where)

    def phase_line(self, where: str, line: str, words: list[str]) -> None:
        if self.option(words):
            return
        if "=" in line:
            if not self.named:
                raise ValueError("no name stands before the reaction")
            self.entry = Entry(self.named, line, where)
            self.named = ""
        else:
            self.finish()
            self.named = words[0]

    def expression_line(self, where: str, words: list[str]) -> None:
        if not self.option(words):
            self.finish()
            self.entry = Entry(words[0].lower(), "", where)

    def table_line(self, words: list[str]) -> None:
        if words[0].startswith("-") and not re.match(r"^-[\d.]", words[0]):
            self.named = words.pop(0).lstrip("-").lower()
        self.table.setdefault(self.named, []).extend(number(w) for w in words)

    def llnl(self) -> None:
        if not self.table:
            return
        names = ("temperatures", "dh_a", "dh_b", "bdot", "co2_coefs")
        columns = [tuple(self.table.get(name, ())) for name in names]
        if len({len(c) for c in columns[:4]}) > 1 or not columns[0] or len(columns[4]) != 5:
            what = (
                "LLNL_AQUEOUS_MODEL_PARAMETERS needs as many -dh_a, -dh_b and -bdot as -temperatures, and 5 -co2_coefs"
            )
            self.problems.append(Problem(self.table_at, what, "complete the block"))
            return
        self.db.llnl = LlnlModel(*columns)

    def finish(self) -> None:
        entry, self.entry = self.entry, None
        if entry is None:
            return
        if self.block == "NAMED_EXPRESSIONS":
            self.db.named[entry.name] = entry.terms()
            return
        target = {"SOLUTION_SPECIES": self.db.species, "PHASES": self.db.phases, "EXCHANGE_SPECIES": self.db.exchange}
        try:
            target.get(self.block, self.db.surfaces)[entry.name] = entry.build()
        except ValueError as error:
            what = f"in {self.block}: the reaction {entry.text[:60]!r} cannot be read ({error})"
            self.problems.append(Problem(entry.where, what, "write it as PHREEQC does"))
