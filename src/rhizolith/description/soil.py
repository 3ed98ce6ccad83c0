"""A soil as a laboratory describes it: what was measured, and what filled the gaps. SI inside, per kg of dry soil."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from rhizolith.description.frozen import Frozen
from rhizolith.errors import InputError, Problem
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate
from rhizolith.knowledge.masses import molar_mass

Bond = Literal["inner_sphere", "outer_sphere", "hydrophobic"]
Arrangement = Literal["monolayer", "outer_layer", "occluded", "coprecipitated"]
BONDS, ARRANGEMENTS = get_args(Bond), get_args(Arrangement)


class Held(Frozen):
    """Organic carbon held by one mineral in one way."""

    mineral: str
    organic: str = "dissolved_organic_matter"
    bond: Bond = "inner_sphere"
    arrangement: Arrangement = "monolayer"
    carbon: float = Field(ge=0)
    """mol C kg⁻¹ dry soil"""
    denticity: float = Field(default=1.0, ge=1)
    """contacts of one molecule with the surface"""

    @property
    def name(self) -> str:
        """mineral/organic/bond/arrangement"""
        return f"{self.mineral}/{self.organic}/{self.bond}/{self.arrangement}"

    def __str__(self) -> str:
        return f"{self.name}: {self.carbon * 12.011:.3g} g C per kg soil"


class Soil(Frozen):
    """A soil on a dry-mass basis. Read one with `Soil.read`; every field is SI.

    `evidence` tells the spread, grade and source of what the file gave, `filled` of what it did not: both by field,
    parts of a field by `field.part`.
    """

    name: str
    source: str = ""
    """key of references.bib, with the place in it"""
    place: str = ""
    horizon: str = ""
    note: str = ""
    depth: tuple[float, float] | None = None
    """m: top and bottom of the layer"""
    pH: float = Field(ge=0, le=14)
    bulk_density: float = Field(gt=0)
    """kg m⁻³"""
    porosity: float = Field(gt=0, lt=1)
    water_content: float = Field(gt=0, lt=1)
    """m³ m⁻³"""
    temperature: float | None = None
    """K, mean of the soil"""
    carbon_dioxide: float | None = None
    """partial pressure in soil air, atm"""
    oxygen: float | None = None
    """partial pressure in soil air, atm"""
    clay: float | None = Field(default=None, ge=0, le=1)
    silt: float | None = Field(default=None, ge=0, le=1)
    sand: float | None = Field(default=None, ge=0, le=1)
    """kg kg⁻¹"""
    surface_area: float | None = Field(default=None, ge=0)
    """m² kg⁻¹, by gas adsorption"""
    organic_carbon: float = Field(default=0.0, ge=0)
    """mol C kg⁻¹"""
    total_nitrogen: float | None = Field(default=None, ge=0)
    """mol N kg⁻¹"""
    extracts: dict[str, float] = Field(default_factory=dict)
    """oxalate_iron, dithionite_iron, pyrophosphate_aluminium …: mol of the metal kg⁻¹"""
    cec: float = Field(default=0.0, ge=0)
    """mol charge kg⁻¹"""
    base_saturation: float | None = Field(default=None, ge=0, le=1)
    exchangeable: dict[str, float] = Field(default_factory=dict)
    """cation → mol charge kg⁻¹"""
    acid_groups: float = Field(default=0.0, ge=0)
    """mol charge kg⁻¹"""
    minerals: dict[str, float] = Field(default_factory=dict)
    """mol formula kg⁻¹"""
    associations: tuple[Held, ...] = ()
    solution: dict[str, float] = Field(default_factory=dict)
    """component → mol m⁻³ of soil water"""
    biomass: float = Field(default=0.0, ge=0)
    """mol C kg⁻¹"""
    closing: str = ""
    """component that closes the charge of the water"""
    evidence: dict[str, Estimate] = Field(default_factory=dict)
    filled: dict[str, Estimate] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        found = impossible(self)
        if found:
            raise InputError(Problem(f"soil {self.name}", f"{key}: {what}", fix) for key, what, fix in found)
        return self

    @classmethod
    def read(cls, path: str | Path) -> Soil:
        """The soil in a YAML file, or a shipped one by name; InputError carries every problem with its line."""
        from rhizolith.description.read_soil import read_soil

        return read_soil(path)

    def to_yaml(self) -> str:
        """Everything of this soil in SI with units, gaps filled and marked; `Soil.read` gives the same soil again."""
        from rhizolith.description.write_yaml import soil_yaml

        return soil_yaml(self)

    def assumptions(self) -> dict[str, Estimate]:
        """What nobody measured in this soil: gaps that were filled, and values given as fitted or assumed."""
        return self.filled | {k: e for k, e in self.evidence.items() if e.grade != "measured"}

    def __str__(self) -> str:
        held = sum(a.carbon for a in self.associations) * 12.011
        return (
            f"{self.name}: pH {self.pH:g}, {self.organic_carbon * 12.011:.3g} g C/kg, {held:.3g} of them held by "
            f"{len(self.minerals)} minerals in {len(self.associations)} ways; "
            f"{len(self.assumptions())} values not measured"
        )


def impossible(soil: Soil) -> list[tuple[str, str, str]]:
    """(field, what is physically impossible, what to do) for values that are each in range but not together."""
    found: list[tuple[str, str, str]] = []
    if soil.water_content > soil.porosity * (1 + 1e-9):
        found.append(
            (
                "water_content",
                f"{soil.water_content:g} is more than the pores hold ({soil.porosity:g})",
                "lower it or raise the porosity",
            )
        )
    solids = soil.bulk_density / (1 - soil.porosity)
    if solids > 5500:
        found.append(
            (
                "porosity",
                f"with this bulk density the solids would weigh {solids:.0f} kg per m3",
                "lower the bulk density or the porosity",
            )
        )
    texture = [x for x in (soil.clay, soil.silt, soil.sand) if x is not None]
    if sum(texture) > 1.05:
        found.append(
            (
                "clay",
                f"clay, silt and sand add up to {sum(texture):.2f} kg per kg",
                "check them; they are fractions of the fine earth",
            )
        )
    for name, amount in (soil.minerals | soil.solution | soil.extracts | soil.exchangeable).items():
        if not amount >= 0:
            found.append((name, f"{amount:g} is less than nothing", "give an amount of zero or more"))
    mass = sum(
        max(n, 0) * molar_mass(tables.minerals()[m]["formula"])
        for m, n in soil.minerals.items()
        if m in tables.minerals()
    )
    if mass > 1.001:
        found.append(
            ("minerals", f"weigh {mass:.2f} kg per kg of soil", "lower them; quartz and feldspar need not be listed")
        )
    found += _associations_impossible(soil)
    if soil.biomass > soil.organic_carbon * 1.0001 and soil.organic_carbon > 0:
        found.append(("biomass_carbon", "is more than the organic carbon", "lower it or raise organic_carbon"))
    for name in soil.minerals:
        if name not in tables.minerals():
            found.append(("minerals", f"{name!r} is no mineral rhizolith knows", "see `rhizolith show minerals`"))
    if soil.depth is not None and soil.depth[0] >= soil.depth[1]:
        found.append(("depth", "the bottom is not below the top", "write top first, like `depth: 0 to 10 cm`"))
    return found


def _associations_impossible(soil: Soil) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    held = sum(a.carbon for a in soil.associations)
    if held > soil.organic_carbon * (1 + 1e-6):
        what = f"hold {held * 12.011:.3g} g C per kg, more than the organic carbon ({soil.organic_carbon * 12.011:.3g})"
        found.append(("associations", what, "lower them or raise organic_carbon"))
    names = [a.name for a in soil.associations]
    for name in sorted({n for n in names if names.count(n) > 1}):
        found.append(("associations", f"{name} stands twice", "add the two up"))
    for a in soil.associations:
        if a.mineral not in soil.minerals:
            found.append(
                (
                    "associations",
                    f"{a.name}: the soil holds no {a.mineral}",
                    "list it under `minerals`, or name another mineral",
                )
            )
    return found
