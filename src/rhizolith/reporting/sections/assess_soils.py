"""Many assessed soils on one page: which come first, how sure that is, and where they lie."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.reporting.figure import Panel, grid
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.sections.assess_summary import between
from rhizolith.reporting.words import listing, plain

SHOWN = 25
"""soils at either end of the ranking that the page lists; the table has all of them"""
RANK = "vulnerability_rank"


def _frame(data: Any) -> pd.DataFrame:
    return pd.DataFrame(data.to_dataframe())


@section("assess_table", order=10, title="In short")
def soils_summary(data: Any) -> Piece:
    """How many soils, which mechanisms come first in them, how far ranks can be told apart, and the limits."""
    frame = _frame(data)
    count = frame["first_mechanism"].value_counts()
    first = listing([f"{plain(str(m))} in {n}" for m, n in count.head(4).items()])
    surest = float((frame["first_share"] >= 0.8).mean())
    wide = float(((frame[f"{RANK}_high"] - frame[f"{RANK}_low"]) / max(len(frame), 1)).median())
    aside = int((frame["set_aside"].fillna("").astype(str) != "").sum())
    return Piece(
        Markup(
            '<p class="lead">{} soils. First mechanism of disruption: {}; in {:.0%} of the soils at least four fifths '
            "of the samples say so. A soil’s rank ranges over {:.0%} of the list in the middle: neighbours cannot be "
            'told apart.</p><p class="caveat"><strong>Hypothesis, not prediction.</strong> {}</p><p>In {} soils a '
            "value was not possible and was set aside (column set_aside). Scale: soil layer.</p>"
        ).format(len(frame), first, surest, wide, data.attrs.get("caveat", ""), aside)
    )


@section("assess_table", order=20, title="Ranking")
def soils_ranking(data: Any) -> Piece:
    """The most and the least vulnerable soils, with ranges, formation beside disruption."""
    frame = _frame(data).sort_values(RANK)
    ends = frame if len(frame) <= 2 * SHOWN else pd.concat([frame.head(SHOWN), frame.tail(SHOWN)])
    body = Markup("").join(
        Markup("<tr><th scope=row>{}</th><td>{}</td><td>{} ({:.0%})</td><td>{}</td><td>{}</td></tr>").format(
            r["soil"], f"{r[RANK]:.0f} ({r[f'{RANK}_low']:.0f} to {r[f'{RANK}_high']:.0f})",
            plain(str(r["first_mechanism"])), r["first_share"],
            between(r["formation_low"], r["formation"], r["formation_high"]),
            between(r["mineral_held_carbon_low"], r["mineral_held_carbon"], r["mineral_held_carbon_high"]),
        )
        for r in ends.to_dict("records")
    )  # fmt: skip
    words = "All of them" if len(ends) == len(frame) else f"The first and the last {SHOWN}; soils.csv has all"
    head = "<th>Soil</th><th>Rank</th><th>First mechanism</th><th>Formation</th><th>Carbon on minerals, g/kg</th>"
    return Piece(
        Markup(
            "<p>{}. Rank 1 is the most vulnerable; middle and 5 to 95 % over samples that all soils share. Formation "
            'is ordinal, 0 to 1.</p><div class="scroll"><table class="plain"><thead><tr>'
        ).format(words)
        + Markup(head)
        + Markup("</tr></thead><tbody>{}</tbody></table></div>").format(body)
    )


@section("assess_table", order=30, title="Map")
def soils_map(data: Any) -> Piece | None:
    """Where the soils lie, coloured by their place in the ranking; absent where the table had no coordinates."""
    if not {"latitude", "longitude"} <= set(data.data_vars):
        return None
    frame = _frame(data)[["soil", "latitude", "longitude", RANK, f"{RANK}_low", f"{RANK}_high"]]
    frame = frame.dropna(subset=["latitude", "longitude"]).sort_values(RANK, ascending=False)
    if not len(frame):
        return None
    about = "Degrees north and east, no projection. Colour: rank of vulnerability (dark: first); its range is wide."
    panel = Panel("assess-soils-map", "Soils by rank", about, frame, lambda a: _draw(a, frame), 8.6, 4.6)
    return Piece(grid([panel]), (panel,))


def _draw(axes: Axes, frame: pd.DataFrame) -> None:
    share = (frame[RANK] - 1) / max(float(frame[RANK].max()) - 1, 1)
    points = axes.scatter(frame["longitude"], frame["latitude"], c=share, cmap="cividis", s=14, vmin=0, vmax=1, lw=0)
    bar = axes.figure.colorbar(points, ax=axes, ticks=[0, 1], shrink=0.7)
    bar.ax.set_yticklabels(["most vulnerable", "least"])
    axes.set_xlabel("longitude, °E")
    axes.set_ylabel("latitude, °N")
