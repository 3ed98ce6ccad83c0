"""Where the mineral-held carbon sits, when nobody measured it.

Rules (documented in docs/understand/soils.md): a share of organic carbon is held by minerals; complexed metals and
short-range-ordered iron take carbon in proportion to their metal (coprecipitates), the rest is shared out over mineral
surfaces in proportion to their capacity; by mineral it is divided over bonds and arrangements.
"""

from __future__ import annotations

from rhizolith.description.gaps import estimate
from rhizolith.description.soil import Held
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate
from rhizolith.knowledge.masses import molar_mass

FULLEST = 0.6
"""Share of its capacity that a surface holds at most at the start, so that it can bind and release (assumed)"""


def associations(minerals: dict[str, float], carbon: float) -> tuple[tuple[Held, ...], dict[str, Estimate]]:
    """Associations of a soil with `carbon` mol C kg⁻¹, and an Estimate for each."""
    if carbon <= 0 or not minerals:
        return (), {}
    share = tables.known("mineral_held", "share_of_carbon")
    budget = share.value * carbon
    pools = _trapped(minerals, 0.6 * budget)
    left = budget - sum(pools.values())
    capacity = {m: _capacity(m, n) for m, n in minerals.items() if _capacity(m, n) > 0}
    load = min(FULLEST, left / sum(capacity.values())) if capacity else 0.0
    for mineral, most in capacity.items():
        for (bond, arrangement), part in _ways(mineral).items():
            pools[mineral, bond, arrangement] = pools.get((mineral, bond, arrangement), 0.0) + part * load * most
    return _tell(pools, budget, share)


def _capacity(mineral: str, amount: float) -> float:
    """mol C kg⁻¹ that the mineral's surface can hold."""
    mass = amount * molar_mass(tables.minerals()[mineral]["formula"])
    area = tables.known(mineral, "specific_surface_area").value
    return mass * area * tables.known(mineral, "sorption_capacity").value


def _trapped(minerals: dict[str, float], most: float) -> dict[tuple[str, str, str], float]:
    """Carbon inside coprecipitates, by its usual ratio to the metal, scaled down where that is more than there is."""
    ratios = {
        m: tables.known(m, "coprecipitated_carbon").value
        for m in minerals
        if (m, "coprecipitated_carbon") in tables.parameters()
    }
    wanted = {(m, "inner_sphere", "coprecipitated"): ratios[m] * minerals[m] for m in ratios}
    total = sum(wanted.values())
    scale = min(1.0, most / total) if total > 0 else 0.0
    return {k: v * scale for k, v in wanted.items()}


def _ways(mineral: str) -> dict[tuple[str, str], float]:
    """Bond and arrangement of what sits on a mineral's surface, by its family (assumed)."""
    family = tables.minerals()[mineral]["family"]
    ways: dict[str, dict[tuple[str, str], float]] = {
        "imogolite-type": {
            ("inner_sphere", "monolayer"): 0.5,
            ("inner_sphere", "occluded"): 0.3,
            ("outer_sphere", "outer_layer"): 0.2,
        },
        "1:1 phyllosilicate": {
            ("inner_sphere", "monolayer"): 0.3,
            ("hydrophobic", "monolayer"): 0.4,
            ("outer_sphere", "outer_layer"): 0.3,
        },
        "2:1 phyllosilicate": {("outer_sphere", "monolayer"): 0.6, ("hydrophobic", "outer_layer"): 0.4},
        "carbonate": {("outer_sphere", "monolayer"): 1.0},
        "salt": {},
        "monomeric": {},
    }
    return ways.get(family, {("inner_sphere", "monolayer"): 0.65, ("outer_sphere", "outer_layer"): 0.35})


def _tell(
    pools: dict[tuple[str, str, str], float], budget: float, share: Estimate
) -> tuple[tuple[Held, ...], dict[str, Estimate]]:
    """Held objects of pools that matter, each with its Estimate; slight ones (below 0.5 %) go to the largest."""
    pools = {k: v for k, v in pools.items() if v > 0}
    if not pools:
        return (), {}
    largest = max(pools, key=lambda k: pools[k])
    for key in [k for k, v in pools.items() if v < 5e-3 * sum(pools.values()) and k != largest]:
        pools[largest] += pools.pop(key)
    found, told = [], {}
    for (mineral, bond, arrangement), amount in pools.items():
        contacts = {"inner_sphere": 2.0, "outer_sphere": 1.0, "hydrophobic": 1.0}[bond]
        held = Held.model_validate(
            {"mineral": mineral, "bond": bond, "arrangement": arrangement, "carbon": amount, "denticity": contacts}
        )
        found.append(held)
        why = f"shared out by metal and by surface, at most {share.value:.0%} of organic carbon held in all"
        told[f"associations.{held.name}"] = estimate(amount, "mol/kg", amount / 3, min(3 * amount, budget), why)
    return tuple(found), told
