"""Indices of soil, biomass, salt and growth from what soil tables hold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rhizolith.analysis.experiment.recipe import Quantities, Recipe
from rhizolith.indices import biomass, carbon_use, soil


def _ratio(a: str, b: str, top: str, bottom: str) -> Callable[[Quantities], np.ndarray]:
    return lambda q: soil.molar_ratio(q[top], q[bottom], a, b)


def _of(function: Callable[..., np.ndarray], *names: str) -> Callable[[Quantities], np.ndarray]:
    return lambda q: function(*(q[n] for n in names))


def _made(variable: str, index: str, function: Callable[..., np.ndarray], *names: str, note: str = "") -> Recipe:
    return Recipe(variable, index, names, _of(function, *names), note)


K_NOTE = "factor k: C 0.45, N 0.54, P 0.40; other laboratories use others"
BIOMASS = (
    _made("MBC", "microbial biomass C", biomass.biomass_carbon, "C_fumigated", "C_control", note=K_NOTE),
    _made("MBN", "microbial biomass N", biomass.biomass_nitrogen, "N_fumigated", "N_control", note=K_NOTE),
    _made("MBP", "microbial biomass P", biomass.biomass_phosphorus, "P_fumigated", "P_control", note=K_NOTE),
)
RATIOS = (
    Recipe("soil_CN", "molar ratio", ("SOC", "TN"), _ratio("C", "N", "SOC", "TN"), "soil C:N"),
    Recipe("soil_CP", "molar ratio", ("SOC", "TP"), _ratio("C", "P", "SOC", "TP"), "soil C:P"),
    Recipe("biomass_CN", "molar ratio", ("MBC", "MBN"), _ratio("C", "N", "MBC", "MBN"), "microbial biomass C:N"),
    Recipe("biomass_CP", "molar ratio", ("MBC", "MBP"), _ratio("C", "P", "MBC", "MBP"), "microbial biomass C:P"),
    Recipe(
        "biomass_CN_plausible", "plausibility of biomass C:N:P", ("MBC", "MBN"),
        lambda q: biomass.plausibility(q["MBC"], q["MBN"], "C:N"), "C:N by mass",
    ),
    Recipe(
        "biomass_CP_plausible", "plausibility of biomass C:N:P", ("MBC", "MBP"),
        lambda q: biomass.plausibility(q["MBC"], q["MBP"], "C:P"), "C:P by mass",
    ),
    Recipe(
        "microbial_quotient", "microbial quotient", ("MBC", "SOC"),
        lambda q: soil.microbial_quotient(q["MBC"], 1000 * q["SOC"]),
    ),
    _made("imbalance_CN", "stoichiometric imbalance", soil.imbalance, "soil_CN", "biomass_CN", note="soil: biomass"),
    _made("imbalance_CP", "stoichiometric imbalance", soil.imbalance, "soil_CP", "biomass_CP", note="soil: biomass"),
    _made("qCO2", "metabolic quotient", carbon_use.metabolic_quotient, "respiration", "MBC", note="per day"),
    _made("CUE_growth", "CUE by growth and respiration", carbon_use.cue_measured, "growth", "respiration"),
    _made("turnover", "turnover time of biomass", carbon_use.turnover_time, "MBC", "growth", note="days"),
    _made("SAR", "SAR", soil.sodium_adsorption_ratio, "soluble_Na", "soluble_Ca", "soluble_Mg"),
    _made("ESP", "ESP", soil.exchangeable_sodium_percentage, "exchangeable_Na", "CEC"),
    _made("ESP_from_SAR", "ESP from SAR", soil.esp_from_sar, "SAR"),
    _made(
        "base_saturation", "base saturation", soil.base_saturation,
        "exchangeable_Ca", "exchangeable_Mg", "exchangeable_K", "exchangeable_Na", "CEC",
    ),
    _made("Fe_crystallinity", "Fe crystallinity", soil.iron_activity, "Fe_oxalate", "Fe_dithionite"),
    Recipe(
        "short_range_order", "short-range order", ("Al_oxalate", "Fe_oxalate"),
        lambda q: soil.short_range_order(q["Al_oxalate"] / 10, q["Fe_oxalate"] / 10),
    ),
)  # fmt: skip
SOIL = (*BIOMASS, *RATIOS)
