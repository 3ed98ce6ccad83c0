"""Cleavage of mineral-bound polymers by extracellular enzymes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed, fitted
from rhizolith.mechanisms.rate_parts import area, arrhenius, carbon, freeing

ACCESS = {"monolayer": "access_monolayer", "outer_layer": "access_outer_layer"}


@dataclass(frozen=True)
class EnzymaticDepolymerization(Mechanism):
    """Enzymes clip pieces off polymers that minerals hold; minerals in turn hold and silence enzymes.

    R_i = k E s_i A_i / (K + Σ s A + E + f M) (mol C m⁻³ soil s⁻¹), the equilibrium chemistry approximation: E enzyme
    and A_i polymeric carbon of one association (mol C m⁻³ soil), s its steric access, K affinity (mol C m⁻³ soil), M
    the surface of all minerals (m² m⁻³ soil) and f the enzyme it binds at equal affinity. Large and protruding
    molecules are reached, coprecipitated and occluded ones hardly (checklist H-004, H-005). Competition of enzymes,
    substrates and minerals as in ReSOM. Leaves out differences between enzymes and products that are still bound.
    """

    name: ClassVar[str] = "enzymatic_depolymerization"
    family: ClassVar[Family] = "depolymerization"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "turnover": assumed(5e-6, "1/s", 5e-7, 1e-4, "mol C per mol enzyme C; about one in two days"),
        "affinity": assumed(50.0, "mol/m3", 5.0, 500.0, "of the order of polymeric carbon per soil volume"),
        "mineral_affinity": assumed(
            1e-6, "mol/m2", 1e-7, 1e-5, "enzyme held per mineral surface at equal affinity; ReSOM's mineral sink"
        ),
        "activation_energy": fitted(4.5e4, "J/mol", 2.0e4, 6.0e4, "ReSOM: set_Ea_default.m, degradation of polymers"),
        "access_monolayer": assumed(0.1, "", 0.01, 0.5, "flat-lying polymers hinder the active site"),
        "access_outer_layer": assumed(0.6, "", 0.1, 1.0, "extends from the surface"),
        "access_hidden": assumed(1e-3, "", 0.0, 0.05, "pores narrower than enzymes"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One cleavage per polymeric association."""
        targets = [a for a in scene.associations if scene.organic(a.organic).polymer]
        if not scene.guilds or not targets:
            return
        enzyme = maximum(here.amount("enzyme"), 0.0) * here.data("bulk_density")
        reach = {a: self.access(here, a.arrangement) * carbon(here, a) for a in targets}
        surface: Any = sum(area(here, m) for m in scene.minerals)
        sink = surface * self.parameter(here, "mineral_affinity")
        below = self.parameter(here, "affinity") + sum(reach.values()) + enzyme + sink
        hot = arrhenius(here, self.parameter(here, "activation_energy"))
        for association, substrate in reach.items():
            rate = self.parameter(here, "turnover") * hot * enzyme * substrate / below
            yield freeing(scene, association, rate, self.name, "microbe")

    def access(self, here: Here, arrangement: str) -> Any:
        """Share of an association that the active site reaches."""
        return self.parameter(here, ACCESS.get(arrangement, "access_hidden"))
