"""Dissolution of iron and manganese oxides by organic reductants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import open_area, release


@dataclass(frozen=True)
class ReductiveDissolutionAbiotic(Mechanism):
    """Phenols pass electrons to iron(III) and manganese(IV) at the surface; the metal dissolves and frees what it held.

    R = A_open k_R θ_R, θ_R = C/(C + K) of the reductant. Catechol goes to benzoquinone:
    2 FeOOH + H2Cat + 4 H+ = 2 Fe+2 + quinone + 4 H2O. Only Fe and Mn phases: for others there is no process at all
    (checklist F-008). Surface-controlled (Stone; dos Santos Afonso et al. 1990 for ascorbate). Leaves out the
    reoxidation of quinones and photochemistry.
    """

    name: ClassVar[str] = "reductive_dissolution_abiotic"
    family: ClassVar[Family] = "dissolution"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "half_saturation": assumed(0.1, "mol/m3", 0.01, 1.0, "as for carboxylate adsorption"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One reduction per reducible mineral and reductant, one release per association."""
        for mineral in (m for m in scene.minerals if m.metal):
            for organic in (o for o in scene.organics if o.reductant and o.component == "H2Cat"):
                if not scene.has("Qui", f"{mineral.metal}+2"):
                    continue
                cover = limit(here.total(organic.component), self.parameter(here, "half_saturation"))
                rate = open_area(here, scene, mineral) * here.known(mineral.name, "rate_reductant") * cover
                half = electrons(mineral.metal) / 2
                equation = f"{mineral.name} + {half!r} H2Cat = {mineral.metal}+2 + {half!r} Qui"
                yield Process(
                    equation, rate, self.name, f"{self.name}:{mineral.name}", agent="both", free=("H+", "H2O")
                )
                yield from release(scene, here, mineral, rate, self.name, "both")


def electrons(metal: str) -> float:
    """Electrons that one metal atom takes up on reduction: Fe(III) one, Mn(IV) two."""
    return {"Fe": 1.0, "Mn": 2.0}[metal]
