"""How the tables of an experiment hang together."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, part, shown, slug, stars, table

MOST = 24
"""Quantities in the correlation matrix: those with the most links."""


@section("analyze", order=70, title="How the tables hang together")
def study_links(tree: xr.DataTree) -> Piece | None:
    """Mantel, Procrustes, redundancy analysis, shared variation."""
    node = part(tree, "links")
    if node is None:
        return None
    panels: list[Panel] = []
    more = Markup("")
    mantel, fits = table(node, "mantel"), table(node, "procrustes")
    if len(mantel):
        panels.append(_linkage(mantel))
    for name in node.children:
        if str(name).startswith("rda_axes_"):
            key = str(name).removeprefix("rda_axes_")
            panels.append(_biplot(key, table(node, str(name)), table(node, f"rda_{key}")))
        if str(name).startswith("partition_"):
            more += Markup("<p>Variation of {} shared out (adjusted R²):</p>").format(
                str(name).removeprefix("partition_")
            )
            more += html_table(table(node, str(name)), ["Sets", "Share"])
    if len(fits):
        more += html_table(fits, ["Table", "on table", "m²", "r", "p", "n"])
    return shown(node, panels, more)


def _linkage(mantel: pd.DataFrame) -> Panel:
    tables, names = list(dict.fromkeys(mantel["table"])), list(dict.fromkeys(mantel["variable"]))
    return Panel(
        "mantel",
        "Which quantities go with which table",
        "Mantel's r (Spearman); * q < 0.05, ** 0.01, *** 0.001.",
        mantel,
        partial(_heat, data=mantel, rows=names, columns=tables, index="variable", across="table", value="r"),
        width=2.2 + 0.9 * len(tables),
        height=1.0 + 0.22 * len(names),
    )


def _heat(
    axes: Axes, data: pd.DataFrame, rows: list[str], columns: list[str], index: str, across: str, value: str
) -> None:
    wide = data.pivot_table(index=index, columns=across, values=value).reindex(index=rows, columns=columns)
    r = wide.to_numpy(float)
    q = data.pivot_table(index=index, columns=across, values="q").reindex(index=rows, columns=columns).to_numpy(float)
    edge = max(float(np.nanmax(np.abs(r))), 0.1)
    axes.imshow(r, cmap="RdBu_r", vmin=-edge, vmax=edge, aspect="auto")
    for i, j in np.argwhere(np.isfinite(r)).tolist():
        words = f"{r[i, j]:.2f}{stars(q[i, j])}" if len(columns) < 12 else stars(q[i, j])
        dark = abs(r[i, j]) > 0.6 * edge
        axes.text(j, i, words, ha="center", va="center", fontsize=6, color="white" if dark else "#222")
    axes.set_xticks(
        range(len(columns)), [str(c)[:18] for c in columns], fontsize=7, rotation=60 if len(columns) > 4 else 0
    )
    axes.set_yticks(range(len(rows)), [str(n).replace("_", " ")[:26] for n in rows], fontsize=7)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _biplot(key: str, axes_table: pd.DataFrame, terms: pd.DataFrame) -> Panel:
    first = terms.iloc[0]
    return Panel(
        slug("rda", key),
        f"Redundancy analysis of {key}",
        f"Dots: samples; arrows: correlation with the axes. R² {first['r2']:.2f}, adjusted {first['adjusted']:.2f}, "
        f"p {first['model_p']:.3f}, n {first['n']:.0f}; * terms with p < 0.05 given all others.",
        axes_table,
        partial(_arrows, data=axes_table, sure=set(terms[terms["p"] < 0.05]["term"])),
        width=4.4,
        height=3.6,
    )


def _arrows(axes: Axes, data: pd.DataFrame, sure: set[str]) -> None:
    columns = [c for c in data.columns if c.startswith("RDA")]
    x, y = columns[0], columns[1] if len(columns) > 1 else columns[0]
    sites, arrows = data[data["kind"] == "site"], data[data["kind"] == "arrow"]
    axes.plot(sites[x], sites[y], "o", color="#9AA5B1", ms=4, mec="none")
    reach = 0.9 * np.abs(sites[[x, y]].to_numpy()).max() / max(np.abs(arrows[[x, y]].to_numpy()).max(), 1e-9)
    for r in arrows.to_dict("records"):
        end = (r[x] * reach, r[y] * reach)
        axes.annotate("", end, (0, 0), arrowprops={"arrowstyle": "->", "color": COLOURS[1], "lw": 1})
        label = str(r["name"])[:18] + ("*" if r["name"] in sure else "")
        axes.text(1.06 * end[0], 1.06 * end[1], label, fontsize=6.5, color=COLOURS[1], ha="center", va="center")
    axes.axhline(0, color="#ddd", lw=0.7, zorder=0)
    axes.axvline(0, color="#ddd", lw=0.7, zorder=0)
    tips = np.vstack([arrows[[x, y]].to_numpy() * reach, sites[[x, y]].to_numpy()])
    for set_limits, values in ((axes.set_xlim, tips[:, 0]), (axes.set_ylim, tips[:, 1])):
        pad = 0.22 * max(np.ptp(values), 1e-9)
        set_limits(values.min() - pad, values.max() + pad)
    axes.set_xlabel(x)
    axes.set_ylabel(y)


@section("analyze", order=72, title="Quantities that go together")
def study_correlations(tree: xr.DataTree) -> Piece | None:
    """The best-linked quantities, each with each."""
    node = part(tree, "correlations")
    if node is None:
        return None
    pairs = table(node, "pairs")
    if pairs.empty:
        return shown(node, [])
    both = pd.concat([pairs, pairs.rename(columns={"a": "b", "b": "a"})])
    linked = both[both["q"] < 0.05].groupby("a").size().sort_values(ascending=False).index[:MOST]
    names = list(linked) or list(dict.fromkeys(both["a"]))[:MOST]
    panel = Panel(
        "correlations",
        "Spearman's ρ",
        f"The {len(names)} quantities with the most links; * q < 0.05, ** 0.01, *** 0.001 over all pairs.",
        pairs,
        partial(_heat, data=both, rows=names, columns=names, index="a", across="b", value="rho"),
        width=2.4 + 0.24 * len(names),
        height=1.6 + 0.24 * len(names),
    )
    return shown(node, [panel])
