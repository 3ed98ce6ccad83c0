"""Runs a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.description.scenario import Scenario
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.rodas import Trajectory, integrate
from rhizolith.knowledge import tables
from rhizolith.simulation.assemble import Model, assemble
from rhizolith.simulation.grid import Grid, make_grid, make_transport, millington_quirk
from rhizolith.simulation.initial import Start, start
from rhizolith.simulation.place import DAY

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """A finished (or stopped) run before it becomes a Dataset."""

    model: Model
    grid: Grid
    begin: Start
    trajectory: Trajectory
    cell_data: Mapping[str, Array]
    inflow: Array
    """[mobile, cell] mol m⁻³ s⁻¹ at full flow"""


def light(t: float) -> tuple[float, float]:
    """Relative light at time t (s) and its slope: half a sine from 6 to 18 h."""
    phase = (t / DAY - 0.25) * 2 * np.pi
    value = np.sin(phase)
    return (float(value), float(np.cos(phase) * 2 * np.pi / DAY)) if value > 0 else (0.0, 0.0)


def run(scenario: Scenario, progress: Callable[[float], None] | None = None) -> Run:
    """Solve a scenario; `progress` hears the share of the duration that is done."""
    model = assemble(scenario)
    begin = start(model)
    grid = _grid(scenario)
    soil = scenario.soil
    ones = np.ones(grid.cells)
    air = max(soil.porosity - soil.water_content, 1e-6)
    data = {
        "water_content": soil.water_content * ones, "air_content": air * ones,
        "bulk_density": soil.bulk_density * ones, "root_area": grid.root_area if scenario.root else 0 * ones,
    }  # fmt: skip
    parameters = _with_root(model)
    transport = _transport(model, grid, begin, parameters)
    times = np.append(np.arange(0, scenario.duration, scenario.output_every), scenario.duration)
    breaks = np.arange(0.25, scenario.duration / DAY, 0.5) * DAY if scenario.root else ()

    def step(t: float, _: Any) -> None:
        if progress:
            progress(t / scenario.duration)

    trajectory = integrate(
        compile_system(model.system), np.repeat(begin.values[:, None], grid.cells, 1), times.tolist(),
        parameters, data, transport,
        rtol=scenario.tolerance, atol=scenario.tolerance * 1e-2, breakpoints=list(breaks), on_step=step,
    )  # fmt: skip
    inflow = (
        transport.flowing_source
        if transport is not None and transport.flowing_source is not None
        else np.zeros((len(model.system.mobile), grid.cells))
    )
    return Run(model, grid, begin, trajectory, data, inflow)


def _grid(scenario: Scenario) -> Grid:
    if scenario.geometry == "cylinder" and scenario.root is not None:
        return make_grid("cylinder", scenario.root.radius, scenario.root.outer, scenario.cells)
    if scenario.geometry == "slab":
        return make_grid("slab", 0.0, scenario.thickness, scenario.cells)
    return make_grid("batch", 0.0, 1.0, 1)


def _with_root(model: Model) -> dict[str, float]:
    """Parameters, with exudation per metre of this root turned into per area of its surface."""
    values = dict(model.parameters)
    root = model.scenario.root
    if root is not None and model.scenario.geometry == "cylinder":
        for organic, per_metre in root.exudation.items():
            values[f"root.exudation_{organic}"] = per_metre / (2 * np.pi * root.radius)
    return values


def _transport(model: Model, grid: Grid, begin: Start, parameters: Mapping[str, float]) -> Any:
    soil, mobile = model.scenario.soil, model.system.mobile
    organics = {o.component: o.name for o in model.scene.organics}
    wet = millington_quirk(np.full(grid.cells, soil.water_content), np.full(grid.cells, soil.porosity))
    dry = millington_quirk(
        np.full(grid.cells, max(soil.porosity - soil.water_content, 1e-6)), np.full(grid.cells, soil.porosity)
    )
    effective, carried = [], []
    for name in mobile:
        gas = name.endswith("(g)")
        item = name if gas or name == "O2" else organics.get(name, "ions")
        effective.append(tables.known(item, "diffusion").value * (dry if gas else wet))
        carried.append(0.0 if gas else 1.0)
    flow = tables.known("root", "water_uptake").value if model.scenario.root and grid.geometry == "cylinder" else 0.0
    flow = model.scenario.parameters.get("root.water_uptake", flow)
    return make_transport(grid, np.array(effective), np.array(carried), flow, begin.values[: len(mobile)], light)
