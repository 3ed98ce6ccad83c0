"""Oxidation of dissolved iron(II) by oxygen, and the oxidants it makes on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed, measured
from rhizolith.mechanisms.rate_parts import freeing

MINUTE = 60.0
AIR_SATURATED = 0.258
"""mol O2 m⁻³ water in equilibrium with air at 25 °C (Henry constant of phreeqc.dat, 0.21 atm)"""


def oxidation_rate(owner: Mechanism, here: Here) -> Any:
    """mol Fe(II) m⁻³ soil s⁻¹ by the sum of Fe+2, FeOH+ and Fe(OH)2, first order in O2."""
    species = {"Fe+2": "constant_free", "FeOH+": "constant_first", "Fe(OH)2": "constant_second"}
    parameters = IronOxidation.parameters
    per_water: Any = 0.0
    for name, key in species.items():
        constant = here.use(f"iron_oxidation.{key}", parameters[key])
        per_water = per_water + constant / MINUTE * here.molality(name) * 1000.0
    oxygen = maximum(here.total("O2"), 0.0) / AIR_SATURATED
    return (
        here.data("water_content") * per_water * oxygen * limit(here.total("Fe+2"), here.known("vanishing", "solute"))
    )


@dataclass(frozen=True)
class IronOxidation(Mechanism):
    """Oxygen turns dissolved iron(II) to iron(III), which hydrolyses and feeds fresh oxides.

    R = θ Σ k_i [Fe(II) species i] O2/O2_air: 6e-5 [Fe+2] + 1.7 [FeOH+] + 4.3e5 [Fe(OH)2] per minute in air-saturated
    water at 25 °C
    (Morgan & Lahav 2007). Fe+2 + 0.25 O2 + H+ = Fe+3 + 0.5 H2O. Leaves out surface- and microbially catalysed
    oxidation.
    """

    name: ClassVar[str] = "iron_oxidation"
    family: ClassVar[Family] = "formation"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "constant_free": measured(6e-5, "1/min", 3e-5, 1.2e-4, "Morgan2007: read in a summary of the paper"),
        "constant_first": measured(1.7, "1/min", 0.8, 3.4, "Morgan2007: read in a summary of the paper"),
        "constant_second": measured(4.3e5, "1/min", 2e5, 9e5, "Morgan2007: read in a summary of the paper"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """The oxidation, where iron and oxygen are in the water."""
        if scene.has("Fe+2", "Fe+3", "O2"):
            yield Process("Fe+2 + 0.25 O2 + H+ = Fe+3 + 0.5 H2O", oxidation_rate(self, here), self.name, self.name)


@dataclass(frozen=True)
class OxidantDepolymerization(Mechanism):
    """Iron(II) meeting oxygen makes hydrogen peroxide and hydroxyl radicals that cut mineral-held organic matter.

    R = y · R_ox · A/Σ A over exposed carbon, y the carbon freed per iron oxidized. The radicals are quasi-steady and
    their oxygen
    is already in the oxidation of iron. A hypothesis in the review (checklist H-008): its yield is a guess with a
    wide range.
    """

    name: ClassVar[str] = "oxidant_depolymerization"
    family: ClassVar[Family] = "depolymerization"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "carbon_per_iron": assumed(
            0.01,
            "mol/mol",
            0.0,
            0.3,
            "hydroxyl radical yields of a few per cent per iron oxidized; effect on MOAs unmeasured",
        ),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One cut per exposed association."""
        exposed = [a for a in scene.associations if a.exposed]
        if not exposed or not scene.has("Fe+2", "Fe+3", "O2"):
            return
        total = sum(maximum(here.amount(a.name), 0.0) for a in exposed) + here.known("vanishing", "association")
        pool = self.parameter(here, "carbon_per_iron") * oxidation_rate(self, here)
        for association in exposed:
            rate = pool * maximum(here.amount(association.name), 0.0) / total
            yield freeing(scene, association, rate, self.name, "both")
