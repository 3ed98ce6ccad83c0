"""What a mechanism is: something that can happen in the rhizosphere, as balanced reactions with rates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from rhizolith.kernels import Expr
from rhizolith.knowledge.estimate import Estimate

Direction = Literal["disruption", "formation", "other"]
Family = Literal["dissolution", "desorption", "depolymerization", "formation", "life", "transport"]


@dataclass(frozen=True)
class Mineral:
    """A mineral in the scene. `phase` names its solubility in the database, `metal` its reducible metal if any."""

    name: str
    formula: str
    molar_mass: float
    """kg mol⁻¹"""
    dissolution: str
    """what one formula unit and protons become, e.g. `goethite + 3 H+ = Fe+3 + 2 H2O`"""
    phase: str
    metal: Literal["Fe", "Mn", ""] = ""
    precipitates: bool = False

    def yields(self, species: str) -> float:
        """mol of a species that the dissolution of one formula unit sets free (0 when it is not a product)."""
        for term in self.dissolution.split(" = ")[1].split(" + "):
            number, _, name = term.strip().rpartition(" ")
            if name == species:
                return float(number or 1)
        return 0.0

    @property
    def electrons(self) -> float:
        """mol of electrons that one formula unit takes up when its iron(III) or manganese(IV) is reduced; 0 for others.

        Iron leaves as Fe+3 and takes one each; manganese(IV) is written as Mn+2 and oxygen, which stands for four.
        """
        return self.yields("Fe+3") + 4 * self.yields("O2") if self.metal else 0.0


@dataclass(frozen=True)
class Organic:
    """An organic class in solution: its component, carbon per mole, and what it can do."""

    name: str
    component: str
    carbon: float
    """mol C per mol of component"""
    nitrogen: float = 0.0
    """mol N per mol of component"""
    strong_ligand: bool = False
    siderophore: bool = False
    reductant: bool = False
    substrate: bool = False
    polymer: bool = False


@dataclass(frozen=True)
class Association:
    """Organic matter held by a mineral: which, what, by which bond, in which arrangement (mol C kg⁻¹)."""

    mineral: str
    organic: str
    bond: Literal["inner_sphere", "outer_sphere", "hydrophobic"]
    arrangement: Literal["monolayer", "outer_layer", "occluded", "coprecipitated"]
    denticity: float = 1.0

    @property
    def name(self) -> str:
        """mineral/organic/bond/arrangement"""
        return f"{self.mineral}/{self.organic}/{self.bond}/{self.arrangement}"

    @property
    def exposed(self) -> bool:
        """Whether it sits on a surface that solution touches."""
        return self.arrangement in ("monolayer", "outer_layer")


@dataclass(frozen=True)
class Scene:
    """Everything that is present: what a mechanism looks through to find where it applies."""

    minerals: tuple[Mineral, ...] = ()
    organics: tuple[Organic, ...] = ()
    associations: tuple[Association, ...] = ()
    guilds: tuple[str, ...] = ()
    particulate: bool = False
    """whether there is organic matter that no mineral holds: the pool `particulate`, mol C kg⁻¹"""
    root: bool = False
    gases: tuple[str, ...] = ()
    components: tuple[str, ...] = ()

    def on(self, mineral: str) -> tuple[Association, ...]:
        """Associations of one mineral."""
        return tuple(a for a in self.associations if a.mineral == mineral)

    def organic(self, name: str) -> Organic:
        """The organic class of that name."""
        return next(o for o in self.organics if o.name == name)

    def has(self, *components: str) -> bool:
        """Whether all these components are dissolved in the scene's water."""
        return all(c in self.components for c in components)


class Here(Protocol):
    """The state at one place, as a rate law sees it."""

    temperature: Expr
    """K"""
    ionic_strength: Expr
    """mol kg⁻¹ water"""
    time: Expr
    """s since the start"""

    def total(self, component: str) -> Expr:
        """mol m⁻³ water, all species of a component; a gas: mol m⁻³ air."""

    def activity(self, species: str) -> Expr:
        """activity on the molal scale"""

    def log_activity(self, species: str) -> Expr:
        """natural log of the activity: finite however little there is"""

    def molality(self, species: str) -> Expr:
        """mol kg⁻¹ water"""

    def solubility(self, gas: str) -> Expr:
        """mol kg⁻¹ water per atm of a gas, `O2(g)`"""

    def amount(self, pool: str) -> Expr:
        """mol (associations: mol C) kg⁻¹ dry soil"""

    def log_saturation(self, phase: str) -> Expr:
        """ln Ω"""

    def data(self, name: str) -> Expr:
        """cell data: bulk_density (kg m⁻³), water_content, air_content, root_area (m² m⁻³)"""

    def forcing(self, name: str) -> Expr:
        """what changes in time by itself: `light`, `transpiration` (0..1)"""

    def use(self, name: str, estimate: Estimate) -> Expr:
        """A parameter, registered with its story; always data, never a constant."""

    def known(self, item: str, quantity: str) -> Expr:
        """A tabulated quantity of a mineral, organic class, guild or root."""


@dataclass(frozen=True)
class Process:
    """One reaction running at one rate (mol m⁻³ soil s⁻¹) for one mechanism."""

    equation: str
    rate: Any
    mechanism: str
    name: str
    association: str = ""
    direction: Direction = "other"
    agent: Literal["root", "microbe", "both", "none"] = "none"
    free: tuple[str, ...] = ()
    """species that complete the balance, their coefficients found by solving it"""
    boundary: bool = False
    """crosses the root surface or the soil surface: one side is outside the soil"""


@dataclass(frozen=True)
class Mechanism(ABC):
    """One thing that can happen. A subclass in a file of this folder is registered by being there."""

    name: ClassVar[str]
    family: ClassVar[Family]
    parameters: ClassVar[Mapping[str, Estimate]] = field(default={}, init=False, repr=False)

    @abstractmethod
    def processes(self, scene: Scene, here: Here) -> Iterator[Process]:
        """Every reaction of this mechanism in the scene."""

    def parameter(self, here: Here, key: str) -> Expr:
        """One of this mechanism's own parameters."""
        return here.use(f"{self.name}.{key}", self.parameters[key])

    def __str__(self) -> str:
        return f"{self.name} ({self.family}): {(self.__doc__ or '').splitlines()[0]}"


def assumed(value: float, unit: str, low: float, high: float, why: str, about: str = "") -> Estimate:
    """A parameter that no source at hand fixes; `why` says where the guess comes from."""
    return Estimate(value, unit, low, high, "assumed", f"assumed: {why}", about)


def measured(value: float, unit: str, low: float, high: float, source: str, about: str = "") -> Estimate:
    """A parameter read from a measurement; `source` is a key of references.bib with its place."""
    return Estimate(value, unit, low, high, "measured", source, about)


def fitted(value: float, unit: str, low: float, high: float, source: str, about: str = "") -> Estimate:
    """A parameter that a published model was adjusted to; `source` is a key of references.bib with its place."""
    return Estimate(value, unit, low, high, "fitted", source, about)
