"""How each mechanism is set off: triggers, what they change, mechanisms, as lines as wide as the cause is strong."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.knowledge import evidence
from rhizolith.reporting.figure import COLOURS, Panel, grid
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.sections.assess_summary import read
from rhizolith.reporting.words import plain

WIDEST = 3.5
"""points, for a cause at full strength"""
LINES = {"established": "-", "limited": "--", "hypothesis": ":"}


def _places() -> dict[str, tuple[float, float]]:
    """Node → (column, height): triggers, changes by the group of the review, mechanisms by family."""
    nodes = {k: row for k, row in evidence.nodes().items() if row["kind"] in ("trigger", "change", "standing")}
    columns: list[list[str]] = [[], [], list(evidence.mechanism_table())]
    for name, row in nodes.items():
        columns[0 if row["kind"] == "trigger" else 1].append(name)
    out = {}
    for x, names in enumerate(columns):
        for i, name in enumerate(names):
            out[name] = (float(x), 1 - (i + 0.5) / len(names))
    return out


def _table(values: dict[str, list[float]]) -> pd.DataFrame:
    """One row an arrow that counts: its ends, the value of its source, its claim and how strong that is."""
    places = _places()
    rows = [
        {
            "source": e.source, "target": e.target, "value": values.get(e.source, [0, 0, 0])[1], "sign": e.sign,
            "agent": e.agent, "claim": e.claim, "strength": evidence.claim(e.claim).strength, "means": e.means,
        }
        for e in evidence.network()
        if e.sign in "+-&" and e.source in places and e.target in places
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _draw(axes: Axes, table: pd.DataFrame) -> None:
    places = _places()
    for row in table.itertuples():
        (x0, y0), (x1, y1) = places[str(row.source)], places[str(row.target)]
        bend = 0.35 if x0 == x1 else 0.0
        axes.annotate(
            "", (x1 - (0.0 if bend else 0.03), y1), (x0 + (0.0 if bend else 0.03), y0),
            arrowprops={
                "arrowstyle": "-", "lw": 0.4 + (WIDEST - 0.4) * float(str(row.value)), "alpha": 0.55,
                "color": COLOURS[1] if row.sign == "-" else COLOURS[0], "ls": LINES[str(row.strength)],
                "connectionstyle": f"arc3,rad={bend}",
            },
        )  # fmt: skip
    for name, (x, y) in places.items():
        label = evidence.nodes()[name]["label"] if name in evidence.nodes() else plain(name)
        side = {0.0: "right", 1.0: "center", 2.0: "left"}[x]
        shift = {0.0: -0.04, 1.0: 0.0, 2.0: 0.04}[x]
        axes.text(x + shift, y, label, ha=side, va="center", fontsize=8, bbox={"fc": "white", "ec": "none", "pad": 0.8})
    axes.set_xlim(-0.75, 2.85)
    axes.set_ylim(0, 1)
    axes.axis("off")


def _listed(table: pd.DataFrame) -> Markup:
    """The arrows that end at each mechanism, for a narrow screen."""
    out = Markup("")
    for mechanism in evidence.mechanism_table():
        causes = table[table.target == mechanism].sort_values("value", ascending=False)
        items = Markup("").join(
            Markup("<li><span>{}</span><b>{}</b><small>{:.2f}</small></li>").format(
                plain(str(c.source)), str(c.strength), float(str(c.value))
            )
            for c in causes.itertuples()
        )
        out += Markup("<h3>{}</h3><ul>{}</ul>").format(plain(mechanism), items)
    return out


@section("assess", order=25, title="What sets the mechanisms off")
def assess_network(data: Any) -> Piece:
    """The network of causes for this setting; arrows of unknown sign are left out of the picture and of the numbers."""
    table = _table(read(data, "nodes"))
    about = (
        "Triggers, what they change around the root, and mechanisms. A line is as wide as its cause is strong here "
        "(middle of the samples); solid: established, dashed: limited evidence, dotted: hypothesis."
    )
    panel = Panel("assess-network", "Trigger, change, mechanism", about, table, lambda a: _draw(a, table), 8.6, 5.6)
    html = Markup('<div class="wide">{}</div><div class="narrow">{}</div>').format(grid([panel]), _listed(table))
    return Piece(html, (panel,))
