"""The methods as they were really done, in sentences that a paper can take."""

from __future__ import annotations

import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import words


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
    seed = "Random numbers start from a fixed seed, so that the same tables give the same digits."
    return Piece(Markup("").join(rows) + Markup("<p><small>rhizolith {}. {}</small></p>").format(version, seed))
