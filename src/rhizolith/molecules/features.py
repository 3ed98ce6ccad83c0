"""What distinguishes a true formula from a chance match, as numbers that a list can teach their weight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rhizolith.molecules.isotopes import isotopes

# Every feature is scaled to be of the order of one. The weights are those that the shipped synthetic lists and an
# open fulvic acid spectrum settle on; every list moves them by what it holds (see `evidence`).
WEIGHTS = {
    "one": -1.0, "strength": 0.5, "strong": 0.5, "weight": -1.0, "weight²": 0.0, "N": -0.3, "N²": -0.1, "S": -0.8,
    "S²": -0.3, "P": -1.2, "P²": -0.3, "others": -2.0, "H/C": 0.0, "(H/C)²": -0.3, "O/C": 0.0, "(O/C)²": -0.3,
    "listed": 2.0, "near": 3.0, "√near": 2.0, "far": 3.0, "√far": 1.0, "adduct": -2.5, "odd N": 0.0,
}
NAMES = tuple(WEIGHTS)
STATIC = NAMES.index("near")


def static(
    symbols: Sequence[str], counts: np.ndarray, mz: np.ndarray, strength: np.ndarray, listed: np.ndarray,
    adduct: np.ndarray,
) -> np.ndarray:
    """Features of candidates that do not depend on other peaks (candidates × features, in the order of `NAMES`).

    `strength` is intensity over detection limit, `adduct` 1 for an ion type that is not the main one.
    """
    def atoms(*elements: str) -> np.ndarray:
        w = np.array([1.0 * (isotopes()[s].element in elements) for s in symbols])
        return counts @ w

    carbon = np.maximum(atoms("C"), 1.0)
    n, s, p = atoms("N"), atoms("S"), atoms("P")
    others = counts.sum(axis=1) - atoms("C", "H", "O", "N", "S", "P")
    log = np.log(np.maximum(strength, 0.5))
    h, o, weight = atoms("H") / carbon - 1.2, atoms("O") / carbon - 0.4, mz / 400 - 1
    out = np.zeros((len(counts), len(NAMES)))
    columns = {
        "one": np.ones(len(counts)), "strength": np.minimum(log, 1.5) - 1, "strong": np.maximum(log - 1.5, 0),
        "weight": weight, "weight²": weight**2, "N": n, "N²": n * n / 4, "S": s, "S²": s * s / 2, "P": p,
        "P²": p * p / 2, "others": others, "H/C": 2 * h, "(H/C)²": 4 * h * h, "O/C": 3 * o, "(O/C)²": 9 * o * o,
        "listed": listed, "adduct": adduct, "odd N": n % 2,
    }
    for name, column in columns.items():
        out[:, NAMES.index(name)] = column
    return out


def add_support(features: np.ndarray, near: np.ndarray, far: np.ndarray) -> np.ndarray:
    """The features with the support of relatives filled in (in place: the arrays are large and ours)."""
    for name, values in (("near", near), ("√near", np.sqrt(near)), ("far", far), ("√far", np.sqrt(far))):
        features[:, NAMES.index(name)] = values
    return features
