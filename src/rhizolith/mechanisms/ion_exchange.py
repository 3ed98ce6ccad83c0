"""Displacement of outer-sphere organic matter by ions and weak acids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import freeing


@dataclass(frozen=True)
class IonExchange(Mechanism):
    """Phosphate, sulfate, organic anions and a rising ionic strength push out organic matter held electrostatically.

    R = k A [L/(L + K_L) + I/(I + K_I)], A outer-sphere carbon (mol C m⁻³ of soil), L the sum of small organic acids
    and phosphate, I ionic strength (mol kg⁻¹). The review's ligand exchange of outer-sphere OM (checklist G-005,
    G-006, X-003).
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
        acids = [o.component for o in scene.organics if o.strong_ligand or o.name == "acetate"]
        acids += [c for c in ("PO4-3",) if scene.has(c)]
        for association in scene.associations:
            if association.bond == "outer_sphere" and association.exposed:
                half = self.parameter(here, "half_saturation")
                drive = sum(limit(here.total(c), half) for c in acids)
                drive = drive + limit(here.ionic_strength, self.parameter(here, "half_ionic_strength"))  # type: ignore[attr-defined]
                carbon = maximum(here.amount(association.name), 0.0) * here.data("bulk_density")
                yield freeing(
                    scene, association, self.parameter(here, "rate_constant") * carbon * drive, self.name, "both"
                )
