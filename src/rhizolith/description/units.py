"""Quantities as people write them, converted at the door to SI."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_NUMBER = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


@cache
def registry() -> Any:
    """pint's units plus those of soil laboratories; made on first use."""
    import pint

    units: Any = pint.UnitRegistry(cache_folder=None, autoconvert_offset_to_baseunit=True)
    units.define("charge_mole = mole = molc = mol_c = eq")
    units.define("percent = 0.01 = %")
    units.define("molar_ = mole / liter = M")
    return units


def quantity(text: str | float | int, unit: str) -> float:
    """The value of `text` ("0.2 mm") in `unit`; a bare number is taken to be in `unit` already.

    Raises ValueError in plain words when it is no number or the unit measures something else.
    """
    if isinstance(text, bool):
        raise ValueError("true or false stands where a number is needed")
    if isinstance(text, (int, float)):
        return _finite(float(text))
    found = _NUMBER.match(str(text))
    if not found:
        raise ValueError(f"{text!r} is no number with a unit")
    number, written = (
        float(found[1]),
        found[2].replace("µ", "u").replace("μ", "u").replace("·", "*").replace("°C", "degC"),
    )
    written = re.sub(r"\b(mol|g|mg|ug|kg|umol|mmol|nmol) (C|N|P)\b", r"\1", written)
    if not written:
        return _finite(number)
    return _convert(number, written, unit)


def _finite(value: float) -> float:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("not a finite number")
    return value


def _convert(number: float, written: str, unit: str) -> float:
    import pint

    units = registry()
    try:
        given = units.Quantity(number, written)
        return _finite(float(given.to(unit).magnitude))
    except pint.DimensionalityError:
        raise ValueError(f"{written!r} is no unit of this quantity, which is given in {unit}") from None
    except Exception:
        raise ValueError(f"the unit {written!r} is not known; write it like {unit}") from None
