"""Dissolution of iron and manganese oxides by respiring microbes without oxygen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed, measured
from rhizolith.mechanisms.rate_parts import open_area, release


@dataclass(frozen=True)
class ReductiveDissolutionMicrobial(Mechanism):
    """Where oxygen is gone microbes breathe iron(III) and manganese(IV): the oxide dissolves and frees what it held.

    R = k B A/(A + K_A) S/(S + K_S) K_I/(K_I + O2), B biomass carbon, A open oxide surface, S the donor (sugar), O2 the
    inhibitor. C6H12O6 + 24 FeOOH + 48 H+ = 24 Fe+2 + 6 CO2 + 42 H2O. Zero for every phase without Fe or Mn.
    Oxygen inhibition: REDOX-PFLOTRAN (Sulman). Leaves out growth on metals (its yield is small) and
    the thermodynamic limit, which Fe(II) in soil solution rarely reaches on short-range-order phases.
    """

    name: ClassVar[str] = "reductive_dissolution_microbial"
    family: ClassVar[Family] = "dissolution"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(2e-7, "1/s", 1e-8, 2e-6, "electrons per biomass carbon near a fifth of uptake"),
        "half_saturation_surface": assumed(
            1e5, "m2/m3", 1e4, 1e6, "a few per cent of the oxide surface of a clayey soil"
        ),
        "half_saturation_donor": assumed(0.05, "mol/m3", 0.005, 0.5, "as for aerobic uptake of sugars"),
        "oxygen_inhibition": measured(1e-2, "mol/m3", 1e-3, 3e-2, "Sulman_REDOX_PFLOTRAN: model constant 1e-5 M"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One respiration per reducible mineral, one release per association."""
        if not scene.guilds or not scene.has("Glc", "CO3-2"):
            return
        for mineral in (m for m in scene.minerals if m.metal and scene.has(f"{m.metal}+2")):
            surface = open_area(here, scene, mineral)
            oxygen = maximum(here.total("O2"), 0.0) if scene.has("O2") else 0.0
            stop = self.parameter(here, "oxygen_inhibition")
            donor = limit(here.total("Glc"), self.parameter(here, "half_saturation_donor"))
            biomass = sum(maximum(here.amount(g), 0.0) for g in scene.guilds) * here.data("bulk_density")
            reach = surface / (surface + self.parameter(here, "half_saturation_surface"))
            rate = self.parameter(here, "rate_constant") * biomass * reach * donor * stop / (stop + oxygen)
            share = (2.0 if mineral.metal == "Mn" else 1.0) / 24
            equation = f"{mineral.name} + {share!r} Glc = {mineral.metal}+2 + {6 * share!r} CO2"
            yield Process(equation, rate, self.name, f"{self.name}:{mineral.name}", agent="microbe", free=("H+", "H2O"))
            yield from release(scene, here, mineral, rate, self.name, "microbe")
