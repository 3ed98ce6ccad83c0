"""Formation beside disruption: both signs, for every association."""

from __future__ import annotations

from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes

from rhizolith.reporting.figure import COLOURS, Panel, grid
from rhizolith.reporting.run import Run
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import association, prefix


def _bars(axes: Axes, table: pd.DataFrame, unit: str) -> None:
    scale, mark = prefix(float(table[["formed", "disrupted"]].to_numpy().max()))
    places = range(len(table))
    axes.barh(places, table["formed"] / scale, color=COLOURS[2], height=0.62)
    axes.barh(places, -table["disrupted"] / scale, color=COLOURS[1], height=0.62)
    axes.plot((table["formed"] - table["disrupted"]) / scale, list(places), "D", color="black", ms=4.5)
    axes.axvline(0, color="#444", lw=0.8)
    names = [association(n) for n in table["association"]]
    words = ["\n".join(fill(part, 26) for part in name) for name in names]
    axes.set_yticks(list(places), words, fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel(f"{mark}{unit}")
    top = axes.get_xaxis_transform()
    reach = max(abs(axes.get_xlim()[0]), abs(axes.get_xlim()[1]))
    axes.set_xlim(-reach, reach)
    axes.text(-0.02 * reach, 1.01, "disrupted", color=COLOURS[1], ha="right", va="bottom", transform=top)
    axes.text(0.02 * reach, 1.01, "formed", color=COLOURS[2], ha="left", va="bottom", transform=top)
    axes.text(reach, 1.01, "◆ net", color="black", ha="right", va="bottom", transform=top)


@section("simulate", order=50, title="Formation beside disruption")
def formation(run: Run) -> Piece:
    """Gross formation, gross disruption and the net of both, per association."""
    formed = run.data["formed"].isel(time=-1).sum("mechanism").sel(association=run.associations)
    table = pd.DataFrame(
        {
            "association": run.associations,
            "formed": formed.values,
            "disrupted": run.gross.sum("mechanism").sel(association=run.associations).values,
        }
    )
    unit = f"mol C per {run.per}"
    panel = Panel(
        "formation-disruption",
        "Formation and disruption by association",
        "Gross carbon formed (right) and disrupted (left) during the run, and their difference. More roots do not mean "
        "more stable carbon where the diamond lies on the left.",
        table,
        lambda axes: _bars(axes, table, unit),
        width=4.8,
        height=0.8 + 0.56 * max(len(table), 2),
    )
    return Piece(grid([panel]), (panel,))
