"""Whether numbers look like their unit: the median of a quantity against what soils usually have."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.description.experiment.quantity import Quantity, factor, into
from rhizolith.errors import Problem

# units that laboratories use for the same thing; a slip between them is what a wrong median mostly is
OTHERS = {
    "nmol g-1 h-1": ("umol g-1 h-1", "umol kg-1 h-1", "pmol g-1 h-1", "mmol kg-1 h-1", "nmol g-1 d-1"),
    "g kg-1": ("%", "mg kg-1", "g g-1"),
    "mg kg-1": ("g kg-1", "mg g-1", "%", "ug kg-1"),
    "%": ("g g-1", "g kg-1"),
    "dS m-1": ("uS cm-1", "mS m-1"),
    "cmolc kg-1": ("mmolc kg-1", "molc kg-1"),
    "mg kg-1 d-1": ("mg kg-1 h-1", "ug kg-1 h-1", "mg g-1 d-1"),
}


MOLES = {"mg kg-1": ("mmol kg-1",), "g kg-1": ("mol kg-1", "mmol kg-1"), "mg kg-1 d-1": ("mmol kg-1 d-1",)}
"""Amounts that a mass of an element may have been given as."""
_MEANING = {"g g-1": " (a fraction of one)"}


def fitting(values: ArrayLike, known: Quantity) -> list[str]:
    """The units in which the median of the values lies in the usual range of the quantity; empty where none does."""
    low, high = known.usual
    x = np.asarray(values, float)
    x = x[np.isfinite(x) & (x > 0)]
    if not len(x) or not low < high:
        return []
    middle = float(np.median(x))
    return [
        u for u in (known.unit, *OTHERS.get(known.unit, ())) if low <= middle * (factor(u, known.unit) or 0) <= high
    ]


def option(column: str, unit: str) -> str:
    """What to type for the unit of a column."""
    return f"--unit '{column}={unit}'" if " " in column else f"--unit {column}='{unit}'"


def unusual(column: str, values: ArrayLike, unit: str, known: Quantity, where: str) -> list[Problem]:
    """What is odd about a column's unit: that it is written nowhere, or that the median lies outside the usual range.

    Values and `unit` as written. Units that would fit are named, none is chosen.
    """
    low, high = known.usual
    fits = fitting(values, known)
    if not unit:
        like = f"; the numbers look like {' or '.join(fits)}" if fits else ""
        what = f"{column}: the unit of {known.about} is not written, and not guessed{like}"
        example = (fits or [known.unit])[0]
        fix = f"write it in the header, `{column} ({example})`, in a legend beside the table, under `units:` in "
        return [Problem(where, what, f"{fix}experiment.yaml, or give {option(column, example)}")]
    scale = into(unit, known)
    x = np.asarray(values, float)
    x = x[np.isfinite(x) & (x > 0)]
    if scale is None or not len(x) or not low < high or low <= float(np.median(x)) * scale <= high:
        return []
    fits = [u for u in fits if factor(u, unit) != 1]
    fits += [
        u for u in MOLES.get(known.unit, ()) if low <= float(np.median(x)) * (into(u, known) or 0) <= high and u != unit
    ]
    like = f"; it would fit {' or '.join(f'{u}{_MEANING.get(u, str())}' for u in fits)}" if fits else ""
    what = (
        f"{column}: the median is {np.median(x):.3g} {unit}; soils usually have {low:g} to {high:g} {known.unit}{like}"
    )
    fix = "confirm the unit; the values are kept as reported"
    if fits:
        fix += (
            f". If they are in {fits[0]}, give {option(column, fits[0])}, or say so under `units:` in experiment.yaml"
        )
    return [Problem(where, what, fix)]
