"""Whether every element is accounted for."""

from __future__ import annotations

from markupsafe import Markup

from rhizolith.reporting.run import Run
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import number

CLOSED = 1e-10
"""A balance further off than this part of what moved is marked."""


@section("simulate", order=70, title="Balances")
def balance(run: Run) -> Piece | None:
    """(initial + in − out − present) / moved, for every element and the charge."""
    if "balance" not in run.data:
        return None
    values = run.data["balance"]
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>').format(
            element, number(float(value), 2), "closed" if abs(float(value)) <= CLOSED else "NOT CLOSED"
        )
        for element, value in zip(values["element"].values, values.values, strict=True)
    )
    worst = float(abs(values).max())
    verdict = "Every balance closes" if worst <= CLOSED else "At least one balance does NOT close"
    return Piece(
        Markup(
            "<p>{} (worst {}; closed means within {} of what moved): (initial + in − out − present) / moved.</p>"
            '<table class="plain"><thead><tr><th>Element</th><th>Error</th><th></th></tr></thead>{}</table>'
        ).format(verdict, number(worst, 2), number(CLOSED), rows)
    )
