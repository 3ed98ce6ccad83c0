"""What the heavy isotopes of a formula should weigh and show, so that their absence can count against it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.masses import HEAVY
from rhizolith.indices.registry import index


@index("isotopologue ratio", "1", "intensity of the molecule with one heavy isotope over the light one", "Meija2016")
def isotopologue_ratio(atoms: ArrayLike, isotope: str = "13C") -> np.ndarray:
    """Expected ratio from `atoms` of the element: atoms × heavy/light abundance (13C 0.0107/0.9893, 34S
    0.0425/0.9499).
    """
    return np.asarray(atoms, float) * HEAVY[isotope][2]


@index("isotopologue mass", "Da", "where the molecule with one heavy isotope is found", "Wang2012")
def isotopologue_mz(mz: ArrayLike, isotope: str = "13C", charge: int = 1) -> np.ndarray:
    """m/z of the partner with one heavy isotope: 13C +1.0033548, 34S +1.9957958, 18O +2.0042450 Da over the charge."""
    return np.asarray(mz, float) + HEAVY[isotope][1] / abs(charge)


@index("carbon from 13C", "atoms", "carbon number that the 13C partner shows", "Meija2016")
def carbon_from_13c(intensity: ArrayLike, intensity_13c: ArrayLike) -> np.ndarray:
    """Carbon atoms estimated from the intensities of a molecule and its 13C partner; NaN where either is missing."""
    light, heavy = np.asarray(intensity, float), np.asarray(intensity_13c, float)
    both = (light > 0) & (heavy > 0)
    return np.where(both, heavy / np.where(both, light, 1) / HEAVY["13C"][2], np.nan)


@index(
    "13C agreement",
    "1",
    "1 when the 13C partner shows the assigned carbon within the stated factor, 0 when not",
    "Meija2016",
)
def carbon_agrees(carbon: ArrayLike, intensity: ArrayLike, intensity_13c: ArrayLike, factor: float = 1.5) -> np.ndarray:
    """Whether estimated and assigned carbon differ by less than `factor` (assumed 1.5); NaN without a partner."""
    shown = carbon_from_13c(intensity, intensity_13c)
    ratio = shown / np.asarray(carbon, float)
    return np.where(np.isnan(ratio), np.nan, ((ratio <= factor) & (ratio >= 1 / factor)).astype(float))


@index(
    "evidence against sulfur",
    "1",
    "1 when a sulfur formula's 34S partner should show above the threshold but is absent",
    "Meija2016",
)
def sulfur_refuted(sulfur: ArrayLike, intensity: ArrayLike, intensity_34s: ArrayLike, threshold: float) -> np.ndarray:
    """Whether 34S is missing although S × 0.0425/0.9499 × intensity is above the detection threshold."""
    expected = isotopologue_ratio(sulfur, "34S") * np.asarray(intensity, float)
    absent = ~(np.asarray(intensity_34s, float) > 0)
    return ((expected > threshold) & absent).astype(float)
