"""Dissolution of iron and manganese oxides by organic reductants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import open_area, release
from rhizolith.mechanisms.redox_parts import LN10, drive, log_distance


@dataclass(frozen=True)
class ReductiveDissolutionAbiotic(Mechanism):
    """Phenols pass electrons to iron(III) and manganese(IV) at a surface; the metal dissolves and frees what it held.

    R = A_open k θ max(1 − Q/K, 0), θ = C/(C + K_C) the cover by the reductant (mol m⁻³ of water), k in mol m⁻² s⁻¹, Q/K
    that of the reaction per electron: 2 FeOOH + catechol + 4 H+ = 2 Fe+2 + quinone + 4 H2O. Each electron costs two
    protons, so that goethite yields only to acid reductant-rich water while birnessite yields everywhere.
    Only Fe and Mn phases: for others there is no process at all (checklist F-008). Surface-controlled as in dos Santos
    Afonso et al. (1990) for ascorbate. Leaves out the coupling of quinones to larger molecules and light.
    """

    name: ClassVar[str] = "reductive_dissolution_abiotic"
    family: ClassVar[Family] = "dissolution"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "half_cover": assumed(0.1, "mol/m3", 0.01, 1.0, "as for the adsorption of carboxylates"),
        "quinone_couple": assumed(
            13.4,
            "",
            11.8,
            13.6,
            "general knowledge: 0.79 V for 1,2-benzoquinone, 0.70 V for 1,4-benzoquinone",
            "log10 K of half quinone + H+ + e- = half phenol",
        ),
        "quinone_coupling": assumed(1e-4, "1/s", 1e-6, 1e-2, "quinones add to amines and phenols within hours"),
        "half_ammonium": assumed(1e-3, "mol/m3", 1e-5, 1e-1, "coupling takes nitrogen: it ends with the last of it"),
        "least_quinone": assumed(1e-5, "mol/m3", 1e-8, 1e-3, "ten nanomolar: partners are too rare to be met"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One reduction per reducible mineral, one release per association."""
        if scene.has("Qui", "Dom", "CO3-2", "NH4+"):
            left = maximum(here.total("Qui") - self.parameter(here, "least_quinone"), 0.0)
            partners = limit(here.total("NH4+"), self.parameter(here, "half_ammonium"))
            lost = self.parameter(here, "quinone_coupling") * here.data("water_content") * left * partners
            free = ("Dom", "CO2", "NH4+", "H+", "H2O")
            yield Process("Qui =", lost, self.name, f"{self.name}:quinone_coupling", free=free)
        reductants = [o for o in scene.organics if o.reductant and o.component == "H2Cat"]
        for mineral in (m for m in scene.minerals if m.electrons and scene.has("Qui", f"{m.metal}+2")):
            for organic in reductants:
                phenol, quinone = here.log_activity("H2Cat"), here.log_activity("Qui")
                donor = 0.5 * (quinone - phenol) + here.log_activity("H+")
                distance = log_distance(here, mineral) + donor + LN10 * self.parameter(here, "quinone_couple")
                cover = limit(here.total(organic.component), self.parameter(here, "half_cover"))
                k = here.known(mineral.name, "rate_reductant")
                rate = open_area(here, scene, mineral) * k * cover * drive(distance)
                free = (f"{mineral.metal}+2", "H2Cat", "Qui", "H+", "H2O")
                name = f"{self.name}:{mineral.name}"
                yield Process(f"{mineral.name} =", rate, self.name, name, agent="both", free=free)
                yield from release(scene, here, mineral, rate, self.name, "both")
