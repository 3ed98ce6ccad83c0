"""The works that an analysis rests on."""

from __future__ import annotations

import json
import re
import unicodedata

import xarray as xr

from rhizolith.reporting.bibliography import read_bibliography
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.sections.sources import source_list
from rhizolith.reporting.study import words


@section("analyze", order=100, title="Sources")
def analyze_sources(tree: xr.DataTree) -> Piece:
    """Every cited work, those of the methods too, in the order of its key."""
    cited = {*json.loads(str(tree.attrs.get("sources", "[]"))), *works_named(_methods(tree))}
    return source_list(xr.Dataset(attrs={"sources": json.dumps(sorted(cited))}))


def _methods(tree: xr.DataTree) -> str:
    """All that the study says of its methods and cautions."""
    if "study" not in tree.children:
        return ""
    return " ".join(w for node in tree["study"].children.values() for k in ("said", "notes") for w in words(node, k))


def works_named(text: str) -> set[str]:
    """Keys of the bibliography whose first author and year the text names, `Anderson 2001` or `Lin and Peddada 2020`.

    Benjamini and Hochberg are named without the year: q has one source.
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    found = {"Benjamini1995"} if "Benjamini and Hochberg" in plain else set()
    for key in read_bibliography():
        name = re.fullmatch(r"([A-Z][A-Za-z]+?)([12]\d{3})[a-z]?", key)
        if name and re.search(rf"\b{name[1]}(?:,? (?:and )?(?:et al\.|[A-Z][\w'-]+))*,? {name[2]}\b", plain):
            found.add(key)
    return found
