"""What a living root puts into and takes out of the soil at its surface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rhizolith.kernels import limit
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed

CHARGE_OF_NUTRIENT = {"NH4+": 1, "K+": 1, "NO3-": -1, "PO4-3": -3}
"""Protons a root releases (positive) or takes up for each nutrient, as the component is written."""


@dataclass(frozen=True)
class RootActivity(Mechanism):
    """The root exudes organic compounds by day, breathes oxygen, and takes up nutrients, paying for their charge with
    protons.

    Exudation of class s: E_s (night + (1 − night) light(t)); uptake V C/(C + K); respiration Q O2/(O2 + K); all in
    mol m⁻² root s⁻¹ times
    the root surface per soil volume, which is zero away from the root. Each cation taken up is paid with protons,
    each anion with their uptake.
    """

    name: ClassVar[str] = "root_activity"
    family: ClassVar[Family] = "transport"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "night_share": assumed(0.3, "", 0.0, 1.0, "exudation falls at night to a fraction of the day's"),
        "half_oxygen": assumed(5e-3, "mol/m3", 1e-3, 5e-2, "root respiration saturates at low oxygen"),
        "half_nutrient": assumed(0.02, "mol/m3", 2e-3, 0.2, "tens of micromolar for high-affinity uptake"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Exudation by class, proton release, respiration, uptake by nutrient."""
        if not scene.root:
            return
        surface = here.data("root_area")
        night = self.parameter(here, "night_share")
        day = night + (1.0 - night) * here.forcing("light")
        for organic in scene.organics:
            rate = here.known("root", f"exudation_{organic.name}") * day * surface / organic.carbon
            yield Process(
                f" = {organic.component}", rate, self.name, f"exudation:{organic.name}", agent="root", boundary=True
            )
        if scene.has("O2", "CO3-2"):
            breath = (
                here.known("root", "respiration")
                * limit(here.total("O2"), self.parameter(here, "half_oxygen"))
                * surface
            )
            yield Process("O2 = CO2", breath, self.name, "root_respiration", agent="root", boundary=True)
        for component, protons in CHARGE_OF_NUTRIENT.items():
            if scene.has(component):
                most = here.known("root", f"uptake_{component}")
                rate = most * limit(here.total(component), self.parameter(here, "half_nutrient")) * surface
                paid = f" = {protons} H+" if protons > 0 else f" + {-protons} H+ ="
                yield Process(f"{component}{paid}", rate, self.name, f"uptake:{component}", agent="root", boundary=True)
        if scene.has("Ca+2"):
            extra = (
                here.known("root", "proton_release")
                * limit(here.total("Ca+2"), self.parameter(here, "half_nutrient"))
                * surface
            )
            yield Process("Ca+2 = 2 H+", 0.5 * extra, self.name, "proton_release", agent="root", boundary=True)
