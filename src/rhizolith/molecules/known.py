"""Formulas of metabolites that roots and microbes are known to make: likelier than their mass alone says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from rhizolith.molecules.families import keys
from rhizolith.molecules.formula import parse
from rhizolith.molecules.isotopes import table


@cache
def metabolites() -> tuple[tuple[str, str], ...]:
    """Name and formula of the neutral molecule, from `data/metabolites.csv`."""
    return tuple((r["name"], r["formula"]) for r in table("metabolites.csv"))


def known_keys(symbols: Sequence[str], multiplier: np.ndarray, extra: Iterable[str] = ()) -> np.ndarray:
    """Sorted keys of the shipped metabolites and of `extra` formulas that the searched elements can write.

    Raises InputError for an extra formula that cannot be read.
    """
    own = [parse(formula, "known") for formula in extra]
    rows = [[counts.get(s, 0) for s in symbols] for counts in (*_shipped(), *own) if set(counts) <= set(symbols)]
    return np.unique(keys(np.array(rows, dtype=np.int64).reshape(-1, len(symbols)), multiplier))


@cache
def _shipped() -> tuple[dict[str, int], ...]:
    return tuple(parse(formula) for _, formula in metabolites())
