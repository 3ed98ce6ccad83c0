"""Decay of the organic matter that no mineral holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit, maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed, fitted
from rhizolith.mechanisms.rate_parts import arrhenius


@dataclass(frozen=True)
class ParticulateDecay(Mechanism):
    """Enzymes soak plant and microbial debris soft and dissolve it: the soil's own source of dissolved organic matter.

    R = k P E/(E + K_E) (mol C m⁻³ soil s⁻¹), P particulate carbon and E enzyme (mol C m⁻³ soil): enzymes saturate the
    surface of debris, the reverse Michaelis-Menten law. Debris has the composition of dissolved organic matter. Where
    the microbes of a described soil stand still, k follows from it (see the standing still of a simulation). Leaves
    out fragmentation, lignin and other qualities of litter, and the supply of fresh litter.
    """

    name: ClassVar[str] = "particulate_decay"
    family: ClassVar[Family] = "life"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "rate_constant": assumed(6e-9, "1/s", 3e-10, 1e-7, "at full cover by enzymes: some years to decades"),
        "half_enzyme": assumed(0.5, "mol/m3", 0.05, 5.0, "about the enzyme of a topsoil, so that more helps by half"),
        "activation_energy": fitted(4.5e4, "J/mol", 2.0e4, 6.0e4, "ReSOM: set_Ea_default.m, degradation of polymers"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One decay, where there is debris and something to eat it."""
        if not scene.particulate or not scene.guilds or not scene.has("Dom"):
            return
        density = here.data("bulk_density")
        debris = maximum(here.amount("particulate"), 0.0) * density
        cover = limit(here.amount("enzyme") * density, self.parameter(here, "half_enzyme"))
        hot = arrhenius(here, self.parameter(here, "activation_energy"))
        rate = self.parameter(here, "rate_constant") * hot * debris * cover
        yield Process("particulate = Dom", rate, self.name, self.name, agent="microbe")
