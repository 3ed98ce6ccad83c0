"""Displacement of outer-sphere organic matter by ions and weak acids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import carbon, freeing


@dataclass(frozen=True)
class IonExchange(Mechanism):
    """Phosphate, organic anions and a rising ionic strength push out organic matter held electrostatically.

    R = k A [C/(C + K) + I/(I + K_I)] (mol C m⁻³ soil s⁻¹), A outer-sphere carbon (mol C m⁻³ soil), C the sum of
    organic acids, and phosphate (mol m⁻³ of water), I ionic strength (mol kg⁻¹). What the review calls ligand
    exchange of outer-sphere organic matter, also by weak acids (checklist G-005, G-006, X-003). Leaves out which ion
    stays.
    """

    name: ClassVar[str] = "ion_exchange"
    family: ClassVar[Family] = "desorption"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(
            1e-7, "1/s", 1e-8, 1e-6, "five times faster than inner-sphere exchange: weakly bound is released first"
        ),
        "half_saturation": assumed(0.5, "mol/m3", 0.05, 5.0, "as for ligand exchange"),
        "half_ionic_strength": assumed(0.1, "mol/kg", 0.02, 0.5, "salts near 0.1 M extract outer-sphere carbon"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One displacement per exposed outer-sphere association."""
        acids = [o.component for o in scene.organics if o.strong_ligand] + [c for c in ("PO4-3",) if scene.has(c)]
        for association in scene.associations:
            if association.bond == "outer_sphere" and association.exposed:
                dissolved = sum((maximum(here.total(c), 0.0) for c in acids), 0.0)
                drive = limit(dissolved, self.parameter(here, "half_saturation"))
                drive = drive + limit(here.ionic_strength, self.parameter(here, "half_ionic_strength"))
                rate = self.parameter(here, "rate_constant") * carbon(here, association) * drive
                yield freeing(scene, association, rate, self.name, "both")
