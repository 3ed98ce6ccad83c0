"""Reversible sorption: organic matter binds when solution is rich and leaves when it is poor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import area, binding, freeing, held


@dataclass(frozen=True)
class SorptionDisequilibrium(Mechanism):
    """Microbes drink the solution poor and adsorbed organic matter follows; exudation fills it and organic matter
    binds.

    Forward k_des K C (S_max − S), backward k_des S, with C dissolved carbon (mol C m⁻³ of water), S held carbon and
    S_max the
    capacity of the mineral's surface (mol C m⁻³ of soil), K affinity (m³ mol⁻¹). Both directions are kept apart:
    forward is formation, backward disruption. k_des by bond: inner-sphere slow, outer-sphere fast.
    Occluded and coprecipitated matter takes no part. Langmuir kinetics as in COMISSION (10.1016/j.soilbio.2020.107912).
    """

    name: ClassVar[str] = "sorption_disequilibrium"
    family: ClassVar[Family] = "desorption"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "desorption_inner_sphere": assumed(3e-10, "1/s", 3e-11, 3e-9, "a century; slow by denticity"),
        "desorption_outer_sphere": assumed(
            1e-7, "1/s", 1e-8, 1e-5, "some months when the solution is empty; the fast part of it within days"
        ),
        "desorption_hydrophobic": assumed(2e-8, "1/s", 2e-9, 2e-7, "between inner- and outer-sphere"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Both directions for every exposed association."""
        minerals = {m.name: m for m in scene.minerals}
        for association in (a for a in scene.associations if a.exposed):
            mineral, organic = minerals[association.mineral], scene.organic(association.organic)
            off = self.parameter(here, f"desorption_{association.bond}") / association.denticity
            capacity = here.known(mineral.name, "sorption_capacity") * area(here, mineral)
            free = maximum(capacity - held(here, scene, mineral.name), 0.0)
            affinity = here.known(association.name, "affinity")
            carbon = maximum(here.total(organic.component), 0.0) * organic.carbon
            yield binding(scene, association, off * affinity * carbon * free, self.name)
            held_here = maximum(here.amount(association.name), 0.0) * here.data("bulk_density")
            yield freeing(scene, association, off * held_here, self.name, "microbe")
