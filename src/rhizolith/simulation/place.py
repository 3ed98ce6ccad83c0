"""The state at one place as rate laws see it: symbols of the graph, and a memory of every parameter used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rhizolith.chemistry.rows import AlgebraicRows
from rhizolith.errors import ModelError
from rhizolith.kernels import Expr, Graph, exp, maximum, sin
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate

DAY = 86_400.0
"""s"""


class Place:
    """Graph-backed `Here`. Every parameter asked for is remembered with its story."""

    def __init__(self, graph: Graph, chemistry: AlgebraicRows, overrides: Mapping[str, float]) -> None:
        self.graph, self.chemistry, self.overrides = graph, chemistry, dict(overrides)
        self.used: dict[str, Estimate] = {}
        self.aliases: dict[str, str] = {}
        """item of the tables that stands for a pool, e.g. an association's bond"""
        self.temperature = graph.symbol("temperature")
        self.ionic_strength = graph.symbol("ionic_strength")
        self.time = graph.symbol("t")

    def total(self, component: str) -> Expr:
        """mol m⁻³ water (gas: mol m⁻³ air)"""
        return self.graph.symbol(component)

    def log_activity(self, species: str) -> Expr:
        """natural log of the activity"""
        return self.chemistry.ln_activity[species]

    def activity(self, species: str) -> Any:
        """activity, molal scale"""
        return exp(self.chemistry.ln_activity[species])

    def molality(self, species: str) -> Expr:
        """mol kg⁻¹ water"""
        return self.chemistry.molality[species]

    def amount(self, pool: str) -> Expr:
        """mol kg⁻¹ soil"""
        return self.graph.symbol(pool)

    def log_saturation(self, phase: str) -> Expr:
        """ln Ω"""
        return self.chemistry.log_saturation(phase)

    def solubility(self, phase: str) -> Any:
        """mol kg⁻¹ water per atm of a gas: K of its dissolution to the neutral molecule."""
        molecule = phase.removesuffix("(g)")
        s = self.chemistry.speciation
        i = s.species.index(molecule)
        formation = self.graph.symbol(f"ln_k:{molecule}") if s.ln_k[i] != 0 else self.graph.constant(0)
        return exp(self.graph.symbol(f"ln_k:{phase}") + formation)

    def data(self, name: str) -> Expr:
        """cell data"""
        return self.graph.symbol(name)

    def forcing(self, name: str) -> Any:
        """light: half a sine from 6 to 18 h, mean 1/π; transpiration follows it."""
        if name not in ("light", "transpiration"):
            raise ModelError(f"{name!r} is no forcing; there are light and transpiration")
        return maximum(sin((self.graph.symbol("t") / DAY - 0.25) * 6.283185307179586), 0.0)

    def use(self, name: str, estimate: Estimate) -> Expr:
        """A parameter symbol; an override from the scenario replaces the value, not the symbol."""
        if name in self.overrides:
            value = self.overrides[name]
            estimate = Estimate(
                value,
                estimate.unit,
                min(value, estimate.low),
                max(value, estimate.high),
                "assumed",
                "given in the scenario",
                estimate.about,
            )
        self.used[name] = estimate
        return self.graph.symbol(name)

    def known(self, item: str, quantity: str) -> Expr:
        """A tabulated quantity as parameter `item.quantity`."""
        return self.use(f"{item}.{quantity}", tables.known(self.aliases.get(item, item), quantity))
