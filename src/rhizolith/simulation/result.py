"""A run as a labelled Dataset with its balance, its events and its sources."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from rhizolith import __version__
from rhizolith.chemistry.activity import LN10
from rhizolith.chemistry.formula import elements
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.registry import all_mechanisms
from rhizolith.mechanisms.stoichiometry import Reaction
from rhizolith.simulation.run import Run
from rhizolith.simulation.vocabulary import GASES

Array = NDArray[np.float64]
BALANCED = ("C", "N", "P", "Fe", "Al", "Mn", "Ca", "Mg", "K", "Si", "S", "charge")
ROUTES = ("re-associated", "respired", "assimilated", "dissolved", "leached")
FAMILIES = ("dissolution", "desorption", "depolymerization")
FARADAY = 96485.33212
"""C mol⁻¹ (CODATA 2018)"""
IRON_COUPLE = 0.771
"""V, standard potential of Fe+3/Fe+2 (log K 13.02 of phreeqc.dat)"""
ANOXIC = 1e-3
"""mol m⁻³: dissolved O2 below which a place counts as anoxic (1 µM, usual in soil microsite work; assumed)"""


class _Reader:
    """Sums over a trajectory."""

    def __init__(self, run: Run) -> None:
        self.run, self.model = run, run.model
        self.system = run.model.system
        self.index = {n: i for i, n in enumerate(self.system.unknowns)}
        grid, soil = run.grid, run.model.scenario.soil
        self.batch = grid.geometry == "batch"
        per_kg = 1 / soil.bulk_density if self.batch else 1.0
        self.volume = grid.volumes * per_kg
        """m³ of soil per m of root, or per kg of soil in a batch"""
        self.weight = {
            name: (soil.water_content if not name.endswith("(g)") else max(soil.porosity - soil.water_content, 1e-6))
            for name in self.system.mobile
        }
        self.y, self.moved = run.trajectory.y, run.trajectory.integrals
        self.processes = list(self.system.quadratures)

    def total(self, i: int) -> Array:
        """[time] mol of process i over the whole soil"""
        return self.moved[:, i] @ self.volume

    def content(self, name: str) -> Array:
        """[time] mol of an unknown over the whole soil"""
        weight = self.weight.get(name, self.model.scenario.soil.bulk_density)
        return (self.y[:, self.index[name]] * weight) @ self.volume

    def composition(self, unknown: str) -> dict[str, float]:
        """Elements of an unknown: component, gas, pool or exchanged cation."""
        return self.model.words.composition(unknown.split("@")[0])

    def stored(self) -> list[str]:
        """Unknowns that hold matter."""
        return [n for n in self.system.unknowns if not n.startswith("ln:") and n != "ionic_strength"]


def _balance(reader: _Reader) -> Array:
    """(initial + in − out − present) / moved for each element, from states and boundary integrals independently."""
    content = {n: reader.content(n) for n in reader.stored()}
    flow = reader.total(reader.processes.index("flow"))
    water = {c: reader.run.inflow[j] @ reader.volume for j, c in enumerate(reader.system.mobile)}
    cells = reader.run.grid.cells
    result = []
    for element in BALANCED:
        share = {n: reader.composition(n).get(element, 0.0) for n in content}
        if element == "charge":
            share = {n: 0.0 if n in reader.model.words.pools else v for n, v in share.items()}
        present = (
            np.sum([v * content[n] for n, v in share.items() if v], axis=0)
            if any(share.values())
            else np.zeros(len(flow))
        )
        inward = np.sum([share[c] * w for c, w in water.items()]) * flow / (cells * reader.volume.mean())
        moved = (
            np.sum([abs(v) * np.abs(np.diff(content[n])).sum() for n, v in share.items() if v]) + np.abs(inward).max()
        )
        for i, reaction in enumerate(reader.model.reactions):
            crossing = sum(m * share[u] for u, m in reaction.unknowns.items())
            through = reader.total(i)
            if reaction.process.boundary:
                inward = inward + crossing * through
            moved += sum(abs(m * share[u]) for u, m in reaction.unknowns.items()) * abs(through[-1])
        error = present[0] + inward - present
        result.append(np.abs(error).max() / moved if moved > 0 else 0.0)
    return np.array(result)


def _fluxes(reader: _Reader, mechanisms: list[str], associations: list[str]) -> tuple[Array, Array]:
    times = len(reader.y)
    out = {d: np.zeros((len(associations), len(mechanisms), times)) for d in ("disruption", "formation")}
    for i, reaction in enumerate(reader.model.reactions):
        p = reaction.process
        if p.association:
            out[p.direction][associations.index(p.association), mechanisms.index(p.mechanism)] += reader.total(i)
    return out["disruption"], out["formation"]


def _carbon_of(reader: _Reader, component: str) -> float:
    """mol organic C per mol of a component"""
    found = [row for row in tables.organics().values() if row["component"] == component]
    return elements(found[0]["formula"])["C"] if found else 0.0


def _made(reaction: Reaction, name: str) -> float:
    return max(reaction.names.get(name, 0.0), 0.0)


def _fate(reader: _Reader, formed: Array) -> Array:
    """Cumulative mol C by route: where mobilized and exuded carbon went."""
    times = len(reader.y)
    respired, assimilated = np.zeros(times), np.zeros(times)
    for i, reaction in enumerate(reader.model.reactions):
        if reaction.process.agent == "microbe" and not reaction.process.association:
            respired += reaction.names.get("CO2", 0.0) * reader.total(i)
        for pool in (*reader.model.scene.guilds, "enzyme"):
            assimilated += _made(reaction, pool) * reader.total(i)
    dissolved = np.zeros(times)
    for component in reader.model.speciation.components:
        carbon = _carbon_of(reader, component)
        if carbon:
            content = reader.content(component)
            dissolved += carbon * (content - content[0])
    return np.array([formed.sum((0, 1)), respired, assimilated, dissolved, np.zeros(times)])


def _cue(reader: _Reader) -> Array:
    """[guild, time, radius] carbon built over carbon taken up, cumulative; NaN before anything was eaten."""
    built = np.zeros(reader.moved.shape[::2])
    burnt = np.zeros_like(built)
    for i, reaction in enumerate(reader.model.reactions):
        name = reaction.process.name
        if name.startswith(("growth:", "enzyme:")):
            built += reader.moved[:, i]
            burnt += reaction.names.get("CO2", 0.0) * reader.moved[:, i]
        elif name.startswith(("respiration:", "maintenance:")):
            burnt += reaction.names.get("CO2", 0.0) * reader.moved[:, i]
    with np.errstate(all="ignore"):
        return np.where(built + burnt > 0, built / (built + burnt), np.nan)[None]


def _events(reader: _Reader) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    times, radius = reader.run.trajectory.times, reader.run.grid.centres
    for name in reader.model.scenario.soil.minerals:
        gone = reader.y[:, reader.index[name]] < 1e-3 * reader.y[0, reader.index[name]]
        for cell in np.flatnonzero(gone.any(axis=0))[:1]:
            found.append(
                {
                    "time": float(times[gone[:, cell].argmax()]),
                    "radius": float(radius[cell]),
                    "what": f"{name} is exhausted",
                }
            )
    if "O2" in reader.index:
        anoxic = reader.y[:, reader.index["O2"]] < ANOXIC
        for cell in np.flatnonzero(anoxic.any(axis=0))[:1]:
            at = int(anoxic[:, cell].argmax())
            found.append(
                {"time": float(times[at]), "radius": float(radius[cell]), "what": "oxygen falls below 1 micromolar"}
            )
    return sorted(found, key=lambda e: e["time"])


def _assumed(run: Run) -> list[dict[str, Any]]:
    def row(name: str, e: Estimate) -> dict[str, Any]:
        return {
            "name": name,
            "value": e.value,
            "unit": e.unit,
            "low": e.low,
            "high": e.high,
            "grade": e.grade,
            "source": e.source,
            "about": e.about,
        }

    return [row(name, e) for name, e in sorted(run.model.used.items())]


def to_dataset(run: Run) -> xr.Dataset:
    """The Dataset of a run, every variable with `units` and `long_name`."""
    reader = _Reader(run)
    scene = run.model.scene
    mechanisms = sorted({r.process.mechanism for r in run.model.reactions if r.process.association})
    kinds = all_mechanisms()
    components = list(run.model.speciation.components)
    variables = {**_states(reader), **_budgets(reader, mechanisms)}
    data = xr.Dataset({k: xr.Variable(d, v, {"units": u, "long_name": n}) for k, (d, v, u, n) in variables.items()})
    data = data.assign_coords(
        time=("time", run.trajectory.times, {"units": "s", "long_name": "time since the start"}),
        radius=("radius", run.grid.centres, {"units": "m", "long_name": "distance from the root axis"}),
        component=components, association=[a.name for a in scene.associations], mechanism=mechanisms,
        mineral=list(run.model.scenario.soil.minerals), guild=list(scene.guilds), route=list(ROUTES),
        element=list(BALANCED),
        family=("mechanism", [kinds[m].family if kinds[m].family in FAMILIES else "else" for m in mechanisms]),
        carbon=("component", [_carbon_of(reader, c) for c in components]),
    )  # fmt: skip
    return data.assign_attrs(_attributes(run, reader))


def _states(reader: _Reader) -> dict[str, Any]:
    """What is where: (dims, values, units, long name) of each variable in space and time."""
    run, y, at = reader.run, reader.y, reader.index
    model, space = run.model, ("time", "radius")

    def states(names: list[str]) -> Array:
        return np.array([y[:, at[n]] for n in names]).reshape(len(names), *y.shape[::2])

    iron = y[:, at["ln:Fe+3"]] - y[:, at["ln:Fe+2"]]
    eh = IRON_COUPLE + 8.314462618 * model.scenario.temperature / FARADAY * iron
    held = states([a.name for a in model.scene.associations])
    guilds = states(list(model.scene.guilds))
    minerals = states(list(model.scenario.soil.minerals))
    total = states(list(model.speciation.components))
    found: dict[str, Any] = {
        "concentration": (("component", *space), total, "mol m-3", "total dissolved, per volume of soil water"),
        "pH": (space, -y[:, at["ln:H+"]] / LN10, "1", "pH of the soil solution"),
        "Eh": (space, eh, "V", "redox potential of the Fe(III)/Fe(II) couple in solution"),
        "mineral_amount": (("mineral", *space), minerals, "mol kg-1", "amount of mineral per kg dry soil"),
        "association_carbon": (("association", *space), held, "mol kg-1", "carbon held per kg dry soil"),
        "guild_carbon": (("guild", *space), guilds, "mol kg-1", "microbial biomass carbon per kg dry soil"),
        "cue": (("guild", *space), _cue(reader)[: len(guilds)], "1", "carbon use efficiency, cumulative"),
    }  # fmt: skip
    for gas in model.scene.gases:
        found[f"air_{GASES[gas]}"] = (space, y[:, at[gas]], "mol m-3", f"{GASES[gas]} in soil air, per volume of air")
    return found


def _budgets(reader: _Reader, mechanisms: list[str]) -> dict[str, Any]:
    """What moved: attribution, fate and balance."""
    disrupted, formed = _fluxes(reader, mechanisms, [a.name for a in reader.model.scene.associations])
    per = "mol kg-1 (per kg dry soil)" if reader.batch else "mol m-1 (per m of root)"
    mass = np.ones(1) if reader.batch else reader.run.grid.volumes * reader.model.scenario.soil.bulk_density
    attributed = ("association", "mechanism", "time")
    return {
        "disrupted": (attributed, disrupted, per, "cumulative gross carbon set free"),
        "formed": (attributed, formed, per, "cumulative gross carbon bound"),
        "fate": (("route", "time"), _fate(reader, formed), per, "cumulative carbon by route"),
        "balance": (("element",), _balance(reader), "1", "(initial + in - out - present) / moved"),
        "soil_mass": (("radius",), mass, "kg" if reader.batch else "kg m-1", "dry soil in each cell"),
    }


def _attributes(run: Run, reader: _Reader) -> dict[str, str]:
    scenario, trajectory = run.model.scenario, run.trajectory
    outcome = (
        "finished: the run reached its end"
        if trajectory.finished
        else f"{trajectory.outcome} at {trajectory.stopped_at}"
    )
    keys = {e.source.split(":")[0] for e in run.model.used.values()} - {"assumed", "fitted", ""}
    return {
        "Conventions": "CF-1.11", "made_by": "simulate", "version": __version__,
        "title": scenario.name, "outcome": outcome,
        "scenario": scenario.to_yaml(), "assumed": json.dumps(_assumed(run)),
        "sources": json.dumps(sorted(k for k in keys if " " not in k)), "events": json.dumps(_events(reader)),
        "closed_with": run.begin.closed_with, "steps": str(int(trajectory.statistics.get("steps", 0))),
    }  # fmt: skip


def write_run(data: xr.Dataset, path: str | Path) -> None:
    """netCDF, whole or not at all: an interrupted write leaves what was there before."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".nc")
    os.close(handle)
    try:
        packed = {n: {"zlib": True, "complevel": 4} for n in data.data_vars if data[n].ndim > 1}
        data.to_netcdf(temporary, engine="h5netcdf", encoding=packed)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
