"""How the tables of an experiment hang together."""

from __future__ import annotations

import pandas as pd
import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.biplot import biplot
from rhizolith.reporting.panels.linkage import linkage
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.shares import shared
from rhizolith.reporting.panels.superposed import superposed
from rhizolith.reporting.panels.triangle import triangle
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, part, shown, table


@section("analyze", order=70, title="How the tables hang together")
def study_links(tree: xr.DataTree) -> Piece | None:
    """Mantel, redundancy analysis, shared variation, Procrustes."""
    node = part(tree, "links")
    if node is None:
        return None
    look = Look.of(tree)
    mantel = table(node, "mantel")
    other = part(tree, "correlations")
    pairs = table(other, "pairs") if other is not None else pd.DataFrame()
    one = linkage(mantel, pairs) if len(mantel) and len(pairs) else None
    panels: list[Panel] = [one] if one is not None else []
    panels += _of_tables(node, look)
    more = Markup("")
    if len(mantel):
        sorted_ = mantel.sort_values(["q", "r"], ascending=[True, False])
        heads = ["Table", "Quantity", "Mantel's r", "p", "n", "q"]
        more += html_table(sorted_[["table", "variable", "r", "p", "n", "q"]], heads, 1, "Mantel tests")
    for name in _named(node, "rda_"):
        if name.startswith("rda_axes_"):
            continue
        terms = table(node, name)
        columns = ["term", "df", "inertia", "f", "p"]
        what = f"terms of the redundancy analysis of {terms['table'].iloc[0]}, each given all others"
        more += html_table(terms[columns], ["Quantity", "df", "Inertia", "F", "p"], 1, what)
    fits = table(node, "procrustes")
    if len(fits):
        kept = ["table_1", "table_2", "m2", "r", "p", "n"]
        more += html_table(fits[kept], ["Table", "on table", "m²", "r", "p", "n"])
    return shown(node, panels, more)


def _named(node: xr.DataTree, begin: str) -> list[str]:
    return [str(n) for n in node.children if str(n).startswith(begin)]


def _of_tables(node: xr.DataTree, look: Look) -> list[Panel]:
    """Biplot and shares of every table, superposition of every two."""
    panels = []
    for name in _named(node, "rda_axes_"):
        key = name.removeprefix("rda_axes_")
        panels.append(biplot(key, table(node, name), table(node, f"rda_{key}"), look))
        partition = table(node, f"partition_{key}")
        if len(partition):
            panels.append(shared(key, partition, table(node, f"unique_{key}")))
    fits = table(node, "procrustes")
    for k, name in enumerate(_named(node, "superposed_")):
        fit = {c: float(fits[c].iloc[k]) for c in ("m2", "r", "p", "n")}
        panels.append(superposed(table(node, name), fit, look))
    return panels


@section("analyze", order=72, title="Quantities that go together")
def study_correlations(tree: xr.DataTree) -> Piece | None:
    """The best-linked quantities, each with each."""
    node = part(tree, "correlations")
    if node is None:
        return None
    pairs = table(node, "pairs")
    if pairs.empty:
        return shown(node, [])
    return shown(node, [triangle(pairs)])
