"""Rewrites every species in terms of one component per valence state, so that no electron remains.

Redox couples are kinetic in soil: Fe(II), Fe(III), O2, NH4 and NO3 are separate components, and what a
database writes with electrons is recombined from its own constants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhizolith.chemistry.database import Database, LogK, Reaction
from rhizolith.chemistry.formula import charge, elements


@dataclass(frozen=True)
class Formation:
    """A species as a sum of components: log a = log K + Σ ν log a_component (water and electron left out)."""

    name: str
    components: dict[str, float]
    water: float
    electrons: float
    log_k: NDArray[np.float64]
    gamma: tuple[float, float] | None

    def log_k_at(self, temperature: float) -> float:
        """log10 K at a temperature in K."""
        return log_k_at(self.log_k, temperature)


def log_k_at(terms: LogK | NDArray[np.float64], temperature: float) -> float:
    """log10 K at a temperature in K."""
    t = temperature
    return float(np.dot(terms, [1.0, t, 1 / t, np.log10(t), 1 / t**2, t**2]))


class Decoupler:
    """Expresses species and phases in components, following the database's own reactions."""

    def __init__(self, database: Database) -> None:
        self.db = database
        self.component_of = {
            k: v for k, v in database.masters.items() if v not in ("e-", "H2O") and k not in ("Alkalinity", "H(1)")
        }
        self.components = set(self.component_of.values())
        self._known: dict[str, Formation | None] = {}

    def valence_reactions(self, element: str) -> list[Formation]:
        """How the other valence states of an element are made from its primary one, electrons included."""
        found = []
        primary = self.db.masters.get(element)
        for name, species in self.db.masters.items():
            if (
                re.fullmatch(re.escape(element) + r"\([-+]?\d+\)", name)
                and species != primary
                and species in self.db.species
            ):
                made = self._combine(self.db.species[species], keep=False)
                if made is not None and made.electrons:
                    found.append(
                        Formation(species, made.components, made.water, made.electrons, made.log_k, made.gamma)
                    )
        return found

    def species(self, name: str) -> Formation | None:
        """The formation of an aqueous species, None when it cannot be written without electrons."""
        if name not in self._known:
            self._known[name] = None  # guards against circles
            if name in self.components:
                reaction = self.db.species.get(name)
                gamma = reaction.gamma if reaction else None
                self._known[name] = Formation(name, {name: 1.0}, 0.0, 0.0, np.zeros(6), gamma)
            elif name in self.db.species:
                made = self._combine(self.db.species[name])
                self._known[name] = self._without_electrons(made) if made else None
        return self._known[name]

    def phase(self, name: str) -> Formation | None:
        """The dissolution of a phase as Σ ν log a = log K; components are what it dissolves to."""
        reaction = self.db.phases[name]
        made = self._sum(reaction.left[1:], reaction.right, np.array(reaction.log_k), name)
        return self._without_electrons(made) if made else None

    def _combine(self, reaction: Reaction, keep: bool = True) -> Formation | None:
        made = self._sum(reaction.left, reaction.right[1:], np.zeros(6), reaction.name, sign=-1.0)
        if made is None:
            return None
        return Formation(
            made.name,
            made.components,
            made.water,
            made.electrons,
            made.log_k + np.array(reaction.log_k),
            reaction.gamma,
        )

    def _sum(self, minus, plus, log_k, name, sign: float = 1.0) -> Formation | None:  # type: ignore[no-untyped-def]
        """Σ plus − Σ minus in components (reversed for sign −1)."""
        total: dict[str, float] = {}
        water = electrons = 0.0
        k = log_k.copy()
        for species, n in [(s, sign * n) for s, n in plus] + [(s, -sign * n) for s, n in minus]:
            if species == "H2O":
                water += n
            elif species == "e-":
                electrons += n
            else:
                part = (
                    self.species(species)
                    if species not in self.components
                    else Formation(species, {species: 1.0}, 0, 0, np.zeros(6), None)
                )
                if part is None:
                    return None
                for component, m in part.components.items():
                    total[component] = total.get(component, 0.0) + n * m
                water += n * part.water
                k = k - sign * n * part.log_k
        return Formation(name, {c: n for c, n in total.items() if abs(n) > 1e-12}, water, electrons, k, None)

    def _without_electrons(self, made: Formation) -> Formation | None:
        """Replace a primary component by the valence state that takes the electrons up."""
        if abs(made.electrons) < 1e-12:
            return made
        for component, n in made.components.items():
            names = [k for k, v in self.component_of.items() if v == component and "(" not in k]
            for element in names:
                for other in self.valence_reactions(element):
                    share = made.electrons / other.electrons
                    if (
                        abs(
                            n * other.components.get(component, 0.0) - share * other.components.get(component, 0.0) ** 2
                        )
                        > 1e-9
                    ):
                        continue
                    parts = dict(made.components)
                    for c, m in other.components.items():
                        parts[c] = parts.get(c, 0.0) - share * m
                    parts[other.name] = parts.get(other.name, 0.0) + share
                    parts = {c: m for c, m in parts.items() if abs(m) > 1e-12}
                    sign = 1.0 if made.name in self.db.species else -1.0
                    k = made.log_k - sign * share * other.log_k
                    return Formation(made.name, parts, made.water - share * other.water, 0.0, k, made.gamma)
        return None


def species_elements(name: str) -> dict[str, float]:
    """Atoms in a species, its charge under the key `charge`."""
    return {**elements(name), "charge": charge(name)}
