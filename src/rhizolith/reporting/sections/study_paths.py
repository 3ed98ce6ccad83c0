"""Paths between blocks: the drawing with its numbers, never called causal."""

from __future__ import annotations

from dataclasses import replace

import xarray as xr
from markupsafe import Markup

from rhizolith.reporting.chances import worded
from rhizolith.reporting.panels.effects import effects as effects_panel
from rhizolith.reporting.panels.path_diagram import diagram
from rhizolith.reporting.sampled import sized
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, part, shown, table


@section("analyze", order=80, title="Paths between the blocks")
def study_paths(tree: xr.DataTree) -> Piece | None:
    """Diagram, effects, blocks, rivals."""
    node = part(tree, "paths")
    return None if node is None else _model(tree, node)


@section("analyze", order=81, title="A claimed chain")
def study_claimed(tree: xr.DataTree) -> Piece | None:
    """Each claim beside what was found, then all that a path model gives."""
    node = part(tree, "claimed")
    if node is None:
        return None
    claims = table(node, "claims")
    if claims.empty:
        return shown(node, [])
    claims = claims.assign(arrow=claims["cause"] + " → " + claims["effect"])
    size = sized(tree, table(node, "r2")["n"].iloc[0])
    first = Markup("<p>What the claim says of each arrow, and the standardized path found (no unit), {}:</p>").format(
        size
    ) + html_table(
        claims[["arrow", "words", "claimed", "estimate", "low", "high", "found"]],
        ["Arrow", "Claim", "Claimed", "Estimate", "95 % from", "to", "Found"],
    )
    return _model(tree, node, "claimed-", first)


def _model(tree: xr.DataTree, node: xr.DataTree, begin: str = "", first: Markup = Markup("")) -> Piece:  # noqa: B008
    """One path model; `begin` of its figures' file names, `first` before its tables."""
    paths = table(node, "paths")
    if paths.empty:
        return shown(node, [])
    r2, effects, loadings = table(node, "r2"), table(node, "effects"), table(node, "loadings")
    columns = ["cause", "effect", "estimate", "se", "low", "high", "bca_low", "bca_high", "p"]
    heads = ["From", "To", "Estimate", "SE", "95 % from", "to", "BCa from", "to", "p (resamples)"]
    beside = ["consistent", "consistent_low", "consistent_high", "consistent_p"] if "consistent" in paths else []
    titles = ["Consistent", "95 % from", "to", "p (consistent)"] if beside else []
    size = sized(tree, r2["n"].iloc[0]) if len(r2) else ""
    more = first + Markup("<p>Standardized paths (no unit), {}:</p>").format(size)
    more += html_table(worded(paths, "p").reindex(columns=[*columns, *beside]), [*heads, *titles])
    more += Markup("<p>Total effects, direct and through others:</p>") + html_table(
        worded(effects, "p").reindex(columns=columns), heads, 8, "effects"
    )
    more += html_table(
        loadings[["block", "indicator", "estimate", "low", "high"]],
        ["Block", "Indicator", "Loading", "95 % from", "to"],
        8,
        "loadings",
    )
    blocks, rivals = table(node, "blocks"), table(node, "rivals")
    if len(blocks):
        more += html_table(
            blocks, ["Block", "Mode", "Indicators", "α", "ρ", "1st eigenvalue", "2nd", "AVE"], 8, "blocks"
        )
    if len(rivals):
        more += Markup(
            "<p>Rival drawings, {}; those with the same number under “twins” imply the same correlations, and no data "
            "of this kind can tell them apart:</p>"
        ).format(size) + html_table(
            rivals[["rival", "arrows", "mean_r2", "gof", "bic", "bic_difference", "wins", "twins"]],
            ["Drawing", "Arrows", "Mean R²", "GoF", "BIC", "BIC above the best", "Resamples won (share)", "Twins"],
        )
    split = effects_panel(table(node, "split"), size)
    panels = [diagram(paths, r2, size), *([split] if split is not None else [])]
    return shown(node, [replace(p, name=f"{begin}{p.name}") for p in panels], more)
