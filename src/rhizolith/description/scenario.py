"""What is simulated: a soil, perhaps a root in it, for how long and by which mechanisms. SI inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from rhizolith.description.frozen import Frozen
from rhizolith.description.root import Root
from rhizolith.description.soil import Arrangement, Bond, Held, Soil
from rhizolith.errors import InputError, Problem
from rhizolith.knowledge.estimate import Estimate

__all__ = ["Arrangement", "Bond", "Held", "Root", "Scenario", "Soil"]
Geometry = Literal["cylinder", "slab", "batch"]


class Scenario(Frozen):
    """One run of the rhizosphere simulator."""

    name: str
    note: str = ""
    soil: Soil
    root: Root | None = None
    geometry: Geometry = "cylinder"
    thickness: float = Field(default=0.01, gt=0)
    """m, of a slab"""
    cells: int = Field(default=40, ge=1, le=400)
    duration: float = Field(default=30 * 86400.0, gt=0)
    """s"""
    output_every: float = Field(default=21600.0, gt=0)
    """s"""
    temperature: float = Field(default=293.15, ge=273.15, le=333.15)
    """K"""
    organics: tuple[str, ...] = ("sugar", "amino_compound", "oxalate", "citrate", "catechol")
    open_to_air: bool = True
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    parameters: dict[str, float] = Field(default_factory=dict)
    """overrides by dotted name, in the unit of the table"""
    tolerance: float = Field(default=3e-4, ge=1e-10, le=1e-2)
    database: tuple[str, ...] = ()
    filled: dict[str, Estimate] = Field(default_factory=dict)
    text: str = Field(default="", repr=False)
    """the file this was read from"""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        found = inconsistent(self)
        if found:
            raise InputError(Problem(f"scenario {self.name}", f"{key}: {what}", fix) for key, what, fix in found)
        return self

    @classmethod
    def read(cls, path: str | Path) -> Scenario:
        """The scenario in a YAML file; InputError carries every problem with its line."""
        from rhizolith.description.read_scenario import read_scenario

        return read_scenario(path)

    def to_yaml(self) -> str:
        """Everything of this scenario in SI with units, gaps filled and marked; reading it gives the same scenario."""
        from rhizolith.description.write_yaml import scenario_yaml

        return scenario_yaml(self)

    @property
    def mechanism_choice(self) -> tuple[Any, Any]:
        """(include, exclude) of mechanisms."""
        return (self.include, self.exclude)

    def overrides(self) -> dict[str, float]:
        """Every parameter that this description sets, by dotted name: the root's, the soil air's, those by name."""
        own = self.root.parameters() if self.root is not None else {}
        air = {"oxygen_pressure": self.soil.oxygen, "carbon_dioxide_pressure": self.soil.carbon_dioxide}
        gases = {f"gas_exchange.{key}": value for key, value in air.items() if value is not None}
        return own | gases | self.parameters

    def assumptions(self) -> dict[str, Estimate]:
        """Every value of this description that nobody measured, by `soil.…`, `root.…` or setting."""
        found = {f"soil.{k}": e for k, e in self.soil.assumptions().items()} | self.filled
        if self.root is not None:
            given = {k: e for k, e in self.root.evidence.items() if e.grade != "measured"}
            found |= {f"root.{k}": e for k, e in (self.root.filled | given).items()}
        return dict(sorted(found.items()))

    def __str__(self) -> str:
        name = "a root" if self.root and self.root.name == "root" else self.root and self.root.name
        around = f" around {name}" if name else ""
        what = f"{self.duration / 86400:.3g} days of a {self.geometry}{around}"
        return f"{self.name}: {what} in {self.soil.name}, {self.cells} cells"


def inconsistent(scenario: Scenario) -> list[tuple[str, str, str]]:
    """(setting, what does not fit, what to do) for settings that are each possible but not together."""
    found: list[tuple[str, str, str]] = []
    if scenario.geometry == "cylinder" and scenario.root is None:
        found.append(("geometry", "a cylinder needs a root", "add a `root:` section, or choose slab or batch"))
    if scenario.output_every > scenario.duration:
        found.append(("output_every", "is longer than the run", "write results at least once"))
    if scenario.duration / scenario.output_every > 100_000:
        found.append(("output_every", "would write more than 100000 times", "make it longer"))
    both = set(scenario.include or ()) & set(scenario.exclude)
    if both:
        found.append(("mechanisms", f"{', '.join(sorted(both))} stands under include and exclude", "keep one"))
    return found
