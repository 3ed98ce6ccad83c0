"""An experiment in short: what was read, how it is laid out, and what was odd."""

from __future__ import annotations

import json
from collections import Counter

import xarray as xr
from markupsafe import Markup

from rhizolith.description.experiment.treatment_name import OUTSIDE, level_name
from rhizolith.reporting.disagreements import disagreements
from rhizolith.reporting.experiment import described, listed
from rhizolith.reporting.findings import findings
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.treatment_dots import sample_groups
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import count, listing, plain, unit_of

MANY = 8
"""Treatments that are named one by one at most."""
SETTINGS = {
    "mz": "range of m/z", "at_least": "a formula is kept where it is found in at least this many samples:",
    "blank_ratio": "mean intensity over that of blanks at least", "draws": "draws within samples",
    "seed": "seed of these", "permutations": "shuffles at most",
}  # fmt: skip
"""What a setting is, in words."""


def _sentence(tree: xr.DataTree) -> str:
    of = sample_groups(tree)
    sizes = Counter(of[of != OUTSIDE])
    tables = [t for t in listed(tree, "tables") if t["kind"] != "other"]
    kinds = Counter(t["kind"] for t in tables)
    held = listing([f"{n} of {kind}" for kind, n in kinds.items()])
    text = f"{count(len(of), 'sample')} in {count(len(sizes), 'treatment')}"
    if len(tables):
        text += f", read from {count(len(tables), 'table')} ({held})"
    return f"{text}; {_indices(len(described(tree)))} computed for each sample they apply to.{_design(tree)}"


def _treatments(tree: xr.DataTree) -> str:
    """Every treatment with its n; the factors with their levels where there are many of one size."""
    sizes, look = Counter(sample_groups(tree)), Look.of(tree)
    outside = sizes.pop(OUTSIDE, 0)
    lost = f"; {count(outside, 'sample')} without a treatment, in no mean or test" if outside else ""
    alike = len(set(sizes.values())) == 1
    if len(sizes) > MANY and alike:
        levels = [f"{plain(f)} ({listing([level_name(f, lv) for lv in lvs])})" for f, lvs in look.factors.items()]
        return f"{listing(levels)} combined, n = {next(iter(sizes.values()))} each{lost}"
    return listing([f"{name} (n = {sizes[name]})" for name in look.order(sizes)]) + lost


def _indices(n: int) -> str:
    return "1 index was" if n == 1 else f"{n} indices were"


def _design(tree: xr.DataTree) -> str:
    """What was tested: the factors, the blocks, the plots that samples share."""
    about = tree["study"].attrs if "study" in tree.children else {}
    formula, block, plots = (str(about.get(k, "")) for k in ("formula", "block", "plots"))
    if not formula:
        return ""
    design = tree["design"].to_dataset()
    words = f" Tested by {plain(formula.replace(' * ', ' × '))}"
    if block in design:
        words += f" within {count(len(set(design[block].values.tolist())), plain(block))}"
    if plots in design:
        many = len(set(design[plots].values.tolist()))
        words += f"; samples of one {plain(plots)} ({many} of them) are no replicates of what differs between these"
    return f"{words}."


@section("analyze", order=10, title="In short")
def analyze_summary(tree: xr.DataTree) -> Piece:
    """Samples and treatments, then what was found, each with its numbers and a link to what it rests on."""
    treatments = _treatments(tree)
    rows = Markup("").join(
        Markup("<li><b>{}.</b> {} <a href='#{}'>More</a></li>").format(f.about, f.words, f.anchor)
        for f in findings(tree)
    )
    found = (
        Markup(
            "<ul class=findings>{}</ul><p class=caveat>Found in these samples: a difference between treatments says no "
            "more about its cause than their random assignment allows, and what only goes together says nothing about "
            "it. q: p corrected for the number of quantities. The surest of many was picked for it: its size tends to "
            "be overstated. What is not told from chance may still be there.</p>"
        ).format(rows)
        if rows
        else Markup("")
    )
    return Piece(Markup('<p class="lead">{}</p><p>Treatments: {}.</p>{}').format(_sentence(tree), treatments, found))


@section("analyze", order=11, title="What seems to disagree")
def analyze_disagreements(tree: xr.DataTree) -> Piece | None:
    """Results of one experiment that point in different ways, and why they may."""
    if "study" not in tree.children:
        return None
    found = disagreements(tree)
    looked = (
        "Compared were: limitation by enzyme vectors and by threshold ratios; carbon use efficiency measured and "
        "computed; strategies from genes and as measured; the tests of each quantity; factors and letters; communities "
        "and single taxa; fit and prediction; picked features; correlations over all samples and within blocks."
    )
    rows = Markup("").join(
        Markup("<li><b>{}.</b> {} <a href='#{}'>More</a></li>").format(about, said, anchor)
        for about, said, anchor in found
    )
    body = Markup("<ul class=findings>{}</ul>").format(rows) if found else Markup("<p>Nothing was found.</p>")
    return Piece(body + Markup("<p><small>{}</small></p>").format(looked))


@section("analyze", order=12, title="What was read")
def analyze_tables(tree: xr.DataTree) -> Piece:
    """Every table with its kind and size; what the intervals on the page are about."""
    rows = Markup("").join(
        Markup("<tr><th scope=row>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            t["table"], "not a table" if t["kind"] == "other" else t["kind"],
            f"{t['rows']} × {t['columns']}" if t["rows"] else "–", t["samples"] or "–",
        )
        for t in listed(tree, "tables")
    )  # fmt: skip
    return Piece(
        Markup(
            "<div class=scroll><table class=plain><thead><tr><th>Table</th><th>Kind</th><th>Rows × columns</th>"
            "<th>Samples</th></tr></thead>{}</table></div><p class=caveat>Indices describe; they do not test. The thin "
            "line at a single sample says what its replicates, reads or formulas leave open (5th to 95th percentile); "
            "the bar of a treatment (95 %) what its samples leave open.</p>"
        ).format(rows)
    )


@section("analyze", order=15, title="What was odd in the tables")
def analyze_problems(tree: xr.DataTree) -> Piece:
    """Every problem with its place and what to do about it; nothing was dropped without standing here."""
    problems = listed(tree, "problems")
    if not problems:
        return Piece(Markup("<p>Nothing: every cell and every name was read without a doubt.</p>"))
    rows = Markup("").join(
        Markup("<tr><th scope=row>{}</th><td>{}</td><td>{}</td></tr>").format(p["where"], p["what"], p["fix"])
        for p in problems
    )
    return Piece(
        Markup(
            "<p>{} odd. No sample was dropped for them.</p>"
            "<details{}><summary>Show all {}</summary><div class=scroll><table class='plain claims'>"
            "<thead><tr><th>Where</th><th>What</th><th>What to do</th></tr></thead>{}</table></div></details>"
        ).format(
            "1 thing was" if len(problems) == 1 else f"{len(problems)} things were",
            Markup(" open") if len(problems) <= 12 else "",
            len(problems),
            rows,
        )
    )


@section("analyze", order=95, title="Definitions")
def analyze_definitions(tree: xr.DataTree) -> Piece | None:
    """Every index with its definition, unit, grade and source, and what critics say."""
    rows, cautions = Markup(""), {}
    for where, variable, about in described(tree):
        note = f" ({about['note']})" if about.get("note") else ""
        rows += Markup(
            "<tr><th scope=row><code>{}</code><small>{}</small></th><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
        ).format(
            f"{where}/{variable}", about.get("long_name", ""), about["definition"], note,
            unit_of(str(about.get("units", ""))), about.get("grade", ""), about.get("source", ""),
        )  # fmt: skip
        if about.get("caution"):
            cautions[about["caution"]] = variable
    if not rows:
        return None
    whole = [text for text in cautions if not any(text != other and text in other for other in cautions)]
    said = Markup("").join(Markup("<li>{}</li>").format(text) for text in whole)
    warn = (
        Markup("<p>What critics say of the methods:</p><ul class=sources>{}</ul>").format(said) if said else Markup("")
    )
    head = "<tr><th>Index</th><th>Definition</th><th>Unit</th><th>Grade</th><th>Source</th></tr>"
    return Piece(
        warn
        + Markup(
            "<details><summary>Show all definitions</summary><div class=scroll><table class=plain><thead>{}</thead>{}"
            "</table></div></details>"
        ).format(Markup(head), rows)
    )


@section("analyze", order=110, title="How this was made")
def analyze_made(tree: xr.DataTree) -> Piece:
    """Version, settings and the choices that read the experiment the same way again."""
    return Piece(
        Markup(
            "<p>rhizolith {}. {} Put the file below as <code>experiment.yaml</code> beside the tables, and they are "
            "read the same way again.</p><details><summary>experiment.yaml</summary><pre>{}</pre></details>"
        ).format(tree.attrs.get("version", ""), _settings(tree), tree.attrs.get("experiment", ""))
    )


def _settings(tree: xr.DataTree) -> Markup:
    """The settings in words, as they were given or by default."""
    held = json.loads(str(tree.attrs.get("settings", "{}")))
    rows = [f"{SETTINGS.get(k, k)} {'all' if v is None else v}" for k, v in held.items()]
    return Markup("Settings: {}.").format("; ".join(rows)) if rows else Markup("")
