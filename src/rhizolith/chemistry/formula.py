"""Formulas and reactions as chemists write them: "Fe(OH)2+", "2 H+ + CO3-2 = CO2 + H2O"."""

from __future__ import annotations

import re
from collections import defaultdict

_CHARGE = re.compile(r"(?P<sign>[+-])(?P<size>\d+(?:\.\d+)?)?$")
_TOKEN = re.compile(r"(\[?[A-Z][a-z_]*\]?)(\d*\.?\d*)|(\()|(\))(\d*\.?\d*)|(:)(\d*\.?\d*)")
_REPEATED = re.compile(r"(?<=[^+-])(\+{2,}|-{2,})$")
_TERM = re.compile(r"^(\d+\.?\d*|\.\d+)?\s*(.+)$")


def canonical(species: str) -> str:
    """A species with its charge written one way: `Fe+++` as `Fe+3`, `Cu+1` as `Cu+`."""
    return re.sub(r"(?<=[+-])1$", "", _REPEATED.sub(lambda m: f"{m.group()[0]}{len(m.group())}", species))


def charge(formula: str) -> float:
    """Charge written at the end of a formula: `SO4-2` gives -2, `Na+` gives 1."""
    found = _CHARGE.search(canonical(formula))
    if not found:
        return 0.0
    return float(found["size"] or 1) * (1 if found["sign"] == "+" else -1)


def elements(formula: str) -> dict[str, float]:
    """Atoms of each element in one formula unit; hydrates as `CaSO4:2H2O`. Raises ValueError when unreadable."""
    body = formula
    if body.lower() in ("e-", "e"):
        return {}
    while body and (found := _CHARGE.search(body)) and found.start() > 0:
        body = body[: found.start()]
    total: dict[str, float] = defaultdict(float)
    for part in body.split(":"):
        lead = re.match(r"^(\d+\.?\d*|\.\d+)", part)
        factor = float(lead.group()) if lead else 1.0
        for symbol, count in _group(part[lead.end() if lead else 0 :]).items():
            total[symbol] += factor * count
    return dict(total)


def _group(text: str) -> dict[str, float]:
    stack: list[dict[str, float]] = [defaultdict(float)]
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ValueError(f"cannot read {text[at:]!r}")
        symbol, count, opened, closed, times = token.group(1, 2, 3, 4, 5)
        if symbol:
            stack[-1][symbol] += float(count or 1)
        elif opened:
            stack.append(defaultdict(float))
        elif closed:
            if len(stack) < 2:
                raise ValueError("a bracket closes that was never opened")
            inner = stack.pop()
            for name, n in inner.items():
                stack[-1][name] += n * float(times or 1)
        at = token.end()
    if len(stack) != 1:
        raise ValueError("a bracket is not closed")
    return stack[0]


def side(text: str) -> list[tuple[str, float]]:
    """The (species, coefficient) terms of one side of a reaction, in order."""
    terms: list[tuple[str, float]] = []
    for sign, chunk in _chunks(text):
        found = _TERM.match(chunk)
        if found is None:
            raise ValueError(f"cannot read the term {chunk!r}")
        number, name = found.groups()
        terms.append((canonical(name.strip()), sign * float(number or 1)))
    return terms


def _chunks(text: str) -> list[tuple[int, str]]:
    """Split at plus and minus signs that stand apart from a species, or lead it: `A + 2 B`, `+1.0A -2.0B`."""
    chunks: list[tuple[int, str]] = []
    sign, current = 1, ""
    for word in text.split():
        lead = re.match(r"[+-](?=[\d.A-Z(\[])", word)
        if word in ("+", "-") or lead:
            if current:
                chunks.append((sign, current))
                sign, current = 1, ""
            sign = sign if word[0] == "+" else -sign
            current = word[1:] if lead else ""
        else:
            current = f"{current} {word}".strip()
    if current:
        chunks.append((sign, current))
    return chunks


def reaction(text: str) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """Both sides of `A + 2 B = C`."""
    if text.count("=") != 1:
        raise ValueError("a reaction needs exactly one =")
    left, right = text.split("=")
    return side(left), side(right)
