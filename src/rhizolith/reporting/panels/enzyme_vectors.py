"""Enzyme vectors: length and angle of every treatment, with the form and the convention drawn in."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Arc

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.labels import beside
from rhizolith.reporting.panels.look import Look

TURN = 45.0
"""degrees; by convention P-limited above, N-limited below"""


def vectors(points: pd.DataFrame, look: Look, tests: str) -> Panel:
    """`points`: sample, group, x = C/(C+P), y = C/(C+N); `tests`: effects on length and angle in words."""
    n = points["group"].value_counts()
    count = f"{n.min()}" + (f" to {n.max()}" if n.max() > n.min() else "")
    words = (
        "Proportions of enzyme activity, x = C/(C+P), y = C/(C+N) (C: BG + CBH, N: NAG + LAP, P: phosphatase; nmol "
        f"g⁻¹ h⁻¹). Dots: samples (n {count} a treatment); arrows: their means, longer: relatively more C acquired, "
        "angle above the dashed 45° (a convention): more for P than for N. Means and 95 % intervals of length and "
        f"angle stand in the table below. F tests, p that counts: {tests or 'none'}"
    )
    return Panel(
        "enzyme-vectors", "Enzyme vectors", words, points, partial(_draw, points=points, look=look),
        width=3.6, height=3.9,
    )  # fmt: skip


def _draw(axes: Axes, points: pd.DataFrame, look: Look) -> None:
    order = look.order(points["group"])
    ends, words, colours = [], [], []
    for name in order:
        part = points[points["group"] == name]
        look.points(axes, part["x"].tolist(), part["y"].tolist(), name, 3.5)
        x, y = float(part["x"].mean()), float(part["y"].mean())
        colour = str(look.style(name)["colour"])
        arrow = {"arrowstyle": "-|>", "color": colour, "lw": 1, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 7}
        arrow["ls"] = "-" if look.style(name)["marker"] == "o" else "--"
        axes.annotate("", (x, y), (0, 0), arrowprops=arrow)
        ends.append((x, y))
        words.append(f"{np.hypot(x, y):.2f}, {np.degrees(np.arctan2(y, x)):.0f}°")
        colours.append(colour)
    high = min(1.0, 1.25 * float(points[["x", "y"]].to_numpy().max()))
    axes.plot([0, high], [0, high], color="#444", lw=0.8, ls=(0, (4, 3)))
    axes.add_patch(Arc((0, 0), 0.24 * high, 0.24 * high, theta1=0, theta2=TURN, color="#888", lw=0.7))
    axes.text(0.14 * high, 0.04 * high, "45°", fontsize=7, color="#555")
    axes.set(xlim=(0, high), ylim=(0, high), aspect="equal")
    axes.set_xlabel("C/(C+P) (no unit)", fontsize=8.5)
    axes.set_ylabel("C/(C+N) (no unit)", fontsize=8.5)
    axes.text(0.03 * high, 0.97 * high, "more for P", fontsize=7.5, color="#555", va="top")
    axes.text(0.97 * high, 0.03 * high, "more for N", fontsize=7.5, color="#555", ha="right")
    axes.tick_params(labelsize=8)
    look.legend(axes, order)
    if len(order) <= 8:
        tips = np.array(ends)
        shafts = np.vstack([t * tips for t in (0.5, 0.65, 0.8, 0.9, 1.0)])
        others = np.vstack([points[["x", "y"]].to_numpy(float), shafts])
        beside(axes, tips[:, 0].tolist(), tips[:, 1].tolist(), words, colours, 6.8, others)
