"""Cations held by a charged solid, in equilibrium with the water around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rhizolith.chemistry.decouple import Decoupler
from rhizolith.chemistry.formula import charge
from rhizolith.chemistry.log_k import LN10
from rhizolith.errors import InputError, Problem, RunError
from rhizolith.kernels import Expr, exp

if TYPE_CHECKING:
    from rhizolith.chemistry.database import Database
    from rhizolith.chemistry.rows import AlgebraicRows


@dataclass(frozen=True)
class ExchangeRows:
    """An exchanger in equilibrium with the water: unknowns ln a of the free site and the amount of each cation."""

    names: tuple[str, ...]
    """cations held, in the order of `amounts`"""
    rows: tuple[Expr, ...]
    """first the site balance, then one per cation"""
    parameters: Mapping[str, float]


def selectivities(database: Database, exchanger: str = "X", temperature: float = 298.15) -> dict[str, float]:
    """cation → log10 K of `cation + z X- = cation-X_z` in a database, for the cations that bind as they are."""
    if exchanger not in database.exchangers:
        known = ", ".join(database.exchangers) or "none"
        raise InputError(Problem("exchanger", f"{exchanger!r} is no exchanger of the database", f"it has {known}"))
    decoupler, site = Decoupler(database), database.exchangers[exchanger]
    found = {}
    for name in database.exchange:
        made = decoupler.species(name) if name != site else None
        ions = [c for c in made.components if c != site] if made else []
        if made and len(ions) == 1 and made.components[ions[0]] == 1 and made.components.get(site) == charge(ions[0]):
            found[ions[0]] = made.log_k_at(temperature)
    return found


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
    The activity coefficient of a cation on the exchanger is 1.
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
    """ln a of the free site and the amount of each cation (mol kg⁻¹) in equilibrium with given activities.

    ln Σ β is convex and rises with ln a of the site, so that Newton from any start finds the one root.
    """
    ln_k = np.array([k * LN10 + ln_activity[c] for c, k in cations.items()])
    z = np.array([charge(c) for c in cations])
    x = float(np.min(-ln_k / z))  # there one cation alone fills the sites: Σ β ≥ 1, from where Newton descends
    for _ in range(100):
        beta = np.exp(ln_k + z * x)
        f = float(np.log(beta.sum()))
        x -= f * float(beta.sum()) / float(z @ beta)
        if abs(f) < 1e-14:
            return x, dict(zip(cations, (capacity * np.exp(ln_k + z * x) / z).tolist(), strict=True))
    raise RunError("the exchanger found no equilibrium with the water; check that the activities are finite")
