"""Reversible sorption: organic matter binds when solution is rich and leaves when it is poor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import exp, limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed, fitted
from rhizolith.mechanisms.rate_parts import area, arrhenius, binding, carbon, freeing, held

LN10 = 2.302585092994046
NEUTRAL = 7.0
"""pH at which the tabulated affinities hold."""


@dataclass(frozen=True)
class SorptionDisequilibrium(Mechanism):
    """Microbes drink the solution poor and adsorbed organic matter follows; exudation fills it and more binds.

    Forward k/d K e^(−s (pH − 7)) (1 + b Ca/(Ca + K_b)) C (S_max − S), backward k/d A, with C dissolved carbon (mol C
    m⁻³ of water), A the association, S all exposed carbon of its mineral and S_max the capacity of the mineral's
    surface (mol C m⁻³ soil), K affinity (m³ mol⁻¹) at pH 7, which falls as surfaces lose their positive charge (slope
    s) and rises as calcium bridges surface and acid groups (b), d denticity. Both directions are kept apart: forward is
    formation, backward disruption. k by bond: inner-sphere slow, outer-sphere and hydrophobic fast (checklist E-002,
    G-010); classes compete for one surface. Occluded and coprecipitated matter takes no part. Langmuir kinetics as in
    COMISSION; the slope is Millennial's. Leaves out hysteresis.
    """

    name: ClassVar[str] = "sorption_disequilibrium"
    family: ClassVar[Family] = "desorption"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "desorption_inner_sphere": assumed(3e-10, "1/s", 3e-11, 3e-9, "a century; slow by denticity"),
        "desorption_outer_sphere": assumed(
            1e-7, "1/s", 1e-8, 1e-5, "some months when the solution is empty; the fast part of it within days"
        ),
        "desorption_hydrophobic": assumed(
            1.5e-7, "1/s", 1e-8, 1e-5, "somewhat faster than outer-sphere: the weakest of the bonds (Boelscher2025)"
        ),
        "acid_slope": fitted(0.12, "", 0.0, 1.0, "Millennial_V2: affinity exp(-0.12 pH - 0.216)", "per pH unit"),
        "bridging": assumed(1.0, "", 0.0, 5.0, "calcium raises the sorption of organic matter on oxides; by how much"),
        "half_calcium": assumed(5.0, "mol/m3", 0.5, 50.0, "some millimolar calcium"),
        "activation_energy": fitted(1.0e4, "J/mol", 0.0, 4.0e4, "ReSOM: set_Ea_default.m, adsorption to minerals"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Both directions for every exposed association."""
        minerals = {m.name: m for m in scene.minerals}
        exposed = [a for a in scene.associations if a.exposed]
        if not exposed:
            return
        hot = arrhenius(here, self.parameter(here, "activation_energy"))
        ph = -here.log_activity("H+") / LN10
        stronger = exp(-self.parameter(here, "acid_slope") * (ph - NEUTRAL))
        if scene.has("Ca+2"):
            calcium = limit(here.total("Ca+2"), self.parameter(here, "half_calcium"))
            stronger = stronger * (1.0 + self.parameter(here, "bridging") * calcium)
        for association in exposed:
            mineral, organic = minerals[association.mineral], scene.organic(association.organic)
            off = self.parameter(here, f"desorption_{association.bond}") * hot / association.denticity
            capacity = here.known(mineral.name, "sorption_capacity") * area(here, mineral)
            free = maximum(capacity - held(here, scene, mineral.name), 0.0)
            affinity = here.known(association.name, "affinity")
            dissolved = maximum(here.total(organic.component), 0.0) * organic.carbon
            yield binding(scene, association, off * affinity * stronger * dissolved * free, self.name)
            yield freeing(scene, association, off * carbon(here, association), self.name, "microbe")
