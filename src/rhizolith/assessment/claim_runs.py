"""What the simulator says of a claim: scenarios that differ in one thing, and one number out of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from rhizolith.errors import InputError, ModelError, RunError
from rhizolith.knowledge import tables

Found = tuple[bool, str]
DAYS, CELLS = 4, 12
RADIUS, LENGTH_DENSITY = 1.8e-4, 5e4
"""m, m m⁻³: median fine root of GRooT, and a usual topsoil"""
CLEARER = 1.001
"""the larger of two numbers has to be larger by this factor: less is the solver's tolerance"""


@lru_cache(maxsize=64)
def run(variant: str) -> Any:
    """The Dataset of one variant of `evidence_variants.csv`."""
    from rhizolith.description.scenario import Root, Scenario, Soil
    from rhizolith.simulation.run import simulate

    row = next((r for r in tables.rows("evidence_variants") if r["variant"] == variant), None)
    if row is None:
        raise ModelError(f"there is no variant {variant!r} in evidence_variants.csv")
    changes = json.loads(row["changes"])
    soil, root = Soil.read(row["soil"]), Root(radius=RADIUS, length_density=LENGTH_DENSITY)
    fields: dict[str, Any] = {k: v for k, v in changes.items() if "." not in k}
    if "soil.saturation" in changes:
        soil = soil.model_copy(update={"water_content": changes["soil.saturation"] * soil.porosity})
    root = root.model_copy(update={k[5:]: v for k, v in changes.items() if k.startswith("root.")})
    if fields.get("geometry") != "batch":
        fields["root"] = root
    fields |= {"duration": DAYS * 86400.0, "output_every": 7200.0}
    return simulate(Scenario(name=variant, soil=soil, cells=CELLS, **fields))


def _chosen(data: Any, mechanism: str, name: str) -> Any:
    """Cumulative disrupted carbon over time of the mechanisms and associations that a claim speaks of."""
    family = data["family"].to_series()
    names = [
        m for m in data["mechanism"].values
        if (mechanism == "all" and family[m] in ("dissolution", "desorption", "depolymerization"))
        or family[m] == mechanism or str(m) == mechanism or str(m).startswith(f"{mechanism}_")
    ]  # fmt: skip
    held = [a for a in data["association"].values if name == "/" or name in str(a)]
    if not names or not held:
        raise ModelError(f"the run has no {mechanism} of {name}")
    return data["disrupted"].sel(mechanism=names, association=held).sum(["mechanism", "association"]), held


def amount(variant: str, mechanism: str, name: str) -> float:
    """mol C per m root disrupted by the end."""
    return float(_chosen(run(variant), mechanism, name)[0].isel(time=-1))


def fraction(variant: str, mechanism: str, name: str) -> float:
    """Disrupted by the end, of the carbon held at the start."""
    data = run(variant)
    gone, held = _chosen(data, mechanism, name)
    stock = (data["association_carbon"].sel(association=held).isel(time=0) * data["soil_mass"]).sum()
    return float(gone.isel(time=-1) / stock)


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
    for f in (amount, fraction, fate, formed, oxygen_drop, redox, above, later, day_above_night, phase_lag)
} | {"pH_shift": ph_shift}


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
        found.append((good, f"{left[1]} {mark} {right[1]}"))
    return all(good for good, _ in found), " | ".join(told for _, told in found)


FAILURES = (InputError, ModelError, RunError)
