"""Gases between soil air, soil water and the atmosphere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed

GAS_CONSTANT_ATM = 8.205736608e-5
"""m³ atm mol⁻¹ K⁻¹ (CODATA 2018)"""
OUTSIDE = {"O2": "oxygen_pressure", "CO2": "carbon_dioxide_outside"}


@dataclass(frozen=True)
class GasExchange(Mechanism):
    """Oxygen dissolves from soil air and carbon dioxide leaves into it; soil air is renewed from above.

    Transfer: R = θ k (K_H p − c) (mol m⁻³ soil s⁻¹), p = g R T the partial pressure (atm), c the dissolved molecule
    (mol m⁻³ of water), K_H of the database; fast, so that air and water stay near equilibrium. Renewal: R = ε v
    (g_out − g), v the rate at which the shell's air is replaced by diffusion from the surface (s⁻¹); in a soil that
    breathes at rest it follows from the carbon dioxide of its air. Kinetic instead
    of equilibrium so that every coupling between cells stays diagonal. Leaves out pressure-driven flow and bubbles.
    """

    name: ClassVar[str] = "gas_exchange"
    family: ClassVar[Family] = "transport"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "transfer": assumed(1e-2, "1/s", 1e-3, 1.0, "water films of tenths of a millimetre equilibrate within minutes"),
        "renewal": assumed(1e-4, "1/s", 1e-6, 1e-2, "air at 10 cm depth replaced within hours"),
        "oxygen_pressure": assumed(0.209, "atm", 0.18, 0.21, "well-aerated topsoil"),
        "carbon_dioxide_outside": assumed(4.2e-4, "atm", 3.9e-4, 6e-4, "the atmosphere above the soil"),
        "carbon_dioxide_pressure": assumed(
            5e-3, "atm", 4e-4, 5e-2, "topsoil air: about ten times the atmosphere", "at the start"
        ),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Transfer as one reversible process, and renewal, for every gas of the scene."""
        self.parameter(here, "carbon_dioxide_pressure")  # the soil air that a run starts from
        for gas, pressure in OUTSIDE.items():
            if f"{gas}(g)" not in scene.gases:
                continue
            warm = GAS_CONSTANT_ATM * here.temperature
            partial = here.total(f"{gas}(g)") * warm
            gap = here.solubility(f"{gas}(g)") * partial - here.molality(gas)
            rate = here.data("water_content") * self.parameter(here, "transfer") * 1000.0 * gap
            yield Process(f"{gas}(g) = {gas}", rate, self.name, f"dissolving:{gas}")
            fresh = self.parameter(here, pressure) / warm - here.total(f"{gas}(g)")
            inflow = here.data("air_content") * self.parameter(here, "renewal") * fresh
            yield Process(f"= {gas}(g)", inflow, self.name, f"renewal:{gas}", boundary=True)
