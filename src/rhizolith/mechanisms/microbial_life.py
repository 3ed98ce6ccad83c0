"""Uptake, growth, respiration, enzyme production and death of the microbes around a root."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import exp, limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Organic, Process, Scene, assumed, fitted
from rhizolith.mechanisms.rate_parts import arrhenius

NITROGEN_PER_CARBON = 0.2
"""mol N mol⁻¹ C in biomass, of the formula CH1.8O0.5N0.2 that the pools of microbes have."""
LN10 = 2.302585092994046
BREATHED = ("O2", "CO2", "NH4+", "H+", "H2O")
BUILT = ("O2", "NH4+", "H+", "H2O")
ROTTED = ("Dom", "CO2", "NH4+", "H+", "H2O")


@dataclass(frozen=True)
class MicrobialLife(Mechanism):
    """Microbes take up what is dissolved, build biomass from part of it, breathe the rest, make enzymes and die.

    Uptake U_s = u b_s B h C/(C + K_s) O2/(O2 + K_O2) of each substrate s (mol C m⁻³ soil s⁻¹), b_s how available it is
    next to sugar, B biomass (mol C m⁻³ soil), C what is dissolved above the least that pays (mol of component m⁻³ of
    water), h = 1/(1 + 10^(pK_a − pH) + 10^(pH − pK_b)) / (1 + I/I_s) the stress
    of pH and salt. Growth Y_s n U_s: Y_s the largest yield of the substrate, n the supply of the nitrogen that the
    substrate does not bring. What is not built is breathed, so that carbon use efficiency is an outcome: Y n less
    maintenance m B and enzymes. Death k_d B feeds the solution; enzymes decay to it. Building is written with the
    oxygen that it saves or costs; breathing the remainder always costs more, because Y stays below the ratio of
    electrons of substrate and biomass. Dual Monod; sizes of the order of TraiRhizo (dumux-rosi). Leaves out
    phosphorus limitation, nitrate, dormancy and grazing.
    """

    name: ClassVar[str] = "microbial_life"
    family: ClassVar[Family] = "life"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "uptake": assumed(
            2e-6,
            "1/s",
            1e-7,
            2e-5,
            "a fifth per day: between medians of K- and r-strategists 0.022 and 0.30 per day (TraiRhizo)",
        ),
        "least": assumed(
            1e-5, "mol/m3", 1e-8, 1e-3, "ten nanomolar: soil water never runs out of sugars and acids", "not taken up"
        ),
        "half_oxygen": assumed(5e-3, "mol/m3", 1e-3, 5e-2, "a few uM for aerobic respiration"),
        "half_nitrogen": assumed(1e-3, "mol/m3", 1e-4, 1e-2, "micromolar ammonium uptake"),
        "acid_stress": assumed(4.0, "", 3.0, 5.0, "growth of soil bacteria halves near pH 4", "pH"),
        "alkaline_stress": assumed(9.5, "", 8.5, 10.5, "growth of soil bacteria halves above pH 9", "pH"),
        "salt_stress": assumed(0.3, "mol/kg", 0.1, 1.0, "respiration of non-saline soils falls above 0.1 M salt"),
        "maintenance": assumed(4e-8, "1/s", 5e-9, 5e-7, "a third of a per cent per day: most of biomass is dormant"),
        "death": assumed(8e-8, "1/s", 1e-8, 1e-6, "turnover in about 150 days"),
        "enzyme_share": assumed(0.03, "", 0.005, 0.1, "a few per cent of growth"),
        "enzyme_decay": assumed(2e-7, "1/s", 5e-8, 2e-6, "half-lives of weeks to months in soil"),
        "activation_energy": fitted(4.5e4, "J/mol", 3.0e4, 6.5e4, "ReSOM: set_Ea_default.m, uptake; upkeep 60"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Per guild: growth and respiration on every substrate, maintenance, enzyme production, death."""
        if not scene.has("O2", "CO3-2", "NH4+", "Dom"):
            return
        for guild in scene.guilds:
            suffix = f".{guild}" if len(scene.guilds) > 1 else ""
            of = {key: here.use(f"{self.name}.{key}{suffix}", e) for key, e in self.parameters.items()}
            alive = (
                maximum(here.amount(guild), 0.0) * here.data("bulk_density") * arrhenius(here, of["activation_energy"])
            )
            breathing = alive * limit(here.total("O2"), of["half_oxygen"])
            vigour = of["uptake"] * breathing * self.comfort(here, of)
            for organic in (o for o in scene.organics if o.substrate):
                yield from self.feed(here, guild, organic, vigour, of)
            upkeep = of["maintenance"] * breathing
            yield Process(f"{guild} =", upkeep, self.name, f"maintenance:{guild}", agent="microbe", free=BREATHED)
            dying = of["death"] * alive
            yield Process(f"{guild} =", dying, self.name, f"death:{guild}", agent="microbe", free=ROTTED)
        if scene.guilds:
            rotting = (
                self.parameter(here, "enzyme_decay") * maximum(here.amount("enzyme"), 0.0) * here.data("bulk_density")
            )
            yield Process("enzyme =", rotting, self.name, "death:enzyme", agent="microbe", free=ROTTED)

    def comfort(self, here: Here, of: Mapping[str, Any]) -> Any:
        """Share of full vigour that pH and salt leave (0 to 1)."""
        ln_h = here.log_activity("H+")
        acid, base = exp(LN10 * of["acid_stress"] + ln_h), exp(-LN10 * of["alkaline_stress"] - ln_h)
        return 1 / ((1 + acid + base) * (1 + maximum(here.ionic_strength, 0.0) / of["salt_stress"]))

    def feed(self, here: Here, guild: str, organic: Organic, vigour: Any, of: Mapping[str, Any]) -> Iterator[Process]:
        """Growth, enzyme production and respiration on one substrate."""
        half = here.known(organic.name, "uptake_half_saturation")
        dissolved = maximum(here.total(organic.component) - of["least"], 0.0)
        uptake = vigour * here.known(organic.name, "availability") * limit(dissolved, half)
        missing = max(0.0, 1 - organic.nitrogen / organic.carbon / NITROGEN_PER_CARBON)
        nitrogen = 1 - missing + missing * limit(here.total("NH4+"), of["half_nitrogen"])
        built = here.known(organic.name, "largest_yield") * nitrogen * uptake
        enzyme = of["enzyme_share"] * built
        eaten = f"{1 / organic.carbon!r} {organic.component} ="
        parts: dict[str, tuple[str, Any, tuple[str, ...]]]
        parts = {"growth": (f"{eaten} {guild}", built - enzyme, BUILT), "enzyme": (f"{eaten} enzyme", enzyme, BUILT)}
        parts["respiration"] = (eaten, uptake - built, BREATHED)
        for kind, (equation, rate, free) in parts.items():
            yield Process(equation, rate, self.name, f"{kind}:{guild}:{organic.name}", agent="microbe", free=free)
