"""Communities and molecules of each table: where samples lie, what the design explains, who changed."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, parts, shown, slug, table

MARKS = "os^Dv<>P"
CHI2 = 5.991
"""95 % of a χ² with two degrees of freedom: the size of an ellipse that holds 95 % of a normal cloud."""


def _pieces(tree: xr.DataTree, begin: str) -> Piece | None:
    found = []
    for node in parts(tree, begin):
        piece = _one(node)
        heading = Markup("<h3>{}</h3>").format(str(node.attrs["title"]).partition(": ")[2])
        found.append(Piece(heading + piece.html, piece.panels))
    if not found:
        return None
    return Piece(Markup("").join(p.html for p in found), tuple(q for p in found for q in p.panels))


@section("analyze", order=64, title="Communities: what the treatments did to the whole")
def study_communities(tree: xr.DataTree) -> Piece | None:
    """Taxa and genes."""
    return _pieces(tree, "Communities")


@section("analyze", order=55, title="Molecules: what the treatments did to the whole")
def study_molecules(tree: xr.DataTree) -> Piece | None:
    """Formulas."""
    return _pieces(tree, "Molecules")


def _one(node: xr.DataTree) -> Piece:
    places, shares = table(node, "places"), table(node, "shares")
    permanova, changed = table(node, "permanova"), table(node, "differential")
    panels = []
    if len(places):
        panels.append(_ordination(node, places, permanova))
    if len(shares):
        panels.append(_stack(node, shares))
    more = Markup("")
    if len(permanova):
        kept = permanova.reindex(columns=["term", "df", "ss", "r2", "f", "p"])
        more += html_table(kept, ["Term", "df", "Sum of squares", "R²", "F", "p"])
    if len(changed):
        hits = changed[changed["q"] < 0.05].sort_values("q")
        panels += [_changes(node, hits)] if len(hits) else []
        more += Markup("<p>{} of {} taxa differ in at least one contrast (q < 0.05).</p>").format(
            hits["taxon"].nunique(), changed["taxon"].nunique()
        )
        columns = ["taxon", "contrast", "log2_change", "se", "p", "q", "prevalence"]
        more += html_table(hits[columns].head(200), most=1, what="differential taxa")
    return shown(node, panels, more)


def _ordination(node: xr.DataTree, places: pd.DataFrame, permanova: pd.DataFrame) -> Panel:
    """NMDS with ellipses and the text of the test."""
    tested = permanova.dropna(subset=["p"]) if "p" in permanova else permanova.iloc[:0]
    words = "; ".join(f"{r['term']} R² {r['r2']:.2f}, p {r['p']:.3f}" for r in tested.to_dict("records"))
    return Panel(
        slug(node.name, "nmds"),
        "Where the samples lie",
        f"Non-metric scaling; ellipses hold 95 % of a normal cloud of each group; n {len(places)}. {words}",
        places,
        partial(_cloud, places=places, x="NMDS1", y="NMDS2"),
        width=4.6,
        height=3.6,
    )


def _cloud(axes: Axes, places: pd.DataFrame, x: str, y: str) -> None:
    for k, (name, part) in enumerate(places.groupby("group", sort=False)):
        colour = COLOURS[k % len(COLOURS)]
        axes.plot(part[x], part[y], MARKS[k % len(MARKS)], color=colour, ms=4.5, alpha=0.8, mec="none", label=str(name))
        if len(part) >= 4:
            axes.add_patch(_ellipse(part[[x, y]].to_numpy(), colour))
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_aspect("equal", "datalim")
    axes.legend(fontsize=6.5, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), handletextpad=0.2)


def _ellipse(points: np.ndarray, colour: str) -> Ellipse:
    """The normal ellipse of some points."""
    values, vectors = np.linalg.eigh(np.cov(points.T))
    wide = 2 * np.sqrt(np.maximum(values, 0) * CHI2)
    turn = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))
    return Ellipse(points.mean(axis=0), wide[1], wide[0], angle=turn, fill=False, ec=colour, lw=1)  # type: ignore[arg-type]


def _stack(node: xr.DataTree, shares: pd.DataFrame) -> Panel:
    """Shares of the largest groups in every treatment."""
    wide = shares.pivot(index="group", columns="taxon", values="share").fillna(0)
    order = [c for c in wide.mean().sort_values(ascending=False).index if c != "other"]
    wide = wide[[*order, *(["other"] if "other" in wide else [])]]
    return Panel(
        slug(node.name, "shares"),
        "What they are made of",
        "Mean share of the largest groups in each treatment.",
        shares,
        partial(_bars, wide=wide),
        width=5.2,
        height=1.2 + 0.35 * len(wide),
    )


def _bars(axes: Axes, wide: pd.DataFrame) -> None:
    left = np.zeros(len(wide))
    shades = [*COLOURS, "#B0B0B0", "#D8D8D8", "#F0E442"]
    for k, name in enumerate(wide.columns):
        colour = "#E5E5E5" if name == "other" else shades[k % len(shades)]
        label = str(name).rsplit("__", 1)[-1][:28] or "unassigned"
        axes.barh(range(len(wide)), wide[name], left=left, color=colour, ec="white", lw=0.4, label=label)
        left += wide[name].to_numpy()
    axes.set_yticks(range(len(wide)), [str(g) for g in wide.index], fontsize=7.5)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("share")
    axes.legend(fontsize=6.5, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), handlelength=1)


def _changes(node: xr.DataTree, hits: pd.DataFrame) -> Panel:
    """The largest changes with their intervals."""
    top = hits.reindex(hits["log2_change"].abs().sort_values(ascending=False).index).head(16).iloc[::-1]
    return Panel(
        slug(node.name, "changes"),
        "Who changed most",
        "Log2 change with its 95 % interval, ANCOM-BC, q < 0.05; the sixteen largest.",
        top,
        partial(_forest, top=top),
        width=4.8,
        height=0.9 + 0.22 * len(top),
    )


def _forest(axes: Axes, top: pd.DataFrame) -> None:
    rows = np.arange(len(top))
    axes.errorbar(top["log2_change"], rows, xerr=1.96 * top["se"], fmt="o", color=COLOURS[0], ms=3.5, lw=1)
    axes.axvline(0, color="#888", lw=0.8)
    labels = [f"{str(t)[:22]} · {str(c)[:20]}" for t, c in zip(top["taxon"], top["contrast"])]
    axes.set_yticks(rows, labels, fontsize=6.5)
    axes.set_xlabel("log2 change")
