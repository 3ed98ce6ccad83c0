"""Correlations of quantities as a triangle, with stars, and a dot where both are made of the same columns."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.study import stars
from rhizolith.reporting.words import count

MOST = 22
"""Quantities: as many as a column of print holds at 6 points."""
LONG = 26


def plain(name: object, long: int = LONG) -> str:
    """A quantity as words."""
    text = str(name).replace("_", " ")
    return text if len(text) <= long else f"{text[: long - 1]}…"


def wide(pairs: pd.DataFrame, names: list[str], value: str) -> np.ndarray:
    """Quantities × quantities of one column of `pairs`, whichever way round a pair is listed."""
    both = pd.concat([pairs, pairs.rename(columns={"a": "b", "b": "a"})])
    table = both.pivot_table(index="a", columns="b", values=value, aggfunc="first")
    return table.reindex(index=names, columns=names).to_numpy()


def by_likeness(pairs: pd.DataFrame, names: list[str]) -> list[str]:
    """Quantities in an order that keeps what goes together side by side: along the first axis of the correlations."""
    r = np.nan_to_num(wide(pairs, names, "rho").astype(float))
    np.fill_diagonal(r, 1.0)
    first = np.linalg.eigh(r)[1][:, -1]
    return [names[i] for i in np.argsort(-first, kind="stable")]


def most_linked(pairs: pd.DataFrame, most: int = MOST) -> list[str]:
    """The quantities with the most sure links, else the first."""
    both = pd.concat([pairs, pairs.rename(columns={"a": "b", "b": "a"})])
    linked = both[both["q"] < 0.05].groupby("a").size().sort_values(ascending=False, kind="stable").index[:most]
    return list(linked) if len(linked) > 2 else list(dict.fromkeys(both["a"]))[:most]


def starred(pairs: pd.DataFrame) -> str:
    """What the stars of a correlation stand for, and which p they rest on."""
    words = "* q < 0.05, ** 0.01, *** 0.001"
    if "rho_within" not in pairs:
        return f"{words}; p by Student's t"
    many = pairs["permutations"].max() if "permutations" in pairs else float("nan")
    inside = f"ρ of ranks less block means, p by {many:.0f} shuffles within blocks"
    return f"{words}; colour: ρ over all samples, stars: {inside}"


def triangle(pairs: pd.DataFrame, averaged: str = "") -> Panel:
    """`pairs`: a, b, rho, p, q, n, shared (measured columns that both are made of); `averaged`: over what samples were
    averaged first."""
    names = by_likeness(pairs, most_linked(pairs))
    sure = int((pairs["q"] < 0.05).sum())
    n = f"{pairs['n'].min():.0f}" + (f" to {pairs['n'].max():.0f}" if pairs["n"].max() > pairs["n"].min() else "")
    coupled = int((pairs["shared"] != "").sum()) if "shared" in pairs else 0
    words = (
        f"Spearman's ρ, n {n}{f' {averaged} (means of their samples)' if averaged else ''}; {starred(pairs)}; q by "
        f"Benjamini and Hochberg over all {len(pairs)} pairs, of which {sure} pass. The {len(names)} quantities with "
        f"the most links, alike ones side by side{' (95 % intervals in the CSV)' if 'rho_low' in pairs else ''}. "
        + (
            f"Dot in the corner: made of the same measured columns ({count(coupled, 'pair')}), so that part of ρ is "
            "arithmetic. "
            if coupled
            else ""
        )
        + "What goes together need not act: treatments that shift two quantities correlate them."
    )
    return Panel(
        "correlations", "Spearman's ρ of quantities", words, pairs, partial(draw, pairs=pairs, names=names),
        width=1.9 + 0.17 * len(names), height=1.6 + 0.17 * len(names),
    )  # fmt: skip


def draw(axes: Axes, pairs: pd.DataFrame, names: list[str]) -> None:
    """Lower triangle, names at both ends."""
    r, q = wide(pairs, names, "rho").astype(float), wide(pairs, names, "q").astype(float)
    shared = wide(pairs, names, "shared") if "shared" in pairs else np.full(r.shape, "")
    hidden = np.triu_indices(len(names))
    r[hidden] = np.nan
    picture = axes.imshow(r, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto", interpolation="none")
    for i, j in np.argwhere(np.isfinite(r)).tolist():
        dark = abs(r[i, j]) > 0.6
        mark = stars(float(q[i, j]))
        if mark:
            axes.text(j, i + 0.12, mark, ha="center", va="center", fontsize=6, color="white" if dark else "#222")
        if isinstance(shared[i, j], str) and shared[i, j]:
            axes.plot(j - 0.33, i - 0.31, "o", color="#F0E442" if dark else "#333", ms=2.2, mew=0)
    labels = [plain(n) for n in names]
    axes.set_xticks(range(len(names) - 1), labels[:-1], fontsize=6.3, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(1, len(names)), labels[1:], fontsize=6.3)
    axes.set_xlim(-0.5, len(names) - 1.5)
    axes.set_ylim(len(names) - 0.5, 0.5)
    axes.tick_params(length=0, pad=2)
    for side in axes.spines.values():
        side.set_visible(False)
    inside = axes.inset_axes((0.62, 0.93, 0.36, 0.022))
    bar = axes.get_figure().colorbar(picture, cax=inside, orientation="horizontal", ticks=[-1, 0, 1])  # type: ignore[union-attr]
    bar.ax.tick_params(labelsize=6.5, length=2)
    bar.ax.set_title("ρ", fontsize=7, pad=2, loc="center", weight="normal")
    bar.outline.set_visible(False)  # type: ignore[operator]
