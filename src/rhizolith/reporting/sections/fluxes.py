"""How fast each mechanism disrupted carbon, and how much it came to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.reporting.figure import COLOURS, Panel, grid, label_ends
from rhizolith.reporting.run import Run
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import listing, plain, prefix

SHOWN = 0.005
"""Mechanisms below this part of all disrupted carbon are named in the text, not drawn."""
MOST = 7
"""Nor are more than so many lines."""
LONG = 5.0
"""d; runs from this length on show daily means."""


def _table(cumulative: pd.DataFrame, what: str) -> pd.DataFrame:
    return cumulative.add_suffix(f"_{what}").rename_axis(index="time_d").reset_index()


def _lines(axes: Axes, table: pd.DataFrame, unit: str) -> None:
    scale, mark = prefix(float(np.nanmax(np.abs(table.to_numpy()))) if table.size else 0.0)
    ends = []
    for i, name in enumerate(table.columns):
        colour = COLOURS[i % len(COLOURS)]
        axes.plot(table.index, table[name] / scale, color=colour, ls="-" if i < len(COLOURS) else "--")
        ends.append((float(table[name].iloc[-1]) / scale, plain(str(name)), colour))
    axes.set(xlabel="time (days)", ylabel=f"{mark}{unit}", xlim=(table.index[0], table.index[-1]), ylim=(0, None))
    label_ends(axes, ends)


def _rate(whole: pd.DataFrame) -> pd.DataFrame:
    """Slope of the running totals; daily means where the run is long, or the day and the night would hide the trend."""
    days = whole.index.to_numpy()
    edges = np.append(np.arange(days[0], days[-1], 1.0), days[-1]) if days[-1] - days[0] >= LONG else days
    totals = np.column_stack([np.interp(edges, days, whole[name]) for name in whole.columns])
    middle = (edges[1:] + edges[:-1]) / 2
    return pd.DataFrame(np.diff(totals, axis=0) / np.diff(edges)[:, None], index=middle, columns=whole.columns)


@section("simulate", order=30, title="Disruption in time, mechanism by mechanism")
def fluxes(run: Run) -> Piece | None:
    """Cumulative disruption and its rate; the attribution is integrated inside the solve, so it adds up exactly."""
    total = run.data["disrupted"].sum("association").transpose("time", "mechanism")
    whole = pd.DataFrame(total.values, index=run.days, columns=[str(m) for m in total["mechanism"].values])
    whole = whole.loc[:, whole.iloc[-1] > 0]
    if whole.empty:
        return Piece(Markup("<p>No mechanism disrupted any association.</p>"))
    whole = whole[whole.iloc[-1].sort_values(ascending=False).index]
    part = whole.iloc[-1] / whole.iloc[-1].sum()
    drawn = whole.loc[:, (part >= SHOWN) & (part.rank(ascending=False) <= MOST)]
    rest = [plain(str(m)) for m in whole.columns if m not in drawn.columns]
    rate = _rate(whole)
    steps = " (daily means)" if run.days[-1] >= LONG else ""
    some = rate[drawn.columns]
    small = f" Much less, and not drawn: {listing(rest)}." if rest else ""
    panels = (
        Panel(
            "disruption-rate",
            "Rate of disruption",
            f"Carbon set free by each mechanism{steps}, all associations together." + small,
            _table(rate, "mol_C_per_d"),
            lambda axes: _lines(axes, some, f"mol C d⁻¹ per {run.per}"),
            width=4.5,
            height=3.3,
        ),
        Panel(
            "disruption-total",
            "Disrupted so far",
            "Running total of the same, gross." + small,
            _table(whole, "mol_C"),
            lambda axes: _lines(axes, drawn, f"mol C per {run.per}"),
            width=4.5,
            height=3.3,
        ),
    )
    return Piece(grid(panels), panels)
