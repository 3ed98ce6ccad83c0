"""How to make this result again."""

from __future__ import annotations

from markupsafe import Markup

from rhizolith.reporting.run import Run
from rhizolith.reporting.section import Piece, section


@section("simulate", order=110, title="How this was made")
def how_made(run: Run) -> Piece:
    """Version, command and the complete scenario."""
    attrs = run.data.attrs
    return Piece(
        Markup(
            "<p>rhizolith {}. Save the scenario below as <code>scenario.yaml</code> and run "
            "<code>rhizolith simulate scenario.yaml -o out</code>.</p>"
            "<details><summary>The complete scenario</summary><pre>{}</pre></details>"
        ).format(attrs.get("version", "of unknown version"), attrs.get("scenario", ""))
    )
