"""Oxidation of dissolved iron(II) by oxygen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene
from rhizolith.mechanisms.iron_oxidation_rate import CONSTANTS, oxidation_rate, possible


@dataclass(frozen=True)
class IronOxidation(Mechanism):
    """Oxygen turns dissolved iron(II) to iron(III), which hydrolyses and feeds fresh oxides.

    R = θ O2/O2_air Σ k_i [Fe(II) species i]: 6e-5 [Fe+2] + 1.7 [FeOH+] + 4.3e5 [Fe(OH)2] per minute in air-saturated
    water at 25 °C (Morgan & Lahav 2007). Fe+2 + 0.25 O2 + H+ = Fe+3 + 0.5 H2O. Holds for pH 0 to 8; leaves out
    oxidation at surfaces, by microbes and by birnessite, the carbonate complexes, and temperature.
    """

    name: ClassVar[str] = "iron_oxidation"
    family: ClassVar[Family] = "formation"
    parameters: ClassVar[Mapping[str, Estimate]] = CONSTANTS

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """The oxidation, where iron and oxygen are in the water."""
        if possible(scene):
            yield Process("Fe+2 + 0.25 O2 + H+ = Fe+3 + 0.5 H2O", oxidation_rate(here), self.name, self.name)
