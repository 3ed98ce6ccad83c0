"""All that the engine knows about a model: the equations of one cell, as expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rhizolith.errors import ModelError
from rhizolith.kernels.expression import Expr, Graph


@dataclass(frozen=True)
class CellSystem:
    """`M y' = rows(y, t, p, c) + transport(mobile)` for one cell of soil.

    Unknowns are ordered mobile first, then local. A row without an entry in `mass` is algebraic.
    """

    graph: Graph
    mobile: tuple[str, ...]
    local: tuple[str, ...]
    rows: tuple[Expr, ...]
    mass: Mapping[tuple[int, int], Expr]
    parameters: tuple[str, ...]
    cell_data: tuple[str, ...]
    scales: tuple[float, ...]
    quadratures: Mapping[str, Expr] = field(default_factory=dict)
    nonnegative: tuple[bool, ...] = ()
    flow: Expr | None = None
    """Relative water flow, of t and parameters: scales the `flowing` part of the transport."""

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.unknowns) or len(self.scales) != len(self.unknowns):
            raise ModelError(f"{len(self.unknowns)} unknowns need as many rows ({len(self.rows)}) and scales")

    @property
    def unknowns(self) -> tuple[str, ...]:
        """Names of all unknowns of a cell, in order."""
        return self.mobile + self.local

    @property
    def algebraic(self) -> tuple[bool, ...]:
        """Which rows are constraints rather than rates of change."""
        differential = {i for i, _ in self.mass}
        return tuple(i not in differential for i in range(len(self.unknowns)))

    def __repr__(self) -> str:
        return (
            f"CellSystem({len(self.mobile)} mobile + {len(self.local)} local unknowns, "
            f"{len(self.quadratures)} processes, {len(self.graph.nodes)} nodes)"
        )
