"""A quantity that is the same in all samples of a plant or plot counts once for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from rhizolith.analysis.compare.factorial_model import Factorial, factorial
from rhizolith.analysis.exchangeable import units
from rhizolith.analysis.model_terms import Term
from rhizolith.errors import InputError, Problem

ROUNDING = 1e-9
"""Spread within groups, as a share of that of all samples, that stored digits leave."""


def same_within(y: np.ndarray, groups: pd.Series) -> bool:
    """Whether all samples of every group have one value, and some group has two samples or more."""
    held = pd.Series(y).groupby(groups.astype(str).to_numpy())
    return held.size().max() > 1 and bool((held.max() - held.min()).max() <= ROUNDING * np.ptp(y))


def one_row_each(table: pd.DataFrame) -> pd.DataFrame:
    """The first sample of each `within`; columns y, group, within. InputError where groups share one."""
    if (table.groupby("within")["group"].nunique() > 1).any():
        what = "the values are the same in all samples that belong together, whatever their group"
        raise InputError(Problem("values", what, "compare groups by what was measured in each sample"))
    return table.drop_duplicates("within")


def once_each(
    y: np.ndarray, design: pd.DataFrame, terms: tuple[list[Term], list[Term]], formula: str, group: str,
    *, block: str | None, n: int, seed: int | None,
) -> Factorial:  # fmt: skip
    """The factorial model of one value a group; `terms`: those that differ between groups, those that vary within.

    What varies within groups cannot have changed such a quantity: its rows say df 0 and hold no test. InputError where
    no term is left.
    """
    between, within = terms
    if not between:
        what = f"the values are the same in all samples of each {group}, where no factor of {formula} differs"
        fix = f"name a factor that differs between levels of {group}, or give what was measured in each sample"
        raise InputError(Problem("values", what, fix))
    plots = units(design[group])
    table = design.iloc[plots.first].set_axis(design[group].astype(str).iloc[plots.first].tolist())
    kept = block
    if block is not None and (design[block].astype(str).groupby(plots.codes).nunique() > 1).any():
        kept = None
    found = factorial(plots.average @ y, table, " + ".join(t.name for t in between), block=kept, n=n, seed=seed)
    rows = found.table
    lost = pd.DataFrame({"df": 0, "ss": 0.0, "preferred": ""}, index=pd.Index([t.name for t in within], name="term"))
    if within:
        rows = pd.concat([rows.drop(index="Residual"), lost, rows.loc[["Residual"]]])
    said = f"the same in all samples of each {group}: one value each of {plots.count}"
    said += f"; {block} fixed" if kept else f"; {block} varies within {group} and is left out" if block else ""
    return replace(found, table=rows, formula=formula, blocks=said)
