"""Variation shared out among sets of quantities: what each explains alone, what they share, with tests."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from rhizolith.reporting.chances import drawn
from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.panels.triangle import plain
from rhizolith.reporting.study import slug, stars


def shared(
    key: str, partition: pd.DataFrame, unique: pd.DataFrame, size: str = "", shuffles: str = "", members: str = ""
) -> Panel:
    """`partition`: sets (`a`, `a & b`, residual), share (adjusted R²), n; `unique`: set, f, p of the partial RDA.

    `size`: n in words; `shuffles`: how many, within what; `members`: which quantities each set holds.
    """
    n = int(partition["n"].iloc[0]) if "n" in partition else 0
    name = str(partition["table"].iloc[0]) if "table" in partition else key
    p = dict(zip(unique["set"], unique["p"])) if len(unique) else {}
    rest = float(partition.loc[partition["sets"] == "residual", "share"].iloc[0])
    tests = "; ".join(f"{plain(r['set'])} F {r['f']:.2f}, {drawn(r)}" for r in unique.to_dict("records"))
    by = f", by {shuffles}" if shuffles else ""
    words = (
        f"Adjusted R² of {plain(name)} (Hellinger), {size or f'n {n}'}: {1 - rest:.2f} by all sets together, "
        f"{rest:.2f} "
        f"left. Dark: by one set alone{f' (partial RDA: {tests}{by})' if tests else ''}, * p < 0.05, ** 0.01; light: "
        f"shared by the sets named, which has no test. {f'Sets: {members}. ' if members else ''}Slightly negative "
        "shares are chance and stand as they are. No interval is given: resampling repeats samples, and repeated "
        "samples raise every adjusted R²."
    )
    rows = partition[partition["sets"] != "residual"]
    return Panel(
        slug("partition", key), f"Variation shared out: {plain(name)}", words, partition,
        partial(_draw, rows=rows, p=p), width=3.8, height=0.8 + 0.27 * len(rows),
    )  # fmt: skip


def _draw(axes: Axes, rows: pd.DataFrame, p: dict[str, float]) -> None:
    alone = ~rows["sets"].str.contains(" & ")
    ordered = pd.concat([rows[alone], rows[~alone]])
    heights = np.arange(len(ordered))
    colours = [COLOURS[0] if " & " not in s else "#A9CBE3" for s in ordered["sets"]]
    axes.barh(heights, ordered["share"], color=colours, height=0.7)
    reach = max(float(ordered["share"].abs().max()), 0.02)
    for y, (name, share) in enumerate(zip(ordered["sets"], ordered["share"])):
        mark = stars(p.get(name, 1.0))
        axes.text(max(share, 0) + 0.02 * reach, y, f"{share:.3f}{mark}".replace("-", "−"), va="center", fontsize=7)
    labels = [plain(s.replace(" & ", " + "), 34) + (" alone" if " & " not in s else "") for s in ordered["sets"]]
    axes.set_yticks(heights, labels, fontsize=7.2)
    axes.invert_yaxis()
    axes.axvline(0, color="#444", lw=0.8)
    axes.set_xlim(min(float(ordered["share"].min()) * 1.1, 0), 1.28 * reach)
    axes.set_xlabel("adjusted R²", fontsize=8.5)
    axes.tick_params(axis="x", labelsize=8)
    axes.xaxis.set_major_locator(MaxNLocator(5))
