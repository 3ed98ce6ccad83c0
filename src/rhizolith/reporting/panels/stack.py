"""What communities are made of: stacked shares of the largest taxa, one bar a treatment."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.look import Look, below
from rhizolith.reporting.study import slug

# Paul Tol's muted set with three light tones between: twelve that stay apart for any colour vision when side by side.
SHADES = ("#332288", "#88CCEE", "#117733", "#DDCC77", "#882255", "#44AA99", "#CC6677", "#999933", "#AA4499", "#6699CC",
          "#BBBBBB", "#661100")  # fmt: skip
REST = "#EDEDED"
LONG = 24
INTERVALS = " (95 % intervals of each mean in the CSV)"


def stack(name: str, rank: str, shares: pd.DataFrame, look: Look, sizes: pd.Series, test: str) -> Panel:
    """`shares`: group, taxon, share; `sizes`: samples of each group; `test`: the PERMANOVA in words."""
    wide = shares.pivot(index="group", columns="taxon", values="share").fillna(0.0)
    order = [c for c in wide.mean().sort_values(ascending=False).index if c not in ("other", "unassigned")]
    wide = wide[[*order, *(c for c in ("unassigned", "other") if c in wide)]].loc[look.order(wide.index)]
    n = sizes.reindex(wide.index).astype(int)
    count = f"{n.min()}" + (f" to {n.max()}" if n.max() > n.min() else "")
    words = (
        f"Mean share of reads in each treatment, n {count} samples each; the {len(order)} largest {rank}, the rest as "
        f"other{INTERVALS if 'low' in shares else ''}. Shares describe, single {rank} are not tested here; the test is "
        f"that of whole communities{': ' + test if test else ''}."
    )
    rows = -(-len(wide.columns) // 2)
    return Panel(
        slug(name, rank), f"What they are made of: {rank}", words, shares, partial(_draw, wide=wide),
        width=3.8, height=0.7 + (0.3 if len(wide) <= 8 else 0.2) * max(len(wide), 3) + 0.16 * rows,
    )  # fmt: skip


def _draw(axes: Axes, wide: pd.DataFrame) -> None:
    left = np.zeros(len(wide))
    shade = iter(SHADES)
    for name in wide.columns:
        colour = REST if name == "other" else "#D0D0D0" if name == "unassigned" else next(shade, "#777777")
        label = str(name).rsplit("__", 1)[-1].strip() or "unassigned"
        label = label if len(label) <= LONG else f"{label[: LONG - 1]}…"
        axes.barh(range(len(wide)), wide[name], left=left, color=colour, ec="white", lw=0.4, label=label, height=0.8)
        left += wide[name].to_numpy()
    axes.set_yticks(range(len(wide)), [str(g) for g in wide.index], fontsize=7.5 if len(wide) <= 8 else 6.5)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.tick_params(axis="x", labelsize=8)
    axes.set_xlabel("share of reads (no unit)", fontsize=8.5)
    below(axes, size=6.5, handlelength=1)
