"""Dissolution by complexing organic acids and siderophores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import limit
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import arrhenius, open_area, release, undersaturation


@dataclass(frozen=True)
class LigandDissolution(Mechanism):
    """Strong ligands bind surface metal, weaken its other bonds and carry it into solution, freeing the organic
    matter it held.

    R = A_open Σ_L k_L θ_L (1 + s θ_S) max(1 − Ω, 0), θ_L = L/(L + K_L) the coverage by ligand L (mol m⁻³ of water),
    θ_S that of a siderophore, s the strength of their synergy (zero for the siderophore itself). Surface-controlled:
    Furrer & Stumm (1986); synergy: Reichard, Cheah and Kraemer in the review's references 94-96. Leaves out the
    pH dependence of adsorption beyond what complexation in solution does to Ω.
    """

    name: ClassVar[str] = "ligand_dissolution"
    family: ClassVar[Family] = "dissolution"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "half_saturation": assumed(0.1, "mol/m3", 0.01, 1.0, "carboxylates saturate oxide surfaces near 0.1 mM"),
        "synergy": assumed(
            3.0,
            "",
            0.0,
            20.0,
            "siderophores with oxalate dissolve goethite several times faster than either; size not verified",
        ),
        "activation_energy": assumed(6.0e4, "J/mol", 4.0e4, 9.0e4, "taken as for proton-promoted dissolution"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One dissolution per mineral and ligand, one release per association."""
        ligands = [o for o in scene.organics if o.strong_ligand]
        half = self.parameter(here, "half_saturation") if ligands else 0.0
        siderophores: Any = 0.0
        for organic in ligands:
            if organic.siderophore:
                siderophores = siderophores + limit(here.total(organic.component), half)
        for mineral in scene.minerals:
            for organic in ligands:
                cover = limit(here.total(organic.component), half)
                help_ = 1.0 if organic.siderophore else 1.0 + self.parameter(here, "synergy") * siderophores
                k = here.known(mineral.name, "rate_siderophore" if organic.siderophore else "rate_ligand")
                hot = arrhenius(here, self.parameter(here, "activation_energy"))
                rate = open_area(here, scene, mineral) * k * hot * cover * help_ * undersaturation(here, mineral)
                name = f"{self.name}:{mineral.name}:{organic.name}"
                yield Process(mineral.dissolution, rate, self.name, name, agent="both")
                for p in release(scene, here, mineral, rate, self.name, "both"):
                    yield Process(
                        p.equation, p.rate, p.mechanism, f"{p.name}:{organic.name}", p.association, p.direction, p.agent
                    )
