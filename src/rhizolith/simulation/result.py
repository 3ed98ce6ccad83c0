"""A run as a labelled Dataset: every variable of the results reference, with unit and meaning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from rhizolith import __version__
from rhizolith.chemistry.activity import LN10
from rhizolith.chemistry.database import read_database
from rhizolith.knowledge import tables
from rhizolith.mechanisms.registry import all_mechanisms
from rhizolith.simulation.balance import balance
from rhizolith.simulation.fate import ROUTES, carbon_of, fate, totals
from rhizolith.simulation.provenance import assumed, scenario_text, sources
from rhizolith.simulation.redox import couples

if TYPE_CHECKING:
    from rhizolith.simulation.run import Run

Array = NDArray[np.float64]
Variables = dict[str, tuple[tuple[str, ...], Any]]
SPACE = ("time", "radius")
MEANING = {
    "association": ("", "mineral/organic class/bond/arrangement"),
    "association_carbon": ("mol kg-1", "organic carbon held, per dry soil"),
    "balance": ("1", "(initial + in - out - present) / moved"),
    "carbon": ("1", "organic carbon atoms in one mole"),
    "component": ("", "dissolved component, or gas"),
    "concentration": ("mol m-3", "total concentration in soil water (gases: in soil air)"),
    "couple": ("", "redox couple"),
    "cue": ("1", "carbon use efficiency since the time before: growth per uptake"),
    "disrupted": ("mol", "carbon set free from the association, cumulative and gross"),
    "Eh": ("V", "redox potential of the first couple"),
    "Eh_couple": ("V", "redox potential of each couple"),
    "element": ("", "element, or charge"),
    "family": ("", "family of the mechanism"),
    "fate": ("mol", "what became of the mobilized carbon, cumulative"),
    "formed": ("mol", "carbon bound in the association, cumulative and gross"),
    "guild": ("", "guild of microbes"),
    "guild_carbon": ("mol kg-1", "biomass carbon per dry soil"),
    "ionic_strength": ("mol kg-1", "ionic strength of the soil water"),
    "mechanism": ("", "what broke or bound"),
    "mineral": ("", "mineral"),
    "mineral_amount": ("mol kg-1", "amount of mineral per dry soil"),
    "particulate_carbon": ("mol kg-1", "carbon of organic matter that no mineral holds, per dry soil"),
    "pH": ("1", "pH of the soil water"),
    "radius": ("m", "distance from the root's axis"),
    "route": ("", "where mobilized carbon went"),
    "soil_mass": ("kg", "dry soil in each cell"),
    "time": ("s", "time since the root arrived"),
}
"""Variable → (unit, long name); `mol` and `kg` are per what `cumulative_per` says."""
LABELS = (
    "time", "radius", "component", "mineral", "association", "mechanism", "route", "guild", "element", "couple",
    "family", "carbon",
)  # fmt: skip


def dataset(run: Run) -> xr.Dataset:
    """The results of a run, finished or not."""
    parts: Variables = _water(run) | _solids(run) | _carbon(run) | _microbes(run) | _budget(run) | _labels(run)
    per = {"cylinder": " m-1", "slab": " m-2"}.get(run.grid.geometry, " kg-1")
    variables = {}
    for name, (dims, values) in parts.items():
        unit, meaning = MEANING.get(name, ("mol kg-1", name.replace("_", " ")))
        about = {"long_name": meaning} | ({"units": unit + per if unit in ("mol", "kg") else unit} if unit else {})
        variables[name] = xr.Variable(dims, values, about)
    result = xr.Dataset(variables)
    result = result.set_coords([n for n in result.variables if n in LABELS or str(n).startswith("cation_")])
    result.attrs = _attributes(run)
    return result


def _series(run: Run, names: list[str]) -> Array:
    index = [run.model.system.unknowns.index(n) for n in names]
    return np.ascontiguousarray(run.trajectory.y[:, index].transpose(1, 0, 2))


def _size(run: Run) -> float:
    """What cumulative amounts refer to: one metre of root, one m², or the kg of dry soil in a batch."""
    mass = float(run.cell_data["bulk_density"] @ run.grid.volumes)
    return mass if run.grid.geometry == "batch" else 1.0


def _water(run: Run) -> Variables:
    model = run.model
    components = list(model.speciation.components)
    ln = dict(zip(components, _series(run, [f"ln:{c}" for c in components]), strict=True))
    found = couples(read_database(*(model.scenario.database or tables.DATABASES)), model.speciation)
    potentials = [c.potential(ln, model.speciation.temperature) for c in found]
    out: Variables = {
        "concentration": (("component", *SPACE), _series(run, [*components, *model.scene.gases])),
        "pH": (SPACE, -ln["H+"] / LN10),
        "ionic_strength": (SPACE, _series(run, ["ionic_strength"])[0]),
    }
    if found:
        out["Eh"] = (SPACE, potentials[0])
        out["Eh_couple"] = (("couple", *SPACE), np.array(potentials))
        out["couple"] = (("couple",), np.array([c.name for c in found]))
    return out


def _solids(run: Run) -> Variables:
    scene = run.model.scene
    out: Variables = {
        "mineral_amount": (("mineral", *SPACE), _series(run, [m.name for m in scene.minerals])),
        "association_carbon": (("association", *SPACE), _series(run, [a.name for a in scene.associations])),
    }
    if scene.particulate:
        out["particulate_carbon"] = (SPACE, _series(run, ["particulate"])[0])
    for name, (cations, _) in run.model.exchangers.items():
        held = _series(run, [f"{c}@{name}" for c in cations])
        out[f"exchanged_{name}"] = ((f"cation_{name}", *SPACE), held)
        out[f"cation_{name}"] = ((f"cation_{name}",), np.array(list(cations)))
    return out


def _carbon(run: Run) -> Variables:
    """Gross disruption and formation by association and mechanism, and where the mobilized carbon went."""
    associations = [a.name for a in run.model.scene.associations]
    mechanisms, extents = _mechanisms(run), totals(run)
    both = {d: np.zeros((len(associations), len(mechanisms), len(extents))) for d in ("disruption", "formation")}
    for i, reaction in enumerate(run.model.reactions):
        process = reaction.process
        if process.association in associations and process.direction in both:
            carbon = abs(reaction.unknowns[process.association])
            at = associations.index(process.association), mechanisms.index(process.mechanism)
            both[process.direction][at] += carbon * extents[:, i] / _size(run)
    dims = ("association", "mechanism", "time")
    return {
        "disrupted": (dims, both["disruption"]),
        "formed": (dims, both["formation"]),
        "fate": (("route", "time"), fate(run) / _size(run)),
    }


def _mechanisms(run: Run) -> list[str]:
    """Mechanisms that touch an association in this scene."""
    return sorted({r.process.mechanism for r in run.model.reactions if r.process.association})


def _microbes(run: Run) -> Variables:
    guilds = list(run.model.scene.guilds)
    if not guilds:
        return {}
    efficiency = np.array([_efficiency(run, guild) for guild in guilds])
    return {"guild_carbon": (("guild", *SPACE), _series(run, guilds)), "cue": (("guild", *SPACE), efficiency)}


def _efficiency(run: Run, guild: str) -> Array:
    """Carbon built in per carbon taken up by one guild in every interval; not a number where nothing was taken up."""
    carbon, dissolved = carbon_of(run), set(run.model.speciation.components)
    built, taken = (np.zeros((len(run.trajectory.times), run.grid.cells)) for _ in range(2))
    for i, reaction in enumerate(run.model.reactions):
        if guild not in reaction.process.name.split(":"):
            continue
        change = {u: n * carbon.get(u, 0.0) for u, n in reaction.unknowns.items()}
        extent = np.diff(run.trajectory.integrals[:, i], axis=0)
        taken[1:] += max(0.0, -sum(c for u, c in change.items() if u in dissolved and c < 0)) * extent
        built[1:] += sum(c for u, c in change.items() if u in (guild, "enzyme") and c > 0) * extent
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(taken > 0, built / taken, np.nan)


def _budget(run: Run) -> Variables:
    found = balance(run)
    return {
        "balance": (("element",), np.array(list(found.values()))),
        "element": (("element",), np.array(list(found))),
        "soil_mass": (("radius",), run.cell_data["bulk_density"] * run.grid.volumes / _size(run)),
    }


def _labels(run: Run) -> Variables:
    model, carbon = run.model, carbon_of(run)
    families = {name: m.family for name, m in all_mechanisms().items()}
    components, mechanisms = [*model.speciation.components, *model.scene.gases], _mechanisms(run)
    text = {
        "component": components, "mineral": [m.name for m in model.scene.minerals],
        "association": [a.name for a in model.scene.associations], "mechanism": mechanisms,
        "route": list(ROUTES), "guild": list(model.scene.guilds),
    }  # fmt: skip
    out: Variables = {name: ((name,), np.array(values, dtype=str)) for name, values in text.items()}
    organic = {o.component for o in model.scene.organics}
    out["time"] = (("time",), run.trajectory.times)
    out["radius"] = (("radius",), run.grid.centres)
    out["carbon"] = (("component",), np.array([carbon.get(c, 0.0) if c in organic else 0.0 for c in components]))
    out["family"] = (("mechanism",), np.array([families.get(m, "formation") for m in mechanisms], dtype=str))
    return out


def _attributes(run: Run) -> dict[str, Any]:
    scenario, counts = run.model.scenario, run.trajectory.statistics
    per = {"cylinder": "1 m of root", "slab": "1 m2"}.get(run.grid.geometry, "1 kg of dry soil")
    return {
        "Conventions": "CF-1.11", "made_by": "simulate", "version": __version__, "title": scenario.name,
        "outcome": run.outcome.sentence, "scenario": scenario_text(scenario), "assumed": json.dumps(assumed(run)),
        "sources": json.dumps(sources(run)), "events": json.dumps(list(run.events)), "geometry": run.grid.geometry,
        "cumulative_per": per, "charge_closed_with": run.begin.closed_with,
        "steps": str(int(counts.get("steps", 0))), "rejected": str(int(counts.get("rejected", 0))),
    }  # fmt: skip
