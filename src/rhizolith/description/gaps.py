"""Rules that fill what nobody measured in a soil. Each returns an Estimate that says how; none is silent.

A rule reads the numbers at hand (SI, per kg dry soil) and gives value, plausible range, grade and the reason. Where a
rule only does arithmetic on measured numbers its grade is `fitted`; where it leans on experience it is `assumed`.
"""

from __future__ import annotations

from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate
from rhizolith.knowledge.masses import ATOMIC_MASS

CARBON = ATOMIC_MASS["C"] / 1e3
"""kg mol⁻¹"""
ORGANIC_PER_CARBON = 1.9
"""kg organic matter per kg carbon, between the usual 1.724 and 2 (assumed)"""


def estimate(value: float, unit: str, low: float, high: float, why: str, fitted: bool = False) -> Estimate:
    """An Estimate of a rule, its range widened to hold the value."""
    source = f"{'fitted' if fitted else 'assumed'}: {why}"
    return Estimate(
        float(value), unit, float(min(low, value)), float(max(high, value)), "fitted" if fitted else "assumed", source
    )


def bulk_density(carbon: float) -> Estimate:
    """Soil is lighter the more organic matter it holds: 1/ρ = f/ρ_o + (1 − f)/ρ_m with ρ_o 224 and ρ_m 1450 kg m⁻³."""
    f = min(ORGANIC_PER_CARBON * carbon * CARBON, 0.99)
    value = 1 / (f / 224 + (1 - f) / 1450)
    return estimate(
        value,
        "kg/m^3",
        0.75 * value,
        1.25 * value,
        "from organic matter, mixing light organic and dense mineral matter",
    )


def porosity(density: float, carbon: float) -> Estimate:
    """What the solids leave free: 1 − ρ_b/ρ_s, solids of mineral (2650) and organic matter (1400 kg m⁻³)."""
    f = min(ORGANIC_PER_CARBON * carbon * CARBON, 0.99)

    def free(mineral: float) -> float:
        return min(max(1 - density * (f / 1400 + (1 - f) / mineral), 0.05), 0.97)

    return estimate(
        free(2650),
        "",
        free(2500),
        free(2850),
        "from bulk density and solids of 2.65 g/cm3 mineral and 1.4 g/cm3 organic matter",
    )


def water_content(pores: float) -> Estimate:
    """Moist soil near field capacity holds water in about 55 % of its pores."""
    return estimate(0.55 * pores, "", 0.3 * pores, 0.8 * pores, "55 % of the pores hold water, a moist soil")


def organic_carbon() -> Estimate:
    """A topsoil of unknown carbon."""
    return estimate(1.25, "mol/kg", 0.3, 5.0, "15 g C per kg, an ordinary topsoil")


def exchange_capacity(
    clay: float | None, carbon: float, minerals: dict[str, float], exchangeable: dict[str, float]
) -> Estimate:
    """The sum of the exchangeable cations where they were measured, else clay and organic matter together."""
    if len(exchangeable) >= 3:
        total = sum(exchangeable.values())
        return estimate(
            total, "mol/kg", total, 1.3 * total, "the sum of the measured exchangeable cations", fitted=True
        )
    per_clay = 0.8 if minerals.get("smectite", 0) > minerals.get("kaolinite", 0) else 0.15
    clay = 0.2 if clay is None else clay
    value = per_clay * clay + 2.0 * carbon * CARBON
    return estimate(
        value, "mol/kg", value / 2, value * 2, f"{per_clay * 100:g} cmol per kg clay and 200 cmol per kg organic carbon"
    )


def acid_groups(carbon: float) -> Estimate:
    """Carboxyl and phenol groups of soil organic matter that take up protons between pH 3 and 8."""
    value = 5.0 * carbon * CARBON
    return estimate(value, "mol/kg", value / 3, value * 2, "5 mol of acid groups per kg of organic carbon")


def biomass(carbon: float) -> Estimate:
    """Microbial biomass carbon of an ordinary topsoil is about 1.5 % of its organic carbon."""
    value = 0.015 * carbon
    return estimate(value, "mol/kg", value / 3, value * 3, "1.5 % of organic carbon")


def nitrogen(carbon: float) -> Estimate:
    """Topsoil C:N by mass is near 12."""
    value = carbon * CARBON / 12 / (ATOMIC_MASS["N"] / 1e3)
    return estimate(value, "mol/kg", value * 12 / 25, value * 12 / 9, "C:N of 12 by mass")


def solution(minerals: dict[str, float], given: dict[str, float]) -> dict[str, Estimate]:
    """Typical composition of the water in a moist topsoil, for what was not measured."""
    found = {}
    for component, known in tables.solutes().items():
        if component in given or (component == "Ca+2" and "calcite" in minerals):
            continue  # calcium of a calcareous soil follows from calcite
        if known is not None:
            found[component] = known
    return found
