"""Networks of taxa: who rises and falls with whom once the treatments are taken out."""

from __future__ import annotations

import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.panels.network import network, roles
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, parts, shown, table


@section("analyze", order=67, title="Networks: who goes with whom")
def study_networks(tree: xr.DataTree) -> Piece | None:
    """Every table of counts."""
    found = [_one(node) for node in parts(tree, "Network")]
    if not found:
        return None
    return Piece(Markup("").join(p.html for p in found), tuple(q for p in found for q in p.panels))


def _one(node: xr.DataTree) -> Piece:
    nodes, edges, summary = (table(node, n) for n in ("nodes", "edges", "summary"))
    heading = Markup("<h3>{}</h3>").format(str(node.attrs["title"]).partition(": ")[2])
    if nodes.empty:
        piece = shown(node, [])
        return Piece(heading + piece.html)
    name = str(node.name)
    panels = [network(name, nodes, edges, summary.iloc[0]), roles(name, nodes)]
    columns = ["taxon", "group", "module", "degree", "betweenness", "z", "participation", "role"]
    heads = ["Taxon", "Group", "Module", "Edges", "Betweenness", "z", "Participation", "Role"]
    best = nodes.sort_values("degree", ascending=False, kind="stable")[columns]
    piece = shown(node, panels, html_table(best.head(100), heads, 1, "taxa of the network"))
    return Piece(heading + piece.html, piece.panels)
