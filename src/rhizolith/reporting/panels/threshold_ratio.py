"""Threshold element ratios against the ratio of the food: on which side of the threshold each sample lies."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.words import number, percent

FAR = 20.0
"""Ratio of largest to smallest value beyond which the axes are logarithmic."""


def threshold(
    element: str, points: pd.DataFrame, look: Look, tests: str, line: Mapping[str, Any] | None = None
) -> Panel:
    """`points`: sample, group, food (C:X of the soil), ter, low, high, all molar. `tests`: effects on TER in words.

    `line`: what n₀ rests on (`ThresholdLine.to_attributes`); where it cannot carry a threshold, none is claimed.
    """
    short = float((points["food"] > points["ter"]).mean())
    n = points["group"].value_counts()
    count = f"{n.min()}" + (f" to {n.max()}" if n.max() > n.min() else "")
    name = {"N": "nitrogen", "P": "phosphorus"}[element]
    readable = line is None or bool(line["readable"])
    if readable:
        meaning = (
            f"Below the line growth would be short of {name} ({percent(short)} of {len(points)} samples), above it of "
            "carbon or energy, as far as the assumptions criticized above hold."
        )
    else:
        meaning = "n₀ is too unsure for a threshold: compare treatments, do not read who is short of what."
    words = (
        f"TER C:{element} = (enzymes for C / enzymes for {element}) · biomass C:{element} / n₀, molar. {_rests(line)} "
        f"Dashed: where the food's C:{element} (that of the soil) equals it. {meaning} n {count} a treatment; thin "
        "lines: 5th to 95th percentile within a sample, that of n₀ (shared by all) in it. F tests, p that counts: "
        f"{tests or 'none'}"
    )
    return Panel(
        f"threshold-ratio-c{element.lower()}", f"Threshold element ratio C:{element}", words, points,
        partial(_draw, points=points, look=look, element=element, readable=readable), width=3.6, height=3.6,
    )  # fmt: skip


def _rests(line: Mapping[str, Any] | None) -> str:
    """n₀ with its interval and the line it is read from."""
    if line is None:
        return "n₀ from the regression of these samples."
    n0 = " to ".join(number(float(line[k]), 2) for k in ("n0_low", "n0_high"))
    slope = " to ".join(number(float(line[k]), 2) for k in ("slope_low", "slope_high"))
    return (
        f"n₀ {number(float(line['n0']), 2)} (90 % interval {n0}, {line['n']} samples resampled) = exp(intercept) of "
        f"the standardized major axis ln C ~ ln {line['element']} of these samples (slope "
        f"{number(float(line['slope']), 2)}, 90 % interval {slope}; r {line['r']:.2f}), read at 1 nmol g⁻¹ h⁻¹, "
        f"{number(float(line['below']), 2)} times below the lowest activity."
    )


def _draw(axes: Axes, points: pd.DataFrame, look: Look, element: str, readable: bool = True) -> None:
    values = points[["food", "ter", "low", "high"]].to_numpy(float)
    low, high = np.nanmin(values), np.nanmax(values)
    if low > 0 and high / low > FAR:
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter(FuncFormatter(lambda v, _: number(v)))
            axis.set_minor_formatter(NullFormatter())
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
    if readable:
        axes.text(0.78, 0.84, "short of C", **place)
        axes.text(0.84, 0.78, f"short of {element}", **place)
    else:
        axes.text(0.81, 0.81, "not to be read as a threshold", backgroundcolor="white", **place)
    axes.set_xlabel(f"C:{element} of the soil (mol mol⁻¹)", fontsize=8.5)
    axes.set_ylabel(f"TER C:{element} (mol mol⁻¹)", fontsize=8.5)
    axes.tick_params(labelsize=8)
    look.legend(axes, order)
