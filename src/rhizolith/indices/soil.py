"""Ratios of a soil: sodium and salt, exchangeable cations, biomass, carbon on iron and aluminium."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.registry import index

_USDA = "Richards1954"
MOLAR_MASS = {"C": 12.011, "N": 14.007, "P": 30.974, "Fe": 55.845, "Al": 26.982, "Si": 28.085}  # g/mol, Meija2016


def _over(top: ArrayLike, bottom: ArrayLike) -> np.ndarray:
    low = np.asarray(bottom, float)
    return np.asarray(top, float) / np.where(low > 0, low, np.nan)


@index("SAR", "(mmol(c) L-1)^0.5", "sodium in soil water against Ca and Mg: above 13 sodic", _USDA)
def sodium_adsorption_ratio(sodium: ArrayLike, calcium: ArrayLike, magnesium: ArrayLike) -> np.ndarray:
    """Na/sqrt((Ca + Mg)/2), concentrations in mmol of charge per litre of the saturation extract."""
    divalent = (np.asarray(calcium, float) + np.asarray(magnesium, float)) / 2
    return _over(sodium, np.sqrt(np.maximum(divalent, 0)))


@index("ESP", "%", "sodium on exchange sites: above 15 sodic, clay disperses", _USDA)
def exchangeable_sodium_percentage(sodium: ArrayLike, cec: ArrayLike) -> np.ndarray:
    """100 exchangeable Na/CEC, both in cmol of charge per kg."""
    return 100 * _over(sodium, cec)


@index("ESP from SAR", "%", "sodium on exchange sites, estimated from soil water", _USDA, grade="fitted")
def esp_from_sar(sar: ArrayLike) -> np.ndarray:
    """100 (-0.0126 + 0.01475 SAR)/(1 + (-0.0126 + 0.01475 SAR)), a regression on soils of the western United States."""
    exchange = -0.0126 + 0.01475 * np.asarray(sar, float)
    return 100 * exchange / (1 + exchange)


@index("base saturation", "%", "exchange sites held by Ca, Mg, K and Na: low in acid soils", _USDA)
def base_saturation(
    calcium: ArrayLike, magnesium: ArrayLike, potassium: ArrayLike, sodium: ArrayLike, cec: ArrayLike
) -> np.ndarray:
    """100 (Ca + Mg + K + Na)/CEC, all in cmol of charge per kg."""
    total = sum(np.asarray(x, float) for x in (calcium, magnesium, potassium, sodium))
    return 100 * _over(total, cec)  # type: ignore[arg-type]


@index("effective CEC", "cmol(c) kg-1", "exchange sites at the soil's own pH", _USDA)
def effective_cec(
    calcium: ArrayLike, magnesium: ArrayLike, potassium: ArrayLike, sodium: ArrayLike, acidity: ArrayLike
) -> np.ndarray:
    """Sum of exchangeable Ca, Mg, K, Na and acidity (Al + H), cmol of charge per kg."""
    return np.sum([np.asarray(x, float) for x in (calcium, magnesium, potassium, sodium, acidity)], axis=0)


@index("molar ratio", "mol mol-1", "amount of one element per amount of another", "Meija2016")
def molar_ratio(mass_a: ArrayLike, mass_b: ArrayLike, a: str = "C", b: str = "N") -> np.ndarray:
    """Molar a:b from masses in one unit."""
    return _over(mass_a, mass_b) * MOLAR_MASS[b] / MOLAR_MASS[a]


@index(
    "OC:Fe",
    "mol mol-1",
    "below about 1 sorbed on iron oxides, above about 6 more than surfaces hold: coprecipitated",
    "Wagai2007",
)
def oc_to_iron(carbon: ArrayLike, iron: ArrayLike) -> np.ndarray:
    """Moles of carbon released with iron per mole of iron (reductive dissolution minus control), from masses in one
    unit.
    """
    return molar_ratio(carbon, iron, "C", "Fe")


@index(
    "Fe crystallinity",
    "1",
    "oxalate over dithionite iron: near 1 short-range ordered, near 0 crystalline",
    "assumed: activity ratio of iron oxides as soil science uses it; no source read",
)
def iron_activity(oxalate: ArrayLike, dithionite: ArrayLike) -> np.ndarray:
    """Fe_o/Fe_d, masses in one unit."""
    return _over(oxalate, dithionite)


@index(
    "short-range order",
    "%",
    "Al and half the Fe dissolved by oxalate: above 2 andic",
    "assumed: Al_o + Fe_o/2 as soil taxonomies use it",
)
def short_range_order(aluminium: ArrayLike, iron: ArrayLike) -> np.ndarray:
    """Al_o + Fe_o/2, mass percent of soil."""
    return np.asarray(aluminium, float) + np.asarray(iron, float) / 2


@index(
    "microbial quotient",
    "%",
    "share of soil carbon in living cells: low in poor or young soil",
    "assumed: biomass carbon over organic carbon as soil science uses it; no source read",
)
def microbial_quotient(biomass_carbon: ArrayLike, organic_carbon: ArrayLike) -> np.ndarray:
    """100 biomass C/organic C, both in one unit."""
    return 100 * _over(biomass_carbon, organic_carbon)


@index("stoichiometric imbalance", "1", "food over biomass: above 1 food is poor in the nutrient", "Cleveland2007")
def imbalance(food_ratio: ArrayLike, biomass_ratio: ArrayLike) -> np.ndarray:
    """C:X of food over C:X of biomass, both molar or both by mass."""
    return _over(food_ratio, biomass_ratio)
