"""A described soil stands still before a root disturbs it: what nobody measured follows from that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rhizolith.kernels import evaluate
from rhizolith.knowledge.estimate import Estimate
from rhizolith.simulation.assemble import Model
from rhizolith.simulation.initial import Start

AERATED = 0.25
"""mol O2 m⁻³ of soil water: about air saturation near 20 °C; the soil was aerated when it came to rest (assumed)"""
MOIST = 0.55
"""Share of the pores that held water when the soil came to rest, or its own where that is less (assumed)"""
SPREAD = 3.0
"""Range of a value found here, as a factor up and down (assumed)."""
FAR = 1e3
"""Factor outside its plausible range up to which a value found here is believed (our choice)."""
WHY = "fitted: with it the soil as described stands still where no root disturbs it"


def stand_still(model: Model, begin: Start) -> Model:
    """The model with those rate constants at which microbes, enzymes, dissolved and adsorbed carbon do not change.

    A soil that was sampled has come to rest: what binds equals what leaves, what decays equals what is eaten. That
    fixes one constant per balance: the affinity of each association on a surface, the availability of dissolved
    organic matter to each guild of microbes, the decay of particulate carbon and of enzymes, and the renewal of soil
    air. All enter linearly, so one linear system is solved at the state the run begins with, without root, moist
    and aerated. A constant that the scenario gives, or that would have to be negative or far outside its
    range, keeps its value; the balances of others then still hold.
    """
    pairs = {
        unknown: name
        for unknown, name in _candidates(model).items()
        if name in model.parameters and name not in model.scenario.parameters
    }
    while pairs:
        values = _solve(model, begin, pairs)
        wrong = [u for u, v in values.items() if not _credible(model.used[pairs[u]], v)]
        if not wrong:
            break
        pairs = {u: n for u, n in pairs.items() if u not in wrong}
    if not pairs:
        return model
    found = {pairs[u]: _estimate(model.used[pairs[u]], v) for u, v in values.items()}
    numbers = {**model.parameters, **{n: e.value for n, e in found.items()}}
    return replace(model, used={**model.used, **found}, parameters=numbers)


def _credible(known: Estimate, value: float) -> bool:
    return 0 < value < np.inf and known.low / FAR <= value <= known.high * FAR


def _candidates(model: Model) -> dict[str, str]:
    """unknown that should stand still → parameter that makes it"""
    pairs = {a.name: f"{a.name}.affinity" for a in model.scene.associations if a.exposed}
    if model.scene.guilds:
        pairs |= {guild: f"{guild}.dissolved_availability" for guild in model.scene.guilds}
        pairs["enzyme"] = "microbial_life.enzyme_decay"
        pairs["Dom"] = "particulate_decay.rate_constant"
        if "CO2(g)" in model.scene.gases:
            pairs["CO2(g)"] = "gas_exchange.renewal"
    return pairs


def _solve(model: Model, begin: Start, pairs: dict[str, str]) -> dict[str, float]:
    """unknown → value of its parameter at which the rates of all these unknowns vanish."""
    system, soil = model.system, model.scenario.soil
    index = {n: i for i, n in enumerate(system.unknowns)}
    rows = [system.rows[index[u]] for u in pairs]
    if "CO2(g)" in pairs:  # air and water together: between them it is at equilibrium
        rows[list(pairs).index("CO2(g)")] = system.rows[index["CO2(g)"]] + system.rows[index["CO3-2"]]
    moist = min(soil.water_content, MOIST * soil.porosity)
    cell = {
        "water_content": moist,
        "air_content": max(soil.porosity - moist, 1e-6),
        "bulk_density": soil.bulk_density,
        "root_area": 0.0,
    }
    state = dict(zip(system.unknowns, begin.values.tolist(), strict=True))
    if "O2" in state:
        state["O2"] = AERATED
    values: dict[str, NDArray[np.float64] | float] = {**model.parameters, **cell, **state, "t": 0.0}
    trials = len(pairs) + 1
    for k, name in enumerate(pairs.values(), 1):
        one = np.zeros(trials)
        one[k] = max(abs(model.parameters[name]), 1e-30)
        values[name] = one
    out = np.array([np.broadcast_to(v, (trials,)) for v in evaluate(rows, values)])
    slopes = out[:, 1:] - out[:, :1]
    size = np.array([max(abs(model.parameters[n]), 1e-30) for n in pairs.values()])
    scale = np.abs(slopes).max(axis=1, initial=1e-300)
    solved, *_ = np.linalg.lstsq(slopes / scale[:, None], -out[:, 0] / scale, rcond=None)
    return dict(zip(pairs, (solved * size).tolist(), strict=True))


def _estimate(before: Estimate, value: float) -> Estimate:
    return Estimate(value, before.unit, value / SPREAD, value * SPREAD, "fitted", WHY, before.about)
