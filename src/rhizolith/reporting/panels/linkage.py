"""Quantities among themselves as a triangle, and how each goes with whole tables as curves from the tables to it."""

from __future__ import annotations

from functools import partial
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from rhizolith.reporting.chances import drawn
from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.panels.triangle import by_likeness, plain, starred, wide
from rhizolith.reporting.study import stars
from rhizolith.reporting.words import number

MOST = 12
"""Quantities: more curves cannot be followed."""
LEVELS = ((0.01, COLOURS[1], "q < 0.01"), (0.05, COLOURS[0], "q < 0.05"), (1.01, "#C4C9CF", "q ≥ 0.05"))
STRENGTHS = (0.1, 0.3, 0.5)


def linkage(mantel: pd.DataFrame, pairs: pd.DataFrame, size: str = "", shuffles: str = "") -> Panel | None:
    """`mantel`: table, variable, r, p, q, n; `pairs`: correlations of the variables; `size`, `shuffles`: in words."""
    known = set(pairs["a"]) | set(pairs["b"])
    best = mantel[mantel["variable"].isin(known)].groupby("variable")["q"].min().sort_values(kind="stable")
    names = list(best.index[:MOST])
    if len(names) < 3:
        return None
    names = by_likeness(pairs, names)
    tables = list(dict.fromkeys(mantel["table"]))
    n = sorted({int(k) for k in mantel["n"]})
    passed = int((mantel["q"] < 0.05).sum())
    top = mantel.sort_values("r", ascending=False).iloc[0]
    words = (
        f"Curves: Mantel's r (Spearman, one-sided, {shuffles or 'by permutation'}) of each quantity with the "
        f"Bray–Curtis distances of each table, {size or 'n ' + ' or '.join(map(str, n))}; {passed} of {len(mantel)} "
        f"with q < 0.05 (Benjamini and Hochberg over all); the strongest: {plain(top['variable'])} with "
        f"{plain(top['table'])}, r {top['r']:.2f}, {drawn(top.to_dict())}, q {number(top['q'], 2)}. r of distances has "
        f"no interval: no resampling keeps them. Squares: Spearman's ρ between quantities ({starred(pairs)}). The "
        f"{len(names)} quantities of smallest q. What goes together need not act."
    )
    return Panel(
        "mantel", "Which quantities go with which table", words, mantel,
        partial(_draw, mantel=mantel, pairs=pairs, names=names, tables=tables), width=4.8, height=4.1,
    )  # fmt: skip


def _draw(axes: Axes, mantel: pd.DataFrame, pairs: pd.DataFrame, names: list[str], tables: list[str]) -> None:
    k = len(names)
    r, q = wide(pairs, names, "rho").astype(float), wide(pairs, names, "q").astype(float)
    r[np.tril_indices(k)] = np.nan
    picture = axes.imshow(r, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="none")
    for i, j in np.argwhere(np.isfinite(r)).tolist():
        mark = stars(float(q[i, j]))
        if mark:
            shade = "white" if abs(r[i, j]) > 0.6 else "#222"
            axes.text(j, i + 0.12, mark, ha="center", va="center", fontsize=6, color=shade)
    for i, name in enumerate(names):
        axes.text(k - 0.4, i, plain(name, 24), ha="left", va="center", fontsize=6.5)
    spots = _spots(k, tables)
    own = mantel[mantel["variable"].isin(names)].sort_values("r")
    for row in own.to_dict("records"):
        i = names.index(row["variable"])
        _curve(axes, spots[row["table"]], (i, i), float(row["r"]), float(row["q"]))
    for i in range(k):
        axes.plot(i, i, "o", ms=3.2, color="#333", zorder=4)
    for name, (x, y) in spots.items():
        axes.plot(x, y, "D", ms=6, color="#333", zorder=4)
        axes.annotate(fill(plain(name, 30), 15), (x, y), xytext=(-5, -3), textcoords="offset points", ha="right",
                      va="top", fontsize=7.5, weight="bold")  # fmt: skip
    axes.set_xlim(-0.5 * k, 1.48 * k)
    axes.set_ylim(1.22 * k, -0.8)
    axes.axis("off")
    bar = axes.get_figure().colorbar(picture, ax=axes, location="top", fraction=0.03, shrink=0.35, aspect=14, pad=0.01)  # type: ignore[union-attr]
    bar.set_label("Spearman's ρ", fontsize=7)
    bar.ax.tick_params(labelsize=6.5, length=2)
    bar.outline.set_visible(False)  # type: ignore[operator]
    _key(axes)


def _spots(k: int, tables: list[str]) -> dict[str, tuple[float, float]]:
    """Tables on a line below the diagonal, apart from one another."""
    steps = np.linspace(-0.28, 0.28, len(tables)) if len(tables) > 1 else np.array([0.0])
    return {t: (k * (0.18 + s), k * (0.82 + s)) for t, s in zip(tables, steps)}


def _curve(axes: Axes, start: tuple[float, float], end: tuple[float, float], r: float, q: float) -> None:
    """A bent line, thicker the larger r, coloured by q, dashed where r is negative."""
    colour = next(c for level, c, _ in LEVELS if q < level)
    (x0, y0), (x1, y1) = start, end
    middle = ((x0 + x1) / 2 - 0.1 * (y1 - y0), (y0 + y1) / 2 + 0.1 * (x1 - x0))
    path = Path([start, middle, end], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    axes.add_patch(PathPatch(path, fc="none", ec=colour, lw=_thick(r), ls="-" if r >= 0 else "--",
                             zorder=3 if q < 0.05 else 2))  # fmt: skip


def _thick(r: float) -> float:
    return 0.3 + 2.6 * min(abs(r), 0.8)


def _key(axes: Axes) -> None:
    lines = [Line2D([], [], color=c, lw=1.6, label=w) for _, c, w in LEVELS]
    lines += [Line2D([], [], color="#555", lw=_thick(r), label=f"|r| {r}") for r in STRENGTHS]
    axes.get_figure().legend(  # type: ignore[union-attr]
        handles=lines, loc="outside lower center", ncols=3, fontsize=6.8, frameon=False, title="Mantel's test",
        title_fontsize=7, handlelength=1.8, columnspacing=1.2,
    )  # fmt: skip
