"""Communities and molecules of each table: where samples lie, what the design explains, who changed."""

from __future__ import annotations

import pandas as pd
import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.chances import drawn, worded
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.changes import changes
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.ordination import NO_INTERVAL, ordination
from rhizolith.reporting.panels.stack import stack
from rhizolith.reporting.panels.treatment_dots import plots_of
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, parts, shown, table, words
from rhizolith.reporting.words import count, plain, term, two

MOST = 100
"""Rows of a table on the page; the files hold the rest."""


def _pieces(tree: xr.DataTree, begin: str) -> Piece | None:
    found = []
    look = Look.of(tree)
    for node in parts(tree, begin):
        piece = _one(node, look, begin == "Communities", _together(tree, node))
        heading = Markup("<h3>{}</h3>").format(plain(str(node.attrs["title"]).partition(": ")[2]))
        found.append(Piece(heading + piece.html, piece.panels))
    if not found:
        return None
    return Piece(Markup("").join(p.html for p in found), tuple(q for p in found for q in p.panels))


@section("analyze", order=64, title="Communities: what the treatments did to the whole")
def study_communities(tree: xr.DataTree) -> Piece | None:
    """Taxa and genes."""
    return _pieces(tree, "Communities")


@section("analyze", order=55, title="Molecules: what the treatments did to the whole")
def study_molecules(tree: xr.DataTree) -> Piece | None:
    """Formulas."""
    return _pieces(tree, "Molecules")


def _together(tree: xr.DataTree, node: xr.DataTree) -> str:
    """`, of 30 Plant_ID that count as one each` where several samples come from one plot."""
    plots, places = plots_of(tree), table(node, "places")
    if plots is None or places.empty:
        return ""
    many = plots.reindex(places["sample"]).nunique()
    return f" samples of {many} {plots.name}, kept together in shuffles" if many < len(places) else ""


def _one(node: xr.DataTree, look: Look, counted: bool, together: str) -> Piece:
    places, permanova, changed = (table(node, n) for n in ("places", "permanova", "differential"))
    panels = _ordinations(node, places, permanova, look, together) if len(places) else []
    panels += _stacks(node, places, permanova, look) if counted and len(places) else []
    more = _tested(node, places, permanova, together)
    if len(changed):
        one = changes(str(node.name), changed, len(places))
        panels += [one] if one is not None else []
        more += _changed(changed)
    return shown(node, panels, more)


def _tested(node: xr.DataTree, places: pd.DataFrame, permanova: pd.DataFrame, together: str) -> Markup:
    """PERMANOVA and spreads in full."""
    more = Markup("")
    if len(permanova):
        strata = ["error"] if "error" in permanova else []
        kept = worded(permanova, "p").reindex(columns=["term", "df", "ss", "r2", "f", "p", *strata])
        more += Markup(
            "<p>PERMANOVA of Bray–Curtis distances, terms in sequence, n {}{}, {:.0f} shuffles. {}</p>"
        ).format(len(places), together, permanova["permutations"].max(), NO_INTERVAL) + html_table(
            kept, ["Term", "df", "Sum of squares", "R²", "F", "p (shuffled)", *(["Tested"] if strata else [])]
        )
    spread = table(node, "dispersion")
    if len(spread):
        row = spread.iloc[0].to_dict()
        more += Markup("<p>Spread of the treatments about their spatial medians: F {:.2f}, {}, n {:.0f}.</p>").format(
            row["f"], drawn(row), spread["n"].sum()
        )
        more += html_table(spread[["group", "n", "mean"]], ["Treatment", "n", "Mean distance (no unit)"], 1, "spreads")
    return more


def _changed(changed: pd.DataFrame) -> Markup:
    """The differential taxa, the surest first."""
    hits = changed[changed["q"] < 0.05].sort_values("q")
    more = Markup("<p>{} of {} taxa differ in at least one contrast (q < 0.05).</p>").format(
        hits["taxon"].nunique(), changed["taxon"].nunique()
    )
    columns = ["taxon", "contrast", "log2_change", "se", "p", "q", "prevalence"]
    heads = ["Taxon", "Contrast", "log2 change", "SE", "p of t", "q", "Found in (share)"]
    if len(hits) > MOST:
        more += Markup("<p><small>The {} surest of {}; all are in the tables.</small></p>").format(
            MOST, count(len(hits), "change"))  # fmt: skip
    return more + html_table(hits[columns].head(MOST), heads, most=1, what="changes of taxa")


def _ordinations(
    node: xr.DataTree, places: pd.DataFrame, permanova: pd.DataFrame, look: Look, together: str
) -> list[Panel]:
    """NMDS and principal coordinates."""
    said = " ".join(words(node, "said"))
    stress = said.partition("NMDS stress ")[2].partition(" ")[0]
    held = said.partition("coordinates hold ")[2].partition(".")[0]
    name = str(node.name)
    return [
        ordination(name, "NMDS", places, ("NMDS1", "NMDS2"), permanova, look,
                   f"Non-metric scaling of Bray–Curtis distances, stress {stress}.", together),
        ordination(name, "PCoA", places, ("PCo1", "PCo2"), permanova, look,
                   f"Principal coordinates of Bray–Curtis distances; the two axes hold {held} of the variation.",
                   together),
    ]  # fmt: skip


def _stacks(node: xr.DataTree, places: pd.DataFrame, permanova: pd.DataFrame, look: Look) -> list[Panel]:
    """Phyla and genera."""
    tested = permanova.dropna(subset=["p"]) if "p" in permanova else permanova.iloc[:0]
    test = "; ".join(
        f"{term(r['term'])} R² {two(r['r2'])}, {drawn(r)}" for r in tested.head(3).to_dict("records")
    )
    test = f"PERMANOVA {test}" if test else ""
    sizes = places["group"].value_counts()
    ranks = (("shares", "phyla"), ("genera", "genera"))
    return [stack(str(node.name), rank, found, look, sizes, test) for n, rank in ranks if len(found := table(node, n))]
