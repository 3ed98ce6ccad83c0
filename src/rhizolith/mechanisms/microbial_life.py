"""Uptake, growth, respiration, enzyme production and death of the microbes around a root."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Organic, Process, Scene, assumed
from rhizolith.mechanisms.rate_parts import arrhenius

OXIDATION_STATE_OF_BIOMASS = -0.2
"""Mean oxidation state of carbon in CH1.8O0.5N0.2 (from its formula)."""


@dataclass(frozen=True)
class MicrobialLife(Mechanism):
    """Microbes take up what is dissolved, build biomass from part of it, breathe the rest, make enzymes and die.

    Uptake U = u_max B Σ_s C_s/(C_s + K_s) · O2/(O2 + K_O2). Growth Y U, Y the largest yield of the substrate times N
    supply NH4/(NH4 + K_N);
    respiration (1 − Y) U + m B. A share of growth becomes enzyme. Death k_d B gives necromass to solution. Carbon use
    efficiency is not set but follows: growth over uptake. Assimilation is balanced in C, H, O, N and charge with CO2
    taking up what the substrate's oxidation state leaves. dual Monod with values of the order of those in
    dumux-rosi's TraiRhizo.
    """

    name: ClassVar[str] = "microbial_life"
    family: ClassVar[Family] = "life"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "uptake": assumed(
            1e-6,
            "1/s",
            1e-7,
            2e-5,
            "a tenth per day, between K- and r-strategists of TraiRhizo (medians 0.022, 0.30 per day)",
        ),
        "half_saturation": assumed(
            0.1, "mol/m3", 0.005, 1.0, "mol of component; 350 uM hexose (Jones & Darrah 1996, second hand) and lower"
        ),
        "half_oxygen": assumed(5e-3, "mol/m3", 1e-3, 5e-2, "a few uM for aerobic respiration"),
        "half_nitrogen": assumed(1e-3, "mol/m3", 1e-4, 1e-2, "micromolar ammonium uptake"),
        "maintenance": assumed(
            4e-8, "1/s", 5e-9, 5e-7, "a third of a per cent per day: most of the biomass is dormant"
        ),
        "death": assumed(8e-8, "1/s", 1e-8, 1e-6, "turnover in about 150 days"),
        "enzyme_share": assumed(0.03, "", 0.005, 0.1, "a few per cent of growth"),
        "activation_energy": assumed(4.5e4, "J/mol", 3.0e4, 6.5e4, "ReSOM uptake 45 kJ/mol, maintenance 60 kJ/mol"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Per guild: growth and respiration on every substrate, maintenance, enzyme production, death."""
        if not scene.has("O2", "CO3-2", "NH4+"):
            return
        for guild in scene.guilds:
            biomass = maximum(here.amount(guild), 0.0) * here.data("bulk_density")
            oxygen = limit(here.total("O2"), self.parameter(here, "half_oxygen"))
            hot = arrhenius(here, self.parameter(here, "activation_energy"))
            for organic in (o for o in scene.organics if o.substrate):
                yield from self.feed(here, guild, organic, biomass * hot * oxygen)
            upkeep = self.parameter(here, "maintenance") * biomass * hot * oxygen
            free = ("O2", "CO2", "NH4+", "H+", "H2O")
            yield Process(f"{guild} = ", upkeep, self.name, f"maintenance:{guild}", agent="microbe", free=free)
            died = self.parameter(here, "death") * biomass * hot
            yield Process(
                f"{guild} = ",
                died,
                self.name,
                f"death:{guild}",
                agent="microbe",
                free=("Dom", "CO2", "NH4+", "H+", "H2O"),
            )

    def feed(self, here: Here, guild: str, organic: Organic, vigour: Any) -> Iterator[Process]:
        """Growth, enzyme production and respiration on one substrate."""
        component = organic.component
        uptake = (
            self.parameter(here, "uptake")
            * vigour
            * limit(here.total(component), self.parameter(here, "half_saturation"))
        )
        nitrogen = limit(here.total("NH4+"), self.parameter(here, "half_nitrogen"))
        growth = here.known(organic.name, "largest_yield") * nitrogen * uptake
        enzyme = self.parameter(here, "enzyme_share") * growth
        per = 1 / organic.carbon
        build = ("CO2", "NH4+", "H+", "H2O", component)
        yield Process(
            f" = {guild}", growth - enzyme, self.name, f"growth:{guild}:{organic.name}", agent="microbe", free=build
        )
        yield Process(" = enzyme", enzyme, self.name, f"enzyme:{guild}:{organic.name}", agent="microbe", free=build)
        burn = ("O2", "CO2", "NH4+", "H+", "H2O")
        yield Process(
            f"{per!r} {component} = ",
            uptake - growth,
            self.name,
            f"respiration:{guild}:{organic.name}",
            agent="microbe",
            free=burn,
        )
