"""Indices of a molecular formula: unsaturation, aromaticity, oxidation state, energy, ratios.

Every function takes atoms per molecule as arrays or numbers in the order C, H, O, N, S, P, broadcasts, and returns
a float array of that shape. A missing count (NaN) gives NaN; a formula without carbon gives NaN where carbon divides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.masses import ELECTRON, MASSES
from rhizolith.indices.registry import index

Atoms = ArrayLike
"""Atoms of one element in each molecule; the charge of each, where that is asked."""


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top / bottom, NaN where the bottom is 0."""
    top, bottom = np.broadcast_arrays(np.asarray(top, float), np.asarray(bottom, float))
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)


def _arrays(*atoms: Atoms) -> list[np.ndarray]:
    return [np.asarray(a, float) for a in atoms]


@index("monoisotopic mass", "Da", "mass of the molecule made of its lightest common isotopes", "Wang2012")
def mass(
    carbon: Atoms,
    hydrogen: Atoms,
    oxygen: Atoms,
    nitrogen: Atoms = 0,
    sulfur: Atoms = 0,
    phosphorus: Atoms = 0,
    charge: Atoms = 0,
) -> np.ndarray:
    """Monoisotopic mass in Da; with `charge` that of the ion, without the electrons it lost."""
    C, H, Ox, N, S, P, Z = _arrays(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, charge)
    m = MASSES
    return C * m["C"] + H * m["H"] + Ox * m["O"] + N * m["N"] + S * m["S"] + P * m["P"] - Z * ELECTRON


@index("DBE", "1", "rings plus double bonds: 0 saturated and open, 4 a benzene ring, more: condensed", "Koch2006")
def dbe(
    carbon: Atoms,
    hydrogen: Atoms,
    oxygen: Atoms = 0,
    nitrogen: Atoms = 0,
    sulfur: Atoms = 0,
    phosphorus: Atoms = 0,
    halogens: Atoms = 0,
) -> np.ndarray:
    """Double bond equivalents, 1 + C - H/2 - X/2 + N/2 + P/2 of the neutral molecule; O and S are divalent."""
    C, H, N, P, X = _arrays(carbon, hydrogen, nitrogen, phosphorus, halogens)
    return 1 + C - H / 2 - X / 2 + N / 2 + P / 2 + 0 * np.asarray(oxygen, float) + 0 * np.asarray(sulfur, float)


@index(
    "DBE-O", "1", "unsaturation left when every oxygen sat in a C=O bond; negative: oxygen in single bonds", "Koch2006"
)
def dbe_minus_o(
    carbon: Atoms,
    hydrogen: Atoms,
    oxygen: Atoms,
    nitrogen: Atoms = 0,
    sulfur: Atoms = 0,
    phosphorus: Atoms = 0,
    halogens: Atoms = 0,
) -> np.ndarray:
    """Double bond equivalents minus oxygen atoms."""
    return dbe(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, halogens) - np.asarray(oxygen, float)


@index("DBE_AI", "1", "fewest C=C bonds and rings that the formula allows", ("Koch2006", "Koch2016"))
def dbe_ai(
    carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, nitrogen: Atoms = 0, sulfur: Atoms = 0, phosphorus: Atoms = 0
) -> np.ndarray:
    """Numerator of the aromaticity index, 1 + C - O - S - (N + P + H)/2."""
    C, H, Ox, N, S, P = _arrays(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus)
    return 1 + C - Ox - S - (N + P + H) / 2


def _aromaticity(C: ArrayLike, H: ArrayLike, Ox: ArrayLike, N: ArrayLike, S: ArrayLike, P: ArrayLike, share: int):
    """Numerator and denominator of AI (share 2) or AImod (share 1), both doubled: whole numbers for whole atoms."""
    C, H, Ox, N, S, P = _arrays(C, H, Ox, N, S, P)
    return 2 + 2 * C - share * Ox - 2 * S - N - P - H, 2 * C - share * Ox - 2 * S - 2 * N - 2 * P


def _floored(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    value = np.where((top > 0) & (bottom > 0), top / np.where(bottom > 0, bottom, 1), 0.0)
    return np.where(np.isnan(top + bottom), np.nan, value)


@index("AI", "1", "aromaticity: 0 none certain, above 0.5 aromatic, 0.67 and more condensed", ("Koch2006", "Koch2016"))
def ai(
    carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, nitrogen: Atoms = 0, sulfur: Atoms = 0, phosphorus: Atoms = 0
) -> np.ndarray:
    """Aromaticity index with the correction of 2016; 0 where its numerator or denominator is not positive."""
    return _floored(*_aromaticity(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, share=2))


@index(
    "AImod",
    "1",
    "AI when half of the oxygen is in C=O bonds: above 0.5 aromatic, 0.67 and more condensed",
    ("Koch2006", "Koch2016"),
)
def ai_mod(
    carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, nitrogen: Atoms = 0, sulfur: Atoms = 0, phosphorus: Atoms = 0
) -> np.ndarray:
    """Modified aromaticity index with the correction of 2016; 0 where numerator or denominator is not positive."""
    return _floored(*_aromaticity(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, share=1))


@index(
    "aromaticity class", "class", "condensed (AImod >= 0.67), aromatic (> 0.5) or not certain", ("Koch2006", "Koch2016")
)
def aromaticity_class(
    carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, nitrogen: Atoms = 0, sulfur: Atoms = 0, phosphorus: Atoms = 0
) -> np.ndarray:
    """Aromatic or condensed, compared in whole numbers: benzene (2/3) lies just below 0.67 and is aromatic only."""
    top, bottom = _aromaticity(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, share=1)
    real = (top > 0) & (bottom > 0)
    condensed, aromatic = real & (100 * top >= 67 * bottom), real & (2 * top > bottom)
    named = np.where(condensed, "condensed", np.where(aromatic, "aromatic", "not certain"))
    return np.where(np.isnan(top + bottom), "", named)


@index("NOSC", "1", "oxidation state of carbon: -4 methane, 0 glucose, +4 CO2", "LaRowe2011")
def nosc(
    carbon: Atoms,
    hydrogen: Atoms,
    oxygen: Atoms,
    nitrogen: Atoms = 0,
    sulfur: Atoms = 0,
    phosphorus: Atoms = 0,
    charge: Atoms = 0,
) -> np.ndarray:
    """Nominal oxidation state of carbon, 4 - (4C + H - 3N - 2O + 5P - 2S - Z)/C, Z the net charge."""
    C, H, Ox, N, S, P, Z = _arrays(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, charge)
    return 4 - _ratio(4 * C + H - 3 * N - 2 * Ox + 5 * P - 2 * S - Z, C)


@index(
    "delta G0 Cox",
    "kJ (mol C)-1",
    "energy asked by oxidizing the carbon: high for reduced carbon, low for oxidized",
    "LaRowe2011",
    grade="fitted",
)
def gibbs_cox(
    carbon: Atoms,
    hydrogen: Atoms,
    oxygen: Atoms,
    nitrogen: Atoms = 0,
    sulfur: Atoms = 0,
    phosphorus: Atoms = 0,
    charge: Atoms = 0,
) -> np.ndarray:
    """Standard Gibbs energy of the oxidation half reaction, 60.3 - 28.5 NOSC; a regression that fails within NOSC
    classes.
    """
    return 60.3 - 28.5 * nosc(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, charge)


@index("H/C", "1", "above 1.5 aliphatic, below 0.7 condensed", "Kim2003")
def h_to_c(carbon: Atoms, hydrogen: Atoms, **others: Atoms) -> np.ndarray:
    """Hydrogen atoms per carbon atom; other elements may be given and are not used."""
    return _ratio(*_arrays(hydrogen, carbon))


@index("O/C", "1", "0 hydrocarbon, 1 sugar", "Kim2003")
def o_to_c(carbon: Atoms, oxygen: Atoms, **others: Atoms) -> np.ndarray:
    """Oxygen atoms per carbon atom; other elements may be given and are not used."""
    return _ratio(*_arrays(oxygen, carbon))


@index("N/C", "1", "above about 0.1 peptides and nucleotides", "RivasUbach2018")
def n_to_c(carbon: Atoms, nitrogen: Atoms, **others: Atoms) -> np.ndarray:
    """Nitrogen atoms per carbon atom; other elements may be given and are not used."""
    return _ratio(*_arrays(nitrogen, carbon))


@index("S/C", "1", "sulfur atoms per carbon atom; known molecules stay below 0.8", "Kind2007")
def s_to_c(carbon: Atoms, sulfur: Atoms, **others: Atoms) -> np.ndarray:
    """Sulfur atoms per carbon atom; other elements may be given and are not used."""
    return _ratio(*_arrays(sulfur, carbon))


@index("P/C", "1", "above about 0.1 nucleotides", "RivasUbach2018")
def p_to_c(carbon: Atoms, phosphorus: Atoms, **others: Atoms) -> np.ndarray:
    """Phosphorus atoms per carbon atom; other elements may be given and are not used."""
    return _ratio(*_arrays(phosphorus, carbon))


@index("N/P", "1", "nitrogen atoms per phosphorus atom; not defined without phosphorus", "RivasUbach2018")
def n_to_p(nitrogen: Atoms, phosphorus: Atoms, **others: Atoms) -> np.ndarray:
    """Nitrogen atoms per phosphorus atom; NaN where a formula holds no phosphorus."""
    return _ratio(*_arrays(nitrogen, phosphorus))


@index(
    "above the lability boundary",
    "1",
    "1 when H/C >= 1.5: labile by the molecular lability boundary",
    "DAndrilli2015",
    grade="assumed",
)
def above_mlb(carbon: Atoms, hydrogen: Atoms, **others: Atoms) -> np.ndarray:
    """Whether a formula lies on or above the molecular lability boundary H/C = 1.5, compared in whole atoms."""
    C, H = _arrays(carbon, hydrogen)
    return np.where(np.isnan(C + H) | (C == 0), np.nan, (2 * H >= 3 * C).astype(float))


@index("seven golden rules", "1", "1 when element ratios are those of known molecules", "Kind2007")
def plausible(
    carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, nitrogen: Atoms = 0, sulfur: Atoms = 0, phosphorus: Atoms = 0
) -> np.ndarray:
    """Whether element ratios and joint heteroatom counts are those found in databases of known molecules (rules 4 to
    6).
    """
    C, H, Ox, N, S, P = np.broadcast_arrays(*_arrays(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus))
    fine = (H >= 0.2 * C) & (H <= 3.1 * C) & (N <= 1.3 * C) & (Ox <= 1.2 * C) & (P <= 0.3 * C) & (S <= 0.8 * C)
    joint = [
        (np.minimum.reduce([N, Ox, P, S]) > 1, (N < 10) & (Ox < 20) & (P < 4) & (S < 3)),
        (np.minimum.reduce([N, Ox, P]) > 3, (N < 11) & (Ox < 22) & (P < 6)),
        (np.minimum.reduce([Ox, P, S]) > 1, (Ox < 14) & (P < 3) & (S < 3)),
        (np.minimum.reduce([P, S, N]) > 1, (P < 3) & (S < 3) & (N < 4)),
        (np.minimum.reduce([N, Ox, S]) > 6, (N < 19) & (Ox < 14) & (S < 8)),
    ]
    for applies, kept in joint:
        fine &= ~applies | kept
    return np.where(np.isnan(C + H + Ox + N + S + P), np.nan, fine.astype(float))
