"""Every formula within given element ranges, found for a mass without ever listing them all.

The carbon, hydrogen and oxygen part is one table sorted by exact mass; every combination of the other
elements shifts the searched mass, and two binary searches bound the window. Memory stays that of the
small table, whatever the ranges: CHNOSP with 11 N, 4 S and 3 P is 240 shifts, not 30 million rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from rhizolith.errors import InputError, Problem
from rhizolith.molecules.isotopes import isotopes
from rhizolith.molecules.rules import Rule, allowed, choose

DEFAULT = "C1-60 H1-120 O0-35 N0-3 S0-1"
_RANGE = re.compile(r"(\d*[A-Z][a-z]?)(\d+)?(?:[-:–](\d+))?$")
MOST_SHIFTS = 20_000


def ranges(elements: str | Mapping[str, tuple[int, int] | int]) -> dict[str, tuple[int, int]]:
    """Element ranges from `"C1-50 H1-100 O0-30 N0-3 13C0-1"` or a mapping; `"N3"` and `N=3` mean 0 to 3.

    Carbon, hydrogen and oxygen that are not named take the default range. Raises InputError.
    """
    problems: list[Problem] = []
    found: dict[str, tuple[int, int]] = {}
    if isinstance(elements, str):
        for word in re.split(r"[\s,;]+", elements.strip()):
            match = _RANGE.match(word)
            if match is None:
                problems.append(Problem("elements", f"{word!r} is no element range", "write C1-50 H1-100 O0-30 N0-3"))
                continue
            a, b = match[2], match[3]
            found[match[1]] = (int(a), int(b)) if b else (0, int(a) if a else 1)
    else:
        for symbol, bound in elements.items():
            found[symbol] = (0, int(bound)) if isinstance(bound, int | np.integer) else (int(bound[0]), int(bound[1]))
    known = isotopes()
    for symbol, (low, high) in found.items():
        if symbol not in known:
            problems.append(Problem("elements", f"{symbol!r} is not known", f"known: {', '.join(known)}"))
        elif not 0 <= low <= high:
            what = f"{symbol} from {low} to {high} is no range"
            problems.append(Problem("elements", what, "low first, no negatives"))
    if problems:
        raise InputError(problems)
    if not found:
        raise InputError(Problem("elements", "no element ranges given", f"for example {DEFAULT}"))
    rest = {} if elements == DEFAULT else ranges(DEFAULT)
    return {s: found.get(s) or rest[s] for s in ("C", "H", "O")} | {s: r for s, r in found.items() if s not in "CHO"}


@dataclass(frozen=True)
class Matches:
    """Formulas found for masses: `peak` (index), `counts` (rows × symbols), `error` (ppm, measured − exact)."""

    peak: np.ndarray
    counts: np.ndarray
    error: np.ndarray

    def __len__(self) -> int:
        return len(self.peak)

    def take(self, rows: np.ndarray) -> Matches:
        """The chosen rows."""
        return Matches(self.peak[rows], self.counts[rows], self.error[rows])


@dataclass(frozen=True)
class FormulaSpace:
    """The formulas of element ranges and chemical rules; `search` finds those near a mass."""

    symbols: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray
    rules: tuple[Rule, ...]
    core: tuple[tuple[np.ndarray, np.ndarray], ...] = field(repr=False)  # per parity of H: mass, counts of C H O
    shifts: np.ndarray = field(repr=False)  # combinations × other symbols
    shift_mass: np.ndarray = field(repr=False)
    shift_odd: np.ndarray = field(repr=False)

    def __str__(self) -> str:
        return " ".join(f"{s}{a}-{b}" for s, a, b in zip(self.symbols, self.low, self.high))

    def search(self, neutral: np.ndarray, window: np.ndarray, ion: np.ndarray) -> Matches:
        """Formulas whose exact mass lies within `window` (ppm of the ion) of each neutral mass (Da).

        `neutral`, `window` and `ion` (m/z) have one value a peak; the error is relative to the exact m/z.
        """
        reach = window * 1e-6 * ion
        peaks, cores, combos, errors = [], [], [], []
        lowest = neutral - reach
        highest = neutral + reach
        for k, shift in enumerate(self.shift_mass):
            masses = self.core[int(self.shift_odd[k])][0]
            first = np.searchsorted(masses, lowest - shift)
            last = np.searchsorted(masses, highest - shift, side="right")
            hit = np.flatnonzero(last > first)
            if not len(hit):
                continue
            n = (last - first)[hit]
            peak = np.repeat(hit, n)
            core = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n) + np.repeat(first[hit], n)
            difference = neutral[peak] - shift - masses[core]
            peaks.append(peak)
            cores.append(self.core[int(self.shift_odd[k])][1][core])
            combos.append(np.full(len(peak), k))
            errors.append(1e6 * difference / (ion[peak] - difference))
        if not peaks:
            return Matches(np.zeros(0, int), np.zeros((0, len(self.symbols)), np.int16), np.zeros(0))
        counts = np.concatenate([np.concatenate(cores), self.shifts[np.concatenate(combos)]], axis=1)
        found = Matches(np.concatenate(peaks), counts, np.concatenate(errors))
        found = found.take(np.flatnonzero(allowed(self.symbols, counts, self.rules)))
        return found.take(np.argsort(found.peak, kind="stable"))

    def masses(self) -> np.ndarray:
        """Mass (Da) of one atom of each symbol."""
        return np.array([isotopes()[s].mass for s in self.symbols])


def space(
    elements: str | Mapping[str, tuple[int, int] | int] = DEFAULT,
    rules: str | Sequence[Rule] = "default",
    heaviest: float = 1000.0,
) -> FormulaSpace:
    """The formulas of element ranges under a set of rules, up to a neutral mass `heaviest` (Da). Raises InputError."""
    limit = 100.0 * np.ceil(min(max(heaviest, 100.0), 5000.0) / 100.0)
    return _space(tuple(ranges(elements).items()), choose(rules), float(limit))


@lru_cache(maxsize=16)
def _space(bounds: tuple[tuple[str, tuple[int, int]], ...], rules: tuple[Rule, ...], limit: float) -> FormulaSpace:
    symbols = tuple(s for s, _ in bounds)
    low = np.array([b[0] for _, b in bounds])
    high = np.array([b[1] for _, b in bounds])
    others = symbols[3:]
    shifts = _combinations(bounds[3:], limit)
    mass = np.array([isotopes()[s].mass for s in others])
    odd = np.array([isotopes()[s].valence % 2 for s in others])
    spare = float(sum((isotopes()[s].valence - 2) * b[1] for s, b in bounds[3:] if isotopes()[s].valence > 2))
    carbon = float(sum(b[1] for s, b in bounds[3:] if isotopes()[s].element == "C"))
    core = _core(bounds[:3], rules if carbon == 0 else (), limit, spare)
    parts = tuple((core[0][core[1][:, 1] % 2 == p], core[1][core[1][:, 1] % 2 == p]) for p in (0, 1))
    return FormulaSpace(symbols, low, high, rules, parts, shifts, shifts @ mass, (shifts @ odd) % 2)


def _combinations(bounds: Sequence[tuple[str, tuple[int, int]]], limit: float) -> np.ndarray:
    """Every combination of the elements other than C, H and O up to the mass limit (combinations × elements)."""
    rows = np.zeros((1, 0), dtype=np.int16)
    weights: list[float] = []
    for symbol, (a, b) in bounds:
        weights.append(isotopes()[symbol].mass)
        steps = np.arange(a, b + 1, dtype=np.int16)
        rows = np.concatenate([np.repeat(rows, len(steps), axis=0), np.tile(steps, len(rows))[:, None]], axis=1)
        rows = rows[rows @ np.array(weights) <= limit]
        if len(rows) > MOST_SHIFTS:
            what = f"the ranges make more than {MOST_SHIFTS:,} combinations of elements beside C, H and O"
            raise InputError(Problem("elements", what, "narrow the ranges of the heteroatoms"))
    return rows


def _core(
    bounds: Sequence[tuple[str, tuple[int, int]]], rules: tuple[Rule, ...], limit: float, spare: float
) -> tuple[np.ndarray, np.ndarray]:
    """All C, H, O combinations that some choice of the other elements could complete: masses (sorted) and counts."""
    known = isotopes()
    mass = [known[s].mass for s, _ in bounds]
    (c0, c1), (h0, h1), (o0, o1) = (b for _, b in bounds)
    c = np.arange(c0, min(c1, int(limit / 12)) + 1, dtype=np.int16)
    o = np.arange(o0, min(o1, int(limit / 15.99)) + 1, dtype=np.int16)
    h = np.arange(h0, min(h1, int(2 * c[-1] + 2 + spare) if len(c) else h1) + 1, dtype=np.int16)
    cho = np.stack(np.meshgrid(c, h, o, indexing="ij"), axis=-1).reshape(-1, 3)
    weight = cho @ np.array(mass)
    keep = (weight <= limit) & (cho[:, 1] <= 2 * cho[:, 0] + 2 + spare)
    cho, weight = cho[keep], weight[keep]
    # A ratio of core elements alone does not change with the others, so that it prunes the table itself.
    prune = tuple(r for r in rules if r.quantity in ("H/C", "O/C"))
    ok = np.flatnonzero(allowed(("C", "H", "O"), cho, prune))
    order = ok[np.argsort(weight[ok], kind="stable")]
    return weight[order], cho[order]
