"""What a living root puts into and takes out of the soil at its surface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import exp, limit
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Organic, Process, Scene, assumed

PROTONS_FOR = {"NH4+": 1, "K+": 1, "NO3-": -1, "PO4-3": -3}
"""Protons a root releases (positive) or takes up with each nutrient, as the component is written."""
CARBOXYLS = {"oxalate": 2, "citrate": 3}
"""Acid groups that have lost their proton in the cytosol."""
DAY = 86_400.0
"""s"""


@dataclass(frozen=True)
class RootActivity(Mechanism):
    """The root exudes organic compounds by day, breathes, and takes up nutrients, paying for their charge with protons.

    All rates are per root surface (mol m⁻² s⁻¹) times the root surface per soil volume, zero away from the root.
    Exudation of a class: E z (n + (1 − n) light(t)), n the share that goes on at night, z = o + (1 − o)/(1 + exp((age
    − a)/w)) the zone: the tip passes, root hairs take over, the segment suberizes and keeps the share o. Carboxylates
    and siderophores rise with phosphorus hunger: 1 + h K_P/(K_P + P), and leave as anions with protons (share s) or
    potassium. Uptake V z C/(C + K); respiration Q O2/(O2 +
    K_O). Each cation taken up is paid with protons, each anion with their uptake; further protons leave in exchange
    for calcium (negative: hydroxide). Leaves out root growth, uptake of organic compounds by the root and the plant's
    own regulation.
    """

    name: ClassVar[str] = "root_activity"
    family: ClassVar[Family] = "transport"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "night_share": assumed(0.3, "", 0.0, 1.0, "exudation falls at night to a fraction of the day's"),
        "half_oxygen": assumed(5e-3, "mol/m3", 1e-3, 5e-2, "root respiration saturates at low oxygen"),
        "half_nutrient": assumed(0.02, "mol/m3", 2e-3, 0.2, "tens of micromolar for high-affinity uptake"),
        "age": assumed(0.0, "d", 0.0, 30.0, "the run starts as the tip arrives", "of the segment at the start"),
        "age_of_suberization": assumed(15.0, "d", 3.0, 60.0, "fine-root segments of grasses suberize within weeks"),
        "width_of_suberization": assumed(3.0, "d", 1.0, 15.0, "gradual"),
        "old_share": assumed(0.3, "", 0.05, 1.0, "old segments still release and take up, but less"),
        "proton_share": assumed(
            0.75, "", 0.0, 1.0, "carboxylates leave with protons or potassium; by which share differs among plants", "s"
        ),
        "hunger": assumed(1.0, "", 0.0, 10.0, "P-starved roots exude several times more carboxylates"),
        "enough_phosphorus": assumed(2e-3, "mol/m3", 2e-4, 2e-2, "micromolar phosphate feeds most crops"),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Exudation by class, proton release, respiration, uptake by nutrient."""
        if not scene.root:
            return
        surface = here.data("root_area")
        able = surface * self.zone(here)
        night = self.parameter(here, "night_share")
        day = night + (1.0 - night) * here.forcing("light")
        for organic in scene.organics:
            most = here.known("root", f"exudation_{organic.name}") * self.hunger(scene, here, organic)
            rate = most * day * able / organic.carbon
            yield self.at_root(f"= {organic.component}", rate, f"exudation:{organic.name}")
            if organic.name in CARBOXYLS and scene.has("K+"):
                salt = (1.0 - self.parameter(here, "proton_share")) * CARBOXYLS[organic.name] * rate
                yield self.at_root("H+ = K+", salt, f"potassium_with:{organic.name}")
        if scene.has("O2", "CO3-2"):
            breath = here.known("root", "respiration") * limit(here.total("O2"), self.parameter(here, "half_oxygen"))
            yield self.at_root("O2 = CO2", breath * surface, "root_respiration")
        half = self.parameter(here, "half_nutrient")
        for component, protons in PROTONS_FOR.items():
            if scene.has(component):
                rate = here.known("root", f"uptake_{component}") * limit(here.total(component), half) * able
                paid = f"{component} = {protons} H+" if protons > 0 else f"{component} + {-protons} H+ ="
                yield self.at_root(paid, rate, f"uptake:{component}")
        if scene.has("Ca+2"):
            extra = here.known("root", "proton_release") * limit(here.total("Ca+2"), half) * able
            yield self.at_root("0.5 Ca+2 = H+", extra, "proton_release")

    def at_root(self, equation: str, rate: Any, name: str) -> Process:
        """A flux across the root surface."""
        return Process(equation, rate, self.name, name, agent="root", boundary=True)

    def zone(self, here: Here) -> Any:
        """Share of full activity at the segment's age."""
        ripe = self.parameter(here, "age_of_suberization") - self.parameter(here, "age")
        late = (here.time - ripe * DAY) / (self.parameter(here, "width_of_suberization") * DAY)
        old = self.parameter(here, "old_share")
        return old + (1.0 - old) / (1.0 + exp(late))

    def hunger(self, scene: Scene, here: Here, organic: Organic) -> Any:
        """Factor by which phosphorus hunger raises the release of strong ligands."""
        if not organic.strong_ligand or not scene.has("PO4-3"):
            return 1.0
        fed = limit(here.total("PO4-3"), self.parameter(here, "enough_phosphorus"))
        return 1.0 + self.parameter(here, "hunger") * (1.0 - fed)
