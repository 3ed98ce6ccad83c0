"""What rises and falls together: the network of taxa by module, and the role of each taxon in it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from rhizolith.reporting.figure import COLOURS, Panel
from rhizolith.reporting.panels.labels import beside
from rhizolith.reporting.panels.look import MARKS
from rhizolith.reporting.panels.volcano import short
from rhizolith.reporting.study import slug
from rhizolith.reporting.words import number

HUB, CONNECTOR = 2.5, 0.62
"""Within-module degree z and participation beyond which a node is a hub or a connector (Guimerà and Amaral 2005)."""
SHOWN = 7
"""Modules with a colour of their own; the smaller ones are grey."""
NAMED = 5
GREY = "#B5BBC2"


def network(name: str, nodes: pd.DataFrame, edges: pd.DataFrame, summary: pd.Series) -> Panel:
    """`nodes`: taxon, degree, module, z, participation, role, x, y; `edges`: a, b, r, q; `summary`: of the whole."""
    random = summary["modularity_random"]
    beside_random = f" (a random network of the same degrees: {random:.2f})" if np.isfinite(random) else ""
    hubs = nodes[nodes["role"] != "peripheral"]["taxon"].tolist()
    words = (
        f"{summary['nodes']:.0f} of {summary['asked']:.0f} taxa with {summary['edges']:.0f} edges (|ρ| ≥ 0.6, q < "
        f"0.05, treatment means taken out), n {summary['n']:.0f} samples; {summary['positive']:.0%} positive; "
        f"{summary['modules']:.0f} modules, modularity {summary['modularity']:.2f}{beside_random}, clustering "
        f"{summary['clustering']:.2f}. ρ has no interval here, q tells it from 0. Colour and shape: module, the "
        f"{SHOWN} largest; size: number of edges; "
        f"largest |ρ| {edges['r'].abs().max():.2f}, largest q {number(float(edges['q'].max()), 2)}. "
        + (f"Hubs and connectors: {', '.join(hubs[:NAMED])}." if hubs else "No taxon is a hub or a connector.")
    )  # fmt: skip
    return Panel(slug(name), "Who goes with whom", words, edges, partial(_draw, nodes=nodes, edges=edges),
                 width=4.4, height=4.0)  # fmt: skip


def shade(module: float) -> str:
    """The colour of a module: the largest come first."""
    return COLOURS[int(module) - 1] if module <= SHOWN else GREY


def _marks(axes: Axes, nodes: pd.DataFrame, x: str, y: str, sizes: pd.Series, look: dict[str, Any]) -> None:
    """Taxa, those of one module in one colour and one shape, so that neither alone must be told apart."""
    for module in sorted(set(nodes["module"].astype(int))):
        own = nodes[nodes["module"] == module]
        mark = MARKS[module - 1] if module <= SHOWN else "o"
        axes.scatter(own[x], own[y], s=sizes[own.index], c=shade(module), marker=mark, **look)


def _draw(axes: Axes, nodes: pd.DataFrame, edges: pd.DataFrame) -> None:
    place = {t: (x, y) for t, x, y in zip(nodes["taxon"], nodes["x"], nodes["y"])}
    lines = [(place[a], place[b]) for a, b in zip(edges["a"], edges["b"])]
    ink = ["#9AA5B1" if r > 0 else COLOURS[1] for r in edges["r"]]
    look = ["-" if r > 0 else "--" for r in edges["r"]]
    axes.add_collection(LineCollection(lines, colors=ink, linewidths=0.7, linestyles=look, zorder=1))
    sizes = 12 + 60 * nodes["degree"] / max(float(nodes["degree"].max()), 1)
    _marks(axes, nodes, "x", "y", sizes, {"ec": "white", "lw": 0.5, "zorder": 2})
    points = nodes[["x", "y"]].to_numpy(float)
    low, high = points.min(axis=0), points.max(axis=0)
    pad = 0.08 * (high - low) + 0.3
    axes.set_xlim(low[0] - pad[0], high[0] + pad[0])
    axes.set_ylim(low[1] - pad[1], high[1] + pad[1])
    top = nodes.sort_values("degree", ascending=False, kind="stable").head(NAMED)
    names = [short(t, 22) for t in top["taxon"]]
    axes.axis("off")
    beside(axes, top["x"].tolist(), top["y"].tolist(), names, "#222", 6.5, points, veil=True)


def roles(name: str, nodes: pd.DataFrame) -> Panel:
    """Within-module degree against participation among modules, with the customary limits."""
    counts = nodes["role"].value_counts()
    words = (
        f"z: edges inside the own module against those of its other members; participation: how evenly edges spread "
        f"over modules. Dashed: the customary limits (z {HUB}, participation {CONNECTOR}), not tests; counts of edges "
        f"have no interval. n {len(nodes)} taxa: {', '.join(f'{v} {k}' for k, v in counts.items())}."
    )
    columns = ["taxon", "group", "module", "degree", "betweenness", "z", "participation", "role"]
    return Panel(slug(name, "roles"), "Who holds it together", words, nodes[columns], partial(_roles, nodes=nodes),
                 width=3.6, height=3.3)  # fmt: skip


def _roles(axes: Axes, nodes: pd.DataFrame) -> None:
    _marks(axes, nodes, "participation", "z", pd.Series(18.0, nodes.index), {"lw": 0, "alpha": 0.8})
    high, low = max(3.0, float(nodes["z"].max()) * 1.12), min(-1.6, float(nodes["z"].min()) - 0.6)
    axes.set_xlim(-0.03, max(0.85, float(nodes["participation"].max()) + 0.05))
    axes.set_ylim(low, high)
    axes.axhline(HUB, color="#888", lw=0.8, ls="--")
    axes.axvline(CONNECTOR, color="#888", lw=0.8, ls="--")
    for x, y, word, side in ((0.0, 0.985, "module hubs", "left"), (1.0, 0.985, "network hubs", "right"),
                             (0.0, 0.015, "peripheral", "left"), (1.0, 0.015, "connectors", "right")):  # fmt: skip
        up = "top" if y > 0.5 else "bottom"
        axes.text(x, y, word, transform=axes.transAxes, fontsize=7, color="#555", ha=side, va=up)
    out = nodes[nodes["role"] != "peripheral"].head(NAMED)
    points = nodes[["participation", "z"]].to_numpy(float)
    names = [short(t, 20) for t in out["taxon"]]
    axes.set_xlabel("participation between modules, P (no unit)", fontsize=8.5)
    axes.set_ylabel("degree within the module, z (no unit)", fontsize=8.5)
    axes.tick_params(labelsize=8)
    beside(axes, out["participation"].tolist(), out["z"].tolist(), names, "#222", 6.5, points)
