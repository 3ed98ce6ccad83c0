"""Thermodynamic databases in PHREEQC's format: what they hold, and how several are laid over each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from rhizolith.chemistry.entry import Reaction
from rhizolith.chemistry.formula import charge, elements
from rhizolith.chemistry.log_k import Terms
from rhizolith.errors import InputError, Problem

SHIPPED = Path(__file__).parents[1] / "knowledge" / "data" / "databases"
"""Folder of the databases that come with rhizolith."""
ROUNDING = 1e-3
"""Atoms or charges by which a reaction may fail to balance: databases round their coefficients."""


@dataclass(frozen=True)
class LlnlModel:
    """Debye–Hückel A and B, B-dot and the polynomial of CO2, tabulated over temperature (°C)."""

    temperatures: tuple[float, ...]
    a: tuple[float, ...]
    b: tuple[float, ...]
    bdot: tuple[float, ...]
    co2: tuple[float, ...]


@dataclass
class Database:
    """What a database file holds. `ignored` names every block and option that is not used here."""

    path: str
    masters: dict[str, str] = field(default_factory=dict)
    """element or element(valence) → species"""
    species: dict[str, Reaction] = field(default_factory=dict)
    phases: dict[str, Reaction] = field(default_factory=dict)
    exchange: dict[str, Reaction] = field(default_factory=dict)
    exchangers: dict[str, str] = field(default_factory=dict)
    """exchanger → master species, as X → X-"""
    surfaces: dict[str, Reaction] = field(default_factory=dict)
    surface_masters: dict[str, str] = field(default_factory=dict)
    """surface site → master species, as Hfo_w → Hfo_wOH"""
    named: dict[str, Terms] = field(default_factory=dict)
    """named expressions of log K, in lower case"""
    llnl: LlnlModel | None = None
    rates: list[str] = field(default_factory=list)
    """names of the rate programs; they are not run"""
    ignored: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        size = f"{len(self.species)} species, {len(self.phases)} phases"
        left = f"; not used: {', '.join(self.ignored)}" if self.ignored else ""
        return f"Database({Path(self.path).name}: {size}{left})"

    def find(self, name: str) -> Reaction | None:
        """The reaction that forms a dissolved, exchanged or surface species."""
        return self.species.get(name) or self.exchange.get(name) or self.surfaces.get(name)


def read_database(*paths: str | Path) -> Database:
    """The content of one database, or of several laid over each other (later files add and replace).

    Without a path: the USGS phreeqc.dat with rhizolith's organic ligands and soil minerals over it.
    Raises InputError with every line that cannot be read and every reaction that does not balance.
    """
    from rhizolith.chemistry.reader import read_file

    read = [read_file(Path(path)) for path in paths or (SHIPPED / "phreeqc.dat", SHIPPED / "rhizolith.dat")]
    merged = read[0]
    for db in read[1:]:
        merged.path += f" + {Path(db.path).name}"
        for name in ("masters", "species", "phases", "exchange", "exchangers", "surfaces", "surface_masters", "named"):
            getattr(merged, name).update(getattr(db, name))
        merged.llnl = db.llnl or merged.llnl
        merged.rates += db.rates
        merged.ignored += [i for i in db.ignored if i not in merged.ignored]
    problems = list(_problems(merged))
    if problems:
        raise InputError(problems)
    return merged


def _problems(db: Database) -> Iterator[Problem]:
    """Species that nothing defines, named expressions that are missing, and reactions that do not balance."""
    if not db.species:
        yield Problem(Path(db.path).name, "holds no SOLUTION_SPECIES", "give a PHREEQC database")
        return
    known = {"e-", "H2O", *db.species, *db.exchange, *db.surfaces, *db.masters.values()}
    for kind in (db.species, db.exchange, db.surfaces, db.phases):
        for r in kind.values():
            terms = [*(r.left[1:] if kind is db.phases else r.left), *r.right]
            for unknown in {s for s, _ in terms} - known:
                near = get_close_matches(unknown, known, 3)
                fix = f"define it, or write {' or '.join(near)}" if near else "define it under SOLUTION_SPECIES"
                yield Problem(r.where, f"{r.name} is made of {unknown}, which is defined nowhere", fix)
            try:
                gap = imbalance(r)
            except ValueError as error:
                yield Problem(r.where, f"a formula of {r.name} cannot be read ({error})", "write it as PHREEQC does")
                continue
            if r.check and gap:
                yield Problem(r.where, f"the reaction of {r.name} does not balance: {gap}", "correct its coefficients")
            for name in {n for n, _ in r.named} - set(db.named):
                yield Problem(r.where, f"{r.name} adds {name}, no named expression", "define it in NAMED_EXPRESSIONS")


def imbalance(r: Reaction) -> str:
    """Elements and charge that a reaction gains (+) or loses (−) from left to right; empty when it balances."""
    total: dict[str, float] = {}
    for sign, terms in ((-1.0, r.left), (1.0, r.right)):
        for name, n in terms:
            for element, count in {**elements(name), "charge": charge(name)}.items():
                total[element] = total.get(element, 0.0) + sign * n * count
    return ", ".join(f"{e} {n:+g}" for e, n in total.items() if abs(n) > ROUNDING)
