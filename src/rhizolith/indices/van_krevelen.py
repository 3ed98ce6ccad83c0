"""Classes of formulas by boxes of O/C and H/C, as eight published schemes draw them.

Boxes and their closure stand in van_krevelen.csv: `[` includes the bound, `(` does not, O/C first. Where boxes of one
scheme overlap, the first in the table wins; `overlapping` counts how many hold a formula. A ratio is compared as the
nearest double of its fraction, which equals the double of the printed bound: 3/10 is 0.3.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from rhizolith.indices.formulas import Atoms, _aromaticity
from rhizolith.indices.registry import index

OTHER = "other"
_BOXES = Path(__file__).with_suffix(".csv")


@cache
def _boxes() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    with _BOXES.open(newline="", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            found.setdefault(row["scheme"], []).append(row)
    return found


def _within(x: np.ndarray, low: str, high: str, closure: str) -> np.ndarray:
    above = x >= float(low) if closure[0] == "[" else x > float(low)
    below = x <= float(high) if closure[1] == "]" else x < float(high)
    return above & below


def _ratios(carbon: Atoms, hydrogen: Atoms, oxygen: Atoms) -> tuple[np.ndarray, np.ndarray]:
    C, H, Ox = np.broadcast_arrays(*(np.asarray(a, float) for a in (carbon, hydrogen, oxygen)))
    C = np.where(C > 0, C, np.nan)
    return Ox / C, H / C


def inside(scheme: str, carbon: Atoms, hydrogen: Atoms, oxygen: Atoms) -> dict[str, np.ndarray]:
    """Which formulas lie in each box of a scheme of the table: class → bool array, in the scheme's order."""
    oc, hc = _ratios(carbon, hydrogen, oxygen)
    return {
        box["class"]: _within(oc, box["oc_low"], box["oc_high"], box["closure"][:2])
        & _within(hc, box["hc_low"], box["hc_high"], box["closure"][2:])
        for box in _boxes()[scheme]
    }


def first_of(members: dict[str, np.ndarray]) -> np.ndarray:
    """The first class that holds each formula, `other` where none does."""
    return np.select(list(members.values()), list(members), default=OTHER)


def overlapping(scheme: str, carbon: Atoms, hydrogen: Atoms, oxygen: Atoms) -> np.ndarray:
    """How many boxes of a scheme hold each formula: above 1 its class depends on the order of the boxes."""
    return np.sum(list(inside(scheme, carbon, hydrogen, oxygen).values()), axis=0)


@index(
    "van Krevelen class, Kim 2003",
    "class",
    "eight boxes drawn from biomolecules; 3 % of soil formulas lie in two",
    "Kim2003",
    grade="assumed",
)
def kim_2003(carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, **others: Atoms) -> np.ndarray:
    """Class by the boxes of Kim et al. 2003 (bounds as ftmsRanalysis states them, all closed)."""
    return first_of(inside("kim_2003", carbon, hydrogen, oxygen))


@index(
    "van Krevelen class, Bailey 2017",
    "class",
    "eight boxes that tile most of soil organic matter",
    "AyalaOrtiz2023",
    grade="assumed",
)
def bailey_2017(carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, **others: Atoms) -> np.ndarray:
    """Class by the boxes of Bailey et al. 2017 as MetaboDirect states them: all closed, first match wins."""
    return first_of(inside("bailey_2017", carbon, hydrogen, oxygen))


@index(
    "van Krevelen class, Tfaily 2017",
    "class",
    "Bailey's boxes with unsaturated hydrocarbons up to H/C 2.5",
    "Bramer2020",
    grade="assumed",
)
def tfaily_2017(carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, **others: Atoms) -> np.ndarray:
    """Class by the boxes of Bailey and Tfaily as ftmsRanalysis draws them: O/C closed above, H/C closed below."""
    return first_of(inside("tfaily_2017", carbon, hydrogen, oxygen))


@index(
    "van Krevelen class, Formularity", "class", "eight boxes of the Formularity software", "Kitson2021", grade="assumed"
)
def formularity(carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, **others: Atoms) -> np.ndarray:
    """Class by the boxes of Formularity, as PyKrev states them; amino sugar is a class of its own, not tannin."""
    return first_of(inside("formularity", carbon, hydrogen, oxygen))


@index(
    "van Krevelen class, seven boxes 2026",
    "class",
    "seven boxes with an aliphatic and an aromatic class",
    "assumed: boxes of a public analysis script of 2026; the paper behind them could not be traced",
)
def seven_boxes_2026(carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, **others: Atoms) -> np.ndarray:
    """Class by seven boxes (lipid, aliphatic, lignin, carbohydrate, unsaturated hydrocarbon, aromatic, tannin)."""
    return first_of(inside("seven_boxes_2026", carbon, hydrogen, oxygen))


@index(
    "class, Kellerman 2014",
    "class",
    "by AImod and H/C: polycyclic, polyphenol, highly unsaturated, aliphatic",
    "Kellerman2014",
    grade="assumed",
)
def kellerman_2014(
    carbon: Atoms, hydrogen: Atoms, oxygen: Atoms, nitrogen: Atoms = 0, sulfur: Atoms = 0, phosphorus: Atoms = 0
) -> np.ndarray:
    """Class by AImod (> 0.66 polycyclic, 0.5..0.66 polyphenol) and, below, by H/C (< 1.5 highly unsaturated, else
    aliphatic).
    """
    C, H, top, bottom = np.broadcast_arrays(
        np.asarray(carbon, float),
        np.asarray(hydrogen, float),
        *_aromaticity(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, share=1),
    )
    real = (top > 0) & (bottom > 0)
    polycyclic, polyphenol = real & (100 * top > 66 * bottom), real & (2 * top > bottom)
    known = (C > 0) & ~np.isnan(top + bottom)
    return np.select(
        [~known, polycyclic, polyphenol, 2 * H < 3 * C],
        [OTHER, "polycyclic aromatic", "polyphenol", "highly unsaturated"],
        default="aliphatic",
    )
