"""How easily each association gives way to each mechanism: ordinal rules from evidence, no weight chosen by anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from rhizolith.assessment.draws import Draws
from rhizolith.assessment.inventory import Inventory, associations
from rhizolith.assessment.molecular import told
from rhizolith.assessment.sodic import acting
from rhizolith.knowledge import evidence, tables

TRAITS = (
    "order",
    "lattice",
    "redox",
    "bond",
    "denticity",
    "layering",
    "entrapment",
    "size",
    "supramolecular",
    "bridging",
)
OF_THE_SOIL = ("coverage", "charge")
"""traits that follow from the soil rather than from the kind of association"""
NEAR_ZERO_CHARGE = 1.0
"""pH units around the point of zero charge within which a surface counts as neither (assumed)"""


@dataclass(frozen=True)
class Rule:
    """One statement of direction: with this trait an association is more (+) or less (-) susceptible, or not at all."""

    rule: str
    mechanisms: tuple[str, ...]
    trait: str
    direction: str
    kind: str
    claims: tuple[str, ...]
    words: str

    @property
    def strength(self) -> str:
        """established, limited or hypothesis: the weakest of its claims."""
        return evidence.weakest(self.claims)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of `evidence_rules.csv`."""
    return tuple(
        Rule(
            r["rule"], tuple(r["mechanisms"].split(";")), r["trait"], r["direction"], r["kind"],
            tuple(r["claims"].split(";")), r["words"],
        )
        for r in tables.rows("evidence_rules")
    )  # fmt: skip


def rules_for(mechanism: str, kind: str = "ordinal") -> list[Rule]:
    """The rules that speak of one mechanism (or of `formation`)."""
    return [r for r in rules() if mechanism in r.mechanisms and r.kind == kind]


def mechanisms() -> list[str]:
    """The mechanisms of the spectrum, variants apart."""
    return list(evidence.mechanism_table())


@cache
def trait_range(association: str, trait: str) -> tuple[int, int]:
    """Lowest and highest level, 0 to 3, that a trait of this kind of association may have."""
    low, _, high = associations()[association][trait].partition("-")
    return int(low), int(high or low)


@lru_cache(maxsize=4)
def trait_samples(draws: Draws) -> Mapping[str, np.ndarray]:
    """Trait → (samples, associations) on 0..1. Levels are ordered; how far apart they lie is drawn, too."""
    out = {}
    for trait in TRAITS:
        places = draws.steps(trait)
        column = []
        for name in associations():
            level = draws.between(f"trait:{name}:{trait}", *trait_range(name, trait))
            base = np.minimum(level.astype(int), 2)
            row = np.arange(draws.size)
            column.append(places[row, base] + (level - base) * (places[row, base + 1] - places[row, base]))
        out[trait] = np.column_stack(column)
    return out


def surface_charge(ph: np.ndarray, draws: Draws) -> np.ndarray:
    """(soils, samples, associations) from 0, negative, to 1, positive: the pH against the point of zero charge.

    Associations without a mineral surface have no rule here and are drawn over the whole range.
    """
    out = np.empty((*ph.shape, len(associations())), dtype=np.float32)
    for a, (name, row) in enumerate(associations().items()):
        if not row["pzc_low"]:
            out[..., a] = draws.uniform(f"charge:{name}")
            continue
        zero = draws.between(f"charge:{name}", float(row["pzc_low"]), float(row["pzc_high"]))
        out[..., a] = np.clip((zero - ph + NEAR_ZERO_CHARGE) / (2 * NEAR_ZERO_CHARGE), 0, 1)
    return out


@cache
def never(mechanism: str) -> np.ndarray:
    """(associations,) true where a mechanism cannot act at all: zero, not low."""
    out = np.zeros(len(associations()), dtype=bool)
    for rule in rules_for(mechanism, "zero"):
        out |= np.array([trait_range(name, rule.trait)[1] == 0 for name in associations()])
    return out


def susceptibility(inventory: Inventory, draws: Draws, what: list[str] | None = None) -> np.ndarray:
    """(soils, samples, associations, mechanisms) on 0..1: what the rules say, by sampled weights.

    The mean over the rules of a mechanism is put as its percentile among all kinds of association in soils of which
    nothing is known, so that mechanisms with many rules and with few can stand side by side. Rules about the organic
    matter join in for soils in which it was measured and change nothing in others.
    """
    what = what or mechanisms()
    fixed, soil = trait_samples(draws), _of_the_soil(inventory, draws)
    more = acting(told(inventory.filled), inventory.filled, draws)
    out = np.zeros((*soil["charge"].shape, len(what)), dtype=np.float32)
    for m, mechanism in enumerate(what):
        free = ~never(mechanism)
        for rows, spoken in _alike(mechanism, more, len(out)):
            here = {k: v[rows] for k, v in soil.items()} | {t: more[t][rows][..., None] for t in spoken}
            value = look_up(_mean(mechanism, fixed, here, draws, spoken), _anywhere(mechanism, draws, spoken))
            out[rows, :, :, m] = np.where(free, value, 0)
    return out


def _alike(
    mechanism: str, more: Mapping[str, np.ndarray], size: int
) -> list[tuple[slice | np.ndarray, tuple[str, ...]]]:
    """Soils of which the same traits of organic matter were measured that the mechanism has rules for."""
    known = [t for t in more if any(r.trait == t for r in rules_for(mechanism, "measured"))]
    if not known:
        return [(slice(None), ())]
    given = np.column_stack([np.isfinite(more[t][:, 0]) for t in known])
    patterns, which = np.unique(given, axis=0, return_inverse=True)
    return [
        (np.flatnonzero(which.ravel() == p), tuple(t for t, has in zip(known, pattern, strict=True) if has))
        for p, pattern in enumerate(patterns)
    ]


def _mean(
    mechanism: str,
    fixed: Mapping[str, np.ndarray],
    soil: Mapping[str, np.ndarray],
    draws: Draws,
    more: tuple[str, ...] = (),
) -> np.ndarray:
    """(…, samples, associations) the weighted mean over the rules of one mechanism, those of measured traits too."""
    chosen = rules_for(mechanism) + [r for r in rules_for(mechanism, "measured") if r.trait in more]
    weight = draws.weights([f"{mechanism}:{r.rule}" for r in chosen]).astype(np.float32)
    plain = np.zeros((draws.size, len(associations())), dtype=np.float32)
    for r, rule in enumerate(chosen):
        if rule.trait in fixed:
            plain += weight[:, r, None] * toward(rule, fixed[rule.trait])
    out = np.broadcast_to(plain, soil["charge"].shape).copy()
    for r, rule in enumerate(chosen):
        if rule.trait in soil:
            out += weight[:, r, None] * toward(rule, soil[rule.trait])
    return out


@lru_cache(maxsize=64)
def _anywhere(mechanism: str, draws: Draws, more: tuple[str, ...] = ()) -> np.ndarray:
    """The percentiles of one mechanism over all kinds of association, nothing being known of the soil."""
    names = (*OF_THE_SOIL, *more)
    unknown = {t: np.column_stack([draws.uniform(f"any {t}:{a}") for a in associations()]) for t in names}
    return percentiles(_mean(mechanism, trait_samples(draws), unknown, draws, more)[:, ~never(mechanism)])


def percentiles(among: np.ndarray) -> np.ndarray:
    """A table of 1024 steps on 0..1: the share of `among` that lies at or below each."""
    steps = np.linspace(0, 1, 1024)
    return (np.searchsorted(np.sort(among, axis=None), steps, side="right") / among.size).astype(np.float32)


def look_up(value: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Values on 0..1 as their percentiles."""
    return table[(np.clip(value, 0, 1) * 1023).astype(np.int16)]


def _of_the_soil(inventory: Inventory, draws: Draws) -> Mapping[str, np.ndarray]:
    charge = surface_charge(inventory.filled["pH"].astype(np.float32), draws)
    return {"charge": charge, "coverage": inventory.coverage.astype(np.float32)}


def toward(rule: Rule, value: np.ndarray) -> np.ndarray:
    """A trait as the rule reads it: 1 where it makes the association most susceptible."""
    return value if rule.direction == "+" else 1 - value
