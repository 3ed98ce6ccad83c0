"""Cleavage of mineral-bound polymers by extracellular enzymes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import area, arrhenius, freeing


@dataclass(frozen=True)
class EnzymaticDepolymerization(Mechanism):
    """Enzymes clip pieces off polymers that minerals hold; minerals in turn hold and silence enzymes.

    R = k_cat E s A / (K + Σ s A + E + f·K/K_m), the equilibrium chemistry approximation: E enzyme, A polymeric carbon
    of one
    association, s its steric access (mol C m⁻³ of soil), f mineral surface that binds enzymes. Occluded and
    coprecipitated matter is out of reach (checklist H-005). ECA: Tang & Riley, as held by ReSOM.
    """

    name: ClassVar[str] = "enzymatic_depolymerization"
    family: ClassVar[Family] = "depolymerization"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "turnover": assumed(5e-6, "1/s", 5e-7, 1e-4, "mol C per mol enzyme C; about one in two days"),
        "affinity": assumed(50.0, "mol/m3", 5.0, 500.0, "of the order of polymeric carbon per soil volume"),
        "mineral_affinity": assumed(
            1e-6, "mol/m2", 1e-7, 1e-5, "enzyme held per mineral surface at equal affinity; ReSOM's mineral sink"
        ),
        "activation_energy": assumed(
            4.5e4, "J/mol", 2.0e4, 6.0e4, "ReSOM 45 kJ/mol; soils 21 to 35 kJ/mol (German 2012, Razavi 2015)"
        ),
        "access_monolayer": assumed(0.1, "", 0.01, 0.5, "flat-lying polymers hinder the active site"),
        "access_outer_layer": assumed(0.6, "", 0.1, 1.0, "extends from the surface"),
        "access_hidden": assumed(1e-3, "", 0.0, 0.05, "pores narrower than enzymes"),
        "enzyme_decay": assumed(2e-7, "1/s", 5e-8, 2e-6, "half-lives of weeks to months in soil"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One cleavage per polymeric association, and the decay of enzyme to dissolved organic matter."""
        targets = [a for a in scene.associations if scene.organic(a.organic).polymer]
        if not scene.guilds or not targets:
            return
        density = here.data("bulk_density")
        enzyme = maximum(here.amount("enzyme"), 0.0) * density
        reach = {a: self.access(here, a.arrangement) * maximum(here.amount(a.name), 0.0) * density for a in targets}
        sink: Any = sum(area(here, m) for m in scene.minerals)
        k = self.parameter(here, "affinity")
        below = (
            k
            + sum(reach.values())
            + enzyme
            + sink * self.parameter(here, "mineral_affinity") * here.known("enzyme", "mineral_binding")
        )
        hot = arrhenius(here, self.parameter(here, "activation_energy"))
        for association, substrate in reach.items():
            rate = self.parameter(here, "turnover") * hot * enzyme * substrate / below
            yield freeing(scene, association, rate, self.name, "microbe")
        decay = self.parameter(here, "enzyme_decay") * enzyme
        yield Process(
            "enzyme = ",
            decay,
            "microbial_life",
            "death:enzyme",
            agent="microbe",
            free=("Dom", "CO2", "NH4+", "H+", "H2O"),
        )

    def access(self, here: Here, arrangement: str) -> Any:
        """Share of an association that the active site reaches."""
        key = {"monolayer": "access_monolayer", "outer_layer": "access_outer_layer"}.get(arrangement, "access_hidden")
        return self.parameter(here, key)
