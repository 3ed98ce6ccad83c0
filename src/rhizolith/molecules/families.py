"""Formulas support each other: natural organic matter comes in series that differ by CH2, H2, O, CO2 and their like.

A formula whose relatives are in the list is likelier than one without; what a relative is worth is learned from the
list itself, so that isolated metabolites are not thrown away where they are common.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rhizolith.molecules.formula import parse

# Steps from one formula to its relatives (added and removed); each is walked in both directions.
NEAR = (("CH2", ""), ("H2", ""), ("O", ""), ("O", "CH4"))
FAR = (("C2H4", ""), ("CO2", ""), ("H2O", ""), ("CO", ""), ("C2H2O", ""), ("CH2O", ""), ("NH", "O"), ("NH", "CH2"))


def multipliers(symbols: Sequence[str]) -> np.ndarray:
    """One odd 64-bit number per symbol: the scalar product with atom counts names a formula (collisions < 1e-9)."""
    rng = np.random.default_rng(20240)
    return rng.integers(1 << 40, 1 << 62, size=len(symbols), dtype=np.int64) | 1


def keys(counts: np.ndarray, multiplier: np.ndarray) -> np.ndarray:
    """The name of each row of atom counts as one integer (arithmetic modulo 2^64)."""
    with np.errstate(over="ignore"):
        return (counts.astype(np.int64) * multiplier).sum(axis=1)


def steps(symbols: Sequence[str], moves: Sequence[tuple[str, str]]) -> np.ndarray:
    """Moves as changes of atom counts (moves × symbols), both directions; moves of elements not searched drop out."""
    rows = []
    for gained, lost in moves:
        change = np.zeros(len(symbols), dtype=np.int64)
        known = True
        for text, sign in ((gained, 1), (lost, -1)):
            for symbol, n in (parse(text) if text else {}).items():
                if symbol not in symbols:
                    known = False
                    break
                change[list(symbols).index(symbol)] += sign * n
        if known:
            rows += [change, -change]
    return np.array(rows, dtype=np.int64).reshape(-1, len(symbols))


def relatives(formulas: np.ndarray, known: np.ndarray, change: np.ndarray, multiplier: np.ndarray) -> np.ndarray:
    """Where the relatives of each formula stand among the `known` (sorted keys); their number where absent.

    Shape: formulas × moves. Both arguments are keys; `change` are rows of atom counts.
    """
    found = np.full((len(formulas), len(change)), len(known), dtype=np.int32)
    if not len(known):
        return found
    order = np.argsort(formulas, kind="stable")  # sorted needles walk the cache in order
    ordered = formulas[order]
    with np.errstate(over="ignore"):
        for k, move in enumerate(change):
            needle = ordered + (move * multiplier).sum()
            at = np.minimum(np.searchsorted(known, needle), len(known) - 1)
            found[order, k] = np.where(known[at] == needle, at, len(known))
    return found


def support(relative: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Mean presence (0 to 1) of the relatives of each formula; `present` has one value a known formula."""
    padded = np.append(np.minimum(present, 1.0), 0.0)
    return padded[relative].mean(axis=1) if relative.shape[1] else np.zeros(len(relative))
