"""Displacement of adsorbed organic matter by stronger sorbates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import carbon, freeing


@dataclass(frozen=True)
class LigandExchange(Mechanism):
    """A ligand of higher affinity takes the place of organic matter bound inner-sphere, which goes into solution.

    R = k/d A C/(C + K) (mol C m⁻³ soil s⁻¹), A adsorbed carbon (mol C m⁻³ soil), d denticity, C the sum of strong
    ligands (mol m⁻³ of water). Only strong complexers displace inner-sphere organic matter (checklist G-007), and the
    more contacts a molecule has the slower (E-004). Leaves out what the surface takes up of the ligand in exchange.
    """

    name: ClassVar[str] = "ligand_exchange"
    family: ClassVar[Family] = "desorption"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(
            2e-8, "1/s", 2e-9, 2e-7, "a fifth in four months of full cover, near the 15-32 % that percolating DOM swaps"
        ),
        "half_cover": assumed(0.5, "mol/m3", 0.05, 5.0, "weaker than on bare surfaces, which nothing holds yet"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One displacement per exposed inner-sphere association."""
        ligands = [o for o in scene.organics if o.strong_ligand]
        if not ligands:
            return
        dissolved = sum(maximum(here.total(o.component), 0.0) for o in ligands)
        cover = limit(dissolved, self.parameter(here, "half_cover"))
        for association in scene.associations:
            if association.bond == "inner_sphere" and association.exposed:
                rate = self.parameter(here, "rate_constant") / association.denticity * carbon(here, association) * cover
                yield freeing(scene, association, rate, self.name, "both")
