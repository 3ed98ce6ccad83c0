"""How an index is made from measured quantities, and its interval from the spread of their replicates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.indices.registry import Index, indices

DRAWS = 400  # of replicate means; the 5th and 95th percentile of 400 have an error of about 2 percentiles
LOW, HIGH = 5, 95
Quantities = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Recipe:
    """A variable of the results: the index it is, the quantities it needs, and how they go in."""

    variable: str
    index: str
    needs: tuple[str, ...]
    make: Callable[[Quantities], np.ndarray]
    note: str = ""


# sums of activities, by what they are summed from
PARTS: dict[str, tuple[str, ...]] = {
    "enzyme_C": ("BG", "CBH"), "enzyme_N": ("NAG", "LAP"), "enzyme_P": ("phosphatase",),
}  # fmt: skip


TIMED = {"per day": "d-1", "days": "d"}
"""Units of indices per time where the quantities they are made of say which."""


def described(one: Index, note: str = "") -> dict[str, str]:
    """What a variable carries: its name, unit, definition, meaning, grade, sources and cautions."""
    held = {
        "long_name": one.name, "units": one.unit, "definition": one.definition, "meaning": one.meaning,
        "grade": one.grade, "source": "; ".join(one.source), "caution": " ".join(one.caution),
    }  # fmt: skip
    if note in TIMED:
        return held | {"units": TIMED[note]}
    return {**held, "note": note} if note else held


def drawn(
    values: pd.DataFrame, spread: pd.DataFrame, number: pd.DataFrame, draws: int, seed: int
) -> dict[str, np.ndarray]:
    """Quantity → (1 + draws) × sample: the measured means, then draws of each mean from its standard error.

    A quantity or sample without replicates is repeated unchanged: its error is not known, and its indices get no
    interval. Quantities are drawn independently: errors shared between them are not.
    """
    random = np.random.default_rng(seed)
    out = {}
    for name in values.columns:
        x = values[name].to_numpy(float)
        stack = np.broadcast_to(x, (draws + 1, len(x))).copy()
        if name in spread:
            n = number[name].to_numpy(float) if name in number else np.full(len(x), 1.0)
            error = spread[name].to_numpy(float) / np.sqrt(np.maximum(n, 1))
            known = np.isfinite(error) & (error > 0)
            stack[1:, known] += random.normal(size=(draws, int(known.sum()))) * error[known]
        out[str(name)] = stack
    return out


def cooked(recipes: Sequence[Recipe], quantities: Quantities, samples: Sequence[str]) -> xr.Dataset:
    """Every recipe whose quantities are there: `variable`, and `variable_low` and `_high` where replicates allow them.

    A variable that a recipe makes can be needed by a later one. Words (classes) get `_stability`, the share of draws
    that agree with the class of the means.
    """
    held, known = dict(quantities), indices()
    ancestors: dict[str, frozenset[str]] = {}
    data: dict[str, tuple] = {}
    for recipe in recipes:
        if recipe.variable in data or not all(n in held for n in recipe.needs):
            continue
        with np.errstate(all="ignore"):
            made = np.asarray(recipe.make(held))
        held[recipe.variable] = made
        about = described(known[recipe.index], recipe.note)
        parents = [ancestors.get(n, frozenset(PARTS.get(n, (n,)))) for n in recipe.needs]
        ancestors[recipe.variable] = frozenset().union(*parents)
        about["made_from"] = ", ".join(sorted(ancestors[recipe.variable] & set(quantities)))
        data[recipe.variable] = ("sample", made[0], about)
        if made.dtype.kind in "US":
            agree = (made[1:] == made[0]).mean(axis=0)
            plain = {"long_name": f"stability of {recipe.index}", "units": "1"}
            data[f"{recipe.variable}_stability"] = (
                "sample",
                agree,
                {**plain, "definition": "share of draws that agree"},
            )
            continue
        data.update(_interval(recipe.variable, made, about))
    return xr.Dataset(data, coords={"sample": list(samples)})


def _interval(variable: str, made: np.ndarray, about: Mapping[str, str]) -> dict[str, tuple]:
    moved = np.nanmax(np.abs(made - made[0]), axis=0, initial=0) > 0
    if not moved.any():
        return {}
    out = {}
    for which, level in (("low", LOW), ("high", HIGH)):
        bound = np.full(made.shape[1], np.nan)
        usable = moved & np.isfinite(made).any(axis=0)
        bound[usable] = np.nanpercentile(made[1:, usable], level, axis=0)
        words = f"{level}th percentile over {len(made) - 1} draws of the replicate means"
        held = {"long_name": f"{about['long_name']}, {which}", "units": about["units"], "definition": words}
        out[f"{variable}_{which}"] = ("sample", bound, held)
    return out
