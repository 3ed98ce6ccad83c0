"""Metabolites that the factors changed: how well they tell groups apart, which ones, how stable that is."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.description.experiment.treatment_name import level_name
from rhizolith.reporting.chances import drawn, worded
from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.panels.heat import heat
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.volcano import volcano, weights
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, parts, shown, slug, table
from rhizolith.reporting.words import count, plain


@section("analyze", order=66, title="Metabolites that changed")
def study_metabolites(tree: xr.DataTree) -> Piece | None:
    """Every table of features."""
    look = Look.of(tree)
    found = [_one(node, look) for node in parts(tree, "Metabolites")]
    if not found:
        return None
    return Piece(Markup("").join(p.html for p in found), tuple(q for p in found for q in p.panels))


def _one(node: xr.DataTree, look: Look) -> Piece:
    models, scores, heated = table(node, "models"), table(node, "scores"), table(node, "heat")
    panels: list[Panel] = []
    heading = Markup("<h3>{}</h3>").format(plain(str(node.attrs["title"]).partition(": ")[2]))
    more = Markup("")
    if len(models):
        columns = ["factor", "pair", "n", "orthogonal", "r2y", "q2", "q2_usual", "p", "key"]
        heads = ["Factor", "Pair", "n", "Orthogonal components", "R²Y", "Q²", "Q² (usual)", "p of Q²", "Key"]
        more += Markup("<p>OPLS-DA of each pair of levels:</p>")
        more += html_table(worded(models, "p")[columns], heads)
    name = str(node.name)
    for row in models.to_dict("records") if len(models) else []:
        found = table(node, f"change_{row['factor']}")
        factor, pair, size = str(row["factor"]), str(row["pair"]), sized(row)
        panels += [
            volcano(name, factor, pair, size, found), weights(name, factor, pair, size, float(row["q2"]), found),
            _scores(node, row, scores),
        ]  # fmt: skip
        more += _keys(factor, pair, size, found)
    if len(heated):
        panels.insert(0, heat(name, heated, look))
    piece = shown(node, panels, more)
    return Piece(heading + piece.html, piece.panels)


def sized(row: dict[Any, Any]) -> str:
    """`n 24`; how samples of one plot were put together, where they were."""
    how = str(row.get("counted", ""))
    return f"n {row['n']:.0f}" + (f" ({how})" if how not in ("", "nan") else "")


def _keys(factor: str, pair: str, size: str, found: pd.DataFrame) -> Markup:
    """The features that keep the rule."""
    keys = found[found["passes"] == "True"]
    columns = ["feature", "log2_change", "low", "high", "q_moderated", "vip", "stability", "identification"]
    heads = ["Feature", "log2 change", "95 % from", "to", "q (moderated t)", "VIP", "Stability", "Identification"]
    words = Markup("<h4>{}: {}</h4><p>{}, {}.</p>").format(
        factor.replace("_", " "), count(len(keys), "key metabolite"), pair, size
    )
    return words + (html_table(keys[columns].head(60), heads, most=15, what="key metabolites") if len(keys) else "")


def _scores(node: xr.DataTree, row: dict[Any, Any], scores: pd.DataFrame) -> Panel:
    factor = str(row["factor"])
    own = scores[scores["factor"] == factor]
    return Panel(
        slug(node.name, factor, "opls"),
        f"{factor.replace('_', ' ')}: told apart by all features",
        f"OPLS-DA scores, {row['pair']}; {sized(row)}; R²Y {row['r2y']:.2f}, Q² {row['q2']:.2f}, {drawn(row)} by "
        "shuffled labels (no interval: its folds share samples). R²Y fits what it has seen: a Q² near 0 means nothing "
        "is predicted, however far apart the dots.",
        own,
        partial(_groups, own=own),
        width=3.6,
        height=3.1,
    )


def _groups(axes: Axes, own: pd.DataFrame) -> None:
    other = "orthogonal" if "orthogonal" in own and own["orthogonal"].notna().any() else None
    for k, (name, part) in enumerate(own.groupby("level", sort=False)):
        # without an orthogonal component the height only keeps the dots apart
        y = part[other] if other else k + np.linspace(-0.3, 0.3, len(part))
        axes.plot(
            part["predictive"],
            y,
            "os^D"[k % 4],
            color=COLOURS[k],
            ms=4.5,
            mec="none",
            alpha=0.8,
            label=level_name(str(own["factor"].iloc[0]), str(name)),
        )
    axes.set_xlabel("predictive component (no unit)", fontsize=8.5)
    if other:
        axes.set_ylabel("first orthogonal component (no unit)", fontsize=8.5)
    else:
        axes.set_yticks(
            range(own["level"].nunique()),
            [level_name(str(own["factor"].iloc[0]), str(v)) for v in dict.fromkeys(own["level"])],
            fontsize=8,
        )
        axes.set_ylim(-0.6, own["level"].nunique() - 0.4)
    axes.tick_params(labelsize=8)
    if other:
        axes.get_figure().legend(loc="outside lower center", ncols=2, fontsize=7, frameon=False)  # type: ignore[union-attr]
