"""A place with everything in it, where rate laws can be looked at one by one without running anything."""

from __future__ import annotations

from typing import Any

import numpy as np

from rhizolith.description.scenario import Scenario
from rhizolith.description.soil import Held, Soil
from rhizolith.kernels import evaluate
from rhizolith.knowledge import tables
from rhizolith.simulation.assemble import Model, assemble

LN10 = np.log(10)
ORGANICS = tuple(n for n in tables.organics() if n != "quinone")


def soil(minerals: dict[str, float], associations: tuple[Held, ...] = (), **more: Any) -> Soil:
    """A soil of these minerals (mol kg⁻¹) with half a per cent of carbon more than they hold."""
    carbon = sum(a.carbon for a in associations) + 0.5
    given: dict[str, Any] = {"name": "bench", "pH": 5.0, "bulk_density": 1200.0, "porosity": 0.5}
    given |= {"water_content": 0.25, "cec": 0.1}
    given |= {"organic_carbon": carbon, "biomass": 0.02, "minerals": minerals, "associations": associations}
    return Soil(**{**given, **more})


def everything() -> Scenario:
    """Every mineral with associations of every bond and arrangement, every organic class, a root."""
    from rhizolith.description.root import Root

    minerals = {name: 0.05 for name in tables.minerals()}
    ways = (("inner_sphere", "monolayer"), ("outer_sphere", "outer_layer"), ("hydrophobic", "outer_layer"),
            ("inner_sphere", "occluded"), ("inner_sphere", "coprecipitated"))  # fmt: skip
    held = tuple(
        Held(mineral=m, bond=bond, arrangement=arrangement, carbon=0.002, denticity=2)  # type: ignore[arg-type]
        for m in minerals
        for bond, arrangement in ways
    )
    return Scenario(
        name="everything", soil=soil(minerals, held), organics=ORGANICS, root=Root(radius=2e-4, length_density=5e4)
    )


class Bench:
    """Rates of a model at any state: symbols that are not given keep an ordinary value."""

    def __init__(self, scenario: Scenario) -> None:
        self.model: Model = assemble(scenario)
        self.reactions = {r.process.name: r for r in self.model.reactions}
        self.values = self.ordinary()

    def ordinary(self) -> dict[str, Any]:
        """A moist aerated soil of pH 5 with some of everything dissolved."""
        model, soil = self.model, self.model.scenario.soil
        state: dict[str, Any] = {"water_content": 0.25, "air_content": 0.25, "bulk_density": soil.bulk_density}
        state |= {"root_area": 1e3, "t": 0.4 * 86400.0, "ionic_strength": 5e-3, **model.parameters}
        for component in model.speciation.components:
            state[component] = 0.1
            state[f"ln:{component}"] = np.log(1e-5)
        state |= {"O2": 0.25, "ln:O2": np.log(2.5e-4), "ln:H+": -5 * LN10, "Fe+2": 1e-3, "ln:Fe+2": np.log(1e-6)}
        state |= {"ln:Fe+3": -11 * LN10, "ln:Al+3": -6 * LN10, "ln:PO4-3": -20 * LN10, "ln:CO3-2": -10 * LN10}
        state |= {"O2(g)": 8.7, "CO2(g)": 0.2, "particulate": 0.4, "enzyme": 2e-4}
        state |= {guild: 0.02 for guild in model.scene.guilds}
        state |= {a.name: 0.002 for a in model.scene.associations} | dict(soil.minerals)
        for name in model.system.unknowns:
            state.setdefault(name, 1e-3)
        return state

    def rates(self, changes: dict[str, Any] | None = None) -> dict[str, Any]:
        """Process → rate, mol m⁻³ soil s⁻¹, with some unknowns or parameters changed."""
        expressions = [self.model.system.graph.lift(r.process.rate) for r in self.model.reactions]
        return dict(zip(self.reactions, evaluate(expressions, {**self.values, **(changes or {})}), strict=True))

    def rate(self, name: str, changes: dict[str, Any] | None = None) -> Any:
        """One rate."""
        expression = self.model.system.graph.lift(self.reactions[name].process.rate)
        return evaluate([expression], {**self.values, **(changes or {})})[0]

    def sum(self, mechanism: str, changes: dict[str, Any] | None = None, direction: str = "disruption") -> float:
        """All carbon that a mechanism frees (or binds), mol C m⁻³ soil s⁻¹."""
        chosen = [
            r for r in self.model.reactions if r.process.mechanism == mechanism and r.process.direction == direction
        ]
        expressions = [self.model.system.graph.lift(r.process.rate) for r in chosen]
        return float(sum(evaluate(expressions, {**self.values, **(changes or {})}))) if expressions else 0.0
