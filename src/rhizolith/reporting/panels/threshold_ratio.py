"""Threshold element ratios against the ratio of the food: on which side of the threshold each sample lies."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.look import Look

FAR = 20.0
"""Ratio of largest to smallest value beyond which the axes are logarithmic."""


def threshold(element: str, points: pd.DataFrame, look: Look, tests: str) -> Panel:
    """`points`: sample, group, food (C:X of the soil), ter, low, high, all molar. `tests`: effects on TER in words."""
    short = float((points["food"] > points["ter"]).mean())
    n = points["group"].value_counts()
    count = f"{n.min()}" + (f" to {n.max()}" if n.max() > n.min() else "")
    name = {"N": "nitrogen", "P": "phosphorus"}[element]
    words = (
        f"TER C:{element} = (enzymes for C / enzymes for {element}) · biomass C:{element} / n₀, molar, n₀ from the "
        f"regression of these samples; dashed: the threshold, where the food's C:{element} (that of the soil) equals "
        f"it. Below the line growth is short of {name} ({short:.0%} of {len(points)} samples), above it of carbon or "
        f"energy. n {count} a treatment; lines: 95 % interval within a sample. {tests}"
    )
    return Panel(
        f"threshold-ratio-c{element.lower()}", f"Threshold element ratio C:{element}", words, points,
        partial(_draw, points=points, look=look, element=element), width=3.6, height=3.6,
    )  # fmt: skip


def _draw(axes: Axes, points: pd.DataFrame, look: Look, element: str) -> None:
    values = points[["food", "ter"]].to_numpy(float)
    low, high = values.min(), values.max()
    if low > 0 and high / low > FAR:
        axes.set_xscale("log")
        axes.set_yscale("log")
        edges = (low / 1.5, high * 1.5)
    else:
        pad = 0.12 * (high - low)
        edges = (max(0.0, low - pad), high + pad)
    axes.plot(edges, edges, color="#444", lw=0.9, ls=(0, (4, 3)))
    order = look.order(points["group"])
    for name in order:
        part = points[points["group"] == name]
        colour = look.style(name)["colour"]
        known = part[np.isfinite(part["low"])]
        axes.vlines(known["food"], known["low"], known["high"], color=colour, lw=0.7, alpha=0.6)
        look.points(axes, part["food"].tolist(), part["ter"].tolist(), name, 4.2)
    axes.set_xlim(edges)
    axes.set_ylim(edges)
    place: dict[str, Any] = {"transform": axes.transAxes, "fontsize": 7.5, "color": "#555", "rotation": 45}
    place |= {"ha": "center", "va": "center"}
    axes.set_box_aspect(1)
    axes.text(0.78, 0.84, "short of C", **place)
    axes.text(0.84, 0.78, f"short of {element}", **place)
    axes.set_xlabel(f"C:{element} of the soil (mol mol⁻¹)", fontsize=8.5)
    axes.set_ylabel(f"TER C:{element} (mol mol⁻¹)", fontsize=8.5)
    axes.tick_params(labelsize=8)
    look.legend(axes, order)
