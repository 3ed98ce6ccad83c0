"""Which species a water can hold, and what binds their activities to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.chemistry.activity import Curve, Rule, Slopes, as_in_database, exchanged, ideal, ln_gamma, slopes_at
from rhizolith.chemistry.database import Database
from rhizolith.chemistry.decouple import Decoupler, Formation
from rhizolith.chemistry.formula import charge, elements
from rhizolith.chemistry.log_k import LN10
from rhizolith.chemistry.solvent import ZERO_CELSIUS
from rhizolith.errors import InputError, Problem

Array = NDArray[Any]
COLDEST, HOTTEST = 273.15, 373.15
"""K: liquid water at 1 atm."""


@dataclass(frozen=True)
class Speciation:
    """Components, the species made of them, and their constants at one temperature.

    ln m = ln K + Σ ν ln a(component) + n ln a(H2O) − ln γ. A species on an exchanger or a surface counts
    its activity as the share of the sites it takes.
    """

    components: tuple[str, ...]
    species: tuple[str, ...]
    nu: Array
    """[species, component]: mass action"""
    water: Array
    """[species] water molecules in the formation"""
    ln_k: Array
    charges: Array
    """[species]; zero for those held by sites"""
    curves: tuple[Curve, ...]
    slopes: Slopes
    temperature: float
    phases: Mapping[str, tuple[Array, float, float]]
    """name → (ν of the dissolved components, ln K, water molecules)"""
    couples: Mapping[str, tuple[Array, float, float, float]]
    """`Fe+3/Fe+2` → (ν, ln K, water, electrons): 0 = ln K + Σ ν ln a + n ln a(H2O) + e ln a(electron)"""
    sites: tuple[str, ...]
    """components that are sites: X-, Hfo_wOH"""
    surfaces: Mapping[str, Array]
    """surface (`Hfo` of Hfo_w and Hfo_s) → [species] charge of what its sites hold"""
    balance: Array = field(repr=False)
    """[species, component]: what a species counts in the totals, ν unless the database says otherwise"""
    states: Mapping[str, str] = field(default_factory=dict, repr=False)
    """`Fe(3)`, `Ca` or `Hfo_w` → the component that stands for it"""
    left_out: tuple[str, ...] = ()
    """Species of the chosen elements that cannot be written without electrons."""
    source: Database | None = field(default=None, repr=False)
    rule: Rule = field(default=as_in_database, repr=False)

    def __repr__(self) -> str:
        size = f"{len(self.components)} components, {len(self.species)} species, {len(self.phases)} phases"
        return f"Speciation({size}, {self.temperature - ZERO_CELSIUS:g} °C)"

    def at(self, temperature: float) -> Speciation:
        """The same species at another temperature (K): names and their order stay, constants change."""
        assert self.source is not None
        if temperature == self.temperature:
            return self
        return choose(self.source, self.components, temperature, phases=tuple(self.phases), rule=self.rule)

    @cached_property
    def held(self) -> Array:
        """[species] sites a species takes; 0 when dissolved."""
        where = [self.components.index(s) for s in self.sites]
        return np.asarray(np.abs(self.nu[:, where]).sum(axis=1))

    @property
    def dissolved(self) -> Array:
        """[species] 1 for species in the water, 0 for those on sites."""
        return (self.held == 0).astype(float)

    def ln_gamma(self, ionic: Array) -> Array:
        """ln γ of every species [water, species] at each water's ionic strength."""
        root = np.sqrt(ionic)
        shared = {c: ln_gamma(c, self.slopes, ionic, root) for c in dict.fromkeys(self.curves)}
        return np.array([shared[c] for c in self.curves]).T

    def index(self, component: str) -> int:
        """Position of a component, or of the one for `Fe(3)`; InputError naming the closest ones when there is none."""
        component = self.states.get(component, component)
        if component in self.components:
            return self.components.index(component)
        near = ", ".join(get_close_matches(component, self.components, 3)) or ", ".join(self.components)
        raise InputError(Problem("water", f"{component!r} is no component of this water", f"choose among {near}"))

    def species_index(self, name: str) -> int:
        """Position of a species; InputError naming the closest ones when there is none."""
        if name in self.species:
            return self.species.index(name)
        near = ", ".join(get_close_matches(name, self.species, 3)) or ", ".join(self.components)
        raise InputError(Problem("water", f"{name!r} is no species of this water", f"choose among {near}"))


def choose(
    database: Database,
    components: Iterable[str],
    temperature: float = 298.15,
    *,
    phases: Iterable[str] = (),
    rule: Rule = as_in_database,
) -> Speciation:
    """All species of a database that can be made of `components` (H+ is always one); temperature in K.

    Components are species (`Fe+3`, `CO3-2`, `X-`) or elements with a valence (`Fe(3)`). phases: names, or none
    for every phase that these components can make. rule: the activity model, `as_in_database` (WATEQ or B-dot,
    Davies where the database is silent), `davies` or `ideal`.
    Raises InputError with every component and phase that the database does not have.
    """
    decoupler = Decoupler(database)
    names = list(dict.fromkeys(["H+", *(decoupler.component(c) for c in components)]))
    wanted = list(phases)
    _check(decoupler, names, wanted, temperature)
    chosen, left_out = _species(decoupler, names)
    held = {site for site in decoupler.sites.values() if site in names}
    found = {}
    for name in wanted or database.phases:
        phase = decoupler.phase(name)
        if phase is not None and set(phase.components) <= set(names):
            found[name] = (_row(phase, names), LN10 * phase.log_k_at(temperature), phase.water)
    on_site = [bool(held & set(f.components)) for f in chosen]
    return Speciation(
        components=tuple(names),
        species=tuple(f.name for f in chosen),
        nu=np.array([_row(f, names) for f in chosen]),
        water=np.array([f.water for f in chosen]),
        ln_k=np.array([LN10 * f.log_k_at(temperature) for f in chosen]),
        charges=np.array([0.0 if s else charge(f.name) for f, s in zip(chosen, on_site, strict=True)]),
        curves=tuple(_curve(f, s, rule, decoupler) for f, s in zip(chosen, on_site, strict=True)),
        slopes=slopes_at(temperature, database.llnl), temperature=temperature, phases=found,
        couples=_couples(decoupler, names, temperature),
        sites=tuple(n for n in names if n in held),
        surfaces=_surfaces(chosen, names, database),
        balance=np.array([_balance(f, names, decoupler) for f in chosen]),
        states={k: v for k, v in {**decoupler.component_of, **decoupler.sites}.items() if v in names},
        left_out=tuple(left_out), source=database, rule=rule,
    )  # fmt: skip


def _surfaces(chosen: list[Formation], names: list[str], database: Database) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for site, component in database.surface_masters.items():
        if component in names:
            charges = np.array([charge(f.name) if component in f.components else 0.0 for f in chosen])
            surface = site.split("_")[0]
            found[surface] = found.get(surface, 0.0) + charges
    return found


def _row(f: Formation, names: list[str]) -> Array:
    return np.array([f.components.get(c, 0.0) for c in names])


def _check(decoupler: Decoupler, names: list[str], phases: list[str], temperature: float) -> None:
    db = decoupler.db
    problems = []
    for name in names:
        if name in decoupler.components:
            continue
        made = decoupler.species(name) if name in db.species else None
        if made is not None:
            fix = (
                f"it is made of {' and '.join(made.components)}; give {'these' if len(made.components) > 1 else 'this'}"
            )
        else:
            near = get_close_matches(name, [*decoupler.components, *decoupler.component_of], 3)
            fix = f"did you mean {', '.join(near)}?" if near else "give species as Ca+2 or valence states as Fe(3)"
        problems.append(Problem("components", f"{name!r} is no component of the database", fix))
    for name in phases:
        if name not in db.phases:
            near = get_close_matches(name, db.phases, 3)
            fix = f"did you mean {', '.join(near)}?" if near else "name a phase of its PHASES"
            problems.append(Problem("phases", f"{name!r} is no phase of the database", fix))
    if not COLDEST <= temperature <= HOTTEST:
        what = f"{temperature:g} K is no temperature of liquid water"
        problems.append(Problem("temperature", what, "give kelvin: 15 °C is 288.15"))
    if problems:
        raise InputError(problems)


def _species(decoupler: Decoupler, names: list[str]) -> tuple[list[Formation], list[str]]:
    """The formations possible with these components, components first; and what needs an electron."""
    db, chosen, left_out = decoupler.db, [], []
    free = set(db.exchangers.values())  # a free exchange site does not exist: its cations fill it
    for name in dict.fromkeys([*names, *db.species, *db.exchange, *db.surfaces]):
        if name in ("e-", "H2O") or name in free or (name in decoupler.components and name not in names):
            continue
        made = decoupler.species(name)
        if made is not None and set(made.components) <= set(names):
            chosen.append(made)
        elif made is None:
            reaction = db.find(name)
            used = {s for s, _ in (*reaction.left, *reaction.right)} - {"e-", "H2O", "O2", name} if reaction else set()
            left_out += [name] if used <= set(names) else []
    return chosen, left_out


def _curve(f: Formation, on_site: bool, rule: Rule, decoupler: Decoupler) -> Curve:
    """On an exchanger the γ of the ion as the database writes it: `AlOH+2` for AlOHX2, half of Ca+2's for Ca0.5X.

    PHREEQC takes the last ion of the reaction rewritten in components, for AlOHX2 the H+ that leaves.
    """
    if not on_site:
        return rule(charge(f.name), f.reaction)
    if f.name not in decoupler.db.exchange or rule is ideal or f.reaction is None:
        return Curve()
    no_ion = {*decoupler.sites.values(), "H2O"}
    ions = [(c, n) for c, n in f.reaction.left if c not in no_ion and charge(c)]
    if not ions:
        return Curve()
    ion, n = next((pair for pair in ions if pair[0] != "H+"), ions[0])
    curve = exchanged(charge(ion), f.reaction)
    return replace(curve, **{k: n * getattr(curve, k) for k in ("z2", "davies", "slope", "bdot")})


def _balance(f: Formation, names: list[str], decoupler: Decoupler) -> Array:
    """ν, or what `-mass_balance S(-2)5` counts of that valence state."""
    row = _row(f, names)
    if f.reaction is not None and f.reaction.balance:
        for state, species in decoupler.component_of.items():
            if "(" in state and state in f.reaction.balance and species in names:
                inner = f.reaction.balance.replace(state, "Zz")
                row[names.index(species)] = elements(inner).get("Zz", row[names.index(species)])
    return row


def _couples(
    decoupler: Decoupler, names: list[str], temperature: float
) -> dict[str, tuple[Array, float, float, float]]:
    """Half reactions between the valence states of one element, the more oxidized first."""
    found = {}
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    for one, other in [*pairs, *(("O2", "H2O") for _ in range("O2" in names))]:
        made = decoupler.couple(one, other)
        if made is None or not made.electrons:
            continue
        row = _row(made, names)
        row[names.index(one)] -= 1.0
        name = f"{one}/{other}" if made.electrons < 0 else f"{other}/{one}"
        found[name] = (row, LN10 * made.log_k_at(temperature), made.water, made.electrons)
    return found
