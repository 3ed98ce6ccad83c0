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
from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.panels.heat import heat
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.treatment_dots import chance
from rhizolith.reporting.panels.volcano import volcano, weights
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, parts, shown, slug, table


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
    more = Markup("<h3>{}</h3>").format(str(node.attrs["title"]).partition(": ")[2])
    if len(models):
        heads = ["Factor", "Pair", "n", "Orthogonal", "R²Y", "Q²", "Q² (usual)", "p", "Key"]
        more += html_table(models, heads)
    name = str(node.name)
    for row in models.to_dict("records") if len(models) else []:
        found = table(node, f"change_{row['factor']}")
        factor, pair, n = str(row["factor"]), str(row["pair"]), int(row["n"])
        panels += [
            volcano(name, factor, pair, n, found), weights(name, factor, pair, n, float(row["q2"]), found),
            _scores(node, row, scores),
        ]  # fmt: skip
        keys = found[found["passes"] == "True"]
        columns = ["feature", "log2_change", "low", "high", "q_moderated", "vip", "stability", "identification"]
        heads = ["Feature", "log2 change", "from", "to", "q", "VIP", "Stability", "Identification"]
        more += Markup("<h4>{}: {} key metabolites</h4>").format(row["factor"], len(keys))
        more += html_table(keys[columns].head(60), heads, most=15, what="key metabolites") if len(keys) else Markup("")
    if len(heated):
        panels.insert(0, heat(name, heated, look))
    return shown(node, panels, more)


def _scores(node: xr.DataTree, row: dict[Any, Any], scores: pd.DataFrame) -> Panel:
    factor = str(row["factor"])
    own = scores[scores["factor"] == factor]
    q2, p = float(row["q2"]), float(row["p"])
    return Panel(
        slug(node.name, factor, "opls"),
        f"{factor}: told apart by all features",
        f"OPLS-DA scores, {row['pair']}; n {len(own)}; R²Y {row['r2y']:.2f}, Q² {q2:.2f} ({chance(p)} by shuffled "
        "labels). A Q² near 0 means nothing is predicted, however far apart the dots.",
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
    axes.set_xlabel("predictive component", fontsize=8.5)
    if other:
        axes.set_ylabel("first orthogonal component", fontsize=8.5)
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
