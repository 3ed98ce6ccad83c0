"""Break-up of supramolecular organic matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import exp, limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import carbon, freeing

LN10 = 2.302585092994046
BRIDGES = ("Ca+2", "Al+3", "Fe+3")
"""Free cations of two or three charges that tie acid groups together."""


@dataclass(frozen=True)
class Dispersion(Mechanism):
    """Deprotonation and the loss of bridging metals make the molecules of an assembly repel each other: it falls apart.

    R = k A (α + C/(C + K)) / (1 + I/I_c) / (1 + M/M_c) (mol C m⁻³ soil s⁻¹), A carbon in outer layers or held
    hydrophobically (mol C m⁻³ soil), α = 1/(1 + 10^(n (pK − pH))) the deprotonated share of its acid groups, C ligands
    that take bridging metals (mol m⁻³ of water), I ionic strength that screens charges and M free bridging cations
    (both mol kg⁻¹). Raising pH deprotonates, which is what repels; the review's sentence says protonation (checklist
    X-002). Targets non-covalent bonds (G-011, G-012). Leaves out surfactants and sodicity beyond ionic strength.
    """

    name: ClassVar[str] = "dispersion"
    family: ClassVar[Family] = "desorption"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(5e-9, "1/s", 5e-10, 5e-8, "a tenth of outer layers in a year at full repulsion"),
        "acidity": assumed(7.0, "", 5.0, 9.0, "pH that half deprotonates the carboxyls and phenols of assemblies"),
        "spread": assumed(0.5, "", 0.2, 1.0, "acid groups of humic matter titrate over many units of pH", "n"),
        "half_saturation": assumed(0.5, "mol/m3", 0.05, 5.0, "as for ligand exchange"),
        "screening": assumed(0.05, "mol/kg", 0.01, 0.2, "coagulation of clay-humus sols near 10 to 100 mM"),
        "bridging": assumed(1e-3, "mol/kg", 1e-4, 1e-2, "calcium flocculates humic sols near a millimole per litre"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One break-up per outer-layer or hydrophobic association that solution touches."""
        loose = [
            a for a in scene.associations if a.exposed and (a.arrangement == "outer_layer" or a.bond == "hydrophobic")
        ]
        if not loose:
            return
        ligands = [o.component for o in scene.organics if o.strong_ligand]
        acid = LN10 * self.parameter(here, "acidity") + here.log_activity("H+")
        apart = 1 / (1 + exp(self.parameter(here, "spread") * acid))
        dissolved = sum((maximum(here.total(c), 0.0) for c in ligands), 0.0)
        taken = limit(dissolved, self.parameter(here, "half_saturation"))
        screened = 1 + maximum(here.ionic_strength, 0.0) / self.parameter(here, "screening")
        bridges = sum((here.molality(c) for c in BRIDGES if scene.has(c)), 0.0)
        bridged = 1 + bridges / self.parameter(here, "bridging")
        speed = self.parameter(here, "rate_constant") * (apart + taken) / (screened * bridged)
        for association in loose:
            yield freeing(scene, association, speed * carbon(here, association), self.name, "both")
