"""The equilibria of one cell as expressions for the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rhizolith.chemistry.activity import LN10, log10_gamma
from rhizolith.chemistry.formula import charge
from rhizolith.chemistry.speciation import Speciation
from rhizolith.errors import ModelError
from rhizolith.kernels import Expr, Graph, exp, maximum, sqrt

SIZE_OF_I = 1e-3
"""Ionic strength (mol kg⁻¹) that counts as typical when its row is scaled."""


@dataclass(frozen=True)
class AlgebraicRows:
    """Constraints of a cell: one per component and one for the ionic strength, zero when satisfied."""

    rows: tuple[Expr, ...]
    molality: Mapping[str, Expr]
    """mol kg⁻¹ water of each species"""
    ln_activity: Mapping[str, Expr]
    """natural log of the activity of each species"""
    parameters: Mapping[str, float]
    """values of the symbols `ln_k:species`, `debye_huckel_A`, `debye_huckel_B`, `ln_k:phase`"""
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
    `speciate` keeps it. Rows are divided by nothing: the engine's pivots are the sums Σ ν² m, always positive.
    """
    s = speciation
    values = {f"ln_k:{name}": float(k) for name, k in zip(s.species, s.ln_k, strict=True) if k != 0}
    values |= {f"ln_k:{name}": float(k) for name, (_, k, _) in s.phases.items()}
    values |= {"debye_huckel_A": s.a, "debye_huckel_B": s.b}
    a, b = graph.symbol("debye_huckel_A"), graph.symbol("debye_huckel_B")
    positive = maximum(ionic, 1e-9)
    root = sqrt(positive)
    ln_a, molality = {}, {}
    shared: dict[tuple[Any, ...], Any] = {}
    for i, name in enumerate(s.species):
        total: Any = graph.symbol(f"ln_k:{name}") if s.ln_k[i] != 0 else graph.constant(0)
        for j in np.flatnonzero(s.nu[i]).tolist():
            total = total + float(s.nu[i, j]) * ln_activity[j]
        key = (float(s.charges[i]), s.gammas[i])
        if key not in shared:
            shared[key] = LN10 * log10_gamma(*key, a, b, positive, root, s.model)
        ln_a[name] = total
        molality[name] = exp(total - shared[key])
    rows = []
    for j in range(len(s.components)):
        made: Any = graph.constant(0)
        for i in np.flatnonzero(s.nu[:, j]).tolist():
            made = made + float(s.nu[i, j]) * molality[s.species[i]]
        rows.append(totals[j] * (1 / pool) - made)
    strength: Any = graph.constant(0)
    for name, z in zip(s.species, s.charges, strict=True):
        if z:
            strength = strength + 0.5 * float(z * z) * molality[name]
    rows.append(ionic - strength)
    return AlgebraicRows(tuple(rows), molality, ln_a, values, s, graph)


@dataclass(frozen=True)
class ExchangeRows:
    """An exchanger in equilibrium with the water: unknowns ln a of the free site and the amount of each cation."""

    names: tuple[str, ...]
    """cations held, in the order of `amounts`"""
    rows: tuple[Expr, ...]
    """first the site balance, then one per cation"""
    parameters: Mapping[str, float]


def exchange_rows(
    chemistry: AlgebraicRows,
    cations: Mapping[str, float],
    site: Expr,
    amounts: Sequence[Expr],
    capacity: Expr,
    prefix: str = "ln_k_exchange",
) -> ExchangeRows:
    """Gaines–Thomas exchange: β_k = K_k a_k a_X^z, Σ β = 1, q_k = CEC β_k / z.

    cations: species → log10 K of `cation + z X- = cation-X_z` (relative to Na+, Appelo & Postma 2005), read as
    parameters `prefix:cation`;
    capacity: mol charge kg⁻¹ soil; amounts q_k: mol kg⁻¹ soil; site: ln a of the free site.
    """
    g = chemistry.graph
    rows = []
    total: Any = g.constant(-1)
    for (name, _), q in zip(cations.items(), amounts, strict=True):
        z = charge(name)
        beta = exp(g.symbol(f"{prefix}:{name}") + chemistry.ln_activity[name] + z * site)
        total = total + beta
        rows.append(q - capacity * beta / z)
    values = {f"{prefix}:{name}": k * LN10 for name, k in cations.items()}
    return ExchangeRows(tuple(cations), (total, *rows), values)


def solve_exchange(
    cations: Mapping[str, float], ln_activity: Mapping[str, float], capacity: float
) -> tuple[float, dict[str, float]]:
    """ln a of the free site and the amount of each cation (mol kg⁻¹) in equilibrium with given activities."""
    x = 0.0
    for _ in range(200):
        beta = {k: np.exp(np.clip(v * LN10 + ln_activity[k] + charge(k) * x, -600, 600)) for k, v in cations.items()}
        f = np.log(sum(beta.values()))
        slope = sum(charge(k) * b for k, b in beta.items()) / sum(beta.values())
        x -= f / slope
        if abs(f) < 1e-14:
            break
    return float(x), {k: float(capacity * b / charge(k)) for k, b in beta.items()}
