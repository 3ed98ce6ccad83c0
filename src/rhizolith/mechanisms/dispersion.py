"""Break-up of supramolecular organic matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import exp, limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import freeing

LN10 = 2.302585092994046


@dataclass(frozen=True)
class Dispersion(Mechanism):
    """Deprotonation and the loss of bridging metals make the molecules of an assembly repel each other, and it falls
    apart.

    R = k A [α + L/(L + K)] / (1 + I/I_c), A outer-layer carbon, α = 1/(1 + 10^(pK − pH)) the deprotonated share of
    its acid groups
    (raising pH deprotonates: the review's sentence says the opposite, checklist X-002), L ligands that take bridging
    metals, I ionic strength that screens charges. Targets outer layers and metal-organic complexes (G-012).
    """

    name: ClassVar[str] = "dispersion"
    family: ClassVar[Family] = "desorption"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(5e-9, "1/s", 5e-10, 5e-8, "a tenth of outer layers in a year at full repulsion"),
        "acidity": assumed(
            9.0, "", 6.0, 10.0, "pH at which phenolic and hidden carboxyl groups of assemblies are half deprotonated"
        ),
        "half_saturation": assumed(0.5, "mol/m3", 0.05, 5.0, "as for ligand exchange"),
        "screening": assumed(0.05, "mol/kg", 0.01, 0.2, "coagulation of clay-humus sols near 10 to 100 mM"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One break-up per outer-layer association."""
        ligands = [o for o in scene.organics if o.strong_ligand]
        for association in scene.associations:
            if association.arrangement == "outer_layer" or association.bond == "hydrophobic":
                apart = 1 / (1 + exp(LN10 * self.parameter(here, "acidity") + here.log_activity("H+")))  # type: ignore[attr-defined]
                taken = sum(limit(here.total(o.component), self.parameter(here, "half_saturation")) for o in ligands)
                screened = 1 + maximum(here.ionic_strength, 0.0) / self.parameter(here, "screening")  # type: ignore[attr-defined]
                carbon = maximum(here.amount(association.name), 0.0) * here.data("bulk_density")
                yield freeing(
                    scene,
                    association,
                    self.parameter(here, "rate_constant") * carbon * (apart + taken) / screened,
                    self.name,
                    "both",
                )
