"""What goes with the outcome: a forest, and the arithmetic that was kept out of it."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from rhizolith.reporting.chances import drawn, worded
from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.panels.triangle import plain
from rhizolith.reporting.sampled import sized
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, part, shown, stars, table, unit_written
from rhizolith.reporting.words import axis, unit_of

MOST = 20
SHUFFLES = 199
"""Of the null of coupled quantities, as the study asks for."""


@section("analyze", order=76, title="What goes with the outcome")
def study_drivers(tree: xr.DataTree) -> Piece | None:
    """Importance with its p, fit out of bag, coupled columns with their null."""
    node = part(tree, "drivers")
    if node is None:
        return None
    found, predicted, coupled = table(node, "importance"), table(node, "predicted"), table(node, "coupling")
    panels = []
    if len(found):
        unit, size = _unit(tree, str(found["outcome"].iloc[0])), sized(tree, found["n"].iloc[0])
        panels = [_importance(found, unit, size), _fit(found, predicted, unit, size)]
    more = Markup("")
    if len(coupled):
        more = Markup(
            "<p>Kept out, because they share measured columns with the outcome; what arithmetic alone would give (95 "
            "% of {} shuffles of each measured column by itself) is beside Spearman's ρ as found:</p>"
        ).format(SHUFFLES) + html_table(
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
    if found.empty:
        return shown(node, [])
    heads = ["Table", "Outcome", "n", "Features", "Naive r", "Honest r", "95 % from", "to", "Picking alone",
             "p of naive r", "Chosen most often (share of resamples)"]  # fmt: skip
    kept = worded(found, "p")[
        ["table", "outcome", "n", "features", "naive", "honest", "low", "high", "null", "p", "most_chosen"]
    ]
    return shown(node, [_worth(found, sized(tree, found["n"].max()))], html_table(kept, heads))


def _unit(tree: xr.DataTree, outcome: str) -> str:
    """The unit of the outcome, as it is printed."""
    return unit_of(unit_written(part(tree, "treatments"), outcome))


def _worth(found: pd.DataFrame, size: str) -> Panel:
    """Correlation on the samples that picked, on others, and by picking alone."""
    words = (
        f"Correlation of predicted and observed {plain(found['outcome'].iloc[0])}, {size}. Filled: on samples left "
        "out, choice and fit repeated (bar: 95 % interval of the resamples); open: on the very samples that picked; "
        "cross: what picking gives with the outcome shuffled. Only the filled one says what the features are worth; p "
        "by shuffles, in the table, is that of the open one against the crosses."
    )
    return Panel(
        "picked-worth", "What picked features are worth", words, found.drop(columns="most_chosen", errors="ignore"),
        partial(_pipelines, found=found), width=3.9, height=1.2 + 0.35 * len(found),
    )  # fmt: skip


def _pipelines(axes: Axes, found: pd.DataFrame) -> None:
    for y, row in enumerate(found.to_dict("records")):
        axes.plot([row["low"], row["high"]], [y, y], color=COLOURS[0], lw=1.2)
        axes.plot(row["honest"], y, "o", color=COLOURS[0], ms=5, label="left out" if not y else None)
        axes.plot(row["naive"], y, "o", mfc="white", mec=COLOURS[1], ms=5, label="same samples" if not y else None)
        axes.plot(row["null"], y, "x", color="#555", ms=5, label="shuffled" if not y else None)
    axes.axvline(0, color="#888", lw=0.8, zorder=0)
    axes.set_yticks(range(len(found)), [plain(t, 20) for t in found["table"]], fontsize=7.5)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xlim(min(-0.1, float(found["low"].min()) - 0.05), 1.0)
    axes.set_xlabel("correlation r (no unit)", fontsize=8.5)
    axes.tick_params(axis="x", labelsize=8)
    axes.get_figure().legend(loc="outside lower center", ncols=3, fontsize=7, frameon=False)  # type: ignore[union-attr]


NO_INTERVAL = "R² has no interval: its predictions share trees; p says how often shuffled responses reach it."


def _importance(found: pd.DataFrame, unit: str, size: str) -> Panel:
    top = found.head(MOST).iloc[::-1]
    row = found.iloc[0].to_dict()
    fit = drawn(row, "fit_p")
    shuffles = f"{row['permutations']:.0f} shuffled responses" if "permutations" in row else "shuffled responses"
    own = f" (p_own, beside the others, {row['p_own']:.2g})" if "p_own" in row else ""
    return Panel(
        "forest-importance",
        f"What {plain(row['outcome'])} goes with",
        f"Rise of the out-of-bag error when a variable is shuffled (line: spread of three forests, no interval), the "
        f"{len(top)} largest of {len(found)}. * p < 0.05 by {shuffles}, before correction; q in the CSV. Forest: R² "
        f"{row['fit']:.2f} out of bag, {fit}, {size}; {NO_INTERVAL} The strongest: {plain(row['variable'], 40)}, "
        f"{drawn(row)}{own}, q {row['q']:.3f}. What predicts need not act.",
        found,
        partial(_bars, top=top, unit=_squared(unit), fit=fit),
        width=3.9,
        height=0.8 + 0.2 * len(top),
    )


def _squared(unit: str) -> str:
    """`(mg kg⁻¹)²`; that there is none."""
    return unit if unit == "unit not given" else f"({unit})²" if unit else "no unit"


def _bars(axes: Axes, top: pd.DataFrame, unit: str, fit: str) -> None:
    rows = np.arange(len(top))
    colours = [COLOURS[0] if p < 0.05 else "#B9C4D0" for p in top["p"]]
    error = np.maximum([top["rise"] - top["low"], top["high"] - top["rise"]], 0)
    axes.barh(rows, top["rise"], color=colours, xerr=error, error_kw={"lw": 0.8, "ecolor": "#444"})
    for y, p, high in zip(rows.tolist(), top["p"], top["high"]):
        axes.text(max(high, 0), y, f" {stars(p)}", va="center", fontsize=8)
    axes.set_yticks(rows, [plain(v, 30) for v in top["variable"]], fontsize=7)
    axes.set_xlabel(f"rise of squared error ({unit})".replace("((", "(").replace(")²)", "²)"), fontsize=8.5)
    axes.margins(x=0.12)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.tick_params(axis="x", labelsize=8)
    words = f"R² {top['fit'].iloc[0]:.2f}\n{fit.partition(' (')[0]}\nn {top['n'].iloc[0]:.0f}"
    axes.text(0.98, 0.04, words, transform=axes.transAxes, ha="right", va="bottom", fontsize=8)


def _fit(found: pd.DataFrame, predicted: pd.DataFrame, unit: str, size: str) -> Panel:
    return Panel(
        "forest-fit",
        "Observed and predicted",
        f"Each sample predicted by trees that have not seen it; line: equality. R² {found['fit'].iloc[0]:.2f} out "
        f"of bag, {drawn(found.iloc[0].to_dict(), 'fit_p')} by shuffled responses, {size}. {NO_INTERVAL}",
        predicted,
        partial(_dots, predicted=predicted, name=axis(plain(found["outcome"].iloc[0]), unit)),
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
    axes.set_xlabel(f"observed {name}", fontsize=8.5)
    axes.set_ylabel("predicted, same unit", fontsize=8.5)
    axes.tick_params(labelsize=8)
