"""The claims of the sources beside what rules, simulation and data say of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from markupsafe import Markup

from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.sections.assess_summary import read

VERDICTS = ("contradicted", "reproduced", "not testable yet")
LOOK = {"contradicted": "b1", "reproduced": "b3", "not testable yet": "b0"}


def _cell(word: str, found: str) -> Markup:
    return Markup('<td><b class="{}">{}</b><small>{}</small></td>').format(LOOK[word], word, found or "")


def _row(row: dict[str, Any]) -> Markup:
    told = Markup("").join(_cell(row[k], row[f"{k}_found"]) for k in ("rules", "simulation", "data"))
    name = f"{row['kind']}; {row['strength']}"
    return Markup('<tr id="{}"><th scope="row">{}<small>{}</small></th><td>{}</td>{}</tr>').format(
        row["id"], row["id"], name, row["claim"].replace("*", ""), told
    )


@section("claims", order=10, title="In short")
def claims_summary(data: Any) -> Piece:
    """How many claims were reproduced, contradicted, or could not be tested, and what that means."""
    count = Counter(row["verdict"] for row in read(data, "table"))
    tiles = Markup("").join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(v, count[v]) for v in VERDICTS)
    return Piece(
        Markup(
            '<dl class="tiles">{}</dl><p>Every claim with a sign, a rank, a zero, a lag or a number. The rules were '
            "written from the claims, so that their agreement alone proves nothing and leaves a claim untested; "
            "simulation and data decide. A contradiction is a finding and stays: of the claim, of the "
            "rules, or of the rate laws.</p>"
            '<p class="caveat"><strong>Hypothesis, not prediction.</strong> {}</p>'
        ).format(tiles, data.attrs.get("caveat", ""))
    )


@section("claims", order=20, title="Claim by claim")
def claims_table(data: Any) -> Piece:
    """Contradicted first, then reproduced, then those that nothing here can test yet."""
    head = Markup("<tr><th>Claim</th><th>What it says</th><th>Rules</th><th>Simulation</th><th>Data</th></tr>")
    out = Markup("")
    for word in VERDICTS:
        rows = [r for r in read(data, "table") if r["verdict"] == word]
        body = Markup("").join(_row(r) for r in rows)
        out += Markup(
            '<h3>{} ({})</h3><div class="scroll"><table class="plain"><thead>{}</thead>{}</table></div>'
        ).format(word, len(rows), head, body)
    return Piece(out)


@section("claims", order=30, title="Slips of the source, and how they are treated")
def claims_anomalies(data: Any) -> Piece:
    """The anomalies, as printed and as treated."""
    rows = Markup("").join(
        Markup("<tr><th scope=row>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            r["id"], r["what"], r["printed"], r["treated_as"]
        )
        for r in read(data, "anomalies")
    )
    head = Markup("<tr><th>Item</th><th>What</th><th>Printed</th><th>Treated as</th></tr>")
    return Piece(Markup('<div class="scroll"><table class="plain">{}{}</table></div>').format(head, rows))


@section("claims", order=40, title="The seven questions, and what answers them")
def claims_priorities(data: Any) -> Piece:
    """The research priorities of the review beside what rhizolith offers for each."""
    rows = Markup("").join(
        Markup("<tr><th scope=row>{}</th><td>{}</td><td>{}</td></tr>").format(
            r["question"], r["asks"], r["what_answers"]
        )
        for r in read(data, "priorities")
    )
    return Piece(Markup('<div class="scroll"><table class="plain">{}</table></div>').format(rows))
