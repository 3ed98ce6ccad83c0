"""Known quantities: the names laboratories give them, the unit they are kept in, and the range that is plausible."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from rhizolith.description.experiment.header import ENZYME_UNIT, key, plain_unit
from rhizolith.knowledge.masses import molar_mass


@dataclass(frozen=True)
class Quantity:
    """A quantity with its canonical unit; `low` and `high` are wide bounds, outside which a value is flagged."""

    name: str
    group: str
    unit: str
    low: float
    high: float
    about: str
    usual: tuple[float, float] = (0.0, 0.0)  # of the median of soils; assumed: orders of magnitude; 0, 0 where none
    counted_as: str = ""  # element or formula whose mass it is: with it an amount, in moles, becomes that mass


@cache
def quantities() -> dict[str, Quantity]:
    """Name → quantity."""
    return {q.name: q for q, _ in _rows()}


@cache
def _rows() -> tuple[tuple[Quantity, tuple[str, ...]], ...]:
    with Path(__file__).with_name("quantities.csv").open(newline="", encoding="utf-8") as f:
        return tuple(
            (
                Quantity(
                    r["quantity"],
                    r["group"],
                    r["unit"],
                    float(r["low"]),
                    float(r["high"]),
                    r["about"],
                    (float(r["usual_low"]), float(r["usual_high"])),
                    r["counted_as"],
                ),
                (key(r["quantity"]), *(key(a) for a in r["aliases"].split("|"))),
            )
            for r in csv.DictReader(f)
        )


@cache
def aliases() -> dict[str, str]:
    """Every name that laboratories give (its `header.key`) → the quantity."""
    return {alias: q.name for q, aliases in _rows() for alias in aliases}


def recognize(name: str, unit: str = "") -> Quantity | None:
    """The quantity that a column's name stands for, None where it is not known.

    `AP` is available phosphorus or a phosphatase: the unit decides, and without one it stays ambiguous.
    """
    found = aliases().get(key(name))
    if found != "AP":
        return quantities()[found] if found else None
    if " h-1" in f" {unit}" or "mol" in unit:
        return quantities()["phosphatase"]
    return quantities()["available_P"] if unit else quantities()["AP"]


def close_to(name: str) -> str:
    """The known quantity whose name is closest, empty where none is close."""
    near = get_close_matches(key(name), [a for a in aliases() if len(a) > 3], 1, 0.85) if len(key(name)) > 3 else []
    return aliases()[near[0]] if near else ""


def into(unit: str, known: Quantity) -> float | None:
    """What a value in `unit` is multiplied by to be in the unit of a quantity; None where that is none of its units.

    Moles become the mass of what the quantity is counted as: 1 umol g-1 of ammonium is 14.007 mg kg-1 of nitrogen.
    """
    return factor(unit, known.unit, known.counted_as)


@cache
def factor(unit: str, to: str, counted_as: str = "") -> float | None:
    """What a value in `unit` is multiplied by to be in `to`; None where the two measure different things.

    An amount of `counted_as`, an element or a formula, becomes its mass. A U of enzyme converts to nothing: a
    micromole a minute by definition, kits for soil count nanomoles or micromoles an hour or a day.
    """
    given, wanted = plain_unit(unit), plain_unit(to)
    if given == wanted:
        return 1.0
    if ENZYME_UNIT.search(given) or ENZYME_UNIT.search(wanted):
        return None
    from rhizolith.description.units import registry

    units = registry()
    try:
        ratio = units.Quantity(1.0, _for_pint(given)) / units.Quantity(1.0, _for_pint(wanted))
        if counted_as and ratio.dimensionality == units.Quantity(1.0, "mol/g").dimensionality:
            ratio = ratio * units.Quantity(molar_mass(counted_as), "kg/mol")
        return float(ratio.to("dimensionless").magnitude)
    except Exception:  # pint has many ways to say that it knows no such unit
        return None


def _for_pint(unit: str) -> str:
    words = []
    for word in unit.replace("cmolc", "cmol").replace("mmolc", "mmol").split():
        base, power = (word[:-2], word[-2:]) if word[-2:-1] == "-" and word[-1].isdigit() else (word, "")
        base = {"%": "percent", "ppm": "mg/kg", "ppb": "ug/kg", "hour": "h", "l": "L", "‰": "g/kg"}.get(base, base)
        words.append(f"({base})**{power}" if power else f"({base})")
    return " * ".join(words) or "dimensionless"
