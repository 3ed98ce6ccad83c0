"""Words beside points that cover neither one another nor the points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

WIDE = 0.6
"""Width of a letter in units of the font size (DejaVu Sans, mean of small and capital letters)."""
SHARE = 0.8
"""Share of a figure that its axes take, about."""


def beside(
    axes: Axes, x: Sequence[float], y: Sequence[float], words: Sequence[str], colours: Sequence[str] | str = "#222",
    size: float = 6.5, others: np.ndarray | None = None, share: tuple[float, float] = (SHARE, SHARE),
) -> None:  # fmt: skip
    """Write `words` near (x, y), each where it covers least; a thin line where it stands off.

    The limits of the axes must be set before. `others`: points (n × 2) to keep clear of. First come, first served.
    """
    if not len(words):
        return
    wide, high = np.array(axes.get_figure().get_size_inches()) * 72 * np.array(share)  # type: ignore[union-attr]
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    scale = np.array([wide / (x1 - x0), high / (y1 - y0)])
    points = (np.column_stack([x, y]) - [x0, y0]) * scale
    blocks = points if others is None else np.vstack([points, (np.asarray(others) - [x0, y0]) * scale])
    shades = [colours] * len(words) if isinstance(colours, str) else list(colours)
    boxes: list[tuple[float, float, float, float]] = []
    for point, text, colour in zip(points, words, shades):
        length, tall = WIDE * size * max(map(len, text.split("\n"))), 1.3 * size * (1 + text.count("\n"))
        best, cost = None, np.inf
        for reach in (4.0, 10.0, 18.0, 28.0, 40.0):
            for turn in np.linspace(0, 2 * np.pi, 12, endpoint=False):
                dx, dy = np.cos(turn), np.sin(turn)
                centre = point + reach * np.array([dx, dy]) + np.array([dx * length, dy * tall]) / 2
                box = (centre[0] - length / 2, centre[1] - tall / 2, centre[0] + length / 2, centre[1] + tall / 2)
                price = _covered(box, boxes, blocks, wide, high) + 0.02 * reach
                if price < cost:
                    best, cost = (box, centre - point, reach), price
        if best is None:
            continue
        box, offset, reach = best
        boxes.append(box)
        at = point / scale + [x0, y0]
        line = {"arrowstyle": "-", "lw": 0.4, "color": colour, "shrinkA": 0, "shrinkB": 2} if reach > 6 else None
        axes.annotate(
            text, at, xytext=tuple(offset), textcoords="offset points", ha="center", va="center", fontsize=size,
            color=colour, arrowprops=line, annotation_clip=False,
        )  # fmt: skip


def _covered(
    box: tuple[float, float, float, float], boxes: list[tuple[float, float, float, float]], points: np.ndarray,
    wide: float, high: float,
) -> float:  # fmt: skip
    """How much a box hides: words are worst, then the edge of the axes, then points."""
    left, low, right, top = box
    cost = 0.0
    for a, b, c, d in boxes:
        cost += 10.0 * (min(right, c) > max(left, a) - 1 and min(top, d) > max(low, b) - 0.5)
    inside = (
        (points[:, 0] > left - 1) & (points[:, 0] < right + 1) & (points[:, 1] > low - 1) & (points[:, 1] < top + 1)
    )
    cost += 1.5 * inside.sum()
    out = max(0.0, -left) + max(0.0, right - wide) + max(0.0, -low) + max(0.0, top - high)
    return cost + 1.5 * out
