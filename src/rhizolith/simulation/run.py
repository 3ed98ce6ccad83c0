"""Runs a scenario: its equations, its soil cut into cells, its first state, and the way it goes from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.description.scenario import Scenario
from rhizolith.errors import RunError
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.rodas import Trajectory, Transport, integrate
from rhizolith.knowledge import tables
from rhizolith.simulation.assemble import Model
from rhizolith.simulation.balance import balance
from rhizolith.simulation.diffusion import millington_quirk
from rhizolith.simulation.grid import Grid, batch, cylinder, slab
from rhizolith.simulation.initial import Start
from rhizolith.simulation.outcome import Outcome, checked, judge
from rhizolith.simulation.place import DAY
from rhizolith.simulation.ready import ready
from rhizolith.simulation.standing_still import stand_still
from rhizolith.simulation.transport import make_transport
from rhizolith.simulation.watch import Watch
from rhizolith.simulation.water import steady_rate_flow

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
FIRST_CELL = 5e-5
"""m: width of the cell beside the root, where gradients are steep over fractions of a millimetre (our choice)"""


@dataclass(frozen=True)
class Run:
    """A finished (or stopped) run before it becomes a Dataset."""

    model: Model
    grid: Grid
    begin: Start
    trajectory: Trajectory
    cell_data: Mapping[str, Array]
    outcome: Outcome
    events: tuple[Mapping[str, Any], ...]


def simulate(scenario: Scenario, progress: Callable[[float], None] | None = None, **overrides: Any) -> xr.Dataset:
    """Follow the soil around a root through the scenario's time; the variables are those of the results reference.

    `overrides` replace fields of the scenario (`cells=20`); a name with a dot is a parameter
    (`**{"ligand_dissolution.synergy": 5.0}`). `progress` hears the share of the duration that is done.
    Ctrl-C ends the run early and keeps what was reached. A run that cannot go on raises RunError in words; the
    Dataset up to there is its attribute `kept`. Raises InputError for a scenario that cannot be started.
    """
    from rhizolith.simulation.result import dataset

    done = run(changed(scenario, overrides), progress)
    result = dataset(done)
    if done.outcome.failed:
        raise RunError(done.outcome.sentence, kept=result)
    return result


def changed(scenario: Scenario, overrides: Mapping[str, Any]) -> Scenario:
    """The scenario with some fields or parameters replaced."""
    if not overrides:
        return scenario
    parameters = {**scenario.parameters, **{k: float(v) for k, v in overrides.items() if "." in k}}
    fields = {k: v for k, v in overrides.items() if "." not in k}
    return type(scenario).model_validate({**dict(scenario), **fields, "parameters": parameters})


def run(scenario: Scenario, progress: Callable[[float], None] | None = None) -> Run:
    """Solve a scenario; never raises for a run that cannot go on, its outcome says so."""
    model, begin = ready(scenario)
    model = stand_still(model, begin)
    grid = make_grid(scenario)
    data = cell_data(scenario, grid)
    times = np.append(np.arange(0, scenario.duration, scenario.output_every), scenario.duration)
    breaks = np.arange(0.25, scenario.duration / DAY, 0.5) * DAY if scenario.root else ()
    watch = Watch(model, grid, scenario.duration, progress)
    trajectory = integrate(
        compile_system(model.system), np.repeat(begin.values[:, None], grid.cells, 1), times.tolist(),
        parameters_of(model), data, transport_of(model, grid), rtol=scenario.tolerance,
        atol=scenario.tolerance * 1e-2, breakpoints=list(breaks), on_step=watch,
    )  # fmt: skip
    done = Run(model, grid, begin, trajectory, data, judge(trajectory, scenario, grid), tuple(watch.events))
    return replace(done, outcome=checked(done.outcome, balance(done)))


def make_grid(scenario: Scenario) -> Grid:
    """The scenario's soil, cut into cells."""
    if scenario.geometry == "cylinder" and scenario.root is not None:
        return cylinder(scenario.root.radius, scenario.root.length_density, scenario.cells, FIRST_CELL)
    if scenario.geometry == "slab":
        return slab(scenario.thickness, scenario.cells, FIRST_CELL)
    return batch()


def cell_data(scenario: Scenario, grid: Grid) -> dict[str, Array]:
    """Porosity and what fills it, per cell."""
    soil, ones = scenario.soil, np.ones(grid.cells)
    return {
        "water_content": soil.water_content * ones,
        "air_content": max(soil.porosity - soil.water_content, 1e-6) * ones,
        "bulk_density": soil.bulk_density * ones,
        "root_area": grid.root_area if scenario.root else 0 * ones,
    }


def parameters_of(model: Model) -> dict[str, float]:
    """Parameters, with exudation per metre of this root turned into per area of its surface."""
    values = dict(model.parameters)
    root = model.scenario.root
    if root is not None and model.scenario.geometry == "cylinder":
        for organic, per_metre in root.exudation.items():
            values[f"root.exudation_{organic}"] = per_metre / (2 * np.pi * root.radius)
    return values


def transport_of(model: Model, grid: Grid) -> Transport | None:
    """Diffusion of every solute and gas through its part of the pores, and the flow of water to the root."""
    scenario, mobile = model.scenario, model.system.mobile
    data = cell_data(scenario, grid)
    organics = {o.component: o.name for o in model.scene.organics}
    pores = data["water_content"] + data["air_content"]
    wet, dry = (millington_quirk(data[k], pores) for k in ("water_content", "air_content"))
    effective, moves = [], []
    for name in mobile:
        gas = name.endswith("(g)")
        item = name if gas or name == "O2" else organics.get(name, "ions")
        known = scenario.parameters.get(f"{item}.diffusion", tables.known(item, "diffusion").value)
        effective.append(known * (dry if gas else wet))
        moves.append(not gas)
    uptake = 0.0
    if scenario.root and grid.geometry == "cylinder":
        per_area = scenario.overrides().get("root.water_uptake", tables.known("root", "water_uptake").value)
        uptake = float(per_area * grid.areas[0])
    return make_transport(grid, effective, moves, steady_rate_flow(grid, uptake))
