"""Words beside points that cover neither one another nor the points."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

REACHES = (4.0, 9.0, 15.0, 23.0, 33.0, 45.0, 60.0, 80.0)
"""Distances from the point to try, in points."""
TURNS = np.linspace(0, 2 * np.pi, 24, endpoint=False)
GAP = np.array([2.0, 1.0])
"""Points left free between two words, across and up."""
DOT = 3.0
"""Half the width of a dot, in points."""
STANDS_OFF = 6.0
"""Points between a point and its word from which a thin line leads to it."""
SWEEPS = 4
"""Times each word is placed at most."""
NONE = 1.0
"""Price below which no word covers anything."""


def beside(
    axes: Axes, x: Sequence[float], y: Sequence[float], words: Sequence[str], colours: Sequence[str] | str = "#222",
    size: float = 6.5, others: np.ndarray | None = None, veil: bool = False,
    every: bool = True,
) -> None:  # fmt: skip
    """Write `words` near (x, y), each where it covers least; a thin line where it stands off.

    To be called last: the figure is laid out first, so that the words are placed by their true size.
    `others`: points (n × 2) to keep clear of. `veil`: pale paper behind the words, where lines are all around.
    Words that find no clear place are left out, the last first, unless `every` must stand.
    """
    if not len(words):
        return
    frame = _laid_out(axes)
    scale = 72 / axes.get_figure().dpi  # type: ignore[union-attr]
    places = np.column_stack([x, y]).astype(float)
    points = axes.transData.transform(places) * scale
    blocks = points if others is None else np.vstack([points, axes.transData.transform(np.asarray(others)) * scale])
    shades = [colours] * len(words) if isinstance(colours, str) else list(colours)
    sizes = np.array([_size(text, size) for text in words])
    boxes = _placed(points, sizes, blocks, frame * scale)
    while (
        not every
        and len(boxes) > 1
        and any(_crossed(points[k], boxes[k], *_rest(points, dict(enumerate(boxes)), k)) for k in range(len(boxes)))
    ):
        points, sizes = points[:-1], sizes[:-1]
        boxes = _placed(points, sizes, blocks, frame * scale)
    paper = {"fc": "white", "ec": "none", "alpha": 0.75, "pad": 0.4} if veil else None
    for place, point, text, colour, box in zip(places, points, words, shades, boxes):
        end = np.clip(point, box[0], box[1])
        line = {"arrowstyle": "-", "lw": 0.4, "color": colour, "shrinkA": 0, "shrinkB": 2}
        line["relpos"] = tuple((end - box[0]) / (box[1] - box[0]))
        axes.annotate(
            text, tuple(place), xytext=tuple(box.mean(axis=0) - point), textcoords="offset points", ha="center",
            va="center", fontsize=size, color=colour, arrowprops=line if _far(point, box) else None,
            annotation_clip=False, bbox=paper,
        ).set_in_layout(False)  # fmt: skip


def _placed(points: np.ndarray, sizes: np.ndarray, blocks: np.ndarray, frame: np.ndarray) -> list[np.ndarray]:
    """The box of each word: one after the other, then each again, or two changed over, until nothing is gained."""
    boxes: dict[int, np.ndarray] = {}
    last = np.inf
    for _ in range(SWEEPS):
        for k, point in enumerate(points):
            boxes[k] = _best(point, sizes[k], *_rest(points, boxes, k), blocks, frame)
        for i, j in combinations(range(len(points)), 2):
            moved = {**boxes, i: _at(boxes[j], sizes[i]), j: _at(boxes[i], sizes[j])}
            if _price(points, moved, blocks, frame) < _price(points, boxes, blocks, frame) - 1e-9:
                boxes = moved
        price = _price(points, boxes, blocks, frame)
        if price < NONE or price >= last:
            break
        last = price
    return [boxes[k] for k in range(len(points))]


def _at(box: np.ndarray, size: np.ndarray) -> np.ndarray:
    """A box of this size in the middle of another."""
    middle = box.mean(axis=0)
    return np.array([middle - size / 2, middle + size / 2])


def _rest(points: np.ndarray, boxes: dict[int, np.ndarray], k: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The boxes of all other words, and the lines that lead to them."""
    others = [(points[j], box) for j, box in boxes.items() if j != k]
    return [box for _, box in others], [np.array([p, np.clip(p, *box)]) for p, box in others if _far(p, box)]


def _price(points: np.ndarray, boxes: dict[int, np.ndarray], blocks: np.ndarray, frame: np.ndarray) -> float:
    """What all words together cover, and a little for every point that they stand off."""
    far = sum(0.02 * float(np.hypot(*(np.clip(points[k], *box) - points[k]))) for k, box in boxes.items())
    return far + sum(
        _covered(box, blocks, frame) + _crossed(points[k], box, *_rest(points, boxes, k)) for k, box in boxes.items()
    )


def _far(point: np.ndarray, box: np.ndarray) -> bool:
    """Whether a word stands so far off that a line must lead to it."""
    return bool(np.hypot(*(np.clip(point, box[0], box[1]) - point)) > STANDS_OFF)


def _laid_out(axes: Axes) -> np.ndarray:
    """Lay the figure out for good; the corners of the axes on it."""
    figure = axes.get_figure()
    engine = figure.get_layout_engine()  # type: ignore[union-attr]
    if engine is not None:
        engine.execute(figure)  # type: ignore[arg-type]
        figure.set_layout_engine("none")  # type: ignore[union-attr]
    axes.apply_aspect()
    return np.asarray(axes.get_window_extent().get_points())


def _size(text: str, size: float) -> np.ndarray:
    """Width and height of words, in points."""
    font = FontProperties(size=size)
    rows = text.split("\n")
    wide = max(text_to_path.get_text_width_height_descent(row, font, False)[0] for row in rows)
    return np.array([wide, 1.2 * size * len(rows)])


def _best(
    point: np.ndarray, size: np.ndarray, taken: list[np.ndarray], lines: list[np.ndarray], points: np.ndarray,
    frame: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """The box of one word (corners × 2) where it covers least."""
    best, cost = np.array([point, point]), np.inf
    for reach in REACHES:
        if cost <= 0.02 * reach:
            break
        for turn in TURNS:
            way = np.array([np.cos(turn), np.sin(turn)])
            middle = point + way * (reach + size / 2)
            box = np.array([middle - size / 2, middle + size / 2])
            price = 0.02 * reach + _covered(box, points, frame)
            if price < cost:  # the rest costs more time
                price += _crossed(point, box, taken, lines)
            if price < cost:
                best, cost = box, price
    return best


def _covered(box: np.ndarray, points: np.ndarray, frame: np.ndarray) -> float:
    """What a box hides of the points, and how far it stands out of the axes."""
    inside = ((points > box[0] - DOT) & (points < box[1] + DOT)).all(axis=1)
    out = np.maximum(frame[0] - box[0], 0).sum() + np.maximum(box[1] - frame[1], 0).sum()
    return 1.5 * float(inside.sum()) + 1.5 * float(out)


def _crossed(point: np.ndarray, box: np.ndarray, taken: list[np.ndarray], lines: list[np.ndarray]) -> float:
    """How many words a box or the line to it covers, and how many lines go through it or are crossed."""
    cost, line = 0.0, _far(point, box)
    own = np.array([point, np.clip(point, box[0], box[1])])
    for other in taken:
        if (np.minimum(box[1], other[1]) > np.maximum(box[0], other[0]) - GAP).all():
            cost += 30.0
        if line and _through(own, other):
            cost += 12.0
    for other in lines:
        cost += 12.0 * _through(other, box) + 4.0 * (line and _cross(own, other))
    return cost


def _through(line: np.ndarray, box: np.ndarray) -> bool:
    """Whether a line goes through a box."""
    along = line[0] + np.linspace(0, 1, 25)[:, None] * (line[1] - line[0])
    return bool(((along > box[0]) & (along < box[1])).all(axis=1).any())


def _cross(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two lines cross."""

    def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> float:
        return float(np.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])))

    apart = side(a[0], a[1], b[0]) != side(a[0], a[1], b[1])
    return apart and side(b[0], b[1], a[0]) != side(b[0], b[1], a[1])
