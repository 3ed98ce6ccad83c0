"""Which taxa (or molecules) rise and fall together across samples, in which modules, and who holds these together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.community.chance_ranks import spearman_p
from rhizolith.analysis.community.dissimilarity import check_counts, clr
from rhizolith.errors import InputError, Problem

HUB, CONNECTOR = 2.5, 0.62
"""Within-module degree z and participation beyond which a node counts as hub or connector (Guimerà & Amaral 2005)."""


@dataclass(frozen=True, repr=False)
class Network:
    """`nodes`: degree, betweenness, module, z, participation, role; `edges`: pairs with r, p, q; `summary`: counts,
    share of positive edges, density, clustering, modularity and the modularity of random networks of equal degrees."""

    nodes: pd.DataFrame
    edges: pd.DataFrame
    summary: pd.Series
    n: int
    graph: nx.Graph = field(repr=False)

    def __repr__(self) -> str:
        s = self.summary
        return f"Network: {s['nodes']:.0f} nodes, {s['edges']:.0f} edges, modularity {s['modularity']:.2f}"


def network(
    table: pd.DataFrame,
    *,
    prevalence: float = 0.3,
    threshold: float = 0.6,
    alpha: float = 0.01,
    counts: bool = True,
    most: int = 500,
    groups: Sequence[Any] | pd.Series | None = None,
    seed: int = 0,
) -> Network:
    """Spearman correlations of centred log-ratios beyond `threshold` with q below `alpha` (Benjamini–Hochberg).

    `table`: samples × taxa; `counts`: false when it already holds comparable numbers (metabolites, log-ratios). Taxa in
    fewer than `prevalence` of the samples are left out, then the `most` abundant kept. Modules are found among positive
    edges: closure makes negative ones by itself. An edge is co-occurrence across
    these samples, not an interaction; treatments that shift many taxa at once make edges by themselves, unless the
    means of `groups` (one label a sample) are taken out first, at the price of a degree of freedom each. Below sixty
    samples p is that of simulated ranks: Student's t makes edges of nothing there.
    """
    raw = check_counts(table) if counts else table.astype(float)
    kept = raw.loc[:, (raw > 0).mean() >= prevalence] if counts else raw
    kept = kept.loc[:, kept.nunique() > 2]
    kept = kept[kept.mean().sort_values(ascending=False).index[:most]]
    if kept.shape[1] < 3 or len(kept) < 5:
        what = f"{kept.shape[1]} taxa in {len(kept)} samples give no network"
        raise InputError(Problem("table", what, "lower the prevalence, or gather more samples"))
    values = clr(kept).to_numpy() if counts else kept.to_numpy()
    sizes: tuple[int, ...] = (len(kept),)
    if groups is not None:
        label = pd.Series(list(groups), kept.index)
        values = values - pd.DataFrame(values, kept.index).groupby(label).transform("mean").to_numpy()
        sizes = tuple(label.value_counts())
        if len(kept) - len(sizes) < 4:
            what = f"{len(kept)} samples in {len(sizes)} groups leave nothing to correlate"
            raise InputError(Problem("groups", what, "use fewer groups, or gather more samples"))
    edges = _edges(values, list(kept.columns), threshold, alpha, sizes)
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, abs(r)) for a, b, r in zip(edges["a"], edges["b"], edges["r"]))
    # numbers for names: sets of names come in another order in every run, and Louvain's modules with it
    number = {node: k for k, node in enumerate(graph)}
    rising = nx.Graph()
    rising.add_nodes_from(range(len(number)))
    rising.add_weighted_edges_from(
        (number[a], number[b], r) for a, b, r in zip(edges["a"], edges["b"], edges["r"]) if r > 0
    )
    modules = nx.community.louvain_communities(rising, weight="weight", seed=seed) if len(edges) else []
    modules = sorted(modules, key=lambda module: (-len(module), min(module)))
    summary = _summary(graph, rising, modules, edges, seed)
    summary["asked"] = kept.shape[1]
    names = list(graph)
    return Network(_nodes(graph, [[names[k] for k in sorted(m)] for m in modules]), edges, summary, len(kept), graph)


def _edges(
    values: np.ndarray, names: list[str], threshold: float, alpha: float, sizes: tuple[int, ...]
) -> pd.DataFrame:
    """Pairs beyond the threshold, tested against all pairs looked at; `sizes`: samples of the groups taken out."""
    ranks = stats.rankdata(values, axis=0)
    r = np.corrcoef(ranks.T)
    upper = np.triu_indices(len(names), 1)
    flat = np.clip(r[upper], -1 + 1e-12, 1 - 1e-12)
    p = spearman_p(flat, sizes)
    q = multipletests(p, method="fdr_bh")[1]
    kept = (np.abs(flat) >= threshold) & (q < alpha)
    labels = np.array(names, dtype=object)
    return pd.DataFrame(
        {"a": labels[upper[0]][kept], "b": labels[upper[1]][kept], "r": flat[kept], "p": p[kept], "q": q[kept]}
    )


def _nodes(graph: nx.Graph, modules: list[list[str]]) -> pd.DataFrame:
    """Place and role of every node; `modules`: the largest first."""
    owner = {node: i for i, module in enumerate(modules, 1) for node in module}
    between = nx.betweenness_centrality(graph, k=min(len(graph), 200) or None, seed=0) if len(graph) else {}
    rows = []
    for node in graph:
        tally: dict[int, int] = {}
        for other in graph[node]:
            tally[owner[other]] = tally.get(owner[other], 0) + 1
        degree = sum(tally.values())
        rows.append((node, degree, between[node], owner[node], tally.get(owner[node], 0),
                     1 - sum((k / degree) ** 2 for k in tally.values())))  # fmt: skip
    table = pd.DataFrame(rows, columns=["taxon", "degree", "betweenness", "module", "inside", "participation"])
    grouped = table.groupby("module")["inside"]
    spread = grouped.transform("std").fillna(0.0)
    table["z"] = np.where(spread > 0, (table["inside"] - grouped.transform("mean")) / spread.where(spread > 0, 1), 0.0)
    hub, connector = table["z"] > HUB, table["participation"] > CONNECTOR
    table["role"] = np.select(
        [hub & connector, hub, connector], ["network hub", "module hub", "connector"], "peripheral"
    )
    return table.set_index("taxon").drop(columns="inside")


def _summary(graph: nx.Graph, rising: nx.Graph, modules: list[set], edges: pd.DataFrame, seed: int) -> pd.Series:
    """Numbers of the whole network, beside those of a random one of the same degrees."""
    empty = rising.number_of_edges() == 0
    random = np.nan
    if not empty and rising.number_of_edges() <= 20000:
        shuffled = nx.Graph(nx.configuration_model([d for _, d in rising.degree()], seed=seed))
        shuffled.remove_edges_from(nx.selfloop_edges(shuffled))
        random = nx.community.modularity(shuffled, nx.community.louvain_communities(shuffled, seed=seed))
    return pd.Series(
        {
            "nodes": len(graph),
            "edges": graph.number_of_edges(),
            "positive": float((edges["r"] > 0).mean()) if len(edges) else np.nan,
            "density": 0.0 if empty else nx.density(graph),
            "clustering": 0.0 if empty else nx.average_clustering(graph),
            "modules": len(modules),
            "modularity": 0.0 if empty else nx.community.modularity(rising, modules, weight="weight"),
            "modularity_random": random,
        }
    )
