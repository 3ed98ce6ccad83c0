"""How fast oxygen oxidizes dissolved iron(II), shared by what that oxidation makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Here, Scene, assumed, fitted

MINUTE = 60.0
"""s"""
AIR_SATURATED = 0.258
"""mol O2 m⁻³ water in equilibrium with air at 25 °C (Henry constant of phreeqc.dat, 0.21 atm)"""
SOURCE = "Morgan2007: rate equation for air-saturated water, read in a summary"

CONSTANTS: Mapping[str, Estimate] = {
    "constant_free": fitted(6e-5, "1/min", 3e-5, 1.2e-4, SOURCE),
    "constant_first": fitted(1.7, "1/min", 0.8, 3.4, SOURCE),
    "constant_second": fitted(4.3e5, "1/min", 2e5, 9e5, SOURCE),
    "least": assumed(1e-6, "mol/m3", 1e-9, 1e-4, "numerical floor, a nanomole per litre", "iron(II) counts as gone"),
}
"""Rate constants of the three species in air-saturated water at 25 °C."""


def possible(scene: Scene) -> bool:
    """Whether iron and oxygen are in the water."""
    return scene.has("Fe+2", "Fe+3", "O2")


def oxidation_rate(here: Here) -> Any:
    """mol Fe(II) m⁻³ soil s⁻¹: θ O2/O2_air Σ k_i [species i], first order in O2."""
    per_water: Any = 0.0
    for species, key in {"Fe+2": "constant_free", "FeOH+": "constant_first", "Fe(OH)2": "constant_second"}.items():
        constant = here.use(f"iron_oxidation.{key}", CONSTANTS[key])
        per_water = per_water + constant / MINUTE * here.molality(species) * 1000.0
    oxygen = maximum(here.total("O2"), 0.0) / AIR_SATURATED
    left = limit(here.total("Fe+2"), here.use("iron_oxidation.least", CONSTANTS["least"]))
    return here.data("water_content") * per_water * oxygen * left
