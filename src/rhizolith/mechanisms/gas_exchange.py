"""Gases between soil air, soil water and the atmosphere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed

GAS_CONSTANT_ATM = 8.205736608e-5
"""m³ atm mol⁻¹ K⁻¹ (CODATA 2018)"""
TORTUOSITY = 10 / 3
"""Exponent of the air content (Millington & Quirk 1961, as commonly used)."""
OUTSIDE = {"O2": "oxygen_pressure", "CO2": "carbon_dioxide_outside"}


@dataclass(frozen=True)
class GasExchange(Mechanism):
    """Oxygen dissolves from soil air and carbon dioxide leaves into it; soil air is renewed from above.

    Transfer: R = θ k (K_H p − c) (mol m⁻³ soil s⁻¹), p = g R T the partial pressure (atm), c the dissolved molecule
    (mol m⁻³ of water), K_H of the database; fast, so that air and water stay near equilibrium. Renewal: R = v D (g_out
    − g), D = ε^(10/3)/φ² the share of free diffusion that air-filled pores leave (Millington & Quirk; ε air content, φ
    porosity), v (s⁻¹) the diffusion coefficient in air over the square of the way to the surface; in a soil that
    breathes at rest v follows from the carbon dioxide of its air. Kinetic instead of equilibrium so that every coupling
    between cells stays diagonal. Leaves out pressure-driven flow and bubbles.
    """

    name: ClassVar[str] = "gas_exchange"
    family: ClassVar[Family] = "transport"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "transfer": assumed(0.1, "1/s", 1e-3, 1.0, "water films of a tenth of a millimetre: 2e-9 m2/s over its square"),
        "renewal": assumed(1.5e-3, "1/s", 1e-5, 1e-1, "diffusion in air over some ten centimetres"),
        "oxygen_pressure": assumed(0.209, "atm", 0.18, 0.21, "well-aerated topsoil"),
        "carbon_dioxide_outside": assumed(4.2e-4, "atm", 3.9e-4, 6e-4, "the atmosphere above the soil"),
        "carbon_dioxide_pressure": assumed(
            5e-3, "atm", 4e-4, 5e-2, "topsoil air: about ten times the atmosphere", "at the start"
        ),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Transfer as one reversible process, and renewal, for every gas of the scene."""
        pores = here.data("air_content") + here.data("water_content")
        open_way = here.data("air_content") ** TORTUOSITY / pores**2
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
            inflow = open_way * self.parameter(here, "renewal") * fresh
            yield Process(f"= {gas}(g)", inflow, self.name, f"renewal:{gas}", boundary=True)
