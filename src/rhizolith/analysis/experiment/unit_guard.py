"""Indices where a unit is written nowhere: what changes with the unit is not computed, what does not, is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import xarray as xr

from rhizolith.analysis.experiment.enzyme_recipes import acquisition
from rhizolith.analysis.experiment.recipe import Quantities, Recipe, cooked
from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.quantity import quantities
from rhizolith.description.experiment.unusual import fitting
from rhizolith.errors import Problem

TRIES = 1000.0, 0.03  # factors between units that are tried: thousands, and one that no pair of units differs by
SHARED = ("enzyme", "biomass")  # groups that a laboratory reports in one unit
CARBON_NITROGEN = ("SOC", "TN")  # one combustion gives both, and a table that says no unit gives both in the same
PLAUSIBLE = 5.0, 100.0  # mass C:N; assumed: from below that of microbes in a mineral soil to raw peat and litter layers
MOST = 0.9  # of the samples must have such a ratio; assumed: a slip of the keyboard in one sample is no other unit


def unsure_units(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """Quantities whose unit is written nowhere, in groups that share theirs: a laboratory reports activities alike.

    Group (as shown to a reader) → quantities.
    """
    known = quantities()
    found: dict[str, list[str]] = {}
    for column in experiment.columns:
        name = column["read as"]
        if name not in known or known[name].unit in ("1", "") or experiment.units.get(name):
            continue
        shared = known[name].group in SHARED  # in one table; a second table may be of another laboratory
        found.setdefault(f"{known[name].group}, {column['table']}" if shared else name, []).append(name)
    if _one_combustion(experiment, found):
        found["soil C and N"] = [name for group in CARBON_NITROGEN for name in found.pop(group)]
    return {group: tuple(names) for group, names in found.items()}


def _one_combustion(experiment: Experiment, unsure: Mapping[str, Sequence[str]]) -> bool:
    """Whether organic carbon and nitrogen stand in one table, both without a unit, and their ratio is one of soils."""
    tables = {c["table"] for c in experiment.columns if c["read as"] in CARBON_NITROGEN}
    if len(tables) > 1 or not all(n in unsure for n in CARBON_NITROGEN):
        return False
    carbon, nitrogen = (experiment.measured[n].to_numpy(float) for n in CARBON_NITROGEN)
    both = np.isfinite(carbon) & np.isfinite(nitrogen) & (nitrogen > 0)
    ratio = carbon[both] / nitrogen[both]
    return bool(both.any()) and bool(np.mean((ratio >= PLAUSIBLE[0]) & (ratio <= PLAUSIBLE[1])) >= MOST)


def without_units(
    recipes: Sequence[Recipe], given: Quantities, experiment: Experiment
) -> tuple[xr.Dataset, list[Problem]]:
    """Every recipe, less the ones that change when a unit that nobody wrote is another one; and which those are."""
    made = cooked(recipes, {**given, **acquisition(given)}, experiment.samples)
    unsure = unsure_units(experiment)
    lost: dict[str, set[str]] = {}
    for names in unsure.values():
        for variable in sorted(_moved(recipes, given, names, experiment.samples)):
            parts = made[variable].attrs.get("made_from", "").split(", ") if variable in made else ()
            lost.setdefault(variable, set()).update(n for n in names if n in parts)
    free = [n for names in unsure.values() for n in names]
    for whole, held in made.data_vars.items():
        made_from = [p for p in held.attrs.get("made_from", "").split(", ") if p in free]
        if made_from and str(whole) not in lost:
            said = f"the unit of {', '.join(made_from)} is not written: the value is free of it while they share it"
            if set(CARBON_NITROGEN) <= set(made_from):
                said += (
                    f" and are by mass; assumed, for their ratio is one of soils ({PLAUSIBLE[0]:g} to {PLAUSIBLE[1]:g})"
                )
            held.attrs["note"] = "; ".join(filter(None, (held.attrs.get("note", ""), said)))
    gone = [v for v in made.data_vars if any(str(v) in _with_bounds(name) for name in lost)]
    return made.drop_vars(gone), _said(lost, experiment)


def steady(made: Callable[[Quantities], xr.Dataset], given: Quantities, experiment: Experiment) -> xr.Dataset:
    """What `made` makes of the quantities, less what changes when a unit that nobody wrote is another one."""
    base = made(given)
    gone: set[str] = set()
    for names in unsure_units(experiment).values():
        for scale in TRIES:
            again = made({k: v * scale if k in names else v for k, v in given.items()})
            gone |= {str(v) for v in base.data_vars if v not in again or not _same(base[v].values, again[v].values)}
    return base.drop_vars(gone)


def _with_bounds(name: str) -> tuple[str, ...]:
    return (name, f"{name}_low", f"{name}_high", f"{name}_stability")


def _moved(recipes: Sequence[Recipe], given: Quantities, names: Sequence[str], samples: Sequence[str]) -> set[str]:
    """The variables that change when these quantities are all in another unit."""
    first = {k: v[[0, 0]] for k, v in given.items()}
    base = cooked(recipes, {**first, **acquisition(first)}, samples)
    found: set[str] = set()
    for scale in TRIES:
        other = {k: v * scale if k in names else v for k, v in first.items()}
        again = cooked(recipes, {**other, **acquisition(other)}, samples)
        found |= {str(v) for v in base.data_vars if not _same(base[v].to_numpy(), again[v].to_numpy())}
    return found


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    if a.dtype.kind in "US":
        return bool((a == b).all())
    return bool(np.allclose(a, b, rtol=1e-6, atol=0, equal_nan=True))


def _said(lost: Mapping[str, set[str]], experiment: Experiment) -> list[Problem]:
    """One sentence for each set of quantities: what is not computed for want of their units, and how to write them."""
    written = {c["read as"]: c["column"] for c in experiment.columns}
    together: dict[tuple[str, ...], list[str]] = {}
    for variable, of in lost.items():
        if not variable.endswith(("_low", "_high", "_stability")):
            together.setdefault(tuple(sorted(of)), []).append(variable)
    found = []
    for names, variables in together.items():
        columns = [written.get(n, n) for n in names]
        what = f"not computed, for the unit of {', '.join(columns)} is not written: {', '.join(variables)}"
        pairs = ", ".join(f"{c}: {_like(experiment, n)}" for c, n in zip(columns, names))
        fix = f"if these are the units, write `units: {{{pairs}}}` into experiment.yaml, or give --unit COLUMN=UNIT"
        found.append(Problem("units", what, fix))
    return found


def _like(experiment: Experiment, name: str) -> str:
    """A unit that the numbers look like, for the reader to confirm."""
    known = quantities()[name]
    return (fitting(experiment.measured[name], known) or [known.unit])[0]
