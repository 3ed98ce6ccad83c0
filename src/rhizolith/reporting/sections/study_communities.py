"""Communities and molecules of each table: where samples lie, what the design explains, who changed."""

from __future__ import annotations

import pandas as pd
import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.changes import changes
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.ordination import ordination
from rhizolith.reporting.panels.stack import stack
from rhizolith.reporting.panels.treatment_dots import chance
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, parts, shown, table, words


def _pieces(tree: xr.DataTree, begin: str) -> Piece | None:
    found = []
    look = Look.of(tree)
    for node in parts(tree, begin):
        piece = _one(node, look, begin == "Communities")
        heading = Markup("<h3>{}</h3>").format(str(node.attrs["title"]).partition(": ")[2])
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


def _one(node: xr.DataTree, look: Look, counted: bool) -> Piece:
    places, permanova, changed = (table(node, n) for n in ("places", "permanova", "differential"))
    panels = _ordinations(node, places, permanova, look) if len(places) else []
    panels += _stacks(node, places, permanova, look) if counted and len(places) else []
    more = Markup("")
    if len(permanova):
        strata = ["error"] if "error" in permanova else []
        kept = permanova.reindex(columns=["term", "df", "ss", "r2", "f", "p", *strata])
        more += Markup("<p>PERMANOVA of Bray–Curtis distances, {} samples, {:.0f} permutations:</p>").format(
            len(places), permanova["permutations"].max()
        ) + html_table(kept, ["Term", "df", "Sum of squares", "R²", "F", "p", *(["Tested"] if strata else [])])
    spread = table(node, "dispersion")
    if len(spread):
        more += Markup(
            "<p>Spread of the treatments about their medians: F {:.2f}, {} (distances by permutation).</p>"
        ).format(spread["f"].iloc[0], chance(float(spread["p"].iloc[0])))
        more += html_table(spread[["group", "n", "mean"]], ["Treatment", "n", "Mean distance"], 1, "spreads")
    if len(changed):
        one = changes(str(node.name), changed, len(places))
        panels += [one] if one is not None else []
        hits = changed[changed["q"] < 0.05].sort_values("q")
        more += Markup("<p>{} of {} taxa differ in at least one contrast (q < 0.05).</p>").format(
            hits["taxon"].nunique(), changed["taxon"].nunique()
        )
        columns = ["taxon", "contrast", "log2_change", "se", "p", "q", "prevalence"]
        heads = ["Taxon", "Contrast", "log2 change", "SE", "p", "q", "Prevalence"]
        more += html_table(hits[columns].head(100), heads, most=1, what="differential taxa, the surest")
    return shown(node, panels, more)


def _ordinations(node: xr.DataTree, places: pd.DataFrame, permanova: pd.DataFrame, look: Look) -> list[Panel]:
    """NMDS and principal coordinates."""
    said = " ".join(words(node, "said"))
    stress = said.partition("NMDS stress ")[2].partition(" ")[0]
    held = said.partition("coordinates hold ")[2].partition(".")[0]
    name = str(node.name)
    return [
        ordination(name, "NMDS", places, ("NMDS1", "NMDS2"), permanova, look,
                   f"Non-metric scaling of Bray–Curtis distances, stress {stress}."),
        ordination(name, "PCoA", places, ("PCo1", "PCo2"), permanova, look,
                   f"Principal coordinates of Bray–Curtis distances; the two axes hold {held} of the variation."),
    ]  # fmt: skip


def _stacks(node: xr.DataTree, places: pd.DataFrame, permanova: pd.DataFrame, look: Look) -> list[Panel]:
    """Phyla and genera."""
    tested = permanova.dropna(subset=["p"]) if "p" in permanova else permanova.iloc[:0]
    test = "; ".join(
        f"{r['term'].replace(':', ' × ')} R² {r['r2']:.2f}, {chance(r['p'])}" for r in tested.head(3).to_dict("records")
    )
    sizes = places["group"].value_counts()
    ranks = (("shares", "phyla"), ("genera", "genera"))
    return [stack(str(node.name), rank, found, look, sizes, test) for n, rank in ranks if len(found := table(node, n))]
