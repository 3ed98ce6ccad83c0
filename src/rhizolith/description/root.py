"""A living root segment: its size, and what it gives to and takes from the soil. SI inside."""

from __future__ import annotations

from math import pi
from typing import Self

from pydantic import Field, model_validator

from rhizolith.description.frozen import Frozen
from rhizolith.errors import InputError, Problem
from rhizolith.knowledge.estimate import Estimate


class Root(Frozen):
    """A living root segment and its share of the soil."""

    name: str = "root"
    radius: float = Field(gt=0)
    """m"""
    length_density: float = Field(gt=0)
    """m of root per m³ of soil"""
    exudation: dict[str, float] = Field(default_factory=dict)
    """organic class → mol C per m of root per s in full light; empty: the usual mix of a fine root"""
    night_share: float | None = Field(default=None, ge=0, le=1)
    """exudation at night as a share of the day's"""
    respiration: float | None = Field(default=None, ge=0)
    """mol O2 m⁻² root s⁻¹"""
    proton_release: float | None = None
    """mol m⁻² root s⁻¹, negative for uptake"""
    water_uptake: float | None = Field(default=None, ge=0)
    """m³ m⁻² root s⁻¹ in full light"""
    uptake: dict[str, float] = Field(default_factory=dict)
    """nutrient component → largest rate, mol m⁻² root s⁻¹"""
    evidence: dict[str, Estimate] = Field(default_factory=dict)
    filled: dict[str, Estimate] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        found = [Problem(f"root {self.name}", f"{key}: {what}", fix) for key, what, fix in misfit(self)]
        if found:
            raise InputError(found)
        return self

    @property
    def outer(self) -> float:
        """m: half the distance to the next root, 1/sqrt(π L_v)."""
        return (pi * self.length_density) ** -0.5

    @property
    def surface(self) -> float:
        """m² of surface per m of root"""
        return 2 * pi * self.radius

    def parameters(self) -> dict[str, float]:
        """Model parameters that this root sets, by dotted name."""
        own = {
            "root_activity.night_share": self.night_share, "root.respiration": self.respiration,
            "root.proton_release": self.proton_release, "root.water_uptake": self.water_uptake,
        }  # fmt: skip
        uptake = {f"root.uptake_{component}": rate for component, rate in self.uptake.items()}
        return {k: v for k, v in own.items() if v is not None} | uptake

    def __str__(self) -> str:
        size = f"{self.radius * 2e3:.3g} mm thick, {self.length_density * 1e-4:.3g} cm per cm3"
        return f"{self.name}: {size}, {self.outer * 1e3:.3g} mm of soil around it"


def misfit(root: Root) -> list[tuple[str, str, str]]:
    """(field, what does not fit, what to do) for numbers that are each possible but not together."""
    found = []
    if root.outer <= 1.05 * root.radius:
        what = (
            f"the root ({root.radius * 1e3:.3g} mm) is thicker than its share of the soil ({root.outer * 1e3:.3g} mm)"
        )
        found.append(("radius", what, "lower the radius or the length density"))
    for name, rate in (root.exudation | root.uptake).items():
        if not rate >= 0:
            found.append((name, f"the rate {rate:g} is less than nothing", "give zero or more"))
    return found
