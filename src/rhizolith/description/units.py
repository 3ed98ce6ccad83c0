"""Quantities as people write them, converted at the door to SI."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from rhizolith.description.common_units import converted

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(rf"^\s*({_NUMBER})\s*(.*?)\s*$", re.S)
_SPREAD = re.compile(rf"^\s*({_NUMBER})\s*(?:±|\+/-|\+-)\s*({_NUMBER})\s*(.*?)\s*$", re.S)
_RANGE = re.compile(rf"^\s*({_NUMBER})\s*(?:to|\.\.|–|—|-(?=\s*[\d.]))\s*({_NUMBER})\s*(.*?)\s*$", re.S)
_DATE = re.compile(r"^\s*\d{4}-\d\d?-\d\d?\b")
_ALLOWED = re.compile(r"^[A-Za-z%°_()\d\s*/^.-]{1,40}$")
_POWER = re.compile(r"(?<![A-Za-z_])([A-Za-z_]+)\s*(-?\d)(?!\d)")
_OF = re.compile(r"\b([a-zA-Z]*(?:mol|g))[ _](C|N|P|S|Fe|Al|Si|Mn|Ca|O2|CO2|organic carbon|carbon)(?=$|[\s/*)])")
_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@cache
def registry() -> Any:
    """pint's units plus those of soil laboratories; made on first use."""
    import pint

    units: Any = pint.UnitRegistry(cache_folder=None, autoconvert_offset_to_baseunit=True)
    units.define("charge_mole = mole = molc = mol_c = eq")
    units.define("percent = 0.01 = %")
    units.define("per_mille = 0.001 = permil")
    units.define("molar_ = mole / liter = M")
    return units


def quantity(text: Any, unit: str, molar_mass: float | None = None) -> float:
    """The value of `text` ("0.2 mm") in `unit`; masses count as moles where `molar_mass` (kg/mol) is known.

    Raises ValueError in plain words when it is no number, lacks its unit, or the unit measures something else.
    """
    return spread(text, unit, molar_mass)[0]


def spread(text: Any, unit: str, molar_mass: float | None = None) -> tuple[float, float, float]:
    """(value, low, high) in `unit` of "12 g/kg", "12 ± 2 g/kg" or "10 to 14 g/kg"; the value of a range is its middle.

    Raises ValueError like `quantity`.
    """
    if isinstance(text, bool) or text is None:
        raise ValueError(f"{'nothing' if text is None else str(text).lower()} stands where a number is needed")
    if isinstance(text, (int, float)):
        value = _finite(float(text)) if abs(text) < 1e300 else _finite(float("inf"))
        return (_with_unit(value, "", unit, molar_mass),) * 3
    written = str(text)
    if _DATE.match(written):
        raise ValueError(f"{written.strip()[:20]!r} is a date, not a number")
    if len(written) > 100:
        raise ValueError("a long text stands where a number is needed")
    if found := _SPREAD.match(written):
        middle, half = _float(found[1]), abs(_float(found[2]))
        return _three(middle, middle - half, middle + half, found[3], unit, molar_mass)
    if found := _RANGE.match(written):
        low, high = sorted((_float(found[1]), _float(found[2])))
        return _three((low + high) / 2, low, high, found[3], unit, molar_mass)
    found = _QUANTITY.match(written)
    if not found:
        raise ValueError(f"{written.strip()!r} is no number with a unit")
    return (_with_unit(_float(found[1]), found[2], unit, molar_mass),) * 3


def _three(
    value: float, low: float, high: float, written: str, unit: str, mass: float | None
) -> tuple[float, float, float]:
    a, b, c = (_with_unit(x, written, unit, mass) for x in (value, low, high))
    return a, min(b, c), max(b, c)


def _float(text: str) -> float:
    return _finite(float(text))


def _finite(value: float) -> float:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("it is not a finite number")
    return value


def _with_unit(number: float, written: str, unit: str, molar_mass: float | None) -> float:
    if written == unit:
        return number
    if not written:
        if number == 0.0 and unit != "K":
            return 0.0
        raise ValueError(f"{number:g} has no unit")
    return _convert(number, _tidy(written), written, unit, molar_mass)


def _tidy(written: str) -> str:
    """The unit as pint reads it."""
    text = written.translate(_POWERS)
    for a, b in (
        ("µ", "u"),
        ("μ", "u"),
        ("·", "*"),
        ("×", "*"),
        ("°C", "degC"),
        ("(+)", ""),
        ("(c)", "c"),
        ("‰", "permil"),
    ):
        text = text.replace(a, b)
    text = re.sub(r"\b(c?mol)c\b", r"\1", text)
    text = re.sub(r"/\s*100\s*g\b", "/hg", text)
    text = _OF.sub(r"\1", text)
    text = re.sub(
        r"\bwt\.?\s*%|\b(w/w|by mass|by weight|by volume)\b", lambda m: "%" if "%" in m[0] else "", text
    ).strip()
    if not _ALLOWED.match(text):
        raise ValueError(f"the unit {written[:40]!r} is not known")
    text = _POWER.sub(r"\1^\2", text.replace("**", "^"))
    if re.search(r"\^\s*-?\s*\d{2,}|\^.*\^.*\^.*\^.*\^|\^\s*\(", text):
        raise ValueError(f"the unit {written[:40]!r} is not known")
    return re.sub(r"(?<=[A-Za-z\d])\s+(?=[A-Za-z])", "*", text)


def _convert(number: float, tidy: str, written: str, unit: str, molar_mass: float | None) -> float:
    common = converted(number, tidy, unit, molar_mass)
    if common is not None:
        return _finite(common)
    import pint

    units = registry()
    try:
        given = units.Quantity(number, tidy)
        wanted = units.Quantity(1.0, _tidy(unit) if unit else "dimensionless")
        if molar_mass and "[substance]" in wanted.dimensionality and "[substance]" not in given.dimensionality:
            given = given / units.Quantity(molar_mass, "kg/mol")
        value = float(given.to(wanted.units).magnitude)
    except pint.DimensionalityError:
        raise ValueError(f"{written!r} measures {_words(tidy)}, not {_words(unit)}") from None
    except Exception:
        raise ValueError(f"the unit {written[:40]!r} is not known") from None
    return _finite(value)


_KINDS = {
    "": "a plain number", "m": "a length", "m^2": "an area", "m^3": "a volume", "kg": "a mass", "s": "a time",
    "K": "a temperature", "mol": "an amount", "kg/m^3": "a density", "mol/m^3": "a concentration in water",
    "mol/kg": "an amount per mass of soil", "1/m^2": "a length per volume", "mol/m/s": "a rate per length of root",
    "mol/m^2/s": "a rate per surface", "m/s": "a speed", "m^2/kg": "a surface per mass", "Pa": "a pressure",
    "m^2/s": "a diffusion coefficient", "1/s": "a rate constant", "W/m^2": "a power per area",
    "kg/m/s": "a mass rate per length",
}  # fmt: skip


def _words(unit: str) -> str:
    """What a unit measures, in words."""
    units = registry()
    try:
        dimension = units.Quantity(1.0, unit or "dimensionless").dimensionality
        for known, words in _KINDS.items():
            if units.Quantity(1.0, known or "dimensionless").dimensionality == dimension:
                return f"a share, in {unit}" if unit and not known else words
    except Exception:
        return "something else"
    return f"something in {unit}"
