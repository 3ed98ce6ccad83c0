"""Dissolution by protons, water and hydroxide, and the reverse: precipitation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import exp
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene
from rhizolith.mechanisms.rate_parts import arrhenius, open_area, release, undersaturation


@dataclass(frozen=True)
class ProtonDissolution(Mechanism):
    """Protons weaken the metal-oxygen bonds of a mineral surface until metal leaves, and the organic matter it held
    goes free.

    R = A_open (k_H a_H^n + k_w + k_OH a_H^m) max(1 − Ω, 0), each k with its Arrhenius factor; R in mol m⁻³ soil s⁻¹,
    A_open the surface that organic matter leaves open (m² m⁻³), k in mol m⁻² s⁻¹, a_H proton activity, Ω saturation.
    Organic matter leaves in proportion to the mineral lost. Holds far from and near equilibrium; leaves out
    the ageing of fresh surfaces. Palandri & Kharaka (2004); Hermanska et al. (KINEC); Sidhu et al. (1981) for iron
    oxides.
    """

    name: ClassVar[str] = "proton_dissolution"
    family: ClassVar[Family] = "dissolution"

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One dissolution per mineral, one release per association it holds."""
        for mineral in scene.minerals:
            k = {q: here.known(mineral.name, f"rate_{q}") for q in ("acid", "neutral", "base")}
            n = {q: here.known(mineral.name, f"order_{q}") for q in ("acid", "base")}
            hot = arrhenius(here, here.known(mineral.name, "activation_energy"))
            log_h = here.log_activity("H+")  # type: ignore[attr-defined]
            per_area = k["acid"] * exp(n["acid"] * log_h) + k["neutral"] + k["base"] * exp(n["base"] * log_h)
            rate = open_area(here, scene, mineral) * per_area * hot * undersaturation(here, mineral)
            yield Process(mineral.dissolution, rate, self.name, f"{self.name}:{mineral.name}")
            yield from release(scene, here, mineral, rate, self.name, "both")
