"""What the simulator says of a claim: scenarios that differ in one thing, and one number out of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import numpy as np

from rhizolith.assessment.claim_scenarios import scenario
from rhizolith.errors import InputError, ModelError, RunError

Found = tuple[bool, str]
SITES = {"Hfo_w": 2e-4, "Hfo_s": 5e-6}
"""mol per kg of water: 0.09 g of the oxide of Dzombak and Morel, 600 m² per g, as in example 8 of PHREEQC"""
LEAST = 1e-9
"""of the carbon held: a smaller share more is none"""
_CONSTANTS: ContextVar[tuple[tuple[str, float], ...]] = ContextVar("constants", default=())
FAMILIES = ("dissolution", "desorption", "depolymerization")
CLEARER = 1.001
"""the larger of two numbers has to be larger by this factor: less is the solver's tolerance"""


def run(variant: str) -> Any:
    """The Dataset of one variant of `evidence_variants.csv`, with the tabulated constants or those now drawn."""
    return _run(variant, _CONSTANTS.get())


@contextmanager
def with_constants(values: Mapping[str, float]) -> Iterator[None]:
    """All runs inside have these constants, by dotted name."""
    token = _CONSTANTS.set(tuple(sorted(values.items())))
    try:
        yield
    finally:
        _CONSTANTS.reset(token)


@lru_cache(maxsize=128)
def _run(variant: str, constants: tuple[tuple[str, float], ...]) -> Any:
    from rhizolith.simulation.run import simulate

    chosen = scenario(variant)
    stated = chosen.overrides()  # what the soil or the root says itself, such as the gas of its air, is not drawn
    return simulate(chosen, None, **{k: v for k, v in constants if k not in stated})


def _chosen(data: Any, mechanism: str, name: str) -> Any:
    """Cumulative disrupted carbon over time of the mechanisms (joined by +) and associations that a claim speaks of."""
    family = data["family"].to_series()
    names = [m for m in data["mechanism"].values if any(_meant(str(m), family[m], w) for w in mechanism.split("+"))]
    held = [a for a in data["association"].values if name == "/" or name in str(a)]
    if not names or not held:
        raise ModelError(f"the run has no {mechanism} of {name}")
    return data["disrupted"].sel(mechanism=names, association=held).sum(["mechanism", "association"]), held


def _meant(mechanism: str, family: str, word: str) -> bool:
    """Whether a word of a claim stands for this mechanism: its name, the begin of it, its family, or all of them."""
    if word == "all":
        return family in FAMILIES
    return word in (family, mechanism) or mechanism.startswith(f"{word}_")


def amount(variant: str, mechanism: str, name: str) -> float:
    """mol C per m root disrupted by the end."""
    return float(_chosen(run(variant), mechanism, name)[0].isel(time=-1))


def fraction(variant: str, mechanism: str, name: str) -> float:
    """Disrupted by the end, of the carbon held at the start."""
    data = run(variant)
    gone, held = _chosen(data, mechanism, name)
    stock = (data["association_carbon"].sel(association=held).isel(time=0) * data["soil_mass"]).sum()
    return float(gone.isel(time=-1) / stock)


def caused(variant: str, mechanism: str, name: str, rest: str) -> float:
    """Disrupted share of the carbon beyond that of the same soil around a root at rest: what the root sets off.

    The review speaks of disruption that roots induce (A-001); exchange with the solution goes on without any.
    """
    return fraction(variant, mechanism, name) - fraction(rest, mechanism, name)


def rival(variant: str, mechanism: str, name: str, rest: str) -> float:
    """What the root causes by the strongest other mechanism of the same family, for a rank within the family."""
    family = run(variant)["family"].to_series()
    own = [m for m in family.index if any(_meant(str(m), "", w) for w in mechanism.split("+"))]
    if len({family[m] for m in own}) != 1:
        raise ModelError(f"{mechanism} is not of one family")
    others = [m for m in family.index if family[m] == family[own[0]] and m not in own]
    return max(caused(variant, str(m), name, rest) for m in others)


def stirred(variant: str, rest: str) -> float:
    """Number of mechanisms that disrupt a larger share of the carbon than in the run at rest."""
    family = run(variant)["family"].to_series()
    names = [str(m) for m in family.index if family[m] in FAMILIES]
    pairs = [(fraction(variant, m, "/"), fraction(rest, m, "/")) for m in names]
    return float(sum(here > max(there * CLEARER, there + LEAST) for here, there in pairs))


def charge(_: str, ph: str) -> float:
    """Charge per site of hydrous ferric oxide in 0.1 mol per kg NaCl: speciation with its diffuse layer, no run."""
    from rhizolith.chemistry import choose, read_database, speciate

    chemistry = choose(read_database(), ["Na+", "Cl-", *SITES])
    totals, area = {"Cl-": 0.1, **SITES}, {"Hfo": 54.0}
    water = speciate(chemistry, totals, pH=float(ph), charge="Na+", surface_area=area)
    held = [n for n in chemistry.species if n.startswith("Hfo")]
    own = {n: n.endswith("+") - n.endswith("-") for n in held}  # protons alone bind in this water
    return float(sum(own[n] * water[n][0] for n in held) / sum(SITES.values()))


def net(variant: str, mechanism: str, name: str) -> float:
    """mol C that a reversible mechanism set free by the end beyond what it bound again."""
    data = run(variant)
    _, held = _chosen(data, mechanism, name)
    bound = data["formed"].sel(mechanism=mechanism, association=held).sum("association").isel(time=-1)
    return amount(variant, mechanism, name) - float(bound)


def fate(variant: str, route: str) -> float:
    """mol C that went this way."""
    return float(run(variant)["fate"].sel(route=route).isel(time=-1))


def formed(variant: str, _: str) -> float:
    """mol C that became associated."""
    return float(run(variant)["formed"].isel(time=-1).sum())


def ph_shift(variant: str, _: str) -> float:
    """Largest change of pH at the root since the start."""
    ph = run(variant)["pH"].isel(radius=0)
    return float(abs(ph - ph.isel(time=0)).max())


def oxygen_drop(variant: str, _: str) -> float:
    """Share of the dissolved oxygen of the outermost soil that is lacking at the root, mean over the run."""
    gas = run(variant)["concentration"].sel(component="O2").isel(time=slice(1, None)).mean("time")
    return float(1 - gas.isel(radius=0) / gas.isel(radius=-1))


def redox(variant: str, _: str) -> float:
    """V: mean redox potential at the root."""
    return float(run(variant)["Eh"].isel(radius=0).mean())


def above(variant: str, mechanism: str, first: str, second: str, none: str) -> float:
    """Disruption beyond the sum of what two causes do alone, over the run without either."""
    base = amount(none, mechanism, "/")
    return (amount(variant, mechanism, "/") - base) - sum(amount(v, mechanism, "/") - base for v in (first, second))


def later(variant: str, mechanism: str, none: str) -> float:
    """Growth of the extra disruption: that of the second half of the run less that of the first."""
    extra = _chosen(run(variant), mechanism, "/")[0] - _chosen(run(none), mechanism, "/")[0]
    middle = float(extra.isel(time=len(extra.time) // 2))
    total = float(extra.isel(time=-1))
    return (total - middle) - middle if total > 0 else total


def _rate(data: Any, what: str, mechanism: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Hour of the day (middle of each interval) and mol C in it."""
    chosen = data[what].sel(mechanism=[mechanism]) if mechanism else data[what]
    moved = chosen.sum(["mechanism", "association"]).diff("time").values
    time = data["time"].values
    return ((time[1:] + time[:-1]) / 2 / 3600) % 24, moved


def day_above_night(variant: str, mechanism: str) -> float:
    """Net sorption (formed less disrupted) by one mechanism by day less by night, after the first day."""
    data = run(variant)
    hour, bound = _rate(data, "formed", mechanism)
    net = bound - _rate(data, "disrupted", mechanism)[1]
    late = data["time"].values[1:] > 86400
    day = (hour > 6) & (hour < 18)
    return float(net[day & late].mean() - net[~day & late].mean())


def phase_lag(variant: str, _: str) -> float:
    """Hours between the daily maxima of formation and disruption, after the first day."""
    data = run(variant)
    late = data["time"].values[1:] > 86400
    peak = []
    for what in ("formed", "disrupted"):
        hour, moved = _rate(data, what)
        wave = np.sum(moved[late] * np.exp(2j * np.pi * hour[late] / 24))
        peak.append(np.angle(wave) * 24 / (2 * np.pi))
    lag = abs(peak[0] - peak[1]) % 24
    return float(min(lag, 24 - lag))


READ: Mapping[str, Callable[..., float]] = {
    f.__name__: f
    for f in (
        amount, fraction, net, caused, rival, stirred, charge, fate, formed, oxygen_drop, redox, above, later,
        day_above_night, phase_lag,
    )
} | {"pH_shift": ph_shift}  # fmt: skip


def _side(text: str) -> tuple[float, str]:
    """A number as it stands, or `variant what …` read from a run."""
    words = text.split()
    if len(words) == 1:
        return float(words[0]), words[0]
    value = READ[words[1]](words[0], *words[2:])
    return value, f"{' '.join(words)} = {value:.3g}"


def say(text: str) -> Found | None:
    """What simulation says of all comparisons of a claim (separated by ;); None where there are none.

    A run that fails leaves the claim untested: raises RunError, ModelError or InputError for the caller to name.
    """
    if not text.strip():
        return None
    found = []
    for part in text.split(";"):
        mark = "==" if "==" in part else ">"
        left, right = (_side(side.strip()) for side in part.split(mark))
        good = left[0] == right[0] if mark == "==" else left[0] > max(right[0] * CLEARER, right[0])
        found.append((good, f"{left[1]} {mark} {right[1]}" + ("" if good else ", which is not so")))
    return all(good for good, _ in found), " | ".join(told for _, told in found)


FAILURES = (InputError, ModelError, RunError)
