"""The enzyme vector plot: what microbes of each treatment seem to be short of, with the convention drawn in."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.reporting.experiment import group, node
from rhizolith.reporting.figure import COLOURS, Panel, grid
from rhizolith.reporting.section import Piece, section


def _vectors(axes: Axes, table: pd.DataFrame) -> None:
    for k, (name, part) in enumerate(table.groupby("group", sort=False)):
        axes.plot(part["x"], part["y"], "o", color=COLOURS[k % 8], label=str(name), ms=4.5, alpha=0.75, mec="none")
    axes.plot([0, 1], [0, 1], color="#444", lw=0.8, ls="--")
    axes.text(0.03, 0.95, "P-limited", fontsize=8, color="#444", va="top")
    axes.text(0.97, 0.04, "N-limited", fontsize=8, color="#444", ha="right")
    axes.set(xlabel="C/(C+P)", ylabel="C/(C+N)", xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1), frameon=False, fontsize=7)


@section("analyze", order=28, title="Enzyme vectors")
def analyze_enzymes(tree: xr.DataTree) -> Piece | None:
    """Each sample by the shares of C-, N- and P-acquiring enzymes; what critics say stands below."""
    held = node(tree, "enzymes")
    if held is None or "vector_angle" not in held:
        return None
    angle, length = np.radians(held["vector_angle"].to_series()), held["vector_length"].to_series()
    table = pd.DataFrame({"group": group(tree), "x": length * np.cos(angle), "y": length * np.sin(angle)})
    table["class"] = held["limitation"].to_series() if "limitation" in held else ""
    table = table.dropna(subset=["x", "y"]).rename_axis("sample").reset_index()
    if table.empty:
        return None
    panel = Panel(
        "enzyme-vectors",
        "Enzyme vectors",
        "Above the dashed line (45°, a convention) enzymes for P outweigh those for N.",
        table,
        partial(_vectors, table=table),
        width=5.2,
        height=3.4,
    )
    said = Markup("<p class=caveat>{}</p>").format(held["vector_angle"].attrs.get("caution", ""))
    return Piece(said + grid([panel]), (panel,))
