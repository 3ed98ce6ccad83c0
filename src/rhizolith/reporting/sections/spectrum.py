"""The computed vulnerability spectrum: which association is disrupted by which mechanism, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup

from rhizolith.reporting.run import GRADES, Run
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import amount, association, in_one_line, listing, number, plain, share, span

BANDS = ((0.2, "very high"), (0.05, "high"), (0.01, "moderate"), (0.001, "low"), (0.0, "trace"))
"""Lower edges of the ordinal bands, as fractions of an association's carbon: an aid to the eye, nothing more."""


def dot(grade: str) -> Markup:
    """Full: measured; half: fitted; empty: assumed."""
    return Markup('<span class="dot {}" role="img" aria-label="evidence: {}"></span>').format(grade, grade)


def band(fraction: float) -> tuple[int, str]:
    """(level, word) of a fraction: level 0 is `none`, 5 is `very high`; −1 where nothing was held."""
    if fraction != fraction:
        return -1, "nothing held"
    for level, (edge, word) in enumerate(BANDS):
        if fraction > edge:
            return len(BANDS) - level, word
    return 0, "none"


def _hint(run: Run, held: str, mechanism: str) -> str:
    fraction = float(run.spectrum.sel(association=held, mechanism=mechanism))
    moles = float(run.gross.sel(association=held, mechanism=mechanism))
    return (
        f"{plain(mechanism)} disrupted {share(fraction) if fraction == fraction else 'none'} of {in_one_line(held)}: "
        f"{amount(moles, f'mol C per {run.per}')}. Weakest grade of evidence: {run.grade(mechanism)}. "
        "No interval: single run."
    )


def _cell(run: Run, held: str, mechanism: str) -> Markup:
    level, word = band(float(run.spectrum.sel(association=held, mechanism=mechanism)))
    grade = run.grade(mechanism)
    hint = _hint(run, held, mechanism)
    if level <= 0:
        return Markup('<td class="b0" title="{}"><span class="word">{}</span></td>').format(
            hint, "–" if level < 0 else "none"
        )
    return Markup(
        '<td class="b{}"><button type="button" title="{}" data-m="{}" data-hint="{}">'
        '<span class="word">{}</span> {}</button></td>'
    ).format(level, hint, mechanism, hint, word, dot(grade))


def _header(run: Run) -> Markup:
    parts = [(name, *association(name)) for name in run.associations]
    shared = len({organic for _, _, organic, _ in parts}) == 1
    top = Markup("").join(
        Markup('<th scope="colgroup" colspan="{}">{}</th>').format(len(list(members)), mineral)
        for mineral, members in groupby(parts, key=lambda p: p[1])
    )
    low = Markup("").join(
        Markup('<th scope="col">{}<small>{}</small></th>').format("" if shared else organic, how)
        for _, _, organic, how in parts
    )
    return Markup('<thead><tr><td colspan="2" rowspan="2"></td>{}</tr><tr>{}</tr></thead>').format(top, low)


def _rows(run: Run) -> Iterator[Markup]:
    for family, members in groupby(run.mechanisms, key=run.family):
        names = list(members)
        for i, mechanism in enumerate(names):
            bar = (
                Markup('<th class="family {}" rowspan="{}" scope="rowgroup"><span>{}</span></th>').format(
                    family, len(names), plain(family)
                )
                if i == 0
                else Markup("")
            )
            cells = Markup("").join(_cell(run, held, mechanism) for held in run.associations)
            tall = f"{7.5 / len(names):.2f}rem"  # the name of the family has to fit beside its rows
            yield Markup('<tr style="height:{}">{}<th scope="row">{}</th>{}</tr>').format(
                tall, bar, plain(mechanism), cells
            )


def _sums(run: Run) -> Markup:
    """Everything together, both signs: the rows below the mechanisms."""
    held = run.stock.where(run.stock > 0)
    disrupted = run.gross.sum("mechanism") / held
    formed = run.data["formed"].isel(time=-1).sum("mechanism") / held
    rows = Markup("")
    for word, values in (("disrupted, all", disrupted), ("formed", formed), ("net change", formed - disrupted)):
        cells = Markup("").join(
            Markup("<td>{}</td>").format(share(value) if (value := float(values.sel(association=a))) == value else "–")
            for a in run.associations
        )
        rows += Markup('<tr><td></td><th scope="row">{}</th>{}</tr>').format(word, cells)
    return Markup("<tfoot>{}</tfoot>").format(rows)


def _listed(run: Run) -> Markup:
    """The same matrix for a narrow screen: an association, its mechanisms, strongest first."""
    out = Markup("")
    for held in run.associations:
        by = run.spectrum.sel(association=held).to_series()
        by = by[[m for m in run.mechanisms if by[m] > 0]].sort_values(ascending=False)
        strong = [m for m in by.index if band(by[m])[0] > 1]
        traces = [plain(m) for m in by.index if m not in strong]
        items = Markup("").join(
            Markup('<li class="b{}"><span>{}</span> <b>{} {}</b><small>{}</small></li>').format(
                band(by[m])[0], plain(m), band(by[m])[1], dot(run.grade(m)), share(by[m])
            )
            for m in strong
        )
        if traces:
            items += Markup('<li class="b1"><span>traces by {}</span></li>').format(listing(traces))
        mineral, organic, how = association(held)
        out += Markup("<h3>{} · {}<small>{}</small></h3><ul>{}</ul>").format(
            mineral, organic, how, items or Markup("<li>not disrupted</li>")
        )
    return out


def _key() -> Markup:
    edges = [f"{share(edge)}" for edge, _ in BANDS]
    texts = [
        f"{word} (over {edges[i]})" if i == 0 else f"{word} ({edges[i]}–{edges[i - 1]})"
        for i, (_, word) in enumerate(BANDS)
    ]
    texts[-1] = f"trace (under {edges[-2]})"
    bands = Markup(" ").join(
        Markup('<span class="b{}">{}</span>').format(len(BANDS) - i, text) for i, text in enumerate(texts)
    )
    dots = Markup(" · ").join(dot(g) + f" {g}" for g in GRADES)
    return Markup(
        '<p class="key">Band: {}<br>Dot: weakest grade of evidence among the mechanism’s values: {} (an empty dot is a '
        "hypothesis).</p>"
    ).format(bands, dots)


def _grounds(run: Run) -> Markup:
    """What every mechanism rests on, for the panel that opens on a cell."""
    found = {
        m: [
            {
                "name": plain(str(r["name"]).split(".", 1)[1]),
                "value": f"{number(float(r['value']))} {r.get('unit', '')}",
                "range": f"{number(float(r['low']))} to {number(float(r['high']))}" if r.get("low") is not None else "",
                "grade": r.get("grade", "assumed"),
                "source": r.get("source", ""),
            }
            for r in run.grounds(m)
        ]
        for m in run.mechanisms
    }
    text = json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")
    return Markup('<script type="application/json" class="grounds">{}</script>').format(Markup(text))


@section("simulate", order=20, title="Which association breaks by which mechanism")
def spectrum(run: Run) -> Piece:
    """Mechanisms × associations: the fraction of each association's carbon disrupted during the run."""
    words = (
        f"Fraction of the carbon that each association held at the start and that a mechanism disrupted within "
        f"{span(float(run.seconds[-1]))}, over the whole {'sample' if run.batch else 'shell'}. Gross: carbon that "
        "associates again and is disrupted again counts again. Point at a cell for its number; press it for the "
        "values behind it. No intervals: this is a single run."
    )
    organics = {association(name)[1] for name in run.associations}
    if len(organics) == 1:
        words += f" Every association here holds {organics.pop()}."
    return Piece(
        Markup(
            '<p>{}</p>{}<div class="wide"><table class="matrix"><caption class="sr">{}</caption>{}<tbody>{}</tbody>{}'
            '</table></div><div class="narrow">{}</div><div class="why" aria-live="polite" hidden></div>{}'
        ).format(
            words,
            _key(),
            "Vulnerability spectrum",
            _header(run),
            Markup("").join(_rows(run)),
            _sums(run),
            _listed(run),
            _grounds(run),
        )
    )
