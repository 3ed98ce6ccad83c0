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
LIGAND, CARBON_OF_LIGAND = "H3Cit", 6
"""What microbes release to reach metals, and mol C in one mol of it: citrate stands for their carboxylates."""
LN10 = 2.302585092994046
BREATHED = ("O2", "CO2", "NH4+", "H+", "H2O")
BUILT = ("O2", "NH4+", "H+", "H2O")
ROTTED = ("Dom", "CO2", "NH4+", "H+", "H2O")
TRAITS = (
    "uptake", "yield_share", "enzyme_share", "ligand_share", "maintenance", "death", "acid_stress", "alkaline_stress",
    "salt_stress", "dissolved_availability",
)  # fmt: skip
"""What the tables tell of each guild."""


@dataclass(frozen=True)
class MicrobialLife(Mechanism):
    """Microbes take up what is dissolved, build biomass from part of it, breathe the rest, make enzymes and die.

    Guilds differ along growth yield, resource acquisition and stress tolerance (Y-A-S): in how fast they take up, how
    much of it they build in, what they spend on enzymes and ligands, and which pH and salt they bear. Per guild: uptake
    U_s = u b_s B h C/(C + K_s) O2/(O2 + K_O2) of each substrate s (mol C m⁻³ soil s⁻¹), b_s how available it is next to
    sugar, B biomass (mol C m⁻³ soil), C what is dissolved above the least that pays (mol of component m⁻³ of water),
    h = 1/(1 + 10^(pK_a − pH) + 10^(pH − pK_b)) / (1 + I/I_s) the stress of pH and salt. Growth y Y_s n U_s: Y_s the
    largest yield of the substrate, y the guild's share of it, n the supply of the nitrogen that the substrate does not
    bring. What is not built is breathed, so that carbon use efficiency is an outcome: y Y n less maintenance m B,
    enzymes and ligands (citrate). Death k_d B feeds the solution; enzymes decay to it. Building is written with the
    oxygen that it saves or costs; breathing the remainder always costs more, because Y stays below the ratio of
    electrons of substrate and biomass. Dual Monod; sizes of the order of TraiRhizo (dumux-rosi). Leaves out phosphorus
    limitation, nitrate, dormancy and grazing.
    """

    name: ClassVar[str] = "microbial_life"
    family: ClassVar[Family] = "life"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "least": assumed(
            1e-5, "mol/m3", 1e-8, 1e-3, "ten nanomolar: soil water never runs out of sugars and acids", "not taken up"
        ),
        "half_oxygen": assumed(5e-3, "mol/m3", 1e-3, 5e-2, "a few uM for aerobic respiration"),
        "half_nitrogen": assumed(1e-3, "mol/m3", 1e-4, 1e-2, "micromolar ammonium uptake"),
        "enzyme_decay": assumed(2e-7, "1/s", 5e-8, 2e-6, "half-lives of weeks to months in soil"),
        "activation_energy": fitted(4.5e4, "J/mol", 3.0e4, 6.5e4, "ReSOM: set_Ea_default.m, uptake; upkeep 60"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Per guild: growth and respiration on every substrate, maintenance, enzymes, ligands, death."""
        if not scene.guilds or not scene.has("O2", "CO3-2", "NH4+", "Dom"):
            return
        of = {key: self.parameter(here, key) for key in self.parameters}
        density = here.data("bulk_density")
        hot, air = arrhenius(here, of["activation_energy"]), limit(here.total("O2"), of["half_oxygen"])
        for guild in scene.guilds:
            its = of | {trait: here.known(guild, trait) for trait in TRAITS}
            alive = maximum(here.amount(guild), 0.0) * density * hot
            vigour = its["uptake"] * alive * air * self.comfort(here, its)
            for organic in (o for o in scene.organics if o.substrate):
                yield from self.feed(scene, here, guild, organic, vigour, its)
            upkeep, dying = its["maintenance"] * alive * air, its["death"] * alive
            yield Process(f"{guild} =", upkeep, self.name, f"maintenance:{guild}", agent="microbe", free=BREATHED)
            yield Process(f"{guild} =", dying, self.name, f"death:{guild}", agent="microbe", free=ROTTED)
        rotting = of["enzyme_decay"] * maximum(here.amount("enzyme"), 0.0) * density
        yield Process("enzyme =", rotting, self.name, "death:enzyme", agent="microbe", free=ROTTED)

    def comfort(self, here: Here, of: Mapping[str, Any]) -> Any:
        """Share of full vigour that pH and salt leave (0 to 1)."""
        ln_h = here.log_activity("H+")
        acid, base = exp(LN10 * of["acid_stress"] + ln_h), exp(-LN10 * of["alkaline_stress"] - ln_h)
        return 1 / ((1 + acid + base) * (1 + maximum(here.ionic_strength, 0.0) / of["salt_stress"]))

    def feed(
        self, scene: Scene, here: Here, guild: str, organic: Organic, vigour: Any, its: Mapping[str, Any]
    ) -> Iterator[Process]:
        """Growth, enzymes, ligands and respiration of one guild on one substrate."""
        dissolved = maximum(here.total(organic.component) - its["least"], 0.0)
        reach = limit(dissolved, here.known(organic.name, "uptake_half_saturation"))
        uptake = vigour * here.known(organic.name, "availability") * reach
        if organic.component == "Dom":
            uptake = uptake * its["dissolved_availability"]
        missing = max(0.0, 1 - organic.nitrogen / organic.carbon / NITROGEN_PER_CARBON)
        nitrogen = 1 - missing + missing * limit(here.total("NH4+"), its["half_nitrogen"])
        built = its["yield_share"] * here.known(organic.name, "largest_yield") * nitrogen * uptake
        enzyme, ligand = its["enzyme_share"] * built, 0.0 * built
        eaten = f"{1 / organic.carbon!r} {organic.component} ="
        parts: dict[str, tuple[str, Any, tuple[str, ...]]] = {"enzyme": (f"{eaten} enzyme", enzyme, BUILT)}
        if scene.has(LIGAND) and organic.component != LIGAND:
            ligand = its["ligand_share"] * built
            parts["ligand"] = (f"{eaten} {1 / CARBON_OF_LIGAND!r} {LIGAND}", ligand, BUILT)
        parts["growth"] = (f"{eaten} {guild}", built - enzyme - ligand, BUILT)
        parts["respiration"] = (eaten, uptake - built, BREATHED)
        for kind, (equation, rate, free) in parts.items():
            yield Process(equation, rate, self.name, f"{kind}:{guild}:{organic.name}", agent="microbe", free=free)
