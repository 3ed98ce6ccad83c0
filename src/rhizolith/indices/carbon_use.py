"""Carbon use efficiency of microbes: the part of the carbon taken up that becomes biomass."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.cautions import ENZYME_CUE
from rhizolith.indices.registry import index

CUE_MAX, HALF_SATURATION = 0.6, 0.5  # Sinsabaugh2013, Sinsabaugh2016
OXYGEN_IN_DNA = 0.3121  # mass of oxygen per mass of DNA, Spohn2016


@index(
    "availability of a nutrient",
    "1",
    "1 food and enzymes meet the demand of biomass, below 1 short of it",
    "Sinsabaugh2016",
    ENZYME_CUE,
    grade="fitted",
)
def nutrient_availability(enzyme_ratio: ArrayLike, food_ratio: ArrayLike, biomass_ratio: ArrayLike) -> np.ndarray:
    """S_C:X = (1/EEA_C:X)(B_C:X/L_C:X); all ratios C:X, those of food (L) and biomass (B) molar."""
    eea, food = np.asarray(enzyme_ratio, float), np.asarray(food_ratio, float)
    demand = eea * food
    return np.asarray(biomass_ratio, float) / np.where(demand > 0, demand, np.nan)


@index(
    "CUE by stoichiometry, one nutrient",
    "1",
    "0 to 0.6: growth allowed by one nutrient",
    "Sinsabaugh2013",
    ENZYME_CUE,
    grade="fitted",
)
def cue_one(availability: ArrayLike) -> np.ndarray:
    """0.6 S/(0.5 + S), S the availability of one nutrient."""
    s = np.asarray(availability, float)
    return CUE_MAX * s / (HALF_SATURATION + s)


@index(
    "CUE by stoichiometry",
    "1",
    "0 to 0.6: growth allowed by N and P together",
    ("Sinsabaugh2013", "Sinsabaugh2016"),
    ENZYME_CUE,
    grade="fitted",
)
def cue_stoichiometric(availability_n: ArrayLike, availability_p: ArrayLike) -> np.ndarray:
    """0.6 [S_CN S_CP / ((0.5 + S_CN)(0.5 + S_CP))]^½: the geometric mean of the two one-nutrient values."""
    return np.sqrt(cue_one(availability_n) * cue_one(availability_p))


@index("DNA produced", "as the oxygen", "new DNA from the 18O that it took up from labelled water", "Spohn2016")
def dna_produced(
    oxygen: ArrayLike, atom_percent: ArrayLike, natural_percent: ArrayLike, water_percent: ArrayLike
) -> np.ndarray:
    """DNA made during the incubation, in the unit of `oxygen` (mass of O in the DNA extract).

    `atom_percent` is 18O in the DNA, `natural_percent` in that of unlabelled controls, `water_percent` the 18O excess
    of the soil water. Leaves out oxygen that DNA took from other sources than water.
    """
    excess = np.asarray(atom_percent, float) - np.asarray(natural_percent, float)
    water = np.asarray(water_percent, float)
    return np.asarray(oxygen, float) * excess / np.where(water > 0, water, np.nan) / OXYGEN_IN_DNA


@index("growth by 18O-DNA", "as the biomass, per time", "carbon put into new biomass", "Spohn2016")
def growth_18o(biomass_carbon: ArrayLike, dna_new: ArrayLike, dna_total: ArrayLike, duration: ArrayLike) -> np.ndarray:
    """Biomass carbon × new DNA / all DNA / duration: biomass is taken to grow as its DNA does."""
    total = np.asarray(dna_total, float)
    share = np.asarray(dna_new, float) / np.where(total > 0, total, np.nan)
    return np.asarray(biomass_carbon, float) * share / np.asarray(duration, float)


@index("CUE by growth and respiration", "1", "0 all respired, 1 all kept", ("Spohn2016", "Manzoni2018"))
def cue_measured(growth: ArrayLike, respiration: ArrayLike) -> np.ndarray:
    """Growth/(growth + respiration), both in carbon per time (by 18O-DNA: growth from `growth_18o`)."""
    g, r = np.asarray(growth, float), np.asarray(respiration, float)
    taken = g + r
    return g / np.where(taken > 0, taken, np.nan)


@index("turnover time of biomass", "time", "how long biomass lasts at the rate at which it grows", "Spohn2016")
def turnover_time(biomass_carbon: ArrayLike, growth: ArrayLike) -> np.ndarray:
    """Biomass carbon over growth, in the time unit of growth."""
    g = np.asarray(growth, float)
    return np.asarray(biomass_carbon, float) / np.where(g > 0, g, np.nan)


@index(
    "metabolic quotient",
    "per time",
    "respiration per biomass: high under stress or in fast-growing communities",
    "Hartman2013",
)
def metabolic_quotient(respiration: ArrayLike, biomass_carbon: ArrayLike) -> np.ndarray:
    """qCO2, respired carbon per biomass carbon and time."""
    b = np.asarray(biomass_carbon, float)
    return np.asarray(respiration, float) / np.where(b > 0, b, np.nan)
