"""What is simulated: a soil, perhaps a root in it, for how long and by which mechanisms. SI inside."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Bond = Literal["inner_sphere", "outer_sphere", "hydrophobic"]
Arrangement = Literal["monolayer", "outer_layer", "occluded", "coprecipitated"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Held(_Frozen):
    """Organic carbon held by one mineral in one way."""

    mineral: str
    organic: str = "dissolved_organic_matter"
    bond: Bond = "inner_sphere"
    arrangement: Arrangement = "monolayer"
    carbon: float = Field(ge=0)
    """mol C kg⁻¹ dry soil"""
    denticity: float = Field(default=1.0, ge=1)


class Soil(_Frozen):
    """A soil as a laboratory describes it (dry-mass basis)."""

    name: str
    source: str = ""
    place: str = ""
    note: str = ""
    pH: float = Field(ge=0, le=14)
    bulk_density: float = Field(gt=0)
    """kg m⁻³"""
    porosity: float = Field(gt=0, lt=1)
    water_content: float = Field(gt=0, lt=1)
    """m³ m⁻³"""
    organic_carbon: float = Field(default=0.0, ge=0)
    """mol C kg⁻¹"""
    cec: float = Field(default=0.0, ge=0)
    """mol charge kg⁻¹"""
    acid_groups: float = Field(default=0.0, ge=0)
    """mol charge kg⁻¹"""
    minerals: dict[str, float] = {}
    """mol formula kg⁻¹"""
    associations: tuple[Held, ...] = ()
    solution: dict[str, float] = {}
    """component → mol m⁻³ of soil water"""
    biomass: float = Field(default=0.0, ge=0)
    """mol C kg⁻¹"""
    filled: dict[str, str] = {}
    """fields that nobody measured → how they were filled"""
    closing: str = ""
    """component that closes the charge"""

    @classmethod
    def read(cls, path: Any) -> Soil:
        """The soil in a YAML file, or a shipped one by name."""
        from rhizolith.description.read_soil import read_soil

        return read_soil(path)


class Root(_Frozen):
    """A living root segment."""

    name: str = "root"
    radius: float = Field(gt=0)
    """m"""
    length_density: float = Field(gt=0)
    """m of root per m³ of soil"""
    exudation: dict[str, float] = {}
    """organic class → mol C per m of root per s by day"""

    @property
    def outer(self) -> float:
        """m: half the distance to the next root, 1/sqrt(π L_v)."""
        return float((3.141592653589793 * self.length_density) ** -0.5)


class Scenario(_Frozen):
    """One run of the rhizosphere simulator."""

    name: str
    soil: Soil
    root: Root | None = None
    geometry: Literal["cylinder", "slab", "batch"] = "cylinder"
    thickness: float = Field(default=0.01, gt=0)
    """m, of a slab"""
    cells: int = Field(default=40, ge=1, le=400)
    duration: float = Field(default=30 * 86400.0, gt=0)
    """s"""
    output_every: float = Field(default=21600.0, gt=0)
    """s"""
    temperature: float = Field(default=293.15, gt=263.15, lt=333.15)
    """K"""
    organics: tuple[str, ...] = ("sugar", "amino_compound", "oxalate", "citrate", "catechol")
    open_to_air: bool = True
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    parameters: dict[str, float] = {}
    """overrides, in the unit of the table"""
    tolerance: float = Field(default=3e-4, ge=1e-10, le=1e-2)
    database: tuple[str, ...] = ()
    text: str = ""
    """the file this was read from"""

    @property
    def mechanism_choice(self) -> tuple[Any, Any]:
        """(include, exclude) of mechanisms."""
        return (self.include, self.exclude)

    @classmethod
    def read(cls, path: Any) -> Scenario:
        """The scenario in a YAML file; InputError carries every problem with its line."""
        from rhizolith.description.read_scenario import read_scenario

        return read_scenario(path)

    def to_yaml(self) -> str:
        """Everything of this scenario, in SI, gaps filled."""
        import yaml

        return str(yaml.safe_dump(self.model_dump(mode="json", exclude={"text"}), sort_keys=False, allow_unicode=True))
