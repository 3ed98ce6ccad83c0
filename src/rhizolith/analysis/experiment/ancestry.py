"""Which measured columns two indices share: explaining one by the other is then partly arithmetic."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import xarray as xr


def ancestors(tree: xr.DataTree) -> dict[str, frozenset[str]]:
    """`node/variable` → the measured quantities it was made from; a measured quantity is its own ancestor."""
    out: dict[str, frozenset[str]] = {}
    for name, held in tree.children.items():
        for variable, values in held.to_dataset().data_vars.items():
            made = values.attrs.get("made_from", "")
            if made:
                out[f"{name}/{variable}"] = frozenset(made.split(", "))
            elif name == "measured" and not str(variable).endswith(("_sd", "_n")):
                out[f"{name}/{variable}"] = frozenset([str(variable)])
    return out


def shared_ancestors(tree: xr.DataTree) -> pd.DataFrame:
    """Pairs of variables with common measured columns: `a`, `b`, `shared`, and the share of all their columns.

    A regression of one on the other must be compared with a null in which the shared columns are permuted.
    """
    known = ancestors(tree)
    rows = [
        {
            "a": a,
            "b": b,
            "shared": ", ".join(sorted(known[a] & known[b])),
            "part": len(known[a] & known[b]) / len(known[a] | known[b]),
        }
        for a, b in combinations(sorted(known), 2)
        if known[a] & known[b]
    ]
    return pd.DataFrame(rows, columns=["a", "b", "shared", "part"]).sort_values(
        "part", ascending=False, ignore_index=True
    )
