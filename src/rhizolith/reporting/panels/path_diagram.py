"""The drawing of a path model: boxes in the order of the arrows, coefficients on them, R² inside."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.study import stars

WIDE, TALL = 1.3, 0.5
"""Size of a box; columns are 2.1, rows 1.25 apart."""
COLUMN, ROW = 2.1, 1.25
MANY = 12
"""Arrows of a long chain beyond which it takes more than a column of print."""
ALONG = 2.6
"""Columns of a chain that reads from the left: its coefficients stand between the boxes, and the arrows must show."""


def diagram(paths: pd.DataFrame, r2: pd.DataFrame, size: str = "") -> Panel:
    """`paths`: cause, effect, estimate, low, high, p; `r2`: variable, estimate, low, high, gof, n; `size`: n."""
    depth = depths(paths)
    layers: dict[int, list[str]] = {}
    for name, d in depth.items():
        layers.setdefault(d, []).append(name)
    size = size or (f"n {r2['n'].iloc[0]:.0f}" if len(r2) else "")
    n = f" {size}, GoF {r2['gof'].iloc[0]:.2f} (descriptive)." if len(r2) else ""
    fits = "R² with 95 % intervals: " + "; ".join(
        f"{r['variable']} {r['estimate']:.2f} ({r['low']:.2f} to {r['high']:.2f})" for r in r2.to_dict("records")
    )
    words = (
        "Arrows: standardized coefficients, * where the 95 % percentile interval leaves out 0 (** p < 0.01, *** p "
        f"< 0.001 by resampling); blue positive, orange negative, dashed not told from 0; intervals in the table.{n} "
        f"{fits}. Association along drawn arrows, not causes."
    )
    boxes = dict(zip(r2["variable"], r2["estimate"])) if len(r2) else {}
    down = len(layers) > 3  # a long chain reads from the top, so that it fits a column of print
    return Panel(
        "paths", "Path model", words, paths, partial(_draw, paths=paths, r2=boxes, layers=layers, down=down),
        width=(3.8 if len(paths) <= MANY else 5.2) if down else 1.35 * len(layers) + 0.6,
        height=0.85 * len(layers) + 0.2 if down else _tall(layers, paths),
    )  # fmt: skip


def _tall(layers: dict[int, list[str]], paths: pd.DataFrame) -> float:
    """Inches of a short chain: a row a box, and room for arrows that pass others."""
    return 0.75 * max(len(v) for v in layers.values()) + (1.1 if len(paths) >= len(layers) else 0.3)


def depths(paths: pd.DataFrame) -> dict[str, int]:
    """How many arrows lead to each variable at most: its layer in the drawing."""
    names = list(dict.fromkeys([*paths["cause"], *paths["effect"]]))
    depth = dict.fromkeys(names, 0)
    for _ in names:
        for cause, effect in zip(paths["cause"], paths["effect"]):
            depth[effect] = max(depth[effect], depth[cause] + 1)
    return depth


def _places(layers: dict[int, list[str]], down: bool) -> dict[str, tuple[float, float]]:
    """Middle of each box."""
    place = {}
    for layer, names in layers.items():
        for k, name in enumerate(names):
            across = k - (len(names) - 1) / 2
            place[name] = (COLUMN * across, -ROW * layer) if down else (ALONG * layer, -ROW * across)
    return place


def _draw(axes: Axes, paths: pd.DataFrame, r2: dict[str, float], layers: dict[int, list[str]], down: bool) -> None:
    place = _places(layers, down)
    level = {n: d for d, names in layers.items() for n in names}
    side, passed = 1, {1: 0, -1: 0}
    reach = [x for x, _ in place.values()]
    told: list[tuple[float, float]] = []
    for row in paths.to_dict("records"):
        span = level[row["effect"]] - level[row["cause"]]
        bend = 0.0
        if span > 1:  # past the boxes between: outwards, and left and right in turn from the middle
            off = place[row["cause"]][0 if down else 1]
            side = int(np.sign(off)) if abs(off) > 0.1 else -side
            bend = side * (0.22 + 0.1 * span + 0.1 * passed[side])
            passed[side] += 1
        middle = _arrow(axes, row, place[row["cause"]], place[row["effect"]], bend, down, list(place.values()), told)
        told.append(middle)
        reach += [middle[0] - 0.55, middle[0] + 0.55]
    boxed = []
    for name, (x, y) in place.items():
        box = (x - WIDE / 2, y - TALL / 2)
        look = {"boxstyle": "round,pad=0.02", "fc": "#F4F6F8", "ec": "#555", "lw": 1, "zorder": 3}
        axes.add_patch(FancyBboxPatch(box, WIDE, TALL, **look))  # type: ignore[arg-type]
        words = name if not r2.get(name) else f"{name}\nR² {r2[name]:.2f}"
        boxed.append(axes.text(x, y, words, ha="center", va="center", fontsize=8, zorder=4))
    ys = [y for _, y in place.values()]
    xs = [x for x, _ in place.values()]
    axes.set_xlim(min(*reach, min(xs) - 0.8) - 0.1, max(*reach, max(xs) + 0.8) + 0.1)
    top = 0.45 if down else 1.0 if len(paths) >= len(layers) else 0.45
    axes.set_ylim(min(ys) - top, max(ys) + top)
    axes.axis("off")
    left, right = axes.get_xlim()
    room = 0.9 * WIDE / (right - left) * float(axes.get_figure().get_size_inches()[0]) * 72  # type: ignore[union-attr]
    longest = max(len(row) for text in boxed for row in text.get_text().split("\n"))
    for text in boxed:  # words stay in their boxes
        text.set_fontsize(min(8.0, max(6.0, room / (0.62 * longest))))


def _arrow(
    axes: Axes, row: dict, start: tuple[float, float], end: tuple[float, float], bend: float, down: bool,
    boxes: list[tuple[float, float]], told: list[tuple[float, float]],
) -> tuple[float, float]:  # fmt: skip
    """One arrow with its coefficient; where the coefficient stands comes back."""
    sure = row["low"] > 0 or row["high"] < 0
    colour = COLOURS[0] if row["estimate"] > 0 else COLOURS[1]
    (x0, y0), (x1, y1) = start, end
    if bend:  # from side to side of the boxes
        shift = np.sign(bend) * WIDE / 2
        lift = np.sign(bend) * TALL / 2
        a, b = ((x0 + shift, y0), (x1 + shift, y1)) if down else ((x0, y0 + lift), (x1, y1 + lift))
    else:
        a, b = ((x0, y0 - TALL / 2), (x1, y1 + TALL / 2)) if down else ((x0 + WIDE / 2, y0), (x1 - WIDE / 2, y1))
    rad = -bend
    # the control point of arc3 stands off the middle by rad times the length; the curve passes half as far
    dx, dy = b[0] - a[0], b[1] - a[1]
    curve = f"arc3,rad={rad}"
    look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 9, "connectionstyle": curve, "zorder": 2}
    look["color"] = colour
    look |= {"shrinkA": 1, "shrinkB": 1, "lw": 0.8 + 2.0 * min(abs(row["estimate"]), 1)}
    axes.add_patch(FancyArrowPatch(a, b, ls="-" if sure else (0, (4, 3)), **look))
    turn = ((a[0] + b[0]) / 2 + rad * dy, (a[1] + b[1]) / 2 - rad * dx)
    middle = _free(a, turn, b, boxes, told)
    star = (stars(row["p"]) or "*") if sure else ""
    words = f"{row['estimate']:.2f}{star}".replace("-", "−")
    axes.text(*middle, words, fontsize=7.5, ha="center", va="center", color=colour, zorder=5,
              bbox={"fc": "white", "ec": "none", "pad": 0.8})  # fmt: skip
    return middle


def _free(
    a: tuple[float, float], turn: tuple[float, float], b: tuple[float, float], boxes: list[tuple[float, float]],
    told: list[tuple[float, float]],
) -> tuple[float, float]:  # fmt: skip
    """Where on its curve a coefficient stands: as near to the middle as no box or other coefficient lies under it."""
    spots = []
    for t in (0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72, 0.2, 0.8):
        x, y = ((1 - t) ** 2 * p + 2 * t * (1 - t) * q + t**2 * r for p, q, r in zip(a, turn, b))
        spots.append((x, y))
        clear = not any(abs(x - u) < WIDE / 2 + 0.3 and abs(y - v) < TALL / 2 + 0.1 for u, v in boxes)
        if clear and not any(abs(x - u) < 0.6 and abs(y - v) < 0.13 for u, v in told):
            return x, y
    return spots[0]
