"""How the tables of an experiment hang together."""

from __future__ import annotations

import pandas as pd
import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.chances import worded
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.biplot import biplot
from rhizolith.reporting.panels.linkage import linkage
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.shares import shared
from rhizolith.reporting.panels.superposed import superposed
from rhizolith.reporting.panels.triangle import plain, triangle
from rhizolith.reporting.sampled import shuffled, sized
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
    sizes = [sized(tree, n) for n in sorted(set(mantel["n"]))] if len(mantel) else []
    many = shuffled(tree, mantel["permutations"].max()) if "permutations" in mantel else ""
    one = linkage(mantel, pairs, " or ".join(sizes), many) if len(mantel) and len(pairs) else None
    panels: list[Panel] = [one] if one is not None else []
    panels += _of_tables(tree, node, look)
    more = Markup("")
    if len(mantel):
        sorted_ = mantel.sort_values(["q", "r"], ascending=[True, False])
        heads = ["Table", "Quantity", "Mantel's r", "p (shuffled)", "n", "q"]
        more += html_table(worded(sorted_, "p")[["table", "variable", "r", "p", "n", "q"]], heads, 1, "Mantel tests")
    for name in _named(node, "rda_"):
        if name.startswith("rda_axes_"):
            continue
        terms = table(node, name)
        columns = ["term", "df", "inertia", "f", "p"]
        what = f"terms of the redundancy analysis of {plain(terms['table'].iloc[0], 60)}, each given all others"
        more += html_table(worded(terms, "p")[columns], ["Quantity", "df", "Inertia", "F", "p (shuffled)"], 1, what)
    fits = table(node, "procrustes")
    if len(fits):
        kept = ["table_1", "table_2", "m2", "r", "p", "n"]
        more += Markup("<p>Procrustes:</p>")
        more += html_table(worded(fits, "p")[kept], ["Table", "on table", "m²", "r", "p (shuffled)", "n"])
    return shown(node, panels, more)


def _named(node: xr.DataTree, begin: str) -> list[str]:
    return [str(n) for n in node.children if str(n).startswith(begin)]


def _of_tables(tree: xr.DataTree, node: xr.DataTree, look: Look) -> list[Panel]:
    """Biplot and shares of every table, superposition of every two."""
    panels = []
    for name in _named(node, "rda_axes_"):
        key = name.removeprefix("rda_axes_")
        terms = table(node, f"rda_{key}")
        how = sized(tree, terms["n"].iloc[0]), shuffled(tree, terms["permutations"].max())
        panels.append(biplot(key, table(node, name), terms, look, *how))
        partition, unique = table(node, f"partition_{key}"), table(node, f"unique_{key}")
        if len(partition):
            many = f"{unique['permutations'].max():.0f} shuffles over all samples" if "permutations" in unique else ""
            panels.append(shared(key, partition, unique, how[0], many, _members(partition)))
    fits = table(node, "procrustes")
    for k, name in enumerate(_named(node, "superposed_")):
        fit = {c: float(fits[c].iloc[k]) for c in ("m2", "r", "p", "n", "permutations") if c in fits}
        how = sized(tree, fit["n"]), shuffled(tree, fit.get("permutations", float("nan")))
        panels.append(superposed(table(node, name), fit, look, *how))
    return panels


def _members(partition: pd.DataFrame) -> str:
    """`soil: pH and TN; biomass: MBC`."""
    if "members" not in partition:
        return ""
    own = partition[(partition["members"] != "") & ~partition["sets"].str.contains(" & ")]
    return "; ".join(f"{s}: {m}" for s, m in zip(own["sets"], own["members"].str.replace("_", " ")))


@section("analyze", order=72, title="Quantities that go together")
def study_correlations(tree: xr.DataTree) -> Piece | None:
    """The best-linked quantities, each with each."""
    node = part(tree, "correlations")
    if node is None:
        return None
    pairs = table(node, "pairs")
    if pairs.empty:
        return shown(node, [])
    averaged = str(tree["study"].attrs.get("averaged", "")).replace("_", " ")
    return shown(node, [triangle(pairs, averaged)])
