"""Dissolution by protons, water and hydroxide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import exp
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Mineral, Process, Scene
from rhizolith.mechanisms.rate_parts import arrhenius, reactive_area, release, undersaturation


@dataclass(frozen=True)
class ProtonDissolution(Mechanism):
    """Protons weaken the metal-oxygen bonds of a mineral surface until metal leaves, and what it held goes free.

    R = A_open (k_H a_H^n + k_w + k_OH a_H^m) max(1 − Ω, 0), each k with its Arrhenius factor; R in mol m⁻³ soil s⁻¹,
    A_open the aged surface that organic matter leaves open (m² m⁻³), k in mol m⁻² s⁻¹, a_H proton activity, Ω
    saturation.
    Organic matter leaves in proportion to the mineral lost. Written for waters far from and near equilibrium between
    pH 2 and 12; leaves out the ageing of fresh surfaces and, for carbonates, the term in the pressure of CO2. A mineral
    whose rate constants are zero in the tables has none published. Palandri & Kharaka (2004), each term with its own
    activation energy; Sidhu et al. (1981) for iron oxides, whose published neutral term of goethite is rejected:
    it is 240 times faster than goethite in 0.5 M hydrochloric acid.
    """

    name: ClassVar[str] = "proton_dissolution"
    family: ClassVar[Family] = "dissolution"

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One dissolution per mineral, one release per association it holds."""
        for mineral in scene.minerals:
            rate = reactive_area(here, scene, mineral) * self.per_area(here, mineral) * undersaturation(here, mineral)
            yield Process(mineral.dissolution, rate, self.name, f"{self.name}:{mineral.name}", agent="both")
            yield from release(scene, here, mineral, rate, self.name, "both")

    def per_area(self, here: Here, mineral: Mineral) -> Any:
        """mol m⁻² s⁻¹ far from equilibrium."""
        log_h = here.log_activity("H+")
        total: Any = 0.0
        for term in ("acid", "neutral", "base"):
            k = here.known(mineral.name, f"rate_{term}")
            hot = arrhenius(here, here.known(mineral.name, f"activation_energy_{term}"))
            order = 0.0 if term == "neutral" else here.known(mineral.name, f"order_{term}")
            total = total + k * hot * exp(order * log_h)
        return total
