"""Classes of formulas by the ratios of five elements: the multidimensional stoichiometric compounds classification."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.formulas import mass
from rhizolith.indices.registry import index
from rhizolith.indices.van_krevelen import first_of

CLASSES = ("nucleotide", "lipid", "peptide", "amino sugar", "carbohydrate", "phytochemical")


@index(
    "class, MSCC",
    "class",
    "six classes by C:H:O:N:P:S stoichiometry; N/P counts only where phosphorus is present",
    "RivasUbach2018",
    grade="assumed",
)
def mscc(
    carbon: ArrayLike,
    hydrogen: ArrayLike,
    oxygen: ArrayLike,
    nitrogen: ArrayLike = 0,
    sulfur: ArrayLike = 0,
    phosphorus: ArrayLike = 0,
) -> np.ndarray:
    """Class by element ratios (Rivas-Ubach et al. 2018).

    Without phosphorus N/P is infinite or undefined; its bounds are then not tested, for otherwise most formulas of
    dissolved organic matter would fall out of every class. Nucleotide and peptide overlap (AMP lies in both): where
    two classes hold a formula the first of CLASSES wins, the narrowest first.
    """
    atoms = (np.asarray(a, float) for a in (carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus))
    C, H, Ox, N, S, P = np.broadcast_arrays(*atoms)
    carbon_ = np.where(C > 0, C, np.nan)
    oc, hc, nc, pc = Ox / carbon_, H / carbon_, N / carbon_, P / carbon_
    none = P == 0
    np_ = N / np.where(none, np.nan, P)
    m = mass(C, H, Ox, N, S, P)

    def n_to_p_at_most(bound: float) -> np.ndarray:
        return none | (np_ <= bound)

    peptide = (oc > 0.12) & (oc <= 0.6) & (hc > 0.9) & (hc < 2.5) & (nc >= 0.126) & (nc <= 0.7) & (pc < 0.17) & (N >= 1)
    rich = (oc > 0.6) & (oc <= 1) & (hc > 1.2) & (hc < 2.5) & (nc > 0.2) & (nc <= 0.7) & (pc < 0.17) & (N >= 1)
    sugar = (oc >= 0.61) & (hc >= 1.45) & (nc > 0.07) & (nc <= 0.2) & (pc < 0.3) & (Ox >= 3) & (N >= 1)
    nucleotide = (
        (oc >= 0.5) & (oc < 1.7) & (hc > 1) & (hc < 1.8) & (nc >= 0.2) & (nc <= 0.5) & (pc >= 0.1) & (pc < 0.35)
    )
    return first_of(
        {
            "nucleotide": nucleotide
            & (np_ > 0.6)
            & (np_ <= 5)
            & (N >= 2)
            & (P >= 1)
            & (S == 0)
            & (m > 305)
            & (m < 523),
            "lipid": (oc <= 0.6) & (hc >= 1.32) & (nc <= 0.126) & (pc < 0.35) & n_to_p_at_most(5),
            "peptide": peptide | rich,
            "amino sugar": sugar & n_to_p_at_most(2),
            "carbohydrate": (oc >= 0.8) & (hc >= 1.65) & (hc < 2.7) & (N == 0),
            "phytochemical": (oc <= 1.15) & (hc < 1.32) & (nc < 0.126) & (pc <= 0.2) & n_to_p_at_most(3),
        }
    )
