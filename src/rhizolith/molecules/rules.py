"""Which formulas can exist: ratios to carbon and double-bond equivalents, as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from rhizolith.errors import InputError, Problem
from rhizolith.molecules.isotopes import isotopes, table


@dataclass(frozen=True)
class Rule:
    """A bound on one quantity: `X/C`, a sum over C such as `(O-4P)/C`, `DBE` or `DBE-O`; inclusive on both ends."""

    quantity: str
    low: float = -np.inf
    high: float = np.inf
    from_carbon: int = 0
    below_carbon: int = 10_000

    def weights(self, symbols: Sequence[str]) -> tuple[np.ndarray, float, bool]:
        """The quantity as `(weights · counts + constant)`, and whether it is divided by the carbon count."""
        known = isotopes()
        if self.quantity.startswith("DBE"):
            w = np.array([(known[s].valence - 2) / 2 for s in symbols])
            if self.quantity == "DBE-O":
                w -= [1.0 * (known[s].element == "O") for s in symbols]
            return w, 1.0, False
        inside = re.fullmatch(r"\(?([^()/]+)\)?/C", self.quantity)
        terms = re.findall(r"([+-]?)(\d*)([A-Z][a-z]?)", inside[1]) if inside else []
        if not terms:
            fix = "write H/C, (O-4P)/C, DBE or DBE-O"
            raise InputError(Problem("rules", f"{self.quantity!r} is not understood", fix))
        size = {e: (-1 if sign == "-" else 1) * int(n or 1) for sign, n, e in terms}
        return np.array([float(size.get(known[s].element, 0)) for s in symbols]), 0.0, True


@cache
def rule_sets() -> dict[str, tuple[Rule, ...]]:
    """The named sets of `data/rules.csv`; of two rows for one quantity each rules from its carbon number on."""
    grouped: dict[str, list[Rule]] = {}
    rows = table("rules.csv")
    for r in rows:
        start = int(r["from_carbon"])
        later = [int(o["from_carbon"]) for o in rows if (o["set"], o["quantity"]) == (r["set"], r["quantity"])]
        end = min((c for c in later if c > start), default=10_000)
        low, high = float(r["low"] or -np.inf), float(r["high"] or np.inf)
        grouped.setdefault(r["set"], []).append(Rule(r["quantity"], low, high, start, end))
    return {name: tuple(rules) for name, rules in grouped.items()}


def choose(rules: str | Sequence[Rule]) -> tuple[Rule, ...]:
    """A named set, or rules as given. Raises InputError with the known names."""
    if not isinstance(rules, str):
        return tuple(rules)
    if rules not in rule_sets():
        raise InputError(Problem("rules", f"{rules!r} is no set of rules", f"known: {', '.join(rule_sets())}"))
    return rule_sets()[rules]


def allowed(symbols: Sequence[str], counts: np.ndarray, rules: Sequence[Rule]) -> np.ndarray:
    """Which rows of atom counts (rows × symbols) keep every rule. Exact: ratios are compared without division."""
    known = isotopes()
    carbon = counts @ np.array([1.0 * (known[s].element == "C") for s in symbols]) if len(counts) else np.zeros(0)
    keep = np.ones(len(counts), dtype=bool)
    slack = 1e-9  # bounds are inclusive; atom counts are whole, so that this only undoes rounding of the bound
    for rule in rules:
        w, constant, ratio = rule.weights(symbols)
        value = counts @ w + constant
        scale = carbon if ratio else np.ones(len(counts))
        ok = np.ones(len(counts), dtype=bool)
        if np.isfinite(rule.low):
            ok &= value >= rule.low * scale - slack
        if np.isfinite(rule.high):
            ok &= value <= rule.high * scale + slack
        keep &= ok | (carbon < rule.from_carbon) | (carbon >= rule.below_carbon)
    return keep
