"""The spectrum of an assessed soil as a matrix, what it holds, and how each mechanism is set off."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from markupsafe import Markup

from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.sections.assess_summary import between, read
from rhizolith.reporting.words import number, plain

BANDS = ("excluded", "lowest", "low", "middle", "high", "highest")
STRENGTHS = {"established": "measured", "limited": "fitted", "hypothesis": "assumed"}
"""strength of evidence → the dot's look: full, half, empty"""
SCRIPT = """
for (const part of document.querySelectorAll('section.assess-spectrum')) {
  const box = part.querySelector('.why'), read = (c) => JSON.parse(part.querySelector(c).textContent);
  const why = read('.reasons'), claims = read('.cited');
  const put = (tag, text, into) => into.appendChild(Object.assign(document.createElement(tag),
    { textContent: tag === 'a' ? text : text.replaceAll('_', ' ') }));
  const cite = (keys, into) => keys.forEach((key, i) => { into.append(i ? ', ' : ' Sources: ');
    put('a', key, into).href = '#source-' + key; });
  const list = (title, rows, told) => { if (!rows.length) return; put('h3', title, box); const ul = put('ul', '', box);
    for (const row of rows) {
      const li = put('li', told ? told(row) : row, ul), ids = told ? row.at(-1).split('; ') : [];
      li.title = ids.map((id) => id + ': ' + claims[id][0]).join('\\n');
      cite([...new Set(ids.flatMap((id) => claims[id][1]))], li); } };
  for (const cell of part.querySelectorAll('button[data-cell]')) cell.addEventListener('click', () => {
    const w = why[cell.dataset.cell]; box.hidden = false; box.replaceChildren();
    put('p', cell.dataset.hint + ' Strength of the evidence: ' + w.strength + '.', box);
    list('Rules that fired', w.fired, (r) => `${r[1]} (${r[2]}; ${r[3]}; ${r[4]}).`);
    list('Rules that did not', w.silent.map((r) => `${r[0]}: ${r[1]}`));
    list('What was lacking', w.lacked);
    list('Set off by', w.paths, (r) => (r[3] === '&' ? 'Only with ' : '') +
      `${r[0]} → ${r[1]}: ${r[2]} (by ${r[4]}; ${r[5]}).`);
    (cell.closest('.narrow ul') || part.querySelector('.wide')).after(box);
    box.scrollIntoView({ block: 'nearest' });
  });
  box.addEventListener('click', (e) => { const to = e.target.hash && document.querySelector(e.target.hash);
    if (to) to.closest('details').open = true; });
}
"""


def _dot(strength: str) -> Markup:
    return Markup('<span class="dot {}" role="img" aria-label="{}"></span>').format(STRENGTHS[strength], strength)


def _hint(row: dict[str, Any]) -> str:
    if row["band"] == "excluded":
        return f"{plain(row['association'])}, {plain(row['mechanism'])}: cannot happen."
    ranks = between(100 * row["rank_low"], 100 * row["rank"], 100 * row["rank_high"])
    return (
        f"{plain(row['association'])}, {plain(row['mechanism'])}: {row['band']} fifth of this soil’s cells; percentile "
        f"{ranks}; in this fifth in {row['rank_stability']:.0%} of the samples; susceptibility "
        f"{between(row['susceptibility_low'], row['susceptibility'], row['susceptibility_high'])}, exposure "
        f"{between(row['exposure_low'], row['exposure'], row['exposure_high'])} (ordinal, 0 to 1)."
    )


def _cell(row: dict[str, Any]) -> Markup:
    cell = '<td class="b{}"><button data-cell="{}/{}" data-hint="{}" title="{}">{} {}<small>{}</small></button></td>'
    return Markup(cell).format(
        BANDS.index(row["band"]), row["association"], row["mechanism"], _hint(row), _hint(row), row["band"],
        _dot(row["strength"]), _width(row),
    )  # fmt: skip


def _width(row: dict[str, Any]) -> str:
    return "" if row["band"] == "excluded" else f"{100 * row['rank_low']:.0f}–{100 * row['rank_high']:.0f}"


def _matrix(rows: list[dict[str, Any]]) -> Markup:
    kinds = list(dict.fromkeys(r["association"] for r in rows))
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(plain(k)) for k in kinds)
    body = Markup("")
    for family, members in groupby(rows, key=lambda r: r["family"]):
        lines = [(m, list(cells)) for m, cells in groupby(members, key=lambda r: r["mechanism"])]
        for i, (mechanism, cells) in enumerate(lines):
            bar = Markup('<th class="family {}" rowspan="{}" scope="rowgroup"><span>{}</span></th>').format(
                family, len(lines), family
            )
            body += Markup('<tr>{}<th scope="row">{}</th>{}</tr>').format(
                bar if i == 0 else "", plain(mechanism), Markup("").join(_cell(c) for c in cells)
            )
    return Markup(
        '<table class="matrix"><thead><tr><td colspan="2"></td>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(head, body)


def _narrow(rows: list[dict[str, Any]]) -> Markup:
    out = Markup("")
    for kind in dict.fromkeys(r["association"] for r in rows):
        best = sorted((r for r in rows if r["association"] == kind), key=lambda r: -r["rank"])
        upper = [r for r in best if r["band"] in ("high", "highest", "middle")]
        rest = [r for r in best if r not in upper]
        out += Markup("<h3>{}</h3><ul>{}</ul>").format(plain(kind), Markup("").join(map(_line, upper)))
        out += Markup("<details><summary>{} lower or excluded</summary><ul>{}</ul></details>").format(
            len(rest), Markup("").join(map(_line, rest))
        )
    return out


def _line(row: dict[str, Any]) -> Markup:
    """A cell of the matrix as a line of the list on a phone."""
    line = (
        '<li class="b{}"><button data-cell="{}/{}" data-hint="{}"><span>{}</span> <b>{} {}</b><small>{}</small>'
        "</button></li>"
    )
    return Markup(line).format(
        BANDS.index(row["band"]), row["association"], row["mechanism"], _hint(row), plain(row["mechanism"]),
        row["band"], _dot(row["strength"]), _width(row),
    )  # fmt: skip


def _cited(why: dict[str, Any]) -> dict[str, list[Any]]:
    """Claim → what it says and the keys of its sources, for each claim that a cell rests on."""
    from rhizolith.knowledge import evidence

    told = [row[-1] for cell in why.values() for row in (*cell["fired"], *cell["paths"])]
    ids = sorted({c for line in told for c in line.split("; ")})
    return {c: [evidence.claim(c).statement, list(evidence.claim(c).refs_resolved)] for c in ids}


@section("assess", order=20, title="Vulnerability: which association by which mechanism")
def assess_spectrum(data: Any) -> Piece:
    """The matrix: fifth of the soil's own cells, interval of the percentile, strength of evidence."""
    rows = read(data, "table")
    reasons = str(data.attrs.get("why", "{}")).replace("<", "\\u003c")
    cited = json.dumps(_cited(json.loads(reasons)), ensure_ascii=False).replace("<", "\\u003c")
    key = Markup(" · ").join(_dot(s) + f" {s}" for s in STRENGTHS)
    return Piece(
        Markup(
            "<p>Susceptibility times exposure, as an order among the cells of this soil: a band is a fifth of them, "
            "the numbers below it its percentile’s 5 to 95 % range over sampled weights, traits, gaps and settings. "
            "Press a cell for the rules that fired, with their sources, those that did not, and what was lacking.</p>"
            '<p class="key">Dot: '
            'weakest claim behind the cell: {}</p><div class="wide">{}</div><div class="narrow">{}</div>'
            '<div class="why" aria-live="polite" hidden></div>'
            '<script type="application/json" class="reasons">{}</script>'
            '<script type="application/json" class="cited">{}</script><script>{}</script>'
        ).format(key, _matrix(rows), _narrow(rows), Markup(reasons), Markup(cited), Markup(SCRIPT))
    )


NO_DATA = (
    "No open data set tells vulnerability cell by cell; a table of your own (--measured: association, mechanism, "
    "measured) stands here as the third way. What open data say of single claims: rhizolith claims."
)


@section("assess", order=32, title="Rules and simulation beside data")
def assess_data(data: Any) -> Piece | None:
    """The cells that were measured: where rules and data differ, and how far each ranks as the data do."""
    if "beside_data" not in data.attrs:
        return None
    found = read(data, "beside_data")
    rows = sorted(found["rows"], key=lambda r: -r["data"])
    body = Markup("").join(
        Markup(
            "<tr><th scope=row>{}<small>{}</small></th><td>{}</td><td>{}</td><td>{:.0f}</td><td>{}</td><td>{}</td></tr>"
        ).format(
            plain(r["association"]), plain(r["mechanism"]), number(r["measured"]),
            between(100 * r["rules_low"], 100 * r["rules"], 100 * r["rules_high"]), 100 * r["data"],
            "" if r.get("share") is None else number(r["share"]), "in conflict" if r["conflict"] else "",
        )
        for r in rows
    )  # fmt: skip
    head = "".join(
        f"<th>{h}</th>"
        for h in ("Cell", "Measured", "Percentile by rules", "By data", "Share disrupted in simulation", "")
    )
    return Piece(
        Markup('<p>{}</p><div class="scroll"><table class="plain"><thead><tr>').format(_agreement(found, rows))
        + Markup(head)
        + Markup("</tr></thead><tbody>{}</tbody></table></div>").format(body)
    )


def _agreement(found: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    """How far rules and simulation rank the measured cells as the data do."""

    def told(key: str) -> str:
        return "cannot be told, for one of both does not vary" if found.get(key) is None else f"{found[key]:.2f}"

    odd = sum(r["conflict"] for r in rows)
    words = (
        f"Rank correlation of the rules with the data over {len(rows)} measured cells: {told('rules_with_data')}; in "
        f"conflict: {odd}, where the data lie outside the range of the rules’ percentiles among these cells."
    )
    if "cells_simulated" in found:
        words += f" Simulation with the data over {found['cells_simulated']} cells: {told('simulation_with_data')}."
    return words


def _left_out(rows: list[dict[str, Any]]) -> Markup:
    """The minerals that were not simulated, and how much of the soil's carbon and room for it they stand for."""
    if not rows:
        return Markup("")
    told = [
        f"{plain(r['mineral']).lower()} ({number(r['amount'])} g/kg"
        + (
            f"; {between(*(100 * r[k] for k in ('carbon_low', 'carbon_share', 'carbon_high')))} % of the carbon that "
            f"minerals hold, {between(*(100 * r[k] for k in ('capacity_low', 'capacity_share', 'capacity_high')))} % "
            "of what they can hold)"
            if r["association"]
            else "; counted as holding none)"
        )
        for r in rows
    ]
    return Markup(
        "<p>Not simulated, for there are no rate laws and constants: {}. Shares are those of the inventory above. In "
        "the simulation this carbon sits on the other minerals, as far as these have room.</p>"
    ).format("; ".join(told))


@section("assess", order=30, title="Rules beside simulation")
def assess_beside(data: Any) -> Piece | None:
    """Where the simulator puts the same cells, and the cells in which the two differ; absent where nothing was run."""
    if "beside" not in data.attrs:
        return None
    found = read(data, "beside")
    rows = sorted(found["rows"], key=lambda r: (not r["conflict"], r["association"], r["mechanism"]))
    body = Markup("").join(
        Markup("<tr><th scope=row>{}<small>{}</small></th><td>{}</td><td>{:.0f}</td><td>{}</td></tr>").format(
            plain(r["association"]), plain(r["mechanism"]),
            between(100 * r["rules_low"], 100 * r["rules"], 100 * r["rules_high"]), 100 * r["simulated"],
            "in conflict" if r["conflict"] else "",
        )
        for r in rows
    )  # fmt: skip
    odd = sum(r["conflict"] for r in rows)
    words = (
        f"The same soil around one fine root for {found['days']:g} days. Rank correlation over {len(rows)} cells that "
        f"both have: {found['rank_correlation']:.2f}; in conflict: {odd}, where the simulated percentile lies outside "
        "the range of the rules. Neither is the truth: rules carry the review’s hypotheses, the simulator its assumed "
        "constants." + ("" if "beside_data" in data.attrs else f" {NO_DATA}")
    )
    head = "<thead><tr><th>Cell</th><th>Percentile by rules</th><th>By simulation</th><th></th></tr></thead>"
    return Piece(
        Markup("<p>{}</p>").format(words)
        + _left_out(found.get("left_out", []))
        + Markup('<details><summary>Show all cells</summary><div class="scroll"><table class="plain">')
        + Markup(head)
        + Markup("<tbody>{}</tbody></table></div></details>").format(body)
    )


HALF = 0.5
"""share of the mineral-held carbon beyond which the minerals leave most of it unexplained"""


def _unexplained(share: float, measured: bool) -> Markup:
    """What to think of carbon that the minerals as measured cannot hold."""
    doubt = (
        "" if measured else " That minerals hold so much was not measured but sampled from heavy fractions: measure it."
    )
    return Markup(
        "<p>The minerals as measured explain little of this carbon: {:.0%} of it stands under outer layers and the "
        "unexplained.{}</p>"
    ).format(share, doubt)


@section("assess", order=15, title="What the soil holds, and what forms")
def assess_inventory(data: Any) -> Piece:
    """Carbon of each association with its range, and its tendency to form beside it."""
    rows = Markup("").join(
        Markup("<tr><th scope=row>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            r["label"], between(r["carbon_low"], r["carbon"], r["carbon_high"]),
            between(100 * r["share_low"], 100 * r["share"], 100 * r["share_high"]),
            between(r["formation_low"], r["formation"], r["formation_high"]), r["grade"],
        )
        for r in read(data, "stocks")
    )  # fmt: skip
    rest = float(next((r["share"] for r in read(data, "stocks") if r["association"] == "outer_layer"), 0.0))
    known = "mineral_held_carbon" in json.loads(str(data.attrs.get("measured", "{}")))
    warn = _unexplained(rest, known) if rest > HALF else ""
    return Piece(
        Markup(
            "<p>Carbon from selective dissolution, texture, mineralogy and exchangeable calcium; middle and 5 to 95 % "
            'range. Formation is ordinal, 0 to 1: it has no unit and no rate.</p>{}<div class="scroll"><table '
            'class="plain"><thead><tr><th>Association</th><th>g C per kg</th><th>% of mineral-held carbon</th>'
            "<th>Formation</th><th>Grade of the loading</th></tr></thead><tbody>{}</tbody></table></div>"
        ).format(warn, rows)
    )
