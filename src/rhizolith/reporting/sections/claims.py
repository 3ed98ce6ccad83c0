"""The claims of the sources beside what rules, simulation and data say of them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.sections.assess_summary import read

VERDICTS = ("contradicted", "reproduced", "not testable yet")
AGAINST = "not testable yet, and the rules come out against it"
FORCED = "reproduced, but could not have failed"
LOOK = {"contradicted": "b1", "reproduced": "b3", "not testable yet": "b0"}


def _cell(by: str, word: str, found: str) -> Markup:
    cell = Markup('<td data-by="{}"><b class="{}">{}</b> <small>{}</small></td>')
    return cell.format(by, LOOK[word], word, found or "")


def _row(row: dict[str, Any]) -> Markup:
    told = Markup("").join(_cell(k, row[k], row[f"{k}_found"]) for k in ("rules", "simulation", "data"))
    read_as = Markup(" <small>{}</small>").format(row["reading"]) if row.get("reading") else ""
    if row.get("holds"):
        read_as = Markup(
            " <small>simulation reproduces it in {} draws of the constants nobody measured;</small>{}"
        ).format(row["holds"], read_as)
    told += Markup('<td data-by="decided by, or needs">{}{}</td>').format(_outcome(row), read_as)
    name = f"{row['kind']}; {row['strength']}"
    return Markup('<tr id="{}"><th scope="row">{}<small>{}</small></th><td>{}</td>{}</tr>').format(
        row["id"], row["id"], name, row["claim"].replace("*", ""), told
    )


def _outcome(row: dict[str, Any]) -> Markup:
    """What decided, or what would be needed to decide; and what forces an outcome that could not have differed."""
    if not row["decided_by"]:
        return Markup("needs {}").format(row["needs"])
    forced = Markup(" <b>Could not have failed:</b> {}.").format(row["forced_by"]) if _forced(row) else ""
    return Markup("decided by {}{}").format(row["decided_by"], forced)


def _forced(row: dict[str, Any]) -> bool:
    return bool(row.get("could_fail") == "no")


def _groups(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Contradicted first, then what only the rules speak against, then the rest; what could not have failed apart."""
    against = [r for r in rows if r["verdict"] == VERDICTS[2] and r["rules"] == VERDICTS[0]]
    forced = [r for r in rows if r["verdict"] == VERDICTS[1] and _forced(r)]
    apart = {r["id"] for r in (*against, *forced)}
    found = [(word, [r for r in rows if r["verdict"] == word and r["id"] not in apart]) for word in VERDICTS]
    return [found[0], (AGAINST, against), found[1], (FORCED, forced), found[2]]


@section("claims", order=10, title="In short")
def claims_summary(data: Any) -> Piece:
    """How many claims were reproduced, contradicted, or could not be tested, and what that means."""
    groups = _groups(read(data, "table"))
    tiles = Markup("").join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(v, len(r)) for v, r in groups)
    return Piece(
        Markup(
            '<dl class="tiles">{}</dl><p>Every claim with a sign, a rank, a zero, a lag or a number. The rules were '
            "written from the claims, so that alone they decide nothing: agreement proves nothing, and where they come "
            "out against a claim, rules, stated setting and claim do not fit together, and the table says what keeps "
            "them apart. Simulation and data decide. A contradiction is a finding and stays: of the claim, of the "
            "rules, or of the rate laws. A result counts only if it could have failed: where rate laws or assumed "
            "constants say the same in every solution, the claim follows from what was put in, and is counted apart. "
            "It shows that the simulator is built as the review says, and not that nature does so.</p>"
            '<p class="caveat"><strong>Hypothesis, not prediction.</strong> {}</p>'
        ).format(tiles, data.attrs.get("caveat", ""))
    )


@section("claims", order=20, title="Claim by claim")
def claims_table(data: Any) -> Piece:
    """Contradicted first, then those the rules come out against, the reproduced, and what nothing can test yet."""
    columns = ("Claim", "What it says", "Rules", "Simulation", "Data", "Decided by, or needs")
    head = Markup("<tr>{}</tr>").format(Markup("").join(Markup("<th>{}</th>").format(c) for c in columns))
    out = Markup("")
    for word, rows in _groups(read(data, "table")):
        if not rows:
            out += Markup("<h3>{} (0)</h3><p>None.</p>").format(word)
            continue
        body = Markup("").join(_row(r) for r in rows)
        out += Markup(
            '<h3>{} ({})</h3><div class="scroll"><table class="plain claims"><thead>{}</thead>{}</table></div>'
        ).format(word, len(rows), head, body)
    return Piece(out)


@section("claims", order=25, title="The scenarios behind the simulation column")
def claims_scenarios(data: Any) -> Piece:
    """Each run that a claim was tried on: its soil, what was changed, and the claims that read it."""
    if "scenarios" not in data.attrs:
        return Piece(Markup(""))
    rows = Markup("").join(
        Markup("<tr><th scope=row>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            r["variant"], r["soil"].replace("_", " "), r["about"], r["claims"]
        )
        for r in read(data, "scenarios")
    )
    head = Markup("<tr><th>Scenario</th><th>Soil</th><th>What it is</th><th>Claims</th></tr>")
    return Piece(
        Markup(
            "<p>Four days around one fine root with the usual mix of exudates, but for what is said here. The soil of "
            "an ecosystem is no site: its numbers are those the rules are tried on, all assumed. <em>caused</em> is "
            "what a root sets off beyond the same soil at rest; <em>rival</em>, the same of the strongest other "
            'mechanism of the family.</p><div class="scroll"><table class="plain">{}{}</table></div>'
        ).format(head, rows)
    )


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
