"""The taxa that changed most, each with its interval, one column of rows for every contrast of the design."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy import stats

from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.study import slug
from rhizolith.reporting.words import number

MOST = 20
Z = 1.959964
"""Half width of a 95 % interval in standard errors where the degrees of freedom are not known."""
LONG = 34


def changes(name: str, found: pd.DataFrame, n: int) -> Panel | None:
    """`found`: differential taxa (taxon, contrast, log2_change, se, q). None where none has q < 0.05."""
    hits = found[found["q"] < 0.05].copy()
    if hits.empty:
        return None
    hits["half"] = _wide(hits) * hits["se"]
    hits["low"], hits["high"] = hits["log2_change"] - hits["half"], hits["log2_change"] + hits["half"]
    each = max(MOST // hits["contrast"].nunique(), 4)
    hits["size"] = hits["log2_change"].abs()
    top = hits.sort_values("size", ascending=False).groupby("contrast", sort=False).head(each)
    largest = top.groupby("contrast")["size"].max().sort_values(ascending=False).index
    top = pd.concat([top[top["contrast"] == c].sort_values("log2_change") for c in largest])
    counts = "; ".join(f"{c}: {k} of {found['taxon'].nunique()}" for c, k in hits["contrast"].value_counts().items())
    by = " by Student's t" if "df" in hits else ""
    words = (
        f"Log2 change with its 95 % interval{by} (ANCOM-BC, {_sized(hits, n)}, q < 0.05 by Benjamini and Hochberg "
        f"within a contrast); the {each} largest of each contrast, largest q shown {number(float(top['q'].max()), 2)}; "
        f"picked for their size, which tends to be overstated. Taxa that differ: {counts}."
    )
    return Panel(
        slug(name, "changes"), "Who changed most", words, top.drop(columns=["size", "half"]), partial(_draw, top=top),
        width=4.0, height=0.7 + 0.185 * (len(top) + 1.4 * top["contrast"].nunique()),
    )  # fmt: skip


def _wide(hits: pd.DataFrame) -> np.ndarray | float:
    """Standard errors in half a 95 % interval: the quantile that the p was read from."""
    return np.asarray(stats.t.ppf(0.975, hits["df"])) if "df" in hits else Z


def _sized(hits: pd.DataFrame, n: int) -> str:
    """`n 24`, with the degrees of freedom that reads of one plot summed leave to each contrast."""
    if "df" not in hits:
        return f"n {n}"
    free = sorted(set(hits["df"]))
    return f"n {n}, {' or '.join(f'{f:.0f}' for f in free)} degrees of freedom"


def _draw(axes: Axes, top: pd.DataFrame) -> None:
    row, ticks, labels, heads = 0.0, [], [], []
    for k, (contrast, part) in enumerate(top.groupby("contrast", sort=False)):
        heads.append((row, str(contrast)))
        rows = row + 1 + np.arange(len(part))
        half = part["half"]
        axes.errorbar(part["log2_change"], rows, xerr=half, fmt="o", color=COLOURS[k % len(COLOURS)], ms=3.5, lw=1)
        ticks += list(rows)
        labels += [t if len(t) <= LONG else f"{t[: LONG - 1]}…" for t in map(str, part["taxon"])]
        row = rows[-1] + 1.4
    axes.axvline(0, color="#888", lw=0.8, zorder=0)
    for k, (height, contrast) in enumerate(heads):
        axes.annotate(
            contrast, (0, height), xycoords=("axes fraction", "data"), xytext=(-4, 0), textcoords="offset points",
            fontsize=6.8, va="center", ha="right", weight="bold", color=COLOURS[k % len(COLOURS)],
            annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(ticks, labels, fontsize=6.5)
    axes.set_ylim(row - 0.5, -0.7)
    axes.set_xlabel("log2 change (no unit)", fontsize=8.5)
    axes.tick_params(axis="x", labelsize=8)
