"""Pieces that several rate laws share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from rhizolith.kernels import Expr, exp, maximum, minimum
from rhizolith.mechanisms.interface import Association, Here, Mineral, Process, Scene

Agent = Literal["root", "microbe", "both", "none"]

GAS_CONSTANT = 8.314462618
"""J mol⁻¹ K⁻¹ (CODATA 2018)"""
REFERENCE = 298.15
"""K, the temperature at which rate constants are tabulated"""


def arrhenius(here: Here, energy: Expr) -> Any:
    """Factor by which a rate constant of 25 °C changes at the soil's temperature; energy in J mol⁻¹."""
    return exp(energy / GAS_CONSTANT * (1 / REFERENCE - 1 / here.temperature))


def area(here: Here, mineral: Mineral) -> Any:
    """Whole surface of a mineral, m² per m³ of soil."""
    kilograms = maximum(here.amount(mineral.name), 0.0) * mineral.molar_mass * here.data("bulk_density")
    return kilograms * here.known(mineral.name, "specific_surface_area")


def carbon(here: Here, association: Association) -> Any:
    """Carbon of an association, mol C per m³ of soil."""
    return maximum(here.amount(association.name), 0.0) * here.data("bulk_density")


def held(here: Here, scene: Scene, mineral: str) -> Any:
    """Organic carbon on the surface of a mineral, mol C per m³ of soil."""
    total: Any = 0.0
    for association in scene.on(mineral):
        if association.exposed:
            total = total + carbon(here, association)
    return total


def open_area(here: Here, scene: Scene, mineral: Mineral) -> Any:
    """Surface left to attackers: adsorbed and coprecipitated organic matter blocks reactive sites (m² per m³ of soil).

    A / (1 + b·C/(Γ A)), with Γ the carbon of a full monolayer per area and b the strength of blocking (checklist
    F-015). What is hidden in pores blocks nothing.
    """
    surface = area(here, mineral)
    blocking: Any = 0.0
    for association in scene.on(mineral.name):
        if association.arrangement != "occluded":
            blocking = blocking + carbon(here, association)
    capacity = here.known(mineral.name, "sorption_capacity") * surface
    return surface * capacity / (capacity + here.known("blocking", "strength") * blocking + 1e-12)


def reactive_area(here: Here, scene: Scene, mineral: Mineral) -> Any:
    """Open surface that dissolves as fast as in the laboratory (m² per m³ of soil).

    Surfaces aged in soil dissolve far slower than fresh ones of the same area; the share that counts is tabulated by
    mineral. Give 1 (`kaolinite.reactive_share: 1`) for an experiment with fresh mineral.
    """
    return open_area(here, scene, mineral) * here.known(mineral.name, "reactive_share")


NEAR = 0.05
"""1 − Ω below which approach to equilibrium slows down smoothly (dimensionless, our choice)."""


def eased(x: Any) -> Any:
    """x for x ≥ 0.05, 0 for x ≤ 0, with a continuous slope in between, for waters that sit at saturation."""
    y = maximum(x, 0.0)
    s = minimum(y, NEAR)
    return y - s + s * s * (2 * NEAR - s) / NEAR**2


def undersaturation(here: Here, mineral: Mineral) -> Any:
    """1 − Ω where the mineral can dissolve, 0 where it cannot."""
    return eased(1.0 - exp(minimum(here.log_saturation(mineral.phase), 0.0)))


def supersaturation(here: Here, mineral: Mineral) -> Any:
    """1 − 1/Ω where the mineral can grow, 0 where it cannot: bounded, however far above saturation."""
    return eased(1.0 - exp(-maximum(here.log_saturation(mineral.phase), 0.0)))


def release(scene: Scene, here: Here, mineral: Mineral, rate: Any, mechanism: str, agent: Agent) -> Iterator[Process]:
    """Organic matter set free as its mineral dissolves: the share of each association that the mineral loses.

    Coprecipitated and occluded matter leaves congruently; surface matter in proportion to the lost area, which is
    proportional to the lost mineral.
    """
    share = rate / maximum(here.amount(mineral.name), here.known("vanishing", "mineral"))
    for association in scene.on(mineral.name):
        yield freeing(scene, association, share * maximum(here.amount(association.name), 0.0), mechanism, agent)


def freeing(scene: Scene, association: Association, rate: Any, mechanism: str, agent: Agent = "none") -> Process:
    """The association's carbon goes into solution at `rate` (mol C m⁻³ s⁻¹)."""
    organic = scene.organic(association.organic)
    equation = f"{association.name} = {1 / organic.carbon!r} {organic.component}"
    name = f"{mechanism}:{association.name}"
    return Process(equation, rate, mechanism, name, association.name, "disruption", agent)


def binding(scene: Scene, association: Association, rate: Any, mechanism: str, agent: Agent = "none") -> Process:
    """Dissolved carbon becomes associated at `rate` (mol C m⁻³ s⁻¹)."""
    organic = scene.organic(association.organic)
    equation = f"{1 / organic.carbon!r} {organic.component} = {association.name}"
    name = f"{mechanism}:bound:{association.name}"
    return Process(equation, rate, mechanism, name, association.name, "formation", agent)
