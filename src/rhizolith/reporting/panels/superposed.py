"""Two tables laid on one another: an arrow leads each sample from its place in one to its place in the other."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rhizolith.reporting.chances import drawn
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.ordination import square
from rhizolith.reporting.panels.triangle import plain
from rhizolith.reporting.study import slug


def superposed(places: pd.DataFrame, fit: dict[str, float], look: Look, size: str = "", shuffles: str = "") -> Panel:
    """`places`: sample, axis1, axis2, to_axis1, to_axis2, residual, group; `fit`: m2, r, p, n of the two tables.

    `size`: n in words; `shuffles`: how many, within what.
    """
    one, two = str(places["table_1"].iloc[0]), str(places["table_2"].iloc[0])
    worst = places.sort_values("residual", ascending=False)["sample"].head(3)
    many = fit["n"]
    words = (
        f"Symmetric Procrustes of five principal coordinates each, the first two drawn: dots {plain(one)}, tips of the "
        f"arrows {plain(two)}. m² {fit['m2']:.2f} (0: the same, 1: nothing in common), r {fit['r']:.2f}, "
        f"{drawn(fit)}{f' by {shuffles}' if shuffles else ' by permutation'}, {size or f'n {many:.0f}'}; no "
        "interval: m² of many axes is small by chance too, which p takes into account. Samples that fit worst: "
        f"{', '.join(map(str, worst))}."
    )
    return Panel(
        slug("procrustes", one, two), f"{plain(one)} on {plain(two)}", words, places,
        partial(_draw, places=places, look=look), width=3.6, height=3.8,
    )  # fmt: skip


def _draw(axes: Axes, places: pd.DataFrame, look: Look) -> None:
    order = look.order(g for g in places["group"] if g) if "group" in places else []
    start, end = places[["axis1", "axis2"]].to_numpy(float), places[["to_axis1", "to_axis2"]].to_numpy(float)
    groups = places["group"].to_numpy() if "group" in places else np.array([""] * len(places))
    for a, b, group in zip(start, end, groups):
        colour = look.style(group)["colour"] if group else "#777"
        line = {"arrowstyle": "->", "color": colour, "lw": 0.7, "shrinkA": 0, "shrinkB": 0, "alpha": 0.75}
        axes.annotate("", tuple(b), tuple(a), arrowprops={**line, "mutation_scale": 6})
    for group in order:
        own = groups == group
        look.points(axes, start[own, 0].tolist(), start[own, 1].tolist(), group, 4)
    if not order:
        axes.plot(start[:, 0], start[:, 1], "o", color="#777", ms=4)
    square(axes, np.vstack([start, end]))
    axes.set_xlabel("axis 1 (no unit)", fontsize=8.5)
    axes.set_ylabel("axis 2 (no unit)", fontsize=8.5)
    axes.tick_params(labelsize=7.5)
    look.legend(axes, order)
