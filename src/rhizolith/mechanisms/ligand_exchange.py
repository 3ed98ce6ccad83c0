"""Displacement of adsorbed organic matter by stronger sorbates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import freeing


@dataclass(frozen=True)
class LigandExchange(Mechanism):
    """A ligand of higher affinity takes the place of organic matter bound inner-sphere, which goes into solution.

    R = k/d · A · Σ L/(L + K), A adsorbed carbon (mol C m⁻³ of soil), d denticity, L each strong ligand. Only strong
    complexers
    displace inner-sphere organic matter (checklist G-007). Leaves out the ligand's own adsorption from the balance of
    ligands.
    """

    name: ClassVar[str] = "ligand_exchange"
    family: ClassVar[Family] = "desorption"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(
            2e-8,
            "1/s",
            2e-9,
            2e-7,
            "a fifth of adsorbed carbon in four months of full cover, near the 15-32 % by percolating DOM",
        ),
        "half_saturation": assumed(0.5, "mol/m3", 0.05, 5.0, "weaker than for bare surfaces, which are not occupied"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One displacement per exposed inner-sphere association."""
        ligands = [o for o in scene.organics if o.strong_ligand]
        for association in scene.associations:
            if association.bond == "inner_sphere" and association.exposed and ligands:
                half = self.parameter(here, "half_saturation")
                cover = sum(limit(here.total(o.component), half) for o in ligands)
                carbon = maximum(here.amount(association.name), 0.0) * here.data("bulk_density")
                rate = self.parameter(here, "rate_constant") / association.denticity * carbon * cover
                yield freeing(scene, association, rate, self.name, "both")
