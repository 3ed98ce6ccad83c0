"""Whether a comparison of scenarios could have come out otherwise: a result counts only if it could have failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

import numpy as np

from rhizolith.assessment.claim_runs import FAILURES, FAMILIES
from rhizolith.assessment.claim_scenarios import scenario
from rhizolith.assessment.draws import Draws

STATES = 1024
"""random solutions that both sides of a comparison are tried in"""
FREE = 3.0
"""decades either way that a constant somebody measured is moved: what a measurement says could have been otherwise"""
DECADES = 3.0
"""either way, how far dissolved amounts are drawn from those of the soil as described (assumed: wide)"""
HARDER = 2.0
"""decades at most by which a component is raised that a root gives more of (assumed)"""
SHAPE = ("", "J/mol", "m3/mol")
"""units of exponents, shares, pK and energies: these keep the range of the table"""
GROSS = ("amount", "fraction", "fate", "formed", "phase_lag", "stirred")
"""readers that are sums of amounts, or sizes: never below zero"""
ABSENT = "the model has no such process"
NEVER_BELOW = "a gross amount is never below zero"
BY_LAW = "the rate law says so in every solution, whatever its constants"
BY_ASSUMPTION = "assumed constants say so in every solution, over the whole of their ranges"
Values = dict[str, Any]


def grounds(text: str) -> list[str]:
    """For each comparison of a claim (separated by ;) why it could not have come out otherwise; empty where it could.

    Both sides are tried without a run, in the same random solutions: the solution of the soil, each dissolved
    component drawn anew over decades, pH over the whole of soils, times and pools too. Where two scenarios are
    compared, the components their roots give or take differently, and what was changed in the soil, are moved the way
    they differ. `BY_LAW` where the left side is larger in all of them with every constant anywhere, measured ones
    `FREE` decades off; `BY_ASSUMPTION` where measured constants as they stand are kept and assumed ones drawn over
    their ranges. Comparisons of differences between runs, of potentials, times of day or lags are left to the run.
    """
    return [_ground(part) for part in text.split(";") if part]


def could_fail(text: str) -> tuple[bool, str]:
    """Whether at least one comparison of a claim could have come out otherwise, and what forces the others."""
    try:
        found = grounds(text)
    except FAILURES:
        return True, ""
    return not all(found), "; ".join(dict.fromkeys(filter(None, found)))


def _ground(comparison: str) -> str:
    equal = "==" in comparison
    left, right = comparison.split("==" if equal else ">")
    this, other = left.split(), right.split()
    if equal:
        side = this if len(this) > 1 else other
        return ABSENT if side[1] in ("amount", "fraction") and not _rates(*side[:1], *side[2:4]) else ""
    if len(this) > 1 and len(other) == 1:
        return NEVER_BELOW if this[1] in GROSS and float(other[0]) <= 0 else _above(this, float(other[0]))
    if len(this) == 1 or len(other) == 1 or not {this[1], other[1]} <= {"amount", "fraction"} or this[1] != other[1]:
        return ""
    if not _rates(other[0], *other[2:4]):
        return ABSENT
    return _tried(lambda c: _rate(this, other[0], c) - _rate(other, other[0], c))


def _above(side: list[str], least: float) -> str:
    """More than two causes alone add up to, tried as the run of both, of each, and of none."""
    if side[1] != "above" or least != 0:
        return ""
    both, _, mechanism, first, second, none = side
    signs = {both: 1, first: -1, second: -1, none: 1}
    return _tried(
        lambda c: np.sum([n * _rate([v, "amount", mechanism, "/"], none, c) for v, n in signs.items()], axis=0)
    )


def _tried(surplus: Callable[[bool], np.ndarray]) -> str:
    """What forces a surplus of one side, if it is there in all states; nothing where it is below zero in one."""
    for free, word in ((True, BY_LAW), (False, BY_ASSUMPTION)):
        value = surplus(free)
        value = value[np.isfinite(value)]
        if len(value) and (value >= -1e-9 * np.abs(value).max()).all() and (value > 0).any():
            return word
    return ""


@lru_cache(maxsize=128)
def _model(variant: str) -> tuple[Any, Mapping[str, float]]:
    """The model of a variant and its first state."""
    from rhizolith.simulation.ready import ready

    model, begin = ready(scenario(variant))
    return model, dict(zip((*model.system.mobile, *model.system.local), begin.values.tolist(), strict=True))


def _rates(variant: str, mechanism: str, name: str) -> list[tuple[float, Any]]:
    """mol C per extent and rate of every process by which these mechanisms disrupt these associations."""
    from rhizolith.assessment.claim_runs import _meant
    from rhizolith.mechanisms.registry import all_mechanisms

    found, words = [], mechanism.split("+")
    for reaction in _model(variant)[0].reactions:
        p = reaction.process
        here = p.direction == "disruption" and p.association and (name == "/" or name in p.association)
        family = all_mechanisms()[p.mechanism].family
        if here and family in FAMILIES and any(_meant(p.mechanism, family, w) for w in words):
            found.append((abs(reaction.unknowns[p.association]), p.rate))
    return found


def _rate(side: list[str], reference: str, free: bool) -> np.ndarray:
    """(states,) mol C per m³ and s, or its share of the carbon held, in states drawn around the reference scenario."""
    from rhizolith.kernels import evaluate

    variant, what, mechanism, name = side[:4]
    model, first = _model(variant)
    parts = _rates(variant, mechanism, name)
    values = _moved(variant, reference, free) if variant != reference else _state(variant, free)
    found = evaluate([model.system.graph.lift(r) for _, r in parts], values) if parts else []
    total = np.sum([n * np.broadcast_to(r, STATES) for (n, _), r in zip(parts, found, strict=True)], axis=0)
    held = sum(v for k, v in first.items() if k.count("/") == 3 and (name == "/" or name in k))
    return np.asarray(total / held if what == "fraction" else total) * np.ones(STATES)


@cache
def _draws() -> Draws:
    return Draws(STATES, 7)


@lru_cache(maxsize=8)
def _state(variant: str, free: bool) -> Values:
    """Every symbol of the model in `STATES` solutions around the soil as described."""
    model, first = _model(variant)
    draws, out = _draws(), dict(_constants(variant, free))
    for name, value in first.items():
        out[name] = _drawn(name, value, draws)
    soil = model.scenario.soil
    air = max(soil.porosity - soil.water_content, 0.0)
    out |= {"water_content": soil.water_content, "air_content": air, "bulk_density": soil.bulk_density}
    out |= {"root_area": 1.0, "t": draws.between("time", 0, model.scenario.duration)}
    return out


def _drawn(name: str, value: float, draws: Draws) -> Any:
    """One unknown in all states: dissolved components over decades, pH over that of soils, pools near what they are."""
    if name == "ln:H+":
        return -np.log(10) * draws.between("pH", 3, 11)
    if name == "ionic_strength":
        return 10 ** draws.between(name, -4, -0.5)
    if "@" in name or name == "H+":
        return value
    if "/" in name or name.endswith("(g)") or name in ("particulate",):
        return value * draws.between(f"pool:{name}", 0.7, 1.0)
    shift = np.log(10) * draws.between(f"shift:{name.removeprefix('ln:')}", -DECADES, DECADES)
    return value + shift if name.startswith("ln:") else value * np.exp(shift)


def _constants(variant: str, free: bool) -> Values:
    """Constants: assumed ones over their ranges; with `free`, measured and fitted ones decades off as well."""
    from rhizolith.simulation.run import parameters_of

    model, _ = _model(variant)
    out: Values = parameters_of(model)
    for name, known in model.used.items():
        if name.startswith("root.") or known.source == "given in the scenario":
            continue  # what a scenario states is what is compared
        if free and known.unit not in SHAPE and known.value > 0:
            out[name] = known.value * 10 ** _draws().between(f"constant:{name}", -FREE, FREE)
        elif free and known.unit == "" and known.low >= 0 and known.high <= 1:
            out[name] = _draws().uniform(f"constant:{name}")
        elif (free or known.grade == "assumed") and known.low < known.high:
            out[name] = _within(name, known.low, known.high)
    return out


def _within(name: str, low: float, high: float) -> np.ndarray:
    place = _draws().uniform(f"constant:{name}")
    return low * (high / low) ** place if low > 0 else low + place * (high - low)


def _moved(variant: str, reference: str, free: bool) -> Values:
    """The states of the reference, moved the way in which this scenario's soil and root differ from its own."""
    first, other = _model(variant)[1], _model(reference)[1]
    out = {**_state(variant, free)}
    base = _state(reference, free)
    for name, value in first.items():
        if name not in other or "@" in name:
            continue
        same = base[name]
        if name.startswith("ln:"):
            out[name] = same + (value - other[name])
        else:
            out[name] = same * (value / other[name]) if other[name] > 0 else out[name]
    rest = _given(reference, base)
    for component, gift in _given(variant, out).items():
        push = np.sign(gift - rest.get(component, 0.0))
        factor = push * np.log(10) * _draws().between(f"harder:{component}", 0, HARDER)
        out[f"ln:{component}"] = out[f"ln:{component}"] + factor
        if component != "H+":
            out[component] = out[component] * np.exp(factor)
    return out


def _given(variant: str, values: Values) -> dict[str, np.ndarray]:
    """Component → mol m⁻³ s⁻¹ that the root gives (below zero: takes) in these states; `H+` with that of its acids."""
    from rhizolith.kernels import evaluate
    from rhizolith.mechanisms.root_activity import CARBOXYLS

    model, _ = _model(variant)
    groups = {o.component: CARBOXYLS.get(o.name, 0) for o in model.scene.organics}
    own = [r for r in model.reactions if r.process.mechanism == "root_activity"]
    rates = evaluate([model.system.graph.lift(r.process.rate) for r in own], values) if own else []
    out: dict[str, np.ndarray] = {}
    for reaction, rate in zip(own, rates, strict=True):
        for unknown, n in reaction.unknowns.items():
            if f"ln:{unknown}" in values:
                out[unknown] = out.get(unknown, np.zeros(STATES)) + n * rate
                out["H+"] = out.get("H+", np.zeros(STATES)) + groups.get(unknown, 0) * n * rate
    return out
