"""Molecular formulas as text: `C7H6O5`, `C7 H6 O5`, `C6 H6 O5 13C1`, `[13C]C5H6O5`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from rhizolith.errors import InputError, Problem
from rhizolith.molecules.isotopes import isotopes

# C and H first, then the order that joins of DOM tables expect; whatever is not listed follows alphabetically.
ORDER = ("C", "H", "N", "O", "S", "P")
_TOKEN = re.compile(r"\[?(\d+)?([A-Z][a-z]?)\]?(\d*)")
_SPACED = re.compile(r"(\d+)?([A-Z][a-z]?)(\d*)$")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def parse(formula: str, where: str = "formula") -> dict[str, int]:
    """The atoms of one formula, isotopes kept apart (`13C`); separators, brackets and subscripts are understood.

    `C5 H4 13C1` and `[13C]C5H4` carry a labelled atom, while in `C7H613C` digits before a symbol could be
    either: without a space or bracket they belong to the atom on their left. Raises InputError.
    """
    text = str(formula).translate(_SUBSCRIPTS).strip()
    counts: dict[str, int] = {}
    known = isotopes()
    words = text.split() if " " in text else re.findall(r"\[\d+[A-Z][a-z]?\]\d*|[A-Z][a-z]?\d*|\S", text)
    for word in words:
        found = _SPACED.match(word.replace("[", "").replace("]", ""))
        if found is None:
            raise InputError(Problem(where, f"{formula!r} is not a molecular formula", "write it like C7H6O5"))
        symbol = (found[1] or "") + found[2]
        if symbol not in known:
            raise InputError(Problem(where, f"{symbol!r} in {formula!r} is no known element or isotope",
                                     f"known: {', '.join(known)}"))
        counts[symbol] = counts.get(symbol, 0) + int(found[3] or 1)
    if not counts:
        raise InputError(Problem(where, "the formula is empty", "write it like C7H6O5"))
    return counts


def write(counts: Mapping[str, int]) -> str:
    """Atoms as one compact formula in the order C H N O S P, then the rest; isotopes in square brackets."""
    names = [s for s in ORDER if s in counts] + sorted(s for s in counts if s not in ORDER)
    return "".join(_atom(s, int(counts[s])) for s in names if counts[s])


def _atom(symbol: str, n: int) -> str:
    label = f"[{symbol}]" if symbol[0].isdigit() else symbol
    return label if n == 1 else f"{label}{n}"


def write_many(symbols: Sequence[str], counts: np.ndarray) -> np.ndarray:
    """The formulas of many rows of atom counts (shape: rows × symbols), as an object array of strings."""
    order = [s for s in ORDER if s in symbols] + sorted(s for s in symbols if s not in ORDER)
    text: np.ndarray | None = None
    for symbol in order:
        numbers, which = np.unique(counts[:, list(symbols).index(symbol)], return_inverse=True)
        words = np.array([_atom(symbol, int(n)) if n else "" for n in numbers], dtype=object)
        text = words[which] if text is None else text + words[which]
    return np.empty(len(counts), dtype=object) if text is None else text


def mass(counts: Mapping[str, int]) -> float:
    """Monoisotopic mass of the neutral molecule (Da)."""
    table = isotopes()
    return float(sum(table[s].mass * n for s, n in counts.items()))
