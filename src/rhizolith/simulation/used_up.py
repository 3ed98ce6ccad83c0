"""A reaction ends where one of its reactants is used up, whether or not its rate law thought of that reactant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from rhizolith.kernels import Expr, Graph, limit
from rhizolith.mechanisms.stoichiometry import Reaction

SCARCE = 1e-4
"""mol m⁻³: total at which a reaction that does not ask for a reactant goes at half its rate (0.1 µM, our choice)"""


def ending(graph: Graph, reactions: Iterable[Reaction], dissolved: Sequence[str]) -> tuple[Reaction, ...]:
    """The reactions, each slowed by C/(C + 0.1 µM) for every dissolved reactant that its rate law leaves out.

    A death that needs CO2 to balance, or an uptake that needs ammonium, would otherwise go on below zero. Protons are
    exempt: their total counts lacking ones too. `dissolved`: names of the components and gases.
    """
    kept = []
    asked = Dependence(graph)
    for reaction in reactions:
        rate: Any = reaction.process.rate
        for name, n in reaction.unknowns.items():
            used = n < 0 and name in dissolved and name != "H+"
            if used and not asked.on(graph.lift(reaction.process.rate), (name, f"ln:{name}")):
                rate = rate * limit(graph.symbol(name), SCARCE)
        kept.append(replace(reaction, process=replace(reaction.process, rate=rate)))
    return tuple(kept)


class Dependence:
    """Which symbols each node of a graph is made of."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.bits: dict[str, int] = {}
        self.masks: list[int] = []

    def on(self, expression: Expr, names: Iterable[str]) -> bool:
        """Whether an expression holds any of the symbols."""
        for node in self.graph.nodes[len(self.masks) :]:  # arguments come before the nodes they are in
            if node[0] == "sym":
                self.masks.append(1 << self.bits.setdefault(node[1], len(self.bits)))
            elif node[0] == "const":
                self.masks.append(0)
            else:
                mask = 0
                for argument in node[1:]:
                    mask |= self.masks[argument]
                self.masks.append(mask)
        wanted = sum(1 << self.bits[name] for name in names if name in self.bits)
        return bool(self.masks[expression.index] & wanted)
