"""Quantities measured once for a plot or plant and written for each of its samples: they count once, not every time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from rhizolith.analysis.study.factors import Factors
from rhizolith.description.experiment.treatment_name import treatment_names

LEAST = 4
"""Plots below which nothing can be tested between them."""
NAMED = re.compile(
    r"(^|[ _])(plants?|pots?|plots?|trees?|individuals?|subjects?|mesocosms?|microcosms?|cores?|columns?|rhizobox(es)?|"
    r"rhizotrons?|cylinders?|lysimeters?|farms?|sites?)($|[ _])", re.I)  # fmt: skip
"""Names of what several samples are taken from."""


@dataclass(frozen=True)
class Plots:
    """`column` of the design names them; `label`: the plot of each sample; `repeated`: quantities the same in all
    samples of every plot."""

    column: str
    label: pd.Series
    repeated: tuple[str, ...]


def find_plots(design: pd.DataFrame, values: pd.DataFrame, factors: Factors) -> Plots | None:
    """The column of the design whose levels, each of two or more samples, share the most quantities; None without one.

    Where no quantity is shared, a worded column that is named like a plot, or whose levels lie within treatments, tells
    which samples belong together. A column that the factors fix is a treatment, not a plot: what is the same within it
    may be an effect.
    """
    numbers = values.select_dtypes("number")
    best: Plots | None = None
    for name in design.columns:
        label = design[name].mask(design[name] == "").reindex(numbers.index)
        sizes = label.value_counts()
        if label.isna().any() or str(name) in factors.names or len(sizes) < LEAST or sizes.min() < 2:
            continue
        if (label.groupby(factors.groups.to_numpy()).nunique() == 1).all():
            continue
        same = numbers.groupby(label.to_numpy()).nunique().le(1).all() & (numbers.nunique() > LEAST)
        found = Plots(str(name), label.astype(str), tuple(map(str, numbers.columns[same])))
        belongs = bool(found.repeated) or (name != factors.block and _nests(design[name], factors))
        if belongs and (best is None or len(found.repeated) > len(best.repeated)):
            best = found
    return best


def _nests(column: pd.Series, factors: Factors) -> bool:
    """Whether a column that shares no quantity still says which samples come from one plot."""
    label = column.reindex(factors.design.index).astype(str).to_numpy()
    fixed = [(factors.design[f].groupby(label).nunique() <= 1).all() for f in factors.names]
    if NAMED.search(re.sub(r"([a-z])([A-Z])", r"\1 \2", str(column.name))):
        return True
    return not pd.api.types.is_numeric_dtype(column) and any(fixed)


def of_plots(plots: Plots, factors: Factors) -> Factors:
    """The design with one line a plot: factors that differ within a plot leave it."""
    by = factors.design.groupby(plots.label.to_numpy(), sort=False, observed=True)
    kept = [c for c in factors.design.columns if (by[c].nunique() <= 1).all()]
    first = ~plots.label.duplicated()
    table = factors.design.loc[first.to_numpy(), kept].set_axis(plots.label[first].to_list())
    names = [n for n in factors.names if n in kept]
    sign = " * " if "*" in factors.formula else " + "
    groups = treatment_names(table, names) if names else pd.Series("all", table.index)
    block = factors.block if factors.block in kept else None
    return replace(factors, design=table, formula=sign.join(names), block=block, groups=groups.rename("group"))


def averaged(table: pd.DataFrame, plots: Plots) -> pd.DataFrame:
    """Samples × quantities to plots × quantities: means of the samples of each plot."""
    numbers = table.select_dtypes("number")
    return numbers.groupby(plots.label.reindex(numbers.index).to_numpy(), sort=False).mean()


def merged(tables: Mapping[str, pd.DataFrame], plots: Plots) -> dict[str, pd.DataFrame]:
    """Features × samples to features × plots: means of the samples of each plot."""
    held = {}
    for name, table in tables.items():
        known = table[[c for c in table.columns if c in plots.label.index]]
        held[name] = known.T.groupby(plots.label.loc[known.columns].to_numpy(), sort=False).mean().T
    return held
