"""What the report needs of a study: its parts as tables, its words, its figures' common ground."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.figure import Panel, grid
from rhizolith.reporting.section import Piece
from rhizolith.reporting.words import number, term, unit_of

COUNTS = {"f": "F", "shuffled": "shuffles", "unequal": "unequal spread"}
"""Which p counts, as a table says it."""
TERMS = ("Term", "Quantity", "Strategy", "Outcome", "Table", "on table", "Factor", "Shared columns", "Set")
"""Columns of names, which are printed as words."""
LEAST = "≤ "
STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))


def part(tree: xr.DataTree, name: str) -> xr.DataTree | None:
    """One part of the study, None where there was no study."""
    if "study" not in tree.children or name not in tree["study"].children:
        return None
    return tree["study"].children[name]


def parts(tree: xr.DataTree, begin: str) -> list[xr.DataTree]:
    """The parts whose title begins so (`Communities`, `Metabolites`)."""
    if "study" not in tree.children:
        return []
    return [p for p in tree["study"].children.values() if str(p.attrs.get("title", "")).startswith(begin)]


def unit_written(node: xr.DataTree | None, variable: str) -> str:
    """The unit of a tested quantity as the tables say it; "not given" where they do not, "1" where it has none."""
    groups = table(node, "groups") if node is not None else pd.DataFrame()
    held = groups.loc[groups["variable"] == variable, "unit"].tolist() if "unit" in groups else ["1"]
    unit = str(held[0]) if held else "1"
    return "not given" if unit in ("", "nan") else unit


def table(node: xr.DataTree, name: str) -> pd.DataFrame:
    """One table of a part; empty where it has none."""
    if name not in node.children:
        return pd.DataFrame()
    data = node.children[name].to_dataset()
    return pd.DataFrame({str(k): np.asarray(v.values) for k, v in data.data_vars.items()})


def words(node: xr.DataTree, name: str) -> list[str]:
    """`said` or `notes` of a part."""
    return list(json.loads(str(node.attrs.get(name, "[]"))))


def stars(p: float) -> str:
    """*, **, *** for p below 0.05, 0.01, 0.001."""
    return next((s for level, s in STARS if p < level), "")


def told(node: xr.DataTree) -> Markup:
    """How a part was made and what to beware of; why there is nothing, where there is nothing."""
    out = Markup("")
    if node.attrs.get("skipped"):
        out += Markup("<p class=caveat>Not done: {}</p>").format(node.attrs["skipped"])
    notes = words(node, "notes")
    if notes:
        out += Markup("<ul class=caveat>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(n) for n in notes)
        )
    said = " ".join(words(node, "said"))
    return out + (Markup("<p><small>How: {}</small></p>").format(said) if said else Markup(""))


def html_table(data: pd.DataFrame, heads: Sequence[str] | None = None, most: int = 0, what: str = "rows") -> Markup:
    """A table for the page, numbers to three digits; folded away beyond `most` rows (0: always open)."""
    names = list(data.columns) if heads is None else list(heads)
    head = Markup("").join(Markup("<th>{}</th>").format(n) for n in names)
    cell = Markup("<td>{}</td>")
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(cell.format(_cell(v, str(n))) for n, v in zip(names, row)))
        for row in data.itertuples(index=False)
    )
    body = Markup("<div class=scroll><table class=plain><thead><tr>{}</tr></thead>{}</table></div>").format(head, rows)
    if any(str(v).startswith(LEAST) for column in data for v in data[column]):
        body += Markup("<p><small>≤: the least p that so many shuffles or resamples can give.</small></p>")
    if most and len(data) > most:
        return Markup("<details><summary>Show all {} {}</summary>{}</details>").format(len(data), what, body)
    return body


def _cell(value: object, head: str = "") -> str:
    """A number to three digits, names as words; no chance is 0, and none is given closer than 0.0001."""
    if isinstance(value, float | np.floating) and np.isfinite(value) and re.match(r"[pq]($|[ _(])", head):
        return "< 0.0001" if value < 0.0001 else f"{value:.2g}"
    if head in ("Unit", "unit"):
        return unit_of(str(value))
    if isinstance(value, float | np.floating):
        x = float(value)
        if 1000 <= abs(x) < 1e6:  # no power of ten for a count
            return f"{x:.0f}".replace("-", "−")
        return "" if not np.isfinite(x) else number(x)
    if head == "p rests on":
        return COUNTS.get(str(value), str(value))
    return term(value) if head in TERMS else str(value)


def shown(node: xr.DataTree, panels: Sequence[Panel], *more: Markup) -> Piece:
    """A part on the page: figures, then tables, then words."""
    body = Markup("").join(more)
    return Piece((grid(list(panels)) if panels else Markup("")) + body + told(node), tuple(panels))


def slug(*names: object) -> str:
    """A name for a figure file."""
    text = "-".join(str(n) for n in names).lower()
    return "".join(c if c.isalnum() or c == "-" else "-" for c in text)
