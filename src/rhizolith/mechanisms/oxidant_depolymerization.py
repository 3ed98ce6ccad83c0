"""Cleavage of mineral-held organic matter by the oxidants of iron cycling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rhizolith.kernels import maximum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Family, Here, Mechanism, Process, Scene, assumed
from rhizolith.mechanisms.iron_oxidation_rate import oxidation_rate, possible
from rhizolith.mechanisms.rate_parts import freeing


@dataclass(frozen=True)
class OxidantDepolymerization(Mechanism):
    """Iron(II) meeting oxygen makes hydrogen peroxide and hydroxyl radicals that cut mineral-held organic matter.

    R = y R_ox A/Σ A over exposed carbon, y mol C freed per mol Fe(II) oxidized, R_ox the oxidation of iron. The
    radicals are quasi-steady: they live for microseconds, and their oxygen is already counted in the oxidation of
    iron. A hypothesis in the review (checklist H-008): y is a guess with a wide range. Leaves out the competition of
    dissolved organic matter for radicals, which y stands for.
    """

    name: ClassVar[str] = "oxidant_depolymerization"
    family: ClassVar[Family] = "depolymerization"
    parameters: ClassVar[Mapping[str, Estimate]] = {
        "carbon_per_iron": assumed(
            0.01, "mol/mol", 0.0, 0.3, "radical yields of a few per cent per iron; effect on associations unmeasured"
        ),
    }

    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """One cut per exposed association."""
        exposed = [a for a in scene.associations if a.exposed]
        if not exposed or not possible(scene):
            return
        amounts = {a: maximum(here.amount(a.name), 0.0) for a in exposed}
        total: Any = sum(amounts.values()) + here.known("vanishing", "association")
        cut = self.parameter(here, "carbon_per_iron") * oxidation_rate(here)
        for association, amount in amounts.items():
            yield freeing(scene, association, cut * amount / total, self.name, "both")
