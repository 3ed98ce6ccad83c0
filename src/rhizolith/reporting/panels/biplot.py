"""Redundancy analysis: samples by treatment, arrows for what was measured."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rhizolith.reporting.chances import NEAR, chance, drawn, least
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.labels import beside
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.ordination import square
from rhizolith.reporting.panels.triangle import plain
from rhizolith.reporting.study import slug
from rhizolith.reporting.words import count

ARROW = "#222222"
NO_INTERVAL = "No interval: samples drawn twice would raise R²; the adjusted one takes out what chance gives."


def _short(row: dict[Any, Any]) -> str:
    """p alone, as a bound where it is one."""
    return f"p ≤ {least(row):.2g}" if row["p"] <= least(row) * NEAR else chance(row["p"])


def biplot(
    key: str, places: pd.DataFrame, terms: pd.DataFrame, look: Look, size: str = "", shuffles: str = ""
) -> Panel:
    """`places`: name, RDA1, RDA2, kind (site, arrow), group; `terms`: tests of every variable given all others.

    `size`: n in words; `shuffles`: how many, within what.
    """
    first = terms.iloc[0]
    sites = places[places["kind"] == "site"]
    named = [c for c in places.columns if c.startswith("RDA")]
    held = [float((sites[c] ** 2).sum() / first["total"]) if "total" in terms else np.nan for c in named]
    sure = terms[terms["p"] < 0.05].sort_values("p")
    found = ", ".join(f"{plain(r['term'])} (F {r['f']:.1f}, {_short(r)})" for r in sure.head(5).to_dict("records"))
    words = (
        f"Hellinger-transformed {plain(first['table'])} on {count(len(terms), 'quantity', 'quantities')}, "
        f"{size or f'n {first.n:.0f}'}: R² {first['r2']:.2f}, adjusted {first['adjusted']:.2f}, F "
        f"{first['model_f']:.2f}, {drawn(first.to_dict(), 'model_p')}{f' by {shuffles}' if shuffles else ''}. "
        f"{NO_INTERVAL} "
        "Arrows: correlation with the axes; * p < 0.05 given all others (as many shuffles, not corrected for the "
        f"number of quantities): {found or 'none'}."
    )
    return Panel(
        slug("rda", key), f"Redundancy analysis: {plain(first['table'])}", words, places,
        partial(_draw, places=places, named=named, held=held, sure=set(sure["term"]), look=look), width=3.9, height=4.1,
    )  # fmt: skip


def _draw(axes: Axes, places: pd.DataFrame, named: list[str], held: list[float], sure: set[str], look: Look) -> None:
    x, y = named[0], named[1] if len(named) > 1 else named[0]
    sites, arrows = places[places["kind"] == "site"], places[places["kind"] == "arrow"]
    groups = sites["group"] if "group" in sites else pd.Series("", sites.index)
    order = look.order(g for g in groups if g)
    for group in order:
        part = sites[groups == group]
        look.points(axes, part[x].tolist(), part[y].tolist(), group)
    if not order:
        axes.plot(sites[x], sites[y], "o", color="#9AA5B1", ms=4, mec="none")
    dots = sites[[x, y]].to_numpy(float)
    tips = arrows[[x, y]].to_numpy(float)
    tips = tips * 0.95 * np.abs(dots).max() / max(np.abs(tips).max(), 1e-9)
    square(axes, np.vstack([dots * 1.1, tips * 1.25, -0.2 * tips]))
    for tip in tips:
        axes.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "-|>", "color": ARROW, "lw": 0.9, "shrinkA": 0,
                                                   "shrinkB": 0, "mutation_scale": 7})  # fmt: skip
    words = [plain(n, 20) + ("*" if n in sure else "") for n in arrows["name"]]
    shaft = np.vstack([t * tips for t in (0.3, 0.6, 0.9)])
    axes.axhline(0, color="#ddd", lw=0.7, zorder=0)
    axes.axvline(0, color="#ddd", lw=0.7, zorder=0)
    for put, name, share in ((axes.set_xlabel, x, held[0]), (axes.set_ylabel, y, held[-1])):
        put(f"{name} ({share:.1%} of variation)" if np.isfinite(share) else name, fontsize=8.5)
    axes.tick_params(labelsize=7.5)
    look.legend(axes, order)
    beside(axes, tips[:, 0].tolist(), tips[:, 1].tolist(), words, ARROW, 6.8, np.vstack([dots, shaft]))
