"""Oxidation of ammonium to nitrate by microbes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import arrhenius


@dataclass(frozen=True)
class Nitrification(Mechanism):
    """Microbes burn ammonium to nitrate, which acidifies the soil: two protons for each ammonium.

    R = v B N/(N + K_N) O2/(O2 + K_O2), v nitrogen per microbial carbon (s⁻¹), B biomass (mol C m⁻³ soil), N ammonium
    (mol m⁻³ of water). NH4+ + 2 O2 = NO3- + 2 H+ + H2O. Leaves out nitrite, the growth of nitrifiers and what acid
    does to them; denitrification is left out too.
    """

    name: ClassVar[str] = "nitrification"
    family: ClassVar[Family] = "life"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(
            2e-8, "1/s", 1e-9, 2e-7, "of the order of net mineralization: some mg N per kg and day"
        ),
        "half_ammonium": assumed(0.1, "mol/m3", 0.01, 1.0, "a tenth of a millimolar, between pure cultures and soils"),
        "half_oxygen": assumed(1e-2, "mol/m3", 2e-3, 5e-2, "nitrifiers need more oxygen than other microbes"),
        "activation_energy": assumed(5.0e4, "J/mol", 3.0e4, 9.0e4, "doubles with ten degrees"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One oxidation, where ammonium, nitrate, oxygen and microbes are present."""
        if not scene.guilds or not scene.has("NH4+", "NO3-", "O2"):
            return
        microbes = sum(maximum(here.amount(g), 0.0) for g in scene.guilds) * here.data("bulk_density")
        fed = limit(here.total("NH4+"), self.parameter(here, "half_ammonium"))
        aired = limit(here.total("O2"), self.parameter(here, "half_oxygen"))
        hot = arrhenius(here, self.parameter(here, "activation_energy"))
        rate = self.parameter(here, "rate_constant") * hot * microbes * fed * aired
        yield Process("NH4+ + 2 O2 = NO3- + 2 H+ + H2O", rate, self.name, self.name, agent="microbe")
