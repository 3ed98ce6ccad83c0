"""Reads the tables of what is known: parameters, minerals, organic classes."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args

from rhizolith.errors import ModelError
from rhizolith.knowledge.estimate import Estimate, Grade

_CHARGE = re.compile(r"([+-])(\d*)$")
DATA = Path(__file__).parent / "data"
DATABASES = (DATA / "databases" / "phreeqc.dat", DATA / "databases" / "rhizolith.dat")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one table in `data/`."""
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


@cache
def parameters() -> Mapping[tuple[str, str], Estimate]:
    """(item, quantity) → Estimate."""
    table = {}
    for row in rows("parameters"):
        grade: Grade = row["grade"]  # type: ignore[assignment]
        if grade not in get_args(Grade):
            raise ModelError(f"parameters.csv: {row['item']} {row['quantity']} has the grade {grade!r}")
        table[row["item"], row["quantity"]] = Estimate(
            float(row["value"]), row["unit"], float(row["low"]), float(row["high"]), grade, row["source"], row["about"]
        )
    return table


@cache
def solutes() -> Mapping[str, Estimate | None]:
    """Component of the soil water → what a moist topsoil holds (mol m⁻³); None where that follows from the rest."""
    table: dict[str, Estimate | None] = {}
    for row in rows("solutes"):
        numbers = [float(row[key]) for key in ("value", "low", "high")] if row["value"] else None
        grade: Grade = row["grade"]  # type: ignore[assignment]
        table[row["component"]] = (
            Estimate(numbers[0], row["unit"], numbers[1], numbers[2], grade, row["source"], row["about"])
            if numbers
            else None
        )
    return table


@cache
def components() -> Mapping[str, int]:
    """Component of the soil water → its charge, read from its name (`SO4-2`: -2)."""
    found = {}
    for name in solutes():
        sign = _CHARGE.search(name)
        found[name] = int(sign[1] + (sign[2] or "1")) if sign else 0
    return found


def known(item: str, quantity: str) -> Estimate:
    """A tabulated quantity; ModelError when the tables hold none."""
    found = parameters().get((item, quantity))
    if found is None:
        raise ModelError(f"nothing is known of the {quantity.replace('_', ' ')} of {item}: add a row to parameters.csv")
    return found


@cache
def minerals() -> Mapping[str, dict[str, str]]:
    """Name → row of minerals.csv."""
    return {row["mineral"]: row for row in rows("minerals")}


@cache
def organics() -> Mapping[str, dict[str, str]]:
    """Name → row of organics.csv."""
    return {row["organic"]: row for row in rows("organics")}


@cache
def guilds() -> Mapping[str, float]:
    """Guild of microbes → its share of the biomass of a soil at rest; the shares add up to one."""
    shares = {item: e.value for (item, quantity), e in parameters().items() if quantity == "share_of_biomass"}
    return {guild: share / sum(shares.values()) for guild, share in shares.items()}


@cache
def strategies() -> Mapping[str, tuple[str, ...]]:
    """KEGG ortholog → strategies of microTrait that it serves (resource acquisition, resource use, stress tolerance).

    The join ignores the rules' AND and OR: one gene of a complex counts as well as all of them (Karaoz2022).
    """
    found: dict[str, list[str]] = {}
    for row in rows("ko_strategies"):
        held = found.setdefault(row["ko"], [])
        if row["strategy"] not in held:
            held.append(row["strategy"])
    return {ko: tuple(held) for ko, held in found.items()}
