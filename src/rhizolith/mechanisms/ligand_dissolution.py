"""Dissolution by complexing organic acids and siderophores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import exp, limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Organic, Process, Scene, assumed, fitted
from rhizolith.mechanisms.rate_parts import arrhenius, reactive_area, release, undersaturation

LN10 = 2.302585092994046


@dataclass(frozen=True)
class LigandDissolution(Mechanism):
    """Strong ligands bind surface metal, weaken its other bonds and carry it into solution with what it held.

    R = A_open [k_L θ_L (1 + s θ_S) + k_S θ_S] max(1 − Ω, 0), θ the covered share of the surface: L carboxylates, S
    siderophores, s the strength of their synergy. θ_L = f C_L/(C_L + K_L) with C_L the sum of the carboxylates (they
    compete for one surface; mol m⁻³ of water) and f = 1/(1 + 10^(pH − pK)) the protonated share of surface hydroxyls,
    since anions leave a surface that loses its positive charge. k in mol m⁻² s⁻¹ at full cover.
    Surface-controlled as in Furrer & Stumm (1986); that a siderophore saturates near 0.1 mM and dissolves goethite
    faster together with oxalate than the sum of both: Cervini-Silva & Sposito (2002). Leaves out differences between
    carboxylates and their readsorption as iron complexes.
    """

    name: ClassVar[str] = "ligand_dissolution"
    family: ClassVar[Family] = "dissolution"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "half_cover": assumed(0.1, "mol/m3", 0.01, 1.0, "carboxylates cover oxide surfaces from about 0.1 mM"),
        "half_cover_siderophore": fitted(
            0.03, "mol/m3", 0.01, 0.1, "Cervini2002: abstract, rate levels off near 0.1 mM; a third of that taken"
        ),
        "surface_acidity": fitted(
            7.29, "", 5.0, 9.0, "Dzombak1990: pKa1 of hydrous ferric oxide, as in phreeqc.dat", "pK of surface OH2+"
        ),
        "synergy": assumed(
            3.0, "", 0.0, 20.0, "siderophore with oxalate exceeds the sum of both (Cervini2002); its size is a guess"
        ),
        "activation_energy": assumed(
            5.0e4, "J/mol", 2.0e4, 9.0e4, "below that of proton-promoted dissolution (Cocozza et al. 2002, abstract)"
        ),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One dissolution per mineral, one release per association it holds."""
        acids = [o for o in scene.organics if o.strong_ligand and not o.siderophore]
        siderophores = [o for o in scene.organics if o.siderophore]
        if not acids and not siderophores:
            return
        repelled = exp(-LN10 * self.parameter(here, "surface_acidity") - here.log_activity("H+"))
        acid = limit(_sum(here, acids), self.parameter(here, "half_cover")) / (1.0 + repelled)
        siderophore = limit(_sum(here, siderophores), self.parameter(here, "half_cover_siderophore"))
        hot = arrhenius(here, self.parameter(here, "activation_energy"))
        for mineral in scene.minerals:
            per_area = here.known(mineral.name, "rate_siderophore") * siderophore
            helped = 1.0 + self.parameter(here, "synergy") * siderophore
            per_area = hot * (per_area + here.known(mineral.name, "rate_ligand") * acid * helped)
            rate = reactive_area(here, scene, mineral) * per_area * undersaturation(here, mineral)
            yield Process(mineral.dissolution, rate, self.name, f"{self.name}:{mineral.name}", agent="both")
            yield from release(scene, here, mineral, rate, self.name, "both")


def _sum(here: Here, organics: list[Organic]) -> Any:
    """mol m⁻³ of water"""
    return sum((maximum(here.total(o.component), 0.0) for o in organics), 0.0)
