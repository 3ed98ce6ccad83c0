"""Growth of a supersaturated mineral, and the organic matter caught in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import area, binding, supersaturation


@dataclass(frozen=True)
class Coprecipitation(Mechanism):
    """Iron and aluminium hydrolyse to fresh solid and trap dissolved organic matter in it.

    R = k A max(1 − 1/Ω, 0) (mol mineral m⁻³ soil s⁻¹): bounded far above saturation, zero below; A the mineral's
    surface (m² m⁻³ soil), k in mol m⁻² s⁻¹. Carbon follows as R r C/(C + K), r the largest C:mineral ratio, C the
    organic class (mol of component m⁻³ of water). Only phases that form in soil within weeks do so here (tables:
    precipitates). Leaves out nucleation: a mineral that is absent does not appear; organic matter that slows growth;
    fractionation.
    """

    name: ClassVar[str] = "coprecipitation"
    family: ClassVar[Family] = "formation"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(
            1e-12, "mol/m2/s", 1e-14, 1e-9, "slow growth of existing surfaces; no areal rate at hand"
        ),
        "carbon_to_mineral": assumed(
            1.5, "mol/mol", 0.2, 3.0, "82 to 339 mg C per g of coprecipitate (Mikutta 2014) is 0.7 to 3 mol per mol"
        ),
        "half_saturation": assumed(1.0, "mol/m3", 0.1, 10.0, "about the DOC of a topsoil solution"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One growth per mineral that precipitates, one trapping per coprecipitated association."""
        for mineral in (m for m in scene.minerals if m.precipitates):
            rate = self.parameter(here, "rate_constant") * area(here, mineral) * supersaturation(here, mineral)
            left, right = mineral.dissolution.split(" = ")
            yield Process(f"{right} = {left}", rate, self.name, f"{self.name}:{mineral.name}")
            for association in scene.on(mineral.name):
                if association.arrangement == "coprecipitated":
                    organic = scene.organic(association.organic)
                    reach = limit(here.total(organic.component), self.parameter(here, "half_saturation"))
                    trapped = rate * self.parameter(here, "carbon_to_mineral") * reach
                    yield binding(scene, association, trapped, self.name)
