"""Dissolution of iron and manganese oxides by respiring microbes without oxygen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Organic, Process, Scene, assumed, fitted
from rhizolith.mechanisms.rate_parts import arrhenius, open_area, release
from rhizolith.mechanisms.redox_parts import LN10, harvest, log_distance


@dataclass(frozen=True)
class ReductiveDissolutionMicrobial(Mechanism):
    """Where oxygen is gone microbes breathe iron(III) and manganese(IV): the oxide dissolves and frees what it held.

    R = k/e B A/(A + K_A) S/(S + K_S) [K_I/(K_I + O2)]^m F_T, k electrons per biomass carbon (s⁻¹), e electrons per
    formula unit, B biomass (mol C m⁻³ soil), A open surface (m² m⁻³), S each dissolved donor (mol m⁻³ of water), O2
    the inhibitor. F_T = 1/(1 + exp((ΔG + F ΔΨ)/RT)) stops the respiration where its energy per electron no longer
    pays for a membrane potential (LaRowe et al. 2012), so that well ordered oxides stop first and in water poorer in
    Fe(II). Sugar: C6H12O6 + 24 FeOOH + 48 H+ = 24 Fe+2 + 6 CO2 + 42 H2O. No process at all for phases without Fe or
    Mn. Leaves out growth on metals, whose yield is small, and takes the energy of every donor as that of sugar.
    """

    name: ClassVar[str] = "reductive_dissolution_microbial"
    family: ClassVar[Family] = "dissolution"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(2e-7, "1/s", 1e-8, 2e-6, "electrons per biomass carbon; near a fifth of uptake"),
        "half_surface": assumed(1e5, "m2/m3", 1e4, 1e6, "a few per cent of the oxide surface of a clayey soil"),
        "half_donor": assumed(0.05, "mol/m3", 0.005, 0.5, "as for aerobic uptake of sugars"),
        "oxygen_inhibition": fitted(1e-2, "mol/m3", 1e-3, 3e-2, "Sulman_REDOX_PFLOTRAN: model constant 1e-5 M"),
        "inhibition_order": assumed(
            2.0, "", 1.0, 4.0, "first order would let air-saturated soil respire 4 % of anoxic; it hardly does", "m"
        ),
        "donor_couple": assumed(
            -0.2, "", -1.0, 1.5, "general knowledge: CO2 to glucose -0.2, to acetate about 1.2", "log10 K per electron"
        ),
        "membrane_potential": fitted(0.12, "V", 0.05, 0.2, "LaRowe2012: 120 mV"),
        "activation_energy": fitted(4.5e4, "J/mol", 3.0e4, 6.5e4, "ReSOM: set_Ea_default.m, uptake; upkeep 60"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One respiration per reducible mineral and donor, one release per association."""
        donors = [o for o in scene.organics if o.substrate and not o.reductant]
        if not scene.guilds or not donors or not scene.has("CO3-2", "NH4+"):
            return
        biomass: Any = sum(maximum(here.amount(g), 0.0) for g in scene.guilds) * here.data("bulk_density")
        stop = self.parameter(here, "oxygen_inhibition")
        oxygen = maximum(here.total("O2"), 0.0) if scene.has("O2") else 0.0
        hot = arrhenius(here, self.parameter(here, "activation_energy"))
        calm = (stop / (stop + oxygen)) ** self.parameter(here, "inhibition_order")
        vigour = self.parameter(here, "rate_constant") * hot * biomass * calm
        for mineral in (m for m in scene.minerals if m.electrons and scene.has(f"{m.metal}+2")):
            reach = limit(open_area(here, scene, mineral), self.parameter(here, "half_surface"))
            total: Any = 0.0
            for donor in donors:
                distance = log_distance(here, mineral) + self.donor_distance(here, donor)
                paid = harvest(here, distance, self.parameter(here, "membrane_potential"))
                fed = limit(here.total(donor.component), self.parameter(here, "half_donor"))
                rate = vigour * reach * fed * paid / mineral.electrons
                free = (f"{mineral.metal}+2", donor.component, "CO2", "NH4+", "H+", "H2O")
                name = f"{self.name}:{mineral.name}:{donor.name}"
                yield Process(f"{mineral.name} =", rate, self.name, name, agent="microbe", free=free)
                total = total + rate
            yield from release(scene, here, mineral, total, self.name, "microbe")

    def donor_distance(self, here: Here, donor: Organic) -> Any:
        """ln Q − ln K per electron of `CH2O + H2O = CO2 + 4 H+ + 4 e-`."""
        products = 0.25 * here.log_activity("CO2") + here.log_activity("H+")
        left = here.log_activity(donor.component) / (4 * donor.carbon)
        return products - left + LN10 * self.parameter(here, "donor_couple")
