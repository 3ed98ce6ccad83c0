"""The works that the result rests on."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from rhizolith.reporting.bibliography import keys_of, read_bibliography
from rhizolith.reporting.run import Run
from rhizolith.reporting.section import Piece, section


def source_list(result: Any) -> Piece:
    """Every work that a result cites, in the order of its key; a key without an entry says so."""
    known = read_bibliography()
    items = Markup("")
    for key in keys_of(result):
        if key not in known:
            items += Markup("<li><b>{}</b>: no entry in the bibliography</li>").format(key)
            continue
        entry = known[key]
        link = Markup(' <a href="https://doi.org/{0}">doi:{0}</a>').format(entry.doi) if entry.doi else Markup("")
        items += Markup('<li id="source-{}"><b>{}</b> {}{}</li>').format(key, key, entry.text, link)
    return Piece(Markup('<ul class="sources">{}</ul>').format(items) if items else Markup("<p>None is named.</p>"))


@section("simulate", order=100, title="Sources")
def sources(run: Run) -> Piece:
    """The works that a run rests on."""
    return source_list(run.data)
