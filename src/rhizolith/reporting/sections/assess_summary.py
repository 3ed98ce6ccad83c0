"""An assessed soil in one paragraph, what it was told, and what to measure next."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from rhizolith.knowledge import tables
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import listing, number, plain


def read(data: Any, name: str) -> Any:
    """One of the lists that an assessment keeps as JSON in its attributes."""
    return json.loads(str(data.attrs.get(name, "[]")))


def between(low: float, middle: float, high: float, unit: str = "") -> str:
    """`4.2 (1.4 to 11) g/kg`"""
    return f"{number(middle, 2)} ({number(low, 2)} to {number(high, 2)}) {unit}".strip()


def _sentence(data: Any) -> str:
    first = data["prevailing"].to_series().sort_values(ascending=False)
    likely = [f"{plain(str(m))} ({share:.0%} of the samples; {_grade(data, m)})" for m, share in first.head(3).items()]
    low, middle, high = (float(x) for x in data["mineral_held_carbon"].values)
    what = between(low, middle, high, "g C per kg")
    return (
        f"Minerals of this soil hold {what}. For the soil as a whole the first mechanism of disruption would be "
        f"{listing(likely)}: {_verdict(float(first.iloc[0]))}"
    )


def _grade(data: Any, mechanism: Any) -> str:
    """Strength of the evidence that most cells of a mechanism have."""
    words = data["strength"].sel(mechanism=mechanism).to_series()
    return str(words.mode().iloc[0])


def _given(data: Any) -> str:
    """What was measured, with units, and stated; and which statements are missing."""
    rows = tables.rows("evidence_inputs")
    unit = {row["key"]: row["unit"] for row in rows}
    told = [f"{plain(k)} {number(v, 4)} {unit.get(k, '')}".strip() for k, v in read(data, "measured").items()]
    stated = json.loads(str(data.attrs.get("setting", "{}")))
    told += [f"{plain(k)} {v}" for k, v in stated.items()]
    known = dict.fromkeys(r["setting"] for r in tables.rows("evidence_settings") if r["setting"] != "reaction")
    lacking = [plain(k) for k in known if k not in stated]
    rest = f" Not stated, so that every possibility was sampled: {listing(lacking)}." if lacking else ""
    return f"Given: {listing(told)}.{rest}"


def _verdict(share: float) -> str:
    if share >= 0.8:
        return "a rank that holds whatever the weights of the rules."
    return "no mechanism is clearly first." if share < 0.5 else "a rank that part of the weights turn over."


@section("assess", order=10, title="In short")
def assess_summary(data: Any) -> Piece:
    """What the soil holds and which mechanism would come first, with the limits beside it."""
    notes = Markup("").join(Markup("<li>{}</li>").format(n) for n in read(data, "notes"))
    warn = Markup('<p>What to know of the measurements:</p><ul class="sources">{}</ul>').format(notes) if notes else ""
    return Piece(
        Markup(
            '<p class="lead">{}</p><p>Formation stands beside disruption below: more roots supply more organic matter '
            'and more triggers, and the sign of the balance stays open.</p><p class="badge">Scale: {}</p>'
            '<p class="caveat"><strong>Hypothesis, not prediction.</strong> {}</p><p>{}</p>{}'
        ).format(_sentence(data), data.attrs.get("scale", ""), data.attrs.get("caveat", ""), _given(data), warn)
    )


@section("assess", order=40, title="What to measure next")
def assess_worth(data: Any) -> Piece:
    """Each missing measurement or statement, by how far it would narrow the answer."""
    rows = Markup("").join(
        Markup("<tr><th scope=row>{}</th><td>{}</td><td>{:.0%}</td><td>{:.0%}</td><td>{:+.0%}</td></tr>").format(
            plain(r["to_find_out"]), r["kind"], r["carbon"], r["vulnerability"], r["naming"]
        )
        for r in read(data, "worth")[:10]
    )
    return Piece(
        Markup(
            "<p>Expected, if the value were known: the share of the variance of mineral-held carbon and of the soil’s "
            "mean vulnerability that would go, and the gain in the probability of naming the first mechanism.</p>"
            '<div class="scroll"><table class="plain"><thead><tr><th>To find out</th><th>By</th><th>Carbon</th>'
            "<th>Vulnerability</th><th>First mechanism</th></tr></thead><tbody>{}</tbody></table></div>"
        ).format(rows)
    )


@section("assess", order=90, title="What was assumed")
def assess_assumed(data: Any) -> Piece:
    """Gaps that were sampled and loadings that were taken, with range, grade and source."""
    rows = Markup("").join(
        Markup("<tr><th scope=row>{}<small>{}</small></th><td>{} {}</td><td>{}</td><td>{}</td></tr>").format(
            plain(r["name"]), r["about"], between(r["low"], r["value"], r["high"]), r["unit"], r["grade"], r["source"]
        )
        for r in read(data, "assumed")
    )
    head = Markup("<tr><th>Value of</th><th>Middle (range)</th><th>Grade</th><th>Source</th></tr>")
    return Piece(
        Markup(
            '<details><summary>Show all</summary><div class="scroll"><table class="plain">{}{}</table></div></details>'
        ).format(head, rows)
    )


@section("assess", order=100, title="Sources")
def assess_sources(data: Any) -> Piece:
    """Every work behind a claim that spoke."""
    from rhizolith.reporting.sections.sources import source_list

    return Piece(Markup("<details><summary>Show all</summary>{}</details>").format(source_list(data).html))
