"""Iron(II) carbonate that forms in flooded soil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import supersaturation

PHASE = "Siderite"


@dataclass(frozen=True)
class SideritePrecipitation(Mechanism):
    """Iron(II) that microbes set free meets carbonate and falls out as siderite, which holds both in flooded soil.

    R = θ k max(1 − 1/Ω, 0) (mol m⁻³ soil s⁻¹): bounded far above saturation, zero below; θ water content, k in mol m⁻³
    of water and second. Crystals form anywhere in the water, so that none need be there to begin with: list siderite
    among the minerals of a soil that may be flooded, if only with nothing. Leaves out the growth on surfaces that are
    there, the supersaturation that nuclei need, calcium and manganese in the crystal, and organic matter that slows it.
    """

    name: ClassVar[str] = "siderite_precipitation"
    family: ClassVar[Family] = "formation"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(
            1e-4, "mol/m3/s", 1e-6, 1e-2, "keeps pace with the 1e-5 mol/m3/s of iron set free in flooded soil"
        ),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One growth where the soil lists siderite."""
        for mineral in (m for m in scene.minerals if m.phase == PHASE):
            rate = here.data("water_content") * self.parameter(here, "rate_constant") * supersaturation(here, mineral)
            left, right = mineral.dissolution.split(" = ")
            yield Process(f"{right} = {left}", rate, self.name, f"{self.name}:{mineral.name}")
