"""Reads a molecular formula as reports write it: any order, spaces, isotopes, brackets, a charge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rhizolith.errors import InputError, Problem
from rhizolith.indices.masses import ELECTRON, ISOTOPES, MASSES

_CHARGE = re.compile(
    r"(?:(?<=[\s\]^])(?P<before>\d+)(?P<after_sign>[+\-−])|(?P<sign>[+\-−])(?P<size>\d*)|(?P<many>\+{2,}|-{2,}))$"
)
_ISOTOPE = re.compile(r"(?:(?<=[\s(\[^])|^)(\d{1,3})([A-Z][a-z]?)")
_TOKEN = re.compile(r"\{(\d+)([A-Z][a-z]?)\}(\d*)|([A-Z][a-z]?)(\d*)|([(\[])|([)\]])(\d*)")
_SIX = {"carbon": "C", "hydrogen": "H", "oxygen": "O", "nitrogen": "N", "sulfur": "S", "phosphorus": "P"}


@dataclass(frozen=True)
class Formula:
    """A molecular formula: atoms by element or isotope (`13C`), and a charge in elementary charges."""

    atoms: tuple[tuple[str, int], ...]
    charge: int = 0

    def count(self, element: str) -> int:
        """Atoms of an element, all its isotopes together; of one isotope when `element` names it (`13C`)."""
        if element in ISOTOPES:
            return dict(self.atoms).get(element, 0)
        return sum(n for symbol, n in self.atoms if ISOTOPES.get(symbol, symbol) == element)

    @property
    def mass(self) -> float:
        """Monoisotopic mass in Da; the mass of the electrons gained or lost is counted."""
        return sum(n * MASSES[symbol] for symbol, n in self.atoms) - self.charge * ELECTRON

    def __str__(self) -> str:
        def rank(symbol: str) -> tuple[int, str, str]:
            base = ISOTOPES.get(symbol, symbol)
            return ({"C": 0, "H": 1}.get(base, 2), base, symbol)

        body = "".join(
            (f"[{symbol}]" if symbol in ISOTOPES else symbol) + (str(n) if n != 1 else "")
            for symbol, n in sorted(self.atoms, key=lambda pair: rank(pair[0]))
        )
        sign = (
            ""
            if not self.charge
            else ("+" if self.charge > 0 else "-") + str(abs(self.charge) if abs(self.charge) > 1 else "")
        )
        return body + sign


def parse_formula(text: object) -> Formula:
    """Read one formula: `C7 H6 O5`, `O5H6C7`, `13C1 C6 H6 O5`, `C6[13C]H6O5`, `C6H5O2-`, `[SO4]2-`, `NaN` (sodium,
    nitrogen).

    A number before an element is its isotope when a space, a bracket or the beginning stands before it. A missing
    value (None, a float NaN, an empty cell) is no formula and raises InputError, as does an unknown element.
    """
    if not isinstance(text, str) or not text.strip():
        raise InputError(Problem("", f"{text!r} is not a molecular formula", "give a formula such as C6H12O6"))
    body, charge = _split_charge(text.strip())
    marked = _ISOTOPE.sub(lambda found: "{" + found[1] + found[2] + "}", body)
    marked = re.sub(r"[\s_^]", "", marked)
    marked = re.sub(r"[(\[]\{(\w+)\}[)\]]", r"{\1}", marked)
    atoms = _count(marked, text)
    return Formula(tuple(sorted((symbol, n) for symbol, n in atoms.items() if n)), charge)


def composition(formulas: Iterable[object]) -> dict[str, np.ndarray]:
    """Atoms of the six elements that indices use, one array per element, ready for `nosc(**composition(formulas))`.

    Isotopes count as their element. All formulas that cannot be read, or hold another element, are named at once.
    """
    parsed, problems = [], []
    for row, text in enumerate(formulas, start=1):
        try:
            formula = parse_formula(text)
        except InputError as error:
            problems += [Problem(f"formula {row}", p.what, p.fix) for p in error.problems]
            continue
        other = sorted({ISOTOPES.get(s, s) for s, _ in formula.atoms} - set(_SIX.values()))
        if other:
            what = f"{text!r} holds {', '.join(other)}; the indices are defined for C, H, O, N, S and P"
            problems.append(Problem(f"formula {row}", what, "leave it out, or remove the adduct ion first"))
        parsed.append(formula)
    if problems:
        raise InputError(problems)
    return {name: np.array([f.count(symbol) for f in parsed], float) for name, symbol in _SIX.items()}


def _split_charge(text: str) -> tuple[str, int]:
    many = re.search(r"(\+{2,}|-{2,})$", text)
    if many:
        return text[: many.start()].strip(" ^"), len(many[0]) * (1 if many[0][0] == "+" else -1)
    found = _CHARGE.search(text)
    if not found:
        return text, 0
    sign = found["after_sign"] or found["sign"]
    size = int(found["before"] or found["size"] or 1)
    return text[: found.start()].strip(" ^"), size if sign == "+" else -size


def _count(marked: str, text: str) -> dict[str, int]:
    stack: list[dict[str, int]] = [{}]
    at = 0
    while at < len(marked):
        token = _TOKEN.match(marked, at)
        if token is None:
            raise _unreadable(text, f"{marked[at:]!r} is no element")
        at = token.end()
        if token[6]:
            stack.append({})
        elif token[7]:
            if len(stack) < 2:
                raise _unreadable(text, "a bracket closes that was never opened")
            for symbol, n in stack.pop().items():
                stack[-1][symbol] = stack[-1].get(symbol, 0) + n * int(token[8] or 1)
        else:
            symbol = token[1] + token[2] if token[1] else {"D": "2H", "T": "3H"}.get(token[4], token[4])
            if symbol not in MASSES:
                raise _unreadable(text, f"{symbol} is not an element or isotope with a known mass")
            stack[-1][symbol] = stack[-1].get(symbol, 0) + int(token[3] or token[5] or 1)
    if len(stack) > 1:
        raise _unreadable(text, "a bracket is not closed")
    return stack[0]


def _unreadable(text: str, why: str) -> InputError:
    return InputError(
        Problem("", f"the formula {text!r} cannot be read: {why}", "write it like C6H12O6 or C5 13C1 H12 O6")
    )
