"""What goes with the outcome: a forest, and the arithmetic that was kept out of it."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.panels.treatment_dots import chance
from rhizolith.reporting.panels.triangle import plain
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, part, shown, stars, table

MOST = 20


@section("analyze", order=76, title="What goes with the outcome")
def study_drivers(tree: xr.DataTree) -> Piece | None:
    """Importance with its p, fit out of bag, coupled columns with their null."""
    node = part(tree, "drivers")
    if node is None:
        return None
    found, predicted, coupled = table(node, "importance"), table(node, "predicted"), table(node, "coupling")
    panels = []
    if len(found):
        panels = [_importance(found), _fit(found, predicted)]
    more = Markup("")
    if len(coupled):
        more = Markup(
            "<p>Kept out, because they share measured columns with the outcome; what arithmetic alone would give is "
            "beside what was found:</p>"
        ) + html_table(
            coupled, ["Quantity", "Outcome", "Shared columns", "ρ", "null from", "to", "p against null", "n"]
        )
    return shown(node, panels, more)


@section("analyze", order=78, title="Features picked by the outcome")
def study_picked(tree: xr.DataTree) -> Piece | None:
    """What they seem to be worth, and what they are."""
    node = part(tree, "picked")
    if node is None:
        return None
    found = table(node, "pipelines")
    heads = [
        "Table",
        "Outcome",
        "n",
        "Features",
        "Naive r",
        "Honest r",
        "from",
        "to",
        "Picking alone",
        "p",
        "Chosen most often",
    ]
    return shown(node, [], html_table(found, heads) if len(found) else Markup(""))


def _importance(found: pd.DataFrame) -> Panel:
    top = found.head(MOST).iloc[::-1]
    row = found.iloc[0]
    return Panel(
        "forest-importance",
        f"What {row['outcome']} goes with",
        f"Rise of the out-of-bag error when a variable is shuffled (line: spread of three forests). * p < 0.05, ** "
        f"0.01 by shuffled responses, q in the table. Forest: R² {row['fit']:.2f} out of bag, "
        f"{chance(row['fit_p'])}, n {row['n']:.0f}; the strongest: "
        f"{plain(row['variable'])}, {chance(row['p'])}, q {row['q']:.3f}.",
        found,
        partial(_bars, top=top),
        width=3.9,
        height=0.8 + 0.2 * len(top),
    )


def _bars(axes: Axes, top: pd.DataFrame) -> None:
    rows = np.arange(len(top))
    colours = [COLOURS[0] if p < 0.05 else "#B9C4D0" for p in top["p"]]
    error = np.maximum([top["rise"] - top["low"], top["high"] - top["rise"]], 0)
    axes.barh(rows, top["rise"], color=colours, xerr=error, error_kw={"lw": 0.8, "ecolor": "#444"})
    for y, p, high in zip(rows.tolist(), top["p"], top["high"]):
        axes.text(max(high, 0), y, f" {stars(p)}", va="center", fontsize=8)
    axes.set_yticks(rows, [plain(v, 30) for v in top["variable"]], fontsize=7)
    axes.set_xlabel("rise of squared error", fontsize=8.5)
    axes.margins(x=0.12)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.tick_params(axis="x", labelsize=8)
    words = f"R² {top['fit'].iloc[0]:.2f}\n{chance(top['fit_p'].iloc[0])}\nn {top['n'].iloc[0]:.0f}"
    axes.text(0.98, 0.04, words, transform=axes.transAxes, ha="right", va="bottom", fontsize=8)


def _fit(found: pd.DataFrame, predicted: pd.DataFrame) -> Panel:
    return Panel(
        "forest-fit",
        "Observed and predicted",
        f"Each sample predicted by trees that have not seen it; line: equality. R² {found['fit'].iloc[0]:.2f} out "
        f"of bag, {chance(found['fit_p'].iloc[0])} by shuffled responses, n {len(predicted)}.",
        predicted,
        partial(_dots, predicted=predicted, name=str(found["outcome"].iloc[0])),
        width=3.3,
        height=3.3,
    )


def _dots(axes: Axes, predicted: pd.DataFrame, name: str) -> None:
    axes.plot(predicted["observed"], predicted["predicted"], "o", color=COLOURS[0], ms=4, mec="none", alpha=0.7)
    both = predicted[["observed", "predicted"]].to_numpy(float)
    edge = (both.min() - 0.05 * np.ptp(both), both.max() + 0.05 * np.ptp(both))
    axes.plot(edge, edge, color="#888", lw=0.8)
    axes.set(xlim=edge, ylim=edge)
    axes.set_box_aspect(1)
    axes.locator_params(nbins=5)
    axes.set_xlabel(f"{plain(name)}, observed", fontsize=8.5)
    axes.set_ylabel("predicted", fontsize=8.5)
    axes.tick_params(labelsize=8)
