"""Where the mobilized carbon went."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.reporting.figure import COLOURS, Panel, label_ends
from rhizolith.reporting.run import Run
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import amount, prefix, share

SHADES = {
    "re-associated": COLOURS[2],
    "respired": COLOURS[1],
    "assimilated": COLOURS[4],
    "dissolved": COLOURS[0],
    "leached": COLOURS[3],
}


def _stack(axes: Axes, table: pd.DataFrame, unit: str) -> None:
    values = table.to_numpy()
    scale, mark = prefix(float(np.nansum(values[-1])))
    colours = [SHADES.get(str(c), "#999999") for c in table.columns]
    axes.stackplot(table.index, (np.maximum(values, 0) / scale).T, colors=colours, lw=0)
    axes.set(xlabel="time (days)", ylabel=f"{mark}{unit}", xlim=(table.index[0], table.index[-1]))
    top = np.cumsum(np.maximum(values[-1], 0)) / scale
    middle = top - np.maximum(values[-1], 0) / scale / 2
    label_ends(axes, [(float(m), str(c), colour) for m, c, colour in zip(middle, table.columns, colours, strict=True)])


@section("simulate", order=60, title="Where the mobilized carbon went")
def fate(run: Run) -> Piece | None:
    """Mobilized is not lost: carbon set free can associate again, be respired, be eaten, stay dissolved or leach."""
    if "fate" not in run.data:
        return None
    values = run.data["fate"].transpose("time", "route")
    table = pd.DataFrame(values.values, index=run.days, columns=[str(r) for r in values["route"].values])
    last, total = table.iloc[-1], float(table.iloc[-1].sum())
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>').format(
            route,
            amount(float(last[route]), f"mol C per {run.per}", beside=float(last.max())),
            share(float(last[route]) / total) if total else "–",
        )
        for route in table.columns
    )
    panel = Panel(
        "fate-of-carbon",
        "Fate of mobilized carbon",
        "Cumulative, by route; in solution it shares the fate of its class, exuded carbon is not counted. Respired and "
        "leached carbon is lost from the soil around this root; the rest is still there.",
        table.rename_axis("time_d").reset_index(),
        lambda axes: _stack(axes, table, f"mol C per {run.per}"),
        width=4.5,
        height=3.1,
    )
    head = Markup("<tr><th>Route</th><th>At the end</th><th>Part</th></tr>")
    end = Markup('<table class="plain"><thead>{}</thead>{}</table>').format(head, rows)
    return Piece(Markup('<div class="panels">{}<div>{}</div></div>').format(panel.html(), end), (panel,))
