"""The part of a described soil that can be simulated: minerals without rate laws left out, named, and weighed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from rhizolith.assessment.inventory import associations, diffraction
from rhizolith.assessment.measured import crystals
from rhizolith.assessment.spectrum import Spectrum
from rhizolith.description.document import Document, read_document
from rhizolith.description.read_soil import build_soil, shipped_soils, soil_path
from rhizolith.description.soil import Soil
from rhizolith.errors import InputError, Problem
from rhizolith.knowledge import tables

LAYERED = "phyllosilicate"


def simulated_soil(path: str | Path) -> tuple[Soil, tuple[str, ...]]:
    """The soil as the simulator knows it, and the minerals of its file that have no rate laws and were left out.

    None is taken for another: clay that a left-out phyllosilicate accounts for does not come back as kaolinite.
    InputError with every problem of the file, or where no association is left to simulate.
    """
    document = read_document(soil_path(str(path)) if str(path) in shipped_soils() else path)
    left = _leave_out(document)
    soil = build_soil(document)
    if problems := document.all_problems():
        raise InputError(problems)
    assert soil is not None
    if not soil.associations:
        what = "holds no association that the simulator knows"
        if left:
            what += f": it has no rate laws for {', '.join(left)}"
        raise InputError(Problem(document.path, what, "give extracts, clay or such minerals, or leave --simulate out"))
    return soil, left


def _leave_out(d: Document) -> tuple[str, ...]:
    """Take out of a document, in place, the minerals without rate laws and what is said to sit on them."""
    group = d.values.get("minerals")
    if not isinstance(group, Document):
        return ()
    left = tuple(m for m in group.values if m in crystals() and m not in tables.minerals())
    layered = 0.0
    for mineral in left:
        amount = group.number(mineral, "kg/kg", 0, 1)
        layered += amount or 0.0 if diffraction().get(mineral) == LAYERED else 0.0
        del group.values[mineral]
    if layered and d.has("clay"):
        clay = d.number("clay", "kg/kg", 0, 1) or 0.0
        d.values["clay"] = f"{max(clay - layered, 0.0)!r} kg/kg"
    listed = d.values.get("associations")
    if isinstance(listed, list):
        d.values["associations"] = [
            a for a in listed if not (isinstance(a, Document) and a.values.get("mineral") in left)
        ]
    return left


def left_out(spectrum: Spectrum, minerals: Iterable[str]) -> list[dict[str, Any]]:
    """One row a mineral: g per kg, and its share of the carbon that minerals hold and of what they can hold.

    Shares are those of the inventory, medians with 5 and 95 %. A kind's share is divided over its minerals by mass. A
    mineral of no kind (quartz) counts as holding none.
    """
    given = {m: float(np.nan_to_num(v[0])) for m, v in spectrum.soil.minerals.items()}
    kinds, stock = list(associations()), spectrum.inventory
    surface = np.delete(stock.capacity[0], kinds.index("outer_layer"), axis=-1).sum(axis=-1)
    rows = []
    for mineral in minerals:
        kind = diffraction().get(mineral, "")
        row: dict[str, Any] = {"mineral": mineral, "association": kind, "amount": given.get(mineral, 0.0)}
        alike = sum(v for m, v in given.items() if diffraction().get(m) == kind)
        part = row["amount"] / alike if kind and alike > 0 else 0.0
        of = kinds.index(kind) if kind else 0
        for key, whole in (("carbon", stock.held[0]), ("capacity", surface)):
            held = part * (stock.carbon if key == "carbon" else stock.capacity)[0, :, of]
            low, middle, high = np.quantile(held / np.maximum(whole, 1e-9), (0.05, 0.5, 0.95))
            row |= {f"{key}_share": float(middle), f"{key}_low": float(low), f"{key}_high": float(high)}
        rows.append(row)
    return rows
