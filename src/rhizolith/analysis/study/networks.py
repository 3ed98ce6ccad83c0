"""Which taxa rise and fall together within the treatments, drawn and sorted into modules and roles."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd

from rhizolith.analysis.community.chance_ranks import FEW
from rhizolith.analysis.community.cooccurrence import Network, network
from rhizolith.analysis.study.factors import Factors
from rhizolith.analysis.study.part import Part
from rhizolith.errors import InputError

MOST = 150
"""Taxa of a network at most, the most abundant: more cannot be drawn or read."""
LEAST = 12
"""Samples below which correlations of many pairs are noise."""
SPREAD = 0.7
"""Power of its number of nodes that the width of a piece of the network grows with."""
GAP = 0.9
"""Room between pieces of the network, in the unit of its places."""
THRESHOLD, ALPHA = 0.6, 0.05


def networks(name: str, table: pd.DataFrame, factors: Factors, taxa: pd.Series | None = None) -> Part:
    """The co-occurrence network of one table of counts, treatments taken out first.

    `table`: features × samples; `taxa`: the group of each feature. A node's `x`, `y` lay the network out.
    """
    title = f"Network: {name}"
    key = "network_" + ("".join(c if c.isalnum() else "_" for c in name).strip("_") or "table")
    both = [s for s in factors.design.index if s in table.columns]
    wide = table[both].T.fillna(0.0)
    wide = wide.loc[wide.sum(axis=1) > 0]
    groups = factors.groups.loc[wide.index]
    if len(wide) - groups.nunique() < LEAST - 1:
        words = f"{len(wide)} samples in {groups.nunique()} treatments are too few for correlations of every pair."
        return Part(key, title, skipped=words)
    try:
        found = network(wide, threshold=THRESHOLD, alpha=ALPHA, most=MOST, groups=groups)
    except InputError as error:
        return Part(key, title, skipped=f"{error.problems[0].what}.")
    chance = "; p by simulated ranks, as few samples need" if found.n < FEW else ""
    said = (
        f"Spearman's correlations of centred log-ratios of the {found.summary['asked']:.0f} most abundant taxa found "
        f"in at least 30 % of {found.n} samples, the mean of each treatment taken out; an edge: |ρ| ≥ {THRESHOLD} and "
        f"q < {ALPHA} (Benjamini and Hochberg over all pairs{chance}). Modules by Louvain's method among positive "
        "edges; roles by z within the module and participation between them (Guimerà and Amaral 2005).",
    )
    if found.edges.empty:
        words = "No two taxa go together beyond the treatments: no pair passes |ρ| ≥ 0.6 with q < 0.05."
        return Part(key, title, {"summary": summary(found)}, said, skipped=words)
    notes = ("An edge is co-occurrence across samples, not an interaction.",)
    tables = {"nodes": placed(found, taxa), "edges": found.edges, "summary": summary(found)}
    return Part(key, title, tables, said, notes)


def summary(found: Network) -> pd.DataFrame:
    """One row: counts, modularity, and what a random network of the same degrees has."""
    return pd.DataFrame([{**found.summary.to_dict(), "n": found.n}])


def placed(found: Network, taxa: pd.Series | None) -> pd.DataFrame:
    """Nodes with a place each, modules apart from one another, and the group of each taxon."""
    nodes = found.nodes.copy()
    inner = {name: int(m) for name, m in nodes["module"].items()}
    layout = nx.Graph()
    layout.add_nodes_from(found.graph)
    for a, b in found.graph.edges:
        layout.add_edge(a, b, weight=2.0 if inner[a] == inner[b] else 0.3)
    pieces = sorted(nx.connected_components(layout), key=lambda c: (-len(c), sorted(c)[0]))
    places: dict[str, np.ndarray] = {}
    edge, top, row = 0.0, 0.0, 0.0
    widest = 1.5 * len(pieces[0]) ** SPREAD
    for piece in pieces:
        own, size = _laid(_ordered(layout, piece)), len(piece) ** SPREAD
        if edge and edge + size > widest:
            edge, top, row = 0.0, top - row, 0.0
        tall = size if len(piece) > 2 else 0.5
        for node, at in own.items():
            places[node] = np.array([edge + size * (at[0] + 1) / 2, top - tall * (1 - at[1]) / 2])
        edge += size + GAP
        row = max(row, tall + GAP)
    nodes["x"] = [places[n][0] for n in nodes.index]
    nodes["y"] = [places[n][1] for n in nodes.index]
    groups = taxa.reindex(nodes.index).fillna("unassigned").astype(str) if taxa is not None else "all"
    return nodes.assign(group=groups).rename_axis("taxon").reset_index()


def _ordered(graph: nx.Graph, names: set[str]) -> nx.Graph:
    """One piece of a graph; a view of it would come in another order in every run."""
    piece = nx.Graph()
    piece.add_nodes_from(sorted(names))
    piece.add_edges_from((a, b, held) for a, b, held in graph.edges(data=True) if a in names)
    return piece


def _laid(piece: nx.Graph) -> dict[str, np.ndarray]:
    """Places within −1 and 1 of the nodes of one connected piece."""
    if len(piece) <= 80:
        return nx.kamada_kawai_layout(piece, weight=None)
    return nx.spring_layout(piece, seed=1, weight="weight", iterations=80)
