"""What happened on the way: a mineral exhausted, oxygen gone."""

from __future__ import annotations

from markupsafe import Markup

from rhizolith.reporting.run import Run
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import span


@section("simulate", order=80, title="Events")
def events(run: Run) -> Piece:
    """Every recorded event with its time and place."""
    rows = []
    for event in run.listed("events"):
        if not isinstance(event, dict):
            rows.append(Markup("<li>{}</li>").format(event))
            continue
        where = f" at {float(event['radius']) * 1e3:.2g} mm" if event.get("radius") is not None else ""
        rows.append(Markup("<li><b>{}</b>{}: {}</li>").format(span(float(event["time"])), where, event["what"]))
    return Piece(Markup("<ul>{}</ul>").format(Markup("").join(rows)) if rows else Markup("<p>None was recorded.</p>"))
