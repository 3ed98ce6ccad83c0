"""Oxidation of organic matter by the mineral that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import maximum
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene
from rhizolith.mechanisms.rate_parts import open_area


@dataclass(frozen=True)
class MineralCatalysis(Mechanism):
    """Manganese and iron oxides oxidize the organic matter on their surface, cutting it loose and dissolving a little
    themselves.

    R = k A, birnessite far above iron(III) oxides; a tenth of a metal atom is reduced per carbon freed, the electrons
    coming from the part of that carbon which ends as CO2. Needs no root (checklist J-036). Leaves out the
    polymerization of phenols on the oxide.
    """

    name: ClassVar[str] = "mineral_catalysis"
    family: ClassVar[Family] = "depolymerization"

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One oxidation per exposed association on a mineral with iron or manganese."""
        minerals = {m.name: m for m in scene.minerals}
        for association in (a for a in scene.associations if a.exposed):
            mineral, organic = minerals[association.mineral], scene.organic(association.organic)
            if not mineral.metal or not scene.has(f"{mineral.metal}+2", "CO3-2", "NH4+"):
                continue
            present = open_area(here, scene, mineral) / (open_area(here, scene, mineral) + 1.0)
            carbon = maximum(here.amount(association.name), 0.0) * here.data("bulk_density")
            rate = here.known(mineral.name, "rate_catalysis") * carbon * present
            equation = f"{association.name} + 0.1 {mineral.name} = 0.1 {mineral.metal}+2"
            name = f"{self.name}:{association.name}"
            yield Process(
                equation,
                rate,
                self.name,
                name,
                association.name,
                "disruption",
                free=(organic.component, "CO2", "H+", "H2O", "NH4+"),
            )
