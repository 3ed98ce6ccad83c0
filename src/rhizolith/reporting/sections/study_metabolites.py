"""Metabolites that the factors changed: how well they tell groups apart, which ones, how stable that is."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, parts, shown, slug, table


@section("analyze", order=66, title="Metabolites that changed")
def study_metabolites(tree: xr.DataTree) -> Piece | None:
    """Every table of features."""
    found = []
    for node in parts(tree, "Metabolites"):
        found.append(_one(node))
    if not found:
        return None
    return Piece(Markup("").join(p.html for p in found), tuple(q for p in found for q in p.panels))


def _one(node: xr.DataTree) -> Piece:
    models, scores = table(node, "models"), table(node, "scores")
    panels: list[Panel] = []
    more = Markup("<h3>{}</h3>").format(str(node.attrs["title"]).partition(": ")[2])
    if len(models):
        heads = ["Factor", "Pair", "n", "Orthogonal", "R²Y", "Q²", "Q² (usual)", "p", "Key"]
        more += html_table(models, heads)
    for row in models.to_dict("records") if len(models) else []:
        found = table(node, f"change_{row['factor']}")
        panels += [_volcano(node, str(row["factor"]), str(row["pair"]), found), _scores(node, row, scores)]
        keys = found[found["passes"] == "True"]
        columns = ["feature", "log2_change", "low", "high", "q_moderated", "vip", "stability", "identification"]
        heads = ["Feature", "log2 change", "from", "to", "q", "VIP", "Stability", "Identification"]
        more += Markup("<h4>{}: {} key metabolites</h4>").format(row["factor"], len(keys))
        more += html_table(keys[columns].head(60), heads, most=15, what="key metabolites") if len(keys) else Markup("")
    piece = shown(node, panels, more)
    return piece


def _volcano(node: xr.DataTree, factor: str, pair: str, found: pd.DataFrame) -> Panel:
    return Panel(
        slug(node.name, factor, "volcano"),
        f"{factor}: {pair}",
        "Each dot a feature; orange: key (VIP > 1, q < 0.05, |log2 change| ≥ 1), the larger the more stable under "
        "resampling.",
        found[["feature", "log2_change", "low", "high", "p_moderated", "q_moderated", "vip", "passes", "stability"]],
        partial(_dots, found=found),
    )


def _dots(axes: Axes, found: pd.DataFrame) -> None:
    high = -np.log10(np.maximum(found["q_moderated"].to_numpy(), 1e-300))
    hit = (found["passes"] == "True").to_numpy()
    axes.scatter(found["log2_change"][~hit], high[~hit], s=7, color="#9AA5B1", lw=0)
    axes.scatter(
        found["log2_change"][hit], high[hit], s=8 + 30 * found["stability"][hit], color=COLOURS[1], lw=0, alpha=0.8
    )
    axes.axhline(-np.log10(0.05), color="#888", lw=0.7, ls=":")
    for edge in (-1, 1):
        axes.axvline(edge, color="#888", lw=0.7, ls=":")
    for i in np.flatnonzero(hit)[:5]:
        axes.annotate(str(found["feature"].iloc[i])[:20], (found["log2_change"].iloc[i], high[i]), fontsize=6,
                      xytext=(3, 2), textcoords="offset points")  # fmt: skip
    axes.set_xlabel("log2 change")
    axes.set_ylabel("−log10 q")


def _scores(node: xr.DataTree, row: dict[Any, Any], scores: pd.DataFrame) -> Panel:
    factor = str(row["factor"])
    own = scores[scores["factor"] == factor]
    q2, p = float(row["q2"]), float(row["p"])
    return Panel(
        slug(node.name, factor, "opls"),
        f"{factor}: told apart by all features",
        f"OPLS-DA scores; n {len(own)}; Q² {q2:.2f} (p {p:.3f} by shuffled labels). A Q² near 0 means nothing is "
        "predicted, however far apart the dots.",
        own,
        partial(_groups, own=own),
    )


def _groups(axes: Axes, own: pd.DataFrame) -> None:
    other = "orthogonal" if "orthogonal" in own and own["orthogonal"].notna().any() else None
    for k, (name, part) in enumerate(own.groupby("level", sort=False)):
        y = part[other] if other else np.zeros(len(part))
        axes.plot(
            part["predictive"], y, "os^D"[k % 4], color=COLOURS[k], ms=4.5, mec="none", alpha=0.8, label=str(name)
        )
    axes.set_xlabel("predictive")
    axes.set_ylabel("orthogonal" if other else "")
    axes.legend(fontsize=7, frameon=False)
