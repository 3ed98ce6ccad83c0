"""How strongly plant, microbes and setting set off each mechanism, along the network trigger → change → mechanism."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

import numpy as np

from rhizolith.assessment.draws import Draws, level_range
from rhizolith.assessment.measured import Measured
from rhizolith.assessment.susceptibility import look_up, percentiles
from rhizolith.knowledge import evidence, tables

ACID, ALKALINE = 5.5, 8.0
"""pH below and above which the soil's own reaction counts as acid and alkaline (assumed)"""
Bounds = tuple[np.ndarray, np.ndarray]


def reaction(ph: np.ndarray) -> np.ndarray:
    """acid, neutral or alkaline for each soil; empty where the pH is not known."""
    words = np.where(ph < ACID, "acid", np.where(ph > ALKALINE, "alkaline", "neutral")).astype(object)
    words[~np.isfinite(ph)] = ""
    return words


def words_of(soils: Measured) -> dict[str, np.ndarray]:
    """Setting → (soils,) words, the reaction of the soil among them."""
    keys = {row["setting"] for row in setting_rows()} - {"reaction"}
    blank = np.full(len(soils), "", dtype=object)
    ph = soils.values.get("pH", np.full(len(soils), np.nan))
    return {**{k: soils.setting.get(k, blank) for k in sorted(keys)}, "reaction": reaction(ph)}


def bounds(soils: Measured) -> dict[str, Bounds]:
    """Node → (low, high), each (soils,), nan where the setting says nothing; where two settings speak, what both allow.

    Settings that exclude each other leave the union: a contradiction widens, it is not decided.
    """
    words = words_of(soils)
    found: dict[str, Bounds] = {}
    told = [(row["node"], row["level"], words[row["setting"]] == row["value"]) for row in setting_rows()]
    told += [(node, level, np.ones(len(soils), dtype=bool)) for node, level in soils.root.items()]
    for node, level, applies in told:
        if not applies.any():
            continue
        low, high = level_range(level)
        nan = np.full(len(soils), np.nan)
        below, above = found.get(node, (nan, nan))
        new_low, new_high = np.fmax(below, low), np.fmin(above, high)
        clash = new_low > new_high
        new_low, new_high = (
            np.where(clash, np.fmin(below, low), new_low),
            np.where(clash, np.fmax(above, high), new_high),
        )
        found[node] = np.where(applies, new_low, below), np.where(applies, new_high, above)
    return found


class Network:
    """The values of all nodes for these soils, worked out along the arrows; each (soils, samples) on 0..1."""

    def __init__(self, soils: Measured, draws: Draws) -> None:
        self.draws, self.shape = draws, (len(soils), draws.size)
        self.set = bounds(soils)
        self.done: dict[str, np.ndarray] = {}

    def incoming(self, node: str) -> list[evidence.Edge]:
        """Arrows with a sign that end here; those of unknown sign are never counted."""
        return [e for e in evidence.network() if e.target == node and e.sign in "+-"]

    def needed(self, node: str) -> list[evidence.Edge]:
        """Conditions of this node: it is set off no more than the least of them allows."""
        return [e for e in evidence.network() if e.target == node and e.sign == "&"]

    def together(self, node: str) -> list[evidence.Edge]:
        """Interactions of two causes of this node whose product counts."""
        sources = {e.source for e in self.incoming(node)}
        return [e for e in evidence.network() if e.sign == "x" and {e.source, e.target} <= sources]

    def value(self, node: str) -> np.ndarray:
        """What the setting says of a node; else the mean over its causes and an unknown rest, by sampled weights."""
        if node in self.done:
            return self.done[node]
        drawn = np.broadcast_to(self.draws.uniform(f"node:{node}"), self.shape)
        arrows = self.incoming(node)
        is_mechanism = node in evidence.mechanism_table()
        out = self._mean(node, arrows, None if is_mechanism else drawn) if arrows else drawn
        for edge in self.needed(node):
            out = np.minimum(out, self.value(edge.source))
        if node in self.set:
            low, high = (b[:, None] for b in self.set[node])
            out = np.where(np.isfinite(low), low + drawn * (high - low), out)
        if arrows and not is_mechanism and evidence.nodes()[node]["kind"] == "change":
            out = np.where(self._any_root(arrows), out, 0.0)
        self.done[node] = out.astype(np.float32)
        return self.done[node]

    def _any_root(self, arrows: list[evidence.Edge]) -> np.ndarray:
        """True where at least one cause is at work: without a root nothing of the rhizosphere is set off."""
        return np.any([self.value(e.source) > 0 for e in arrows if e.source != e.target], axis=0)

    def _mean(self, node: str, arrows: list[evidence.Edge], rest: np.ndarray | None) -> np.ndarray:
        parts = [self.value(e.source) if e.sign == "+" else 1 - self.value(e.source) for e in arrows]
        parts += [np.sqrt(self.value(e.source) * self.value(e.target)) for e in self.together(node)]
        parts += [] if rest is None else [rest]
        weight = self.draws.weights([f"{node}:{i}" for i in range(len(parts))])
        return np.sum([weight[:, i] * part for i, part in enumerate(parts)], axis=0)


def exposure(soils: Measured, draws: Draws) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
    """(soils, samples, mechanisms) on 0..1, and the value of every node that was passed.

    A mechanism's value is put as its percentile in settings of which nothing is known, so that mechanisms with many
    triggers and with few can stand side by side; what is not set off at all stays zero.
    """
    network = Network(soils, draws)
    out = np.zeros((*network.shape, len(evidence.mechanism_table())), dtype=np.float32)
    for m, name in enumerate(evidence.mechanism_table()):
        value = network.value(name)
        out[..., m] = np.where(value > 0, look_up(value, _anywhere(name, draws)), 0)
    return out, network.done


@lru_cache(maxsize=64)
def _anywhere(mechanism: str, draws: Draws) -> np.ndarray:
    """The percentiles of the exposure to one mechanism, nothing being known of the setting."""
    return percentiles(Network(Measured(("anywhere",), {}), draws).value(mechanism))


@cache
def setting_rows() -> list[dict[str, str]]:
    """What settings say of the nodes of the network."""
    return tables.rows("evidence_settings")


def upstream(node: str) -> list[evidence.Edge]:
    """Every arrow on the ways that end at a node, those of unknown sign among them."""
    found: list[evidence.Edge] = []
    todo, seen = [node], {node}
    while todo:
        here = todo.pop(0)
        for edge in evidence.network():
            if edge.target == here and edge not in found:
                found.append(edge)
                if edge.source not in seen:
                    seen.add(edge.source)
                    todo.append(edge.source)
    return found


def unstated(soils: Measured, mechanism: str) -> list[str]:
    """Settings that would narrow the exposure to this mechanism and that nobody stated for the first soil."""
    on_the_way = {e.source for e in upstream(mechanism)} | {mechanism}
    words = words_of(soils)
    return sorted({r["setting"] for r in setting_rows() if r["node"] in on_the_way and not words[r["setting"]][0]})
