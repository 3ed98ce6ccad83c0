"""Metabolites by the size and the sureness of their change, and by what they weigh in telling groups apart."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.panels.labels import beside
from rhizolith.reporting.study import slug
from rhizolith.reporting.words import number

NAMED = 6
MOST = 15
LONG = 26
DOWN, UP, REST = COLOURS[0], COLOURS[1], "#9AA5B1"


def short(name: object, long: int = LONG) -> str:
    """A name that fits beside a point: its middle goes, since ends often tell isomers apart."""
    text = str(name)
    return text if len(text) <= long else f"{text[: long - 7]}…{text[-6:]}"


def volcano(name: str, factor: str, pair: str, n: str, found: pd.DataFrame) -> Panel:
    """`n`: how many samples, in words; `found`: features with log2_change, low, high, q_moderated, vip, passes, …"""
    hit = found["passes"] == "True"
    up, down = int((hit & (found["log2_change"] > 0)).sum()), int((hit & (found["log2_change"] < 0)).sum())
    words = (
        f"{pair}, {n}; each dot one of {len(found)} features; moderated t, q by Benjamini and Hochberg over these, "
        f"other factors left in the residual. Coloured: key (VIP > 1, q < 0.05, |log2 change| ≥ 1; dotted lines), {up} "
        f"up, {down} down; the larger, the more often under resampling. 95 % intervals of the changes are in the CSV."
    )
    columns = ["feature", "log2_change", "low", "high", "p_moderated", "q_moderated", "vip", "passes", "stability"]
    return Panel(
        slug(name, factor, "volcano"), f"{factor.replace('_', ' ')}: what changed", words, found[columns],
        partial(_dots, found=found), width=3.6, height=3.1,
    )  # fmt: skip


def _dots(axes: Axes, found: pd.DataFrame) -> None:
    sure = -np.log10(np.maximum(found["q_moderated"].to_numpy(float), 1e-300))
    change = found["log2_change"].to_numpy(float)
    hit = (found["passes"] == "True").to_numpy()
    axes.scatter(change[~hit], sure[~hit], s=7, color=REST, lw=0)
    for side, colour in ((change > 0, UP), (change <= 0, DOWN)):
        own = hit & side
        axes.scatter(change[own], sure[own], s=6 + 26 * found["stability"][own], color=colour, lw=0, alpha=0.8)
    axes.axhline(-np.log10(0.05), color="#888", lw=0.7, ls=":")
    for edge in (-1, 1):
        axes.axvline(edge, color="#888", lw=0.7, ls=":")
    reach = 1.25 * max(float(np.abs(change).max()), 1.1)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-0.04 * max(sure.max(), 1.5), 1.12 * max(sure.max(), 1.5))
    first = np.flatnonzero(hit)
    first = first[np.argsort(-sure[first], kind="stable")][:NAMED]
    names = [short(found["feature"].iloc[i], 20) for i in first]
    shades = [UP if change[i] > 0 else DOWN for i in first]
    axes.set_xlabel("log2 change (no unit)", fontsize=8.5)
    axes.set_ylabel("−log10 q (moderated t)", fontsize=8.5)
    axes.tick_params(labelsize=8)
    dots = np.column_stack([change, sure])[hit]
    beside(axes, change[first].tolist(), sure[first].tolist(), names, shades, 6, dots, every=False)


def weights(name: str, factor: str, pair: str, n: str, q2: float, found: pd.DataFrame) -> Panel:
    """The features with the largest VIP, their change with its interval, and how often they pass under resampling."""
    top = found.sort_values("vip", ascending=False).head(MOST).iloc[::-1]
    words = (
        f"{pair}, {n}: variable importance in projection of OPLS-DA (Q² {q2:.2f}; VIP > 1: more than the mean "
        f"feature), the {len(top)} largest of {len(found)}; VIP itself has no test. Coloured by the direction of the "
        "log2 change, which stands at the right with its 95 % interval; the size of the dot is the stability, the "
        "share of resamples in which the whole key rule holds; q in the CSV."
    )
    columns = ["feature", "vip", "stability", "log2_change", "low", "high", "q_moderated", "passes", "identification"]
    return Panel(
        slug(name, factor, "vip"), f"{factor.replace('_', ' ')}: what tells groups apart", words,
        top.iloc[::-1][columns],
        partial(_lollipops, top=top), width=4.2, height=0.8 + 0.2 * len(top),
    )  # fmt: skip


def _lollipops(axes: Axes, top: pd.DataFrame) -> None:
    rows = np.arange(len(top))
    colours = [UP if c > 0 else DOWN for c in top["log2_change"]]
    axes.hlines(rows, 0, top["vip"], color=colours, lw=1)
    axes.scatter(top["vip"], rows, s=8 + 30 * top["stability"], color=colours, lw=0, zorder=3)
    axes.axvline(1, color="#888", lw=0.7, ls=":")
    narrow = axes.get_figure().get_size_inches()[0] < 3.8  # type: ignore[union-attr]
    axes.set_yticks(rows, [short(f, 18 if narrow else LONG) for f in top["feature"]], fontsize=6.2 if narrow else 6.5)
    axes.set_ylim(-0.6, len(top) + 0.3)
    axes.set_xlim(0, 1.08 * float(top["vip"].max()))
    axes.set_xlabel("VIP (no unit)", fontsize=8.5)
    axes.tick_params(axis="x", labelsize=8)
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center", "fontsize": 6.2}
    heads = ((4, "stable"), (38, "log2 change"))
    for shift, word in heads:
        axes.annotate(word, (1, len(top)), xytext=(shift, 0), annotation_clip=False, color="#555", **place)  # type: ignore[arg-type]
    for y, row in zip(rows.tolist(), top.to_dict("records")):
        cells = (
            f"{row['stability']:.0%}",
            " ".join((number(row["log2_change"], 2), f"({number(row['low'], 2)}, {number(row['high'], 2)})")),
        )
        for (shift, _), cell in zip(heads, cells):
            axes.annotate(cell, (1, y), xytext=(shift, 0), annotation_clip=False, **place)  # type: ignore[arg-type]
