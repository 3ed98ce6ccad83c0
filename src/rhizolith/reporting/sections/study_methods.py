"""The methods as they were really done, in sentences that a paper can take."""

from __future__ import annotations

import json

import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import words
from rhizolith.reporting.words import listing


@section("analyze", order=92, title="Methods, as done")
def study_methods(tree: xr.DataTree) -> Piece | None:
    """One paragraph a part; what was not done says so."""
    if "study" not in tree.children:
        return None
    rows = []
    for node in tree["study"].children.values():
        said = " ".join(words(node, "said"))
        skipped = node.attrs.get("skipped")
        rows.append(Markup("<p><b>{}.</b> {}</p>").format(node.attrs.get("title", ""), said or f"Not done: {skipped}"))
    version = tree.attrs.get("version", "")
    settings = json.loads(str(tree.attrs.get("settings", "{}")))
    seed = (
        f"Random numbers start from fixed seeds ({settings.get('seed', 0)} for intervals within samples, 0 for tests "
        "and resamples), so that the same tables give the same digits"
    )
    others = json.loads(str(tree.attrs.get("versions", "{}")))
    if others:
        seed += f" with {listing([f'{name} {number}' for name, number in others.items()])}"
    seed += "."
    return Piece(Markup("").join(rows) + Markup("<p><small>rhizolith {}. {}</small></p>").format(version, seed))
