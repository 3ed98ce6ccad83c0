"""Rewrites every species in terms of one component per valence state, so that no electron remains.

Redox couples are kinetic in soil: Fe(II), Fe(III), O2, NH4 and NO3 are separate components, and what a
database writes with electrons (or with O2, as LLNL's does) is recombined from its own constants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rhizolith.chemistry import log_k
from rhizolith.chemistry.database import Database
from rhizolith.chemistry.entry import Reaction

TINY = 1e-9
"""A coefficient below this is rounding."""


@dataclass(frozen=True)
class Formation:
    """A species as a sum of components: log a = log K + Σ ν log a (species); for a phase log K = Σ ν log a."""

    name: str
    components: dict[str, float]
    water: float
    electrons: float
    log_k: NDArray[np.float64] = field(repr=False)
    """six terms, see `log_k`"""
    reaction: Reaction | None = field(default=None, repr=False)

    def log_k_at(self, temperature: float) -> float:
        """log10 K at a temperature in K."""
        return log_k.at(self.log_k, temperature)

    def plus(self, other: Formation, n: float) -> Formation:
        """This sum with n times another added, constants of formation included."""
        total = dict(self.components)
        for c, m in other.components.items():
            total[c] = total.get(c, 0.0) + n * m
        return replace(
            self,
            components={c: m for c, m in total.items() if abs(m) > TINY},
            water=self.water + n * other.water,
            electrons=self.electrons + n * other.electrons,
            log_k=self.log_k + n * other.log_k,
        )


def _only(name: str) -> Formation:
    """A component, as a sum of itself."""
    return Formation(name, {name: 1.0}, 0.0, 0.0, np.zeros(6))


class Decoupler:
    """Expresses species and phases in components, following the database's own reactions."""

    def __init__(self, database: Database) -> None:
        self.db = database
        no_component = ("e-", "H2O")
        self.component_of = {
            k: v for k, v in database.masters.items() if v not in no_component and k not in ("Alkalinity", "H(1)", "E")
        }
        self.sites = {**database.exchangers, **database.surface_masters}
        self.components = {*self.component_of.values(), *self.sites.values()}
        self._known: dict[str, Formation | None] = {}
        self._links = self._valence_links()

    def component(self, name: str) -> str:
        """The component meant by a species or by an element, `Fe(3)` being `Fe+3`."""
        return {**self.component_of, **self.sites}.get(name, name)

    def species(self, name: str) -> Formation | None:
        """The formation of a species, None when it cannot be written without electrons."""
        if name not in self._known:
            self._known[name] = None  # guards against circles
            reaction = self.db.find(name)
            if name in self.components:
                self._known[name] = replace(_only(name), reaction=reaction)
            elif reaction is not None and name not in ("e-", "H2O"):
                made = self._formed(reaction)
                self._known[name] = self._decoupled(made) if made else None
        return self._known[name]

    def phase(self, name: str) -> Formation | None:
        """The dissolution of a phase as Σ ν log a = log K; components are what it dissolves to."""
        r = self.db.phases[name]
        made = self._sum([(s, n) for s, n in r.right] + [(s, -n) for s, n in r.left[1:]])
        if made is None:
            return None
        # what it dissolves to was summed with constants of formation:
        # Σ ν log a(components) = log K − Σ n log K(species)
        made = self._decoupled(replace(made, name=name))
        return replace(made, log_k=self._constant(r) - made.log_k, reaction=r) if made else None

    def couple(self, one: str, other: str) -> Formation | None:
        """The half reaction that makes component `one` from `other` with electrons, None when nothing links them.

        O2 is made from water: there `other` is `H2O`.
        """
        if other == "H2O":
            return self._links.get(one)
        a, b = self._linked(one), self._linked(other)
        if a is None or b is None:
            return None
        primary = self._primary(one)
        if primary is None or primary != self._primary(other):
            return None
        share = a.components.get(primary, 0.0) / b.components[primary] if b.components.get(primary) else 0.0
        return a.plus(b, -share).plus(_only(other), share)

    def valence_reactions(self, element: str) -> list[Formation]:
        """How the other valence states of an element are made from its primary one, electrons included."""
        primary = self.db.masters.get(element)
        return [made for name, made in self._links.items() if self._primary(name) == primary]

    def _constant(self, r: Reaction) -> NDArray[np.float64]:
        k = r.log_k
        for name, factor in r.named:
            k = k + factor * self.db.named[name]
        return k

    def _formed(self, r: Reaction) -> Formation | None:
        """The defined species (first on the right) from all others."""
        made = self._sum([(s, n) for s, n in r.left] + [(s, -n) for s, n in r.right[1:]])
        if made is None:
            return None
        return replace(made, name=r.name, log_k=made.log_k + self._constant(r), reaction=r)

    def _sum(self, terms: list[tuple[str, float]]) -> Formation | None:
        """Σ n species in components, the constants of their formation summed too."""
        total = Formation("", {}, 0.0, 0.0, np.zeros(6))
        for name, n in terms:
            if name == "H2O":
                total = replace(total, water=total.water + n)
            elif name == "e-":
                total = replace(total, electrons=total.electrons + n)
            else:
                part = _only(name) if name in self.components else self.species(name)
                if part is None:
                    return None
                total = total.plus(part, n)
        return total

    def _valence_links(self) -> dict[str, Formation]:
        """How each component is made from the primary one of its element, electrons included."""
        found: dict[str, Formation] = {}
        for key, name in self.component_of.items():
            element = re.fullmatch(r"(.+)\([-+]?\d+(\.\d+)?\)", key)
            if element and self.db.masters.get(element[1]) not in (None, name) and name in self.db.species:
                made = self._formed(self.db.species[name])
                if made is not None:
                    found[name] = made
        oxygen = found.get("O2")
        if oxygen is not None and oxygen.electrons:  # O2 stands for electrons in LLNL's database
            for name, made in found.items():
                if name != "O2" and "O2" in made.components:
                    found[name] = self._without_oxygen(made, oxygen)
        return {name: made for name, made in found.items() if abs(made.electrons) > TINY}

    @staticmethod
    def _without_oxygen(made: Formation, oxygen: Formation) -> Formation:
        n = made.components["O2"]
        return made.plus(_only("O2"), -n).plus(oxygen, n)

    def _linked(self, name: str) -> Formation | None:
        return self._links.get(name) or (_only(name) if name in self.components else None)

    def _primary(self, name: str) -> str | None:
        key = next((k for k, v in self.component_of.items() if v == name), "")
        return self.db.masters.get(re.sub(r"\(.*\)$", "", key))

    def _decoupled(self, made: Formation) -> Formation | None:
        """Let the valence state that takes up the electrons stand in for the primary component."""
        if abs(made.electrons) > TINY:
            return self._swapped(made)
        oxygen = self._links.get("O2")
        if oxygen is not None and "O2" in made.components and made.name in self.db.species:
            return self._swapped(self._without_oxygen(made, oxygen))
        return made

    def _swapped(self, made: Formation) -> Formation | None:
        if abs(made.electrons) < TINY:
            return made
        for name, link in self._links.items():
            share = made.electrons / link.electrons
            shared = [c for c in link.components if c in made.components and c not in ("H+", "O2")]
            if share <= 0 or not shared:
                continue
            if any(abs(made.components[c] - share * link.components[c]) > TINY for c in shared):
                continue
            return replace(made.plus(link, -share).plus(_only(name), share), electrons=0.0)
        return None
