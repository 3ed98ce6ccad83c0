"""The equilibria of one cell as expressions for the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rhizolith.chemistry.activity import Curve, Slopes, ln_gamma
from rhizolith.chemistry.exchange import ExchangeRows, exchange_rows, solve_exchange
from rhizolith.chemistry.species_set import Speciation
from rhizolith.errors import ModelError
from rhizolith.kernels import Expr, Graph, exp, log, maximum, sqrt

__all__ = ["AlgebraicRows", "ExchangeRows", "algebraic_rows", "exchange_rows", "parameters_of", "solve_exchange"]

FAINTEST = 1e-9
"""mol kg⁻¹: ionic strength below which γ is 1; keeps the square root differentiable."""


@dataclass(frozen=True)
class AlgebraicRows:
    """Constraints of a cell: one per component and one for the ionic strength, zero when satisfied."""

    rows: tuple[Expr, ...]
    molality: Mapping[str, Expr]
    """mol kg⁻¹ water of each species"""
    ln_activity: Mapping[str, Expr]
    """natural log of the activity of each species"""
    parameters: Mapping[str, float]
    """values of the symbols `ln_k:species`, `ln_k:phase`, `debye_huckel_A`, … at the speciation's temperature"""
    speciation: Speciation
    graph: Graph

    def log_saturation(self, phase: str) -> Expr:
        """ln Ω of a phase: 0 at equilibrium, positive when supersaturated."""
        if phase not in self.speciation.phases:
            raise ModelError(f"the phase {phase!r} cannot be made of the components of this water")
        nu = self.speciation.phases[phase][0]
        total: Any = -self.graph.symbol(f"ln_k:{phase}")
        for component, n in zip(self.speciation.components, nu, strict=True):
            if n:
                total = total + float(n) * self.ln_activity[component]
        return total


def parameters_of(speciation: Speciation) -> dict[str, float]:
    """Values of the symbols that the rows read; those of another temperature fit the same rows.

    `parameters_of(speciation.at(288.15))` changes the temperature of a traced model without tracing it again.
    """
    s = speciation
    values = {f"ln_k:{n}": float(k) for n, k in zip(s.species, s.ln_k, strict=True) if n not in s.components}
    values |= {f"ln_k:{name}": float(k) for name, (_, k, _) in s.phases.items()}
    return values | {"debye_huckel_A": s.slopes.a, "debye_huckel_B": s.slopes.b} | _more_slopes(s)


def _more_slopes(s: Speciation) -> dict[str, float]:
    """B-dot and Drummond's terms, where a species of the set asks for them."""
    found = {"b_dot": s.slopes.bdot} if any(c.bdot for c in s.curves) else {}
    if any(c.co2 for c in s.curves):
        found |= {"co2_linear": s.slopes.co2_linear, "co2_bent": s.slopes.co2_bent}
    return found


def algebraic_rows(
    speciation: Speciation,
    graph: Graph,
    totals: Sequence[Expr],
    ln_activity: Sequence[Expr],
    ionic: Expr,
    pool: float = 1000.0,
) -> AlgebraicRows:
    """Constraints T_j/pool − Σ ν_ij m_i = 0 and the one of ionic strength.

    totals: mol m⁻³ of water, in the order of `speciation.components`; `pool` converts them to mol kg⁻¹.
    The activity of water is 1 here (it falls by 0.017 per mol kg⁻¹ of solutes: 0.02 % in a 10 mM soil solution);
    `speciate` keeps it unless told. Rows are divided by nothing: the engine's pivots are the sums Σ ν² m,
    always positive.
    """
    s = speciation
    values = parameters_of(s)
    here = {name: graph.symbol(name) for name in ("debye_huckel_A", "debye_huckel_B", *_more_slopes(s))}
    slopes = Slopes(
        *(here.get(k, 0.0) for k in ("debye_huckel_A", "debye_huckel_B", "b_dot", "co2_linear", "co2_bent"))
    )
    strength = maximum(ionic, FAINTEST)
    root = sqrt(strength)
    sites = {j: totals[j] * (1 / pool) for j in range(len(s.components)) if s.components[j] in s.sites}
    ln_a, molality = {}, {}
    shared: dict[Curve, Any] = {}
    for i, name in enumerate(s.species):
        total: Any = graph.constant(0) if name in s.components else graph.symbol(f"ln_k:{name}")
        for j in np.flatnonzero(s.nu[i]).tolist():
            total = total + float(s.nu[i, j]) * ln_activity[j]
        if s.curves[i] not in shared:
            shared[s.curves[i]] = ln_gamma(s.curves[i], slopes, strength, root)
        ln_a[name] = total
        molality[name] = exp(total - shared[s.curves[i]])
        for j, amount in sites.items():  # on sites the activity is the share of the sites taken
            if s.nu[i, j]:
                molality[name] = exp(total - shared[s.curves[i]] + log(amount * (1 / abs(float(s.nu[i, j])))))
    rows = []
    for j in range(len(s.components)):
        made: Any = graph.constant(0)
        for i in np.flatnonzero(s.balance[:, j]).tolist():
            made = made + float(s.balance[i, j]) * molality[s.species[i]]
        rows.append(totals[j] * (1 / pool) - made)
    half: Any = graph.constant(0)
    for name, z in zip(s.species, s.charges, strict=True):
        if z:
            half = half + 0.5 * float(z * z) * molality[name]
    rows.append(ionic - half)
    return AlgebraicRows(tuple(rows), molality, ln_a, values, s, graph)
