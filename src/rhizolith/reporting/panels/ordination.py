"""Samples in the plane of an ordination, with the ellipses and the test that belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, Patch

from rhizolith.reporting.chances import drawn
from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.panels.labels import beside
from rhizolith.reporting.panels.look import JOIN, Look
from rhizolith.reporting.study import slug
from rhizolith.reporting.words import term, two

CHI2 = 5.991
"""95 % of a χ² with two degrees of freedom: the size of an ellipse that holds 95 % of a normal cloud."""
FEW = 6
"""Groups up to which each has its own ellipse; beyond, the levels of the factor that explains most."""
LEAST = 4
NO_INTERVAL = (
    "R² has no interval (resampling repeats samples, which lie at distance 0 and raise it); chance alone gives about "
    "its df/(n − 1)."
)
"""Why a share of distances explained stands without an interval."""


def ordination(
    name: str, method: str, places: pd.DataFrame, axes_names: tuple[str, str], permanova: pd.DataFrame, look: Look,
    about: str, together: str = "",
) -> Panel:  # fmt: skip
    """NMDS or PCoA of one table. `about`: stress or the share that the axes hold.

    `together`: of how many plots the samples are, where several came from one.
    """
    tested = permanova.dropna(subset=["p"]) if "p" in permanova else permanova.iloc[:0]
    clouds, by = _clouds(places, tested, look)
    test = "; ".join(
        f"{term(r['term'])} R² {two(r['r2'])}, F {r['f']:.1f}, {drawn(r)}" for r in tested.to_dict("records")
    )
    kept = places[["sample", *axes_names, "group"]]
    words = (
        f"{about} n {len(places)}{together}; axes have no unit; ellipses hold 95 % of a normal cloud of each {by} (χ², "
        "too small for few samples). "
        + (f"PERMANOVA (terms in sequence, shuffled): {test}. {NO_INTERVAL}" if test else "No design to test.")
    )  # fmt: skip
    return Panel(
        slug(name, method), f"Where the samples lie ({method})", words, kept,
        partial(_draw, places=places, names=axes_names, look=look, clouds=clouds), width=3.6, height=3.7,
    )  # fmt: skip


def _clouds(places: pd.DataFrame, tested: pd.DataFrame, look: Look) -> tuple[pd.Series, str]:
    """The label of each sample's cloud, and what the clouds are."""
    if places["group"].nunique() <= FEW or len(look.factors) < 2:
        return places["group"], "treatment"
    main = tested[tested["term"].isin(list(look.factors))] if len(tested) else tested
    factor = str(main.sort_values("r2")["term"].iloc[-1]) if len(main) else look.ranked[0]
    return places["group"].map(lambda g: look.levels(g).get(factor, "")), f"level of {factor}"


def _draw(axes: Axes, places: pd.DataFrame, names: tuple[str, str], look: Look, clouds: pd.Series) -> None:
    x, y = names
    order = look.order(places["group"])
    for group in order:
        part = places[places["group"] == group]
        look.points(axes, part[x].tolist(), part[y].tolist(), group)
    coarse = clouds.nunique() != places["group"].nunique()
    tops, shapes = [], []
    for name in dict.fromkeys(clouds):
        points = places.loc[clouds == name, [x, y]].to_numpy(float)
        colour = _shade(look, str(name))
        if len(points) >= LEAST:
            dashed = not coarse and look.style(str(name))["marker"] != "o"
            shapes.append(axes.add_patch(ellipse(points, colour, "--" if dashed else "-")))
        outline = np.vstack([points, *([_outline(shapes[-1])] if len(points) >= LEAST else [])])
        tops.append((str(name), *outline[outline[:, 1].argmax()], colour))
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    square(axes, places[[x, y]].to_numpy(float), shapes)
    axes.tick_params(labelsize=8)
    look.legend(axes, order)
    if coarse and all(c[0] for c in tops):
        words, cx, cy, shades = zip(*tops)
        others = np.vstack([places[[x, y]].to_numpy(float), *map(_outline, shapes)])
        beside(axes, cx, cy, words, shades, 8, others)


def square(axes: Axes, points: np.ndarray, shapes: Sequence[Patch] = ()) -> None:
    """The same span on both axes, so that distances read alike in every direction; holds points and ellipses."""
    every = np.vstack([points, *map(_outline, shapes)])
    low, high = every.min(axis=0), every.max(axis=0)
    half = 0.57 * max(float((high - low).max()), 1e-9)
    middle = (low + high) / 2
    axes.set_xlim(middle[0] - half, middle[0] + half)
    axes.set_ylim(middle[1] - half, middle[1] + half)
    axes.set_box_aspect(1)


def _outline(shape: Patch) -> np.ndarray:
    """Points along a shape, in data units."""
    path = shape.get_path().transformed(shape.get_patch_transform())
    return np.vstack(path.to_polygons(closed_only=False))  # type: ignore[arg-type]


def _shade(look: Look, name: str) -> str:
    """The colour of a group, or of a level of the coloured factor; grey for levels of another."""
    first = look.ranked[0]
    if JOIN not in name and name not in look.factors[first] and len(look.factors) > 1:
        return "#444444"
    return str(look.style(name)["colour"]) if JOIN in name else COLOURS[look.factors[first].index(name) % len(COLOURS)]


def ellipse(points: np.ndarray, colour: str, line: str = "-") -> Ellipse:
    """The normal ellipse of some points."""
    values, vectors = np.linalg.eigh(np.cov(points.T))
    wide = 2 * np.sqrt(np.maximum(values, 0) * CHI2)
    turn = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
    middle = (float(points[:, 0].mean()), float(points[:, 1].mean()))
    return Ellipse(middle, wide[1], wide[0], angle=turn, fill=False, ec=colour, lw=1, ls=line)
