"""What a report needs of an analyzed experiment, in one place."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.description.experiment.treatment_name import OUTSIDE


def listed(tree: xr.DataTree, name: str) -> list[dict[str, Any]]:
    """One of the lists that the results keep as JSON in their attributes."""
    return json.loads(str(tree.attrs.get(name, "[]")))


def node(tree: xr.DataTree, name: str) -> xr.Dataset | None:
    """A node as a dataset, None where the experiment has none."""
    return tree[name].to_dataset() if name in tree.children else None


def nodes(tree: xr.DataTree, begin: str) -> list[tuple[str, xr.Dataset]]:
    """Nodes whose name begins so, such as `formulas_`."""
    return [(str(n), held.to_dataset()) for n, held in tree.children.items() if str(n).startswith(begin)]


def group(tree: xr.DataTree) -> pd.Series:
    """The treatment of each sample."""
    return tree["design"].to_dataset()["group"].to_series()


def described(tree: xr.DataTree) -> list[tuple[str, str, dict[str, str]]]:
    """(node, variable, attributes) of every index, intervals left out."""
    beside = ("_low", "_high", "_sd", "_n", "_stability")
    return [
        (str(name), str(variable), dict(values.attrs))
        for name, held in tree.children.items()
        if name not in ("design", "measured", "means")
        for variable, values in held.to_dataset().data_vars.items()
        if values.attrs.get("definition") and not str(variable).endswith(beside)
    ]


def table_of(tree: xr.DataTree, name: str, variable: str) -> pd.DataFrame:
    """sample, group, value and its bounds: what a figure is drawn from."""
    held = tree[name].to_dataset()
    out = pd.DataFrame({"group": group(tree), "value": held[variable].to_series()})
    for end in ("low", "high"):
        out[end] = held[f"{variable}_{end}"].to_series() if f"{variable}_{end}" in held else np.nan
    out = out[out["group"] != OUTSIDE]  # named among what was odd
    return out.rename_axis("sample").reset_index()
