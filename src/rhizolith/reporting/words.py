"""Names as a person reads them: mechanisms, associations, amounts and spans of time."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_PREFIXES = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"))
_HOUR, _DAY, _YEAR = 3600.0, 86400.0, 365.25 * 86400.0


def plain(name: str) -> str:
    """`ligand_dissolution` → `ligand dissolution`; acronyms in capitals."""
    words = name.replace("_", " ").split()
    return " ".join(w.upper() if w in ("dom", "eps", "doc", "ros") else w for w in words)


def association(name: str) -> tuple[str, str, str]:
    """(mineral, organic class, `bond, arrangement`) of an association's name."""
    parts = [plain(p) for p in name.split("/")]
    mineral, organic = parts[0], parts[1] if len(parts) > 1 else ""
    how = [p.replace("inner sphere", "inner-sphere").replace("outer sphere", "outer-sphere") for p in parts[2:]]
    return mineral, organic, ", ".join(how)


def in_one_line(name: str) -> str:
    """`goethite · sugar (inner-sphere, monolayer)`."""
    mineral, organic, how = association(name)
    return f"{mineral} · {organic} ({how})" if how else f"{mineral} · {organic}"


def number(value: float, digits: int = 3) -> str:
    """A number with so many significant digits, powers of ten written out."""
    if not math.isfinite(value):
        return "not a number"
    text = f"{value:.{digits}g}"
    if "e" not in text:
        return text.replace("-", "−")
    mantissa, power = text.split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    head = "" if mantissa in ("1", "1.0") else f"{mantissa.replace('-', '−')}·"
    return f"{head}10{raised}"


def prefix(largest: float) -> tuple[float, str]:
    """Scale and SI prefix in which `largest` reads as 1..1000."""
    for scale, mark in _PREFIXES:
        if abs(largest) >= scale:
            return scale, mark
    return (1.0, "") if largest == 0 else _PREFIXES[-1]


def amount(value: float, unit: str, digits: int = 3, beside: float = 0.0) -> str:
    """`12.3 µmol C`, with the prefix that fits it, or the larger number that it stands beside."""
    scale, mark = prefix(max(abs(value), abs(beside)))
    return f"{number(value / scale, digits)} {mark}{unit}"


_RAISED = str.maketrans("-0123456789.", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹·")


def _raise(found: re.Match[str]) -> str:
    return found[0].removeprefix("^").translate(_RAISED)


def unit_of(unit: str) -> str:
    """A unit as it is printed: `mg kg-1 d-1` → `mg kg⁻¹ d⁻¹`, `degree` → `degrees`; nothing for a pure number."""
    if unit in ("", "1", "nan"):
        return ""
    if unit == "not given":
        return "unit not given"
    text = re.sub(r"(?<=[A-Za-zµ)])-\d+(?![\dA-Za-z])|(?<=\bm)[23]\b|(?<=\b[cdkmnµ]m)[23]\b", _raise, unit)
    text = re.sub(r"\^-?\d+(?:\.\d+)?", _raise, text)
    return {"degree": "degrees"}.get(text, text)


def share(fraction: float) -> str:
    """A fraction as a percentage, two significant digits; tiny ones as a bound."""
    if fraction == 0:
        return "0 %"
    if abs(fraction) < 1e-6:
        return "< 0.0001 %"
    percent = 100 * fraction
    return f"{percent:.0f} %".replace("-", "−") if abs(percent) >= 100 else f"{number(percent, 2)} %"


def span(seconds: float) -> str:
    """A length of time in the unit a person would choose."""
    for size, word in ((_YEAR, "years"), (_DAY, "days"), (_HOUR, "hours"), (60.0, "minutes")):
        if seconds >= 2 * size or (word == "days" and seconds >= size):
            return f"{number(seconds / size)} {word if seconds != size else word[:-1]}"
    return f"{number(seconds)} s"


def listing(items: Sequence[str]) -> str:
    """`a, b and c`."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else "none"


def count(n: int, one: str, many: str = "") -> str:
    """`1 quantity`, `2 quantities`: a number with its noun."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def percent(fraction: float) -> str:
    """`12 %`."""
    return f"{100 * fraction:.0f} %".replace("-", "−")


def term(name: object) -> str:
    """A term of a design as a person writes it: `plant:amendment` → `plant × amendment`."""
    return str(name).replace(":", " × ").replace("_", " ")


def axis(name: str, unit: str) -> str:
    """What an axis shows, with its unit or that it has none: `pH (no unit)`, `SOC (g kg⁻¹)`."""
    return f"{name} ({unit or 'no unit'})"


def two(value: float) -> str:
    """Two significant digits, zeros kept: `0.30`, `0.0049`."""
    return f"{value:#.2g}".replace("-", "−")
