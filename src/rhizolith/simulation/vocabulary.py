"""What the names in reaction equations mean in one scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rhizolith.chemistry.formula import charge, elements, reaction
from rhizolith.chemistry.speciation import Speciation
from rhizolith.knowledge import tables

BIOMASS = "CH1.8O0.5N0.2"
"""Formula of microbial biomass per mol C (Roels 1983 as commonly used; C:N 5)."""
ENZYME = "CH1.58O0.31N0.27"
"""Formula of protein per mol C (general composition of proteins)."""
PARTICULATE = "CH1.3O0.6N0.05"
"""Formula of particulate organic matter per mol C (assumed: that of dissolved organic matter, C:N 20)."""
GASES = {"O2(g)": "O2", "CO2(g)": "CO2"}


def pseudo_elements() -> dict[str, dict[str, float]]:
    """Atoms behind the letters that the database uses for organic ligands, such as Ox for C2O4."""
    found = {}
    for row in tables.organics().values():
        whole, written = elements(row["formula"]), elements(row["component"])
        symbol = next(s for s in written if s != "H" or len(written) == 1)
        left = {e: n - written.get(e, 0.0) * (e == "H") for e, n in whole.items()}
        found[symbol] = {e: n for e, n in left.items() if n}
    return found


@dataclass
class Words:
    """Vocabulary of one scenario: pools by formula, aqueous species by the database."""

    speciation: Speciation
    pools: Mapping[str, str]
    """name of an immobile pool or gas → formula of what one mole holds"""

    def __post_init__(self) -> None:
        self._pseudo = pseudo_elements()
        self._cache: dict[str, dict[str, float]] = {}

    def composition(self, name: str) -> dict[str, float]:
        """Atoms of each element in a pool or species, and its charge."""
        if name not in self._cache:
            formula = self.pools.get(name, name)
            total: dict[str, float] = {}
            for symbol, n in elements(formula).items():
                for element, m in self._pseudo.get(symbol, {symbol: 1.0}).items():
                    total[element] = total.get(element, 0.0) + n * m
            total["charge"] = 0.0 if name in self.pools else charge(name)
            self._cache[name] = total
        return self._cache[name]

    def unknowns(self, name: str) -> dict[str, float]:
        """What changes when a mole of `name` is made; water is always there."""
        if name == "H2O":
            return {}
        if name in self.pools:
            return {name: 1.0}
        if name not in self.speciation.species:
            raise KeyError(f"{name!r} is neither a pool of this scenario nor a species of its water")
        row = self.speciation.nu[self.speciation.species.index(name)]
        return {c: float(n) for c, n in zip(self.speciation.components, row, strict=True) if n}

    def read(self, equation: str) -> dict[str, float]:
        """Net coefficients of an equation, products positive."""
        left, right = reaction(equation)
        total: dict[str, float] = {}
        for name, n in [(s, -n) for s, n in left] + right:
            total[name] = total.get(name, 0.0) + n
        for name in total:
            self.unknowns(name)
        return total
