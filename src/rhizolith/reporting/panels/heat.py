"""Features standardized over samples, alike ones side by side, samples in the order of the treatments; one scale."""

from __future__ import annotations

from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.volcano import short
from rhizolith.reporting.study import slug

EDGE = 2.5
"""Standard deviations at which the colours end."""


def heat(name: str, found: pd.DataFrame, look: Look) -> Panel:
    """`found`: feature, sample, group, z, in the order of rows and columns."""
    order = look.order(found["group"])
    features = list(dict.fromkeys(found["feature"]))
    by_group = {g: list(dict.fromkeys(found.loc[found["group"] == g, "sample"])) for g in order}
    samples = [s for g in order for s in by_group[g]]
    wide = found.pivot(index="feature", columns="sample", values="z").reindex(index=features, columns=samples)
    words = (
        f"The {len(features)} features that changed most surely (smallest q of the moderated tests, factor by factor "
        f"in turn), n {len(samples)} samples; colour: log2 area as standard deviations from the feature's mean, one "
        "scale. Rows by average linkage of 1 − correlation; columns by treatment. Features were chosen for their "
        "difference: the picture shows it, it does not test it; intervals of the changes stand beside the volcano."
    )
    return Panel(
        slug(name, "heatmap"), "Features across samples", words, found,
        partial(_draw, wide=wide, sizes=by_group, look=look), width=4.6, height=1.5 + 0.145 * len(features),
    )  # fmt: skip


def _draw(axes: Axes, wide: pd.DataFrame, sizes: dict[str, list[str]], look: Look) -> None:
    look_of = {"cmap": "RdBu_r", "vmin": -EDGE, "vmax": EDGE, "aspect": "auto", "interpolation": "none"}
    picture = axes.imshow(wide.to_numpy(float), **look_of)  # type: ignore[arg-type]
    axes.set_yticks(range(len(wide)), [short(f) for f in wide.index], fontsize=6.2)
    start, middles = 0, []
    for group, samples in sizes.items():
        style = look.style(group)
        middle = start + (len(samples) - 1) / 2
        middles.append(middle)
        axes.add_line(_bar(axes, start, len(samples), str(style["colour"])))
        if start:
            axes.axvline(start - 0.5, color="white", lw=1.4)
        start += len(samples)
    upright = {"rotation": 90, "ha": "center"} if len(sizes) > 4 else {"rotation": 25, "ha": "right"}
    mode = "default" if len(sizes) > 4 else "anchor"
    axes.set_xticks(middles, [str(g) for g in sizes], fontsize=6.2, rotation_mode=mode, **upright)  # type: ignore[arg-type]
    axes.tick_params(length=0, pad=3)
    for side in axes.spines.values():
        side.set_visible(False)
    figure = axes.get_figure()
    bar = figure.colorbar(picture, ax=axes, location="top", fraction=0.03, aspect=40, pad=0.02)  # type: ignore[union-attr]
    bar.set_label("standard deviations from the mean", fontsize=6.5)
    bar.ax.tick_params(labelsize=7, length=2)
    bar.outline.set_visible(False)  # type: ignore[operator]


def _bar(axes: Axes, start: int, count: int, colour: str):  # type: ignore[no-untyped-def]
    """A stripe above the columns of one treatment."""
    from matplotlib.lines import Line2D

    edge = [start - 0.45, start + count - 0.55]
    return Line2D(edge, [1.008, 1.008], transform=axes.get_xaxis_transform(), color=colour, lw=3, clip_on=False,
                  solid_capstyle="butt")  # fmt: skip
