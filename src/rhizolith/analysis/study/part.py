"""One part of a study: tables, what was done in words, what to beware of; or why it could not be done."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr


@dataclass(frozen=True)
class Part:
    """`tables`: tidy tables by name; `said`: sentences of the methods, from what was really done; `notes`: cautions;
    `skipped`: why there is nothing, in words, when there is nothing."""

    name: str
    title: str
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: str = ""

    def to_tree(self) -> xr.DataTree:
        """A node with one child a table (dimension `row`) and the words as attributes."""
        attrs = {"title": self.title, "skipped": self.skipped}
        attrs |= {"said": json.dumps(self.said), "notes": json.dumps(self.notes)}
        return xr.DataTree(
            xr.Dataset(attrs=attrs), {name: xr.DataTree(as_dataset(t)) for name, t in self.tables.items()}, self.name
        )


def as_dataset(table: pd.DataFrame) -> xr.Dataset:
    """A table as a Dataset of columns over `row`; words become text, so that netCDF keeps them."""
    flat = table.reset_index() if table.index.name or isinstance(table.index, pd.MultiIndex) else table
    flat = with_bounds(flat)
    data = {}
    for name in flat.columns:
        column = flat[name]
        plain = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        data[str(name)] = ("row", column.to_numpy(float) if plain else column.astype(str).to_numpy(dtype=object))
    kept = {k: v for k, v in table.attrs.items() if isinstance(v, str | int | float)}
    return xr.Dataset(data, attrs=kept)


def with_bounds(table: pd.DataFrame) -> pd.DataFrame:
    """The table, with a column `…_bound` beside each p that is only known to be smaller than something.

    A p of 0 lies below what a computer holds (`< 1e-300`); the least p that m shuffles can give is said as such.
    """
    found = table
    shuffled = "p_shuffled" if "p_shuffled" in table else "p"
    for name in [c for c in table.columns if re.fullmatch(r"([pq](_.*)?|.*_[pq])", str(c))]:
        if not pd.api.types.is_numeric_dtype(table[name]):
            continue
        words = np.where(table[name] == 0, "< 1e-300", "").astype(object)
        if name == shuffled and "permutations" in table:
            least = 1 / (table["permutations"] + 1)
            at = (table[name] <= least * (1 + 1e-9)).to_numpy() & (words == "")
            words[at] = [f"≤ {v:.2g}, the least of {m:.0f} shuffles" for v, m in
                         zip(least[at], table["permutations"][at])]  # fmt: skip
        if (words != "").any():
            found = found.assign(**{f"{name}_bound": words})
    return found


def as_table(node: xr.DataTree | xr.Dataset) -> pd.DataFrame:
    """Back from a Dataset over `row` to a table."""
    data = node.to_dataset() if isinstance(node, xr.DataTree) else node
    return pd.DataFrame({str(k): np.asarray(v.values) for k, v in data.data_vars.items()})


def listed(words: Sequence[object], most: int = 6) -> str:
    """a, b and 3 more"""
    shown = [str(w) for w in words[:most]]
    return ", ".join(shown) + (f" and {len(words) - most} more" if len(words) > most else "")
