"""How the samples of a study are counted: what several were taken from, and within what they were shuffled."""

from __future__ import annotations

import xarray as xr


def sized(tree: xr.DataTree, n: float) -> str:
    """`n 24`; `n 30 Plant ID (means of their samples)` where samples of one plot were averaged first."""
    averaged = _about(tree, "averaged")
    return f"n {n:.0f} {averaged} (means of their samples)" if averaged else f"n {n:.0f}"


def shuffled(tree: xr.DataTree, many: float) -> str:
    """`999 shuffles`; `999 shuffles within block`, for links between tables."""
    within = _about(tree, "within")
    return f"{many:.0f} shuffles{f' within {within}' if within else ''}"


def _about(tree: xr.DataTree, name: str) -> str:
    return str(tree["study"].attrs.get(name, "")).replace("_", " ") if "study" in tree.children else ""
