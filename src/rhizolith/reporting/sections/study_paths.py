"""Paths between blocks: the drawing with its numbers, never called causal."""

from __future__ import annotations

from functools import partial

import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, part, shown, stars, table


@section("analyze", order=80, title="Paths between the blocks")
def study_paths(tree: xr.DataTree) -> Piece | None:
    """Diagram, effects, blocks, rivals."""
    node = part(tree, "paths")
    if node is None:
        return None
    paths = table(node, "paths")
    if paths.empty:
        return shown(node, [])
    r2, effects, loadings = table(node, "r2"), table(node, "effects"), table(node, "loadings")
    columns = ["cause", "effect", "estimate", "se", "low", "high", "bca_low", "bca_high", "p"]
    heads = ["Cause", "Effect", "Estimate", "SE", "from", "to", "BCa from", "BCa to", "p"]
    more = html_table(paths.reindex(columns=columns), heads)
    more += Markup("<p>Total effects, direct and through others:</p>") + html_table(
        effects.reindex(columns=columns), heads, 8, "effects"
    )
    more += html_table(
        loadings[["block", "indicator", "estimate", "low", "high"]],
        ["Block", "Indicator", "Loading", "from", "to"],
        8,
        "loadings",
    )
    blocks, rivals = table(node, "blocks"), table(node, "rivals")
    if len(blocks):
        more += html_table(
            blocks, ["Block", "Mode", "Indicators", "α", "ρ", "1st eigenvalue", "2nd", "AVE"], 8, "blocks"
        )
    if len(rivals):
        more += Markup(
            "<p>Rival drawings; those with the same number under “twins” imply the same correlations, and no data of "
            "this kind can tell them apart:</p>"
        ) + html_table(rivals[["rival", "arrows", "mean_r2", "gof", "bic", "bic_difference", "wins", "twins"]])
    return shown(node, [_diagram(paths, r2)], more)


def _diagram(paths: pd.DataFrame, r2: pd.DataFrame) -> Panel:
    depth = depths(paths)
    layers: dict[int, list[str]] = {}
    for name, d in depth.items():
        layers.setdefault(d, []).append(name)
    tall = max(len(v) for v in layers.values())
    gof = f" GoF {r2['gof'].iloc[0]:.2f}; n {r2['n'].iloc[0]:.0f}." if len(r2) else ""
    return Panel(
        "paths",
        "Path model",
        "Arrows: standardized coefficients, * where the 95 % percentile interval leaves out 0 (** p < 0.01, "
        f"*** p < 0.001); blue positive, orange negative, dashed not told from 0. R² in the boxes.{gof} Association "
        "along drawn arrows, not causes.",
        paths,
        partial(_draw, paths=paths, r2=dict(zip(r2["variable"], r2["estimate"])) if len(r2) else {}, layers=layers),
        width=1.8 * len(layers) + 0.6,
        height=1.0 * tall + 1.3,
    )


def depths(paths: pd.DataFrame) -> dict[str, int]:
    """How many arrows lead to each variable at most: its column in the drawing."""
    names = list(dict.fromkeys([*paths["cause"], *paths["effect"]]))
    depth = dict.fromkeys(names, 0)
    for _ in names:
        for cause, effect in zip(paths["cause"], paths["effect"]):
            depth[effect] = max(depth[effect], depth[cause] + 1)
    return depth


def _draw(axes: Axes, paths: pd.DataFrame, r2: dict[str, float], layers: dict[int, list[str]]) -> None:
    place = {}
    for column, names in layers.items():
        for k, name in enumerate(names):
            place[name] = (1.8 * column, -1.0 * (k - (len(names) - 1) / 2) + 0.28 * (column % 2))
    for row in paths.to_dict("records"):
        (x0, y0), (x1, y1) = place[row["cause"]], place[row["effect"]]
        sure = row["low"] > 0 or row["high"] < 0
        colour = COLOURS[0] if row["estimate"] > 0 else COLOURS[1]
        bend = 0.0 if abs(x1 - x0) < 2.5 else 0.42
        look = {"arrowstyle": "-|>", "color": colour, "lw": 0.8 + 2.2 * min(abs(row["estimate"]), 1)}
        look |= {"ls": "-" if sure else "--", "connectionstyle": f"arc3,rad={-bend}", "alpha": 1 if sure else 0.6}
        axes.annotate("", (x1 - 0.6, y1), (x0 + 0.6, y0), arrowprops=look)
        star = stars(row["p"]) or "*"
        words = f"{row['estimate']:.2f}" + (star if sure else "")
        middle = ((x0 + x1) / 2, (y0 + y1) / 2 + 0.1 + bend * (abs(x1 - x0) - 1.2) / 2)
        axes.text(
            *middle, words, fontsize=7.5, ha="center", color=colour, bbox={"fc": "white", "ec": "none", "pad": 0.6}
        )
    for name, (x, y) in place.items():
        box = FancyBboxPatch((x - 0.58, y - 0.2), 1.16, 0.4, boxstyle="round,pad=0.02", fc="#F4F6F8", ec="#555", lw=1)
        axes.add_patch(box)
        words = name if not r2.get(name) else f"{name}\nR² {r2[name]:.2f}"
        axes.text(x, y, words, ha="center", va="center", fontsize=8)
    xs, ys = zip(*place.values())
    axes.set_xlim(min(xs) - 0.8, max(xs) + 0.8)
    longest = max(abs(place[e][0] - place[c][0]) for c, e in zip(paths["cause"], paths["effect"]))
    axes.set_ylim(min(ys) - 0.5, max(ys) + 0.4 + 0.2 * longest)
    axes.set_aspect("equal")
    axes.axis("off")
