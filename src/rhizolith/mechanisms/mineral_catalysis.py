"""Oxidation of organic matter by the mineral that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene
from rhizolith.mechanisms.rate_parts import carbon, open_area

MINERAL_PER_CARBON = 0.1
"""mol of mineral formula reduced per mol C freed (assumed: a tenth; stoichiometry cannot be a parameter of a run)."""
BARE = 1.0
"""m² m⁻³ of soil: open surface below which the mineral counts as gone (numerical floor)."""


@dataclass(frozen=True)
class MineralCatalysis(Mechanism):
    """Manganese and iron oxides oxidize the organic matter on their surface, cutting it loose and dissolving a little.

    R = k A (mol C m⁻³ soil s⁻¹), k by mineral, birnessite far above iron(III) oxides; a tenth of a mineral unit is
    reduced per carbon freed, its electrons coming from the part of that carbon which ends as CO2. Goes on without a
    root. No process for phases without Fe or Mn. Leaves out the polymerization of phenols on the oxide and the
    organic matter released by the little mineral that dissolves.
    """

    name: ClassVar[str] = "mineral_catalysis"
    family: ClassVar[Family] = "depolymerization"

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One oxidation per exposed association on a mineral with iron or manganese."""
        minerals = {m.name: m for m in scene.minerals}
        for association in (a for a in scene.associations if a.exposed):
            mineral, organic = minerals[association.mineral], scene.organic(association.organic)
            if not mineral.electrons or not scene.has(f"{mineral.metal}+2", "CO3-2", "NH4+"):
                continue
            present = limit(open_area(here, scene, mineral), BARE)
            rate = here.known(mineral.name, "rate_catalysis") * carbon(here, association) * present
            equation = f"{association.name} + {MINERAL_PER_CARBON} {mineral.name} ="
            name = f"{self.name}:{association.name}"
            free = (f"{mineral.metal}+2", organic.component, "CO2", "H+", "H2O", "NH4+")
            yield Process(equation, rate, self.name, name, association.name, "disruption", free=free)
