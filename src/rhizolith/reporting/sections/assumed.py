"""Every value that is not the user's, with its range, grade and source."""

from __future__ import annotations

from collections import Counter
from typing import Any

from markupsafe import Markup

from rhizolith.reporting.run import GRADES, Run
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import number


def _written(value: Any) -> str:
    return number(float(value)) if isinstance(value, int | float) else str(value if value is not None else "")


def _row(row: dict[str, Any]) -> Markup:
    low, high = row.get("low"), row.get("high")
    between = f"{_written(low)} to {_written(high)}" if low is not None and high is not None else ""
    grade = str(row.get("grade", "assumed"))
    return Markup(
        '<tr class="{}"><th scope="row"><code>{}</code><small>{}</small></th><td>{} {}</td><td>{}</td><td>{}</td>'
        "<td>{}</td></tr>"
    ).format(
        grade,
        row.get("name", ""),
        row.get("about", ""),
        _written(row.get("value")),
        row.get("unit", ""),
        between,
        grade,
        row.get("source", ""),
    )


@section("simulate", order=90, title="What was assumed")
def assumed(run: Run) -> Piece:
    """The gap list: weakest evidence first."""
    rows = run.assumed
    if not rows:
        return Piece(Markup("<p>The run lists no value that is not the user’s.</p>"))
    weight = {grade: -i for i, grade in enumerate(GRADES)}
    rows = sorted(rows, key=lambda r: (weight.get(str(r.get("grade")), -len(GRADES)), str(r.get("name"))))
    count = Counter(str(r.get("grade", "assumed")) for r in rows)
    text = ", ".join(f"{count[g]} {g}" for g in reversed(GRADES) if count[g])
    head = Markup("<tr><th>Value of</th><th>Value</th><th>Plausible range</th><th>Grade</th><th>Source</th></tr>")
    return Piece(
        Markup(
            "<p>{} values do not come from the user: {}. A result is no surer than the weakest of them.</p>"
            "<details><summary>Show all {}</summary><div class=scroll>"
            '<table class="plain assumed"><thead>{}</thead>{}</table></div></details>'
        ).format(len(rows), text, len(rows), head, Markup("").join(_row(r) for r in rows))
    )
