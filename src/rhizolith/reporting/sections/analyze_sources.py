"""The works that an analysis rests on."""

from __future__ import annotations

import json
import re
import unicodedata

import xarray as xr

from rhizolith.reporting.bibliography import read_bibliography
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.sections.sources import source_list
from rhizolith.reporting.study import part, words


@section("analyze", order=100, title="Sources")
def analyze_sources(tree: xr.DataTree) -> Piece:
    """Every cited work, those of the methods too, in the order of its key."""
    cited = {*json.loads(str(tree.attrs.get("sources", "[]"))), *works_named(_methods(tree))}
    return source_list(xr.Dataset(attrs={"sources": json.dumps(sorted(cited))}))


def _methods(tree: xr.DataTree) -> str:
    """All that the study says of its methods and cautions, and what captions name."""
    if "study" not in tree.children:
        return ""
    told = [w for node in tree["study"].children.values() for k in ("said", "notes") for w in words(node, k)]
    pairs = part(tree, "correlations")
    return " ".join([*told, *(["Bonett and Wright 2000"] if pairs is not None and "pairs" in pairs.children else [])])


OTHERS = r"(?:,? (?:and )?(?:et al\.|(?:(?:ter|van|de|der) )*[A-Z][\w'-]+))*"
"""Between a first author and the year."""


def works_named(text: str) -> set[str]:
    """Keys of the bibliography whose first author and year the text names, `Anderson 2001` or `Lin and Peddada 2020`.

    Benjamini and Hochberg are named without the year: q has one source.
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    plain = re.sub(r"(?<=[a-z])-(?=[A-Z])", "", plain)  # keys have no hyphens
    found = {"Benjamini1995"} if "Benjamini and Hochberg" in plain else set()
    for key in read_bibliography():
        name = re.fullmatch(r"([A-Z][A-Za-z]+?)([12]\d{3})[a-z]?", key)
        if name and re.search(rf"\b{name[1]}{OTHERS},? {name[2]}\b", plain):
            found.add(key)
    return found
