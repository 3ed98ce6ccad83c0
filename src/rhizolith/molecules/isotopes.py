"""Exact masses (Da), abundances and valences of the isotopes that a formula may contain."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True)
class Isotope:
    """One nuclide: `mass` in Da, `abundance` as a mole fraction, `valence` as used for the DBE."""

    symbol: str
    element: str
    mass: float
    abundance: float
    valence: int
    source: str


def table(name: str) -> list[dict[str, str]]:
    """The rows of one CSV table that ships with this room."""
    text = files("rhizolith.molecules").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def isotopes() -> MappingProxyType[str, Isotope]:
    """Every isotope of `data/isotopes.csv`, by symbol (`C`, `13C`, …). Masses from AME2020, abundances from IUPAC."""
    rows = table("isotopes.csv")
    return MappingProxyType({
        r["symbol"]: Isotope(
            r["symbol"], r["element"], float(r["mass_Da"]), float(r["abundance"]), int(r["valence"]), r["source"]
        )
        for r in rows
    })


@cache
def exchange(heavy: str) -> tuple[float, float]:
    """Mass step (Da) and ratio per atom when one light atom is replaced by its `heavy` isotope."""
    one = isotopes()[heavy]
    light = isotopes()[one.element]
    return one.mass - light.mass, one.abundance / light.abundance
