"""What each missing measurement would be worth: how far knowing it would narrow the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rhizolith.assessment.draws import shared_draws
from rhizolith.assessment.exposure import words_of
from rhizolith.assessment.molecular import traits, unplaced
from rhizolith.assessment.susceptibility import rules, susceptibility
from rhizolith.knowledge import tables

if TYPE_CHECKING:
    from rhizolith.assessment.spectrum import Spectrum

BINS = 8
SODIC_FROM = 7.0
"""pH below which nobody is sent to measure sodium (assumed; sodic soils are mostly alkaline)"""


def worth_of_measuring(spectrum: Spectrum) -> Any:
    """One row for each thing nobody measured or stated, best first.

    `carbon` and `vulnerability`: share of the variance of mineral-held carbon (log) and of the soil's mean
    vulnerability that would go, on average, if the value were known. `naming`: gain in the probability of naming the
    prevailing mechanism. All are estimated from the samples, less what shuffled samples give (a table of zeros is an
    honest answer). What rules read only where it was measured (NOSC, AImod, molecular weight, carboxyl C, sodium) is
    valued as if it had been: sampled over its whole range, its rules speaking.
    """
    import pandas as pd

    unknown = candidates(spectrum)
    held = np.log(np.maximum(spectrum.inventory.held[0], 1e-6))
    plain = spectrum.by_mechanism
    rng = np.random.default_rng(spectrum.seed)
    rows = []
    for name, (kind, sample) in unknown.items():
        by = if_measured(spectrum, name, sample) if name in read_if_measured() else plain
        whole, first = by.mean(axis=1), by.argmax(axis=1)
        row: dict[str, Any] = {"to_find_out": name, "kind": kind}
        for key, measure, target in (
            ("carbon", explained, held), ("vulnerability", explained, whole), ("naming", named, first)
        ):  # fmt: skip
            chance = np.mean([measure(rng.permutation(sample), target) for _ in range(5)])
            row[key] = max(0.0, float(measure(sample, target) - chance))
        rows.append(row)
    table = pd.DataFrame(rows, columns=["to_find_out", "kind", "carbon", "vulnerability", "naming"])
    table["to_find_out"] = table["to_find_out"].str.partition(" → ")[0]
    table = table.groupby(["to_find_out", "kind"], as_index=False).max()
    order = table[["carbon", "vulnerability", "naming"]].sum(axis=1).sort_values(ascending=False).index
    return table.loc[order].reset_index(drop=True)


def read_if_measured() -> dict[str, dict[str, str]]:
    """Measurement → its range and trait, for what rules read only where it was measured."""
    traits_read = {r.trait for r in rules() if r.kind == "measured"}
    return {row["key"]: row for trait, rows in traits().items() if trait in traits_read for row in rows}


def if_measured(spectrum: Spectrum, key: str, sample: np.ndarray) -> np.ndarray:
    """(samples, mechanisms) vulnerability of the soil if `key` had been measured with these values.

    Rules that read it join in; where the soil has other measurements of the same trait, their mean counts, as always.
    """
    trait = read_if_measured()[key]["trait"]
    inventory = replace(spectrum.inventory, filled={**spectrum.inventory.filled, key: sample[None, :]})
    carbon = inventory.carbon[0] + 1e-6 * inventory.capacity[0]
    share = carbon / np.maximum(carbon.sum(axis=1, keepdims=True), 1e-9)
    out, draws = spectrum.by_mechanism.copy(), shared_draws(len(sample), spectrum.seed)
    for mechanism in {m for r in rules() if r.trait == trait for m in r.mechanisms} & set(spectrum.mechanisms):
        place = spectrum.mechanisms.index(mechanism)
        found = susceptibility(inventory, draws, [mechanism])[0, :, :, 0]
        out[:, place] = np.einsum("sa,sa->s", share, found) * spectrum.exposure[:, place]
    return out


def candidates(spectrum: Spectrum) -> dict[str, tuple[str, np.ndarray]]:
    """Name → (measurement or setting, its samples) for all that is not known of the soil."""
    found: dict[str, tuple[str, np.ndarray]] = {}
    for key, sample in spectrum.inventory.filled.items():
        if not spectrum.soil.given(key)[0] and np.isfinite(sample[0]).all():
            found[key] = ("measurement", sample[0])
    if not spectrum.soil.given("mineral_held_carbon")[0]:
        found["mineral_held_carbon"] = ("measurement", spectrum.inventory.held[0])
    draws = shared_draws(len(spectrum.exposure), spectrum.seed)
    for key, row in read_if_measured().items():
        acid = row["trait"] == "sodium" and np.median(spectrum.inventory.filled["pH"][0]) < SODIC_FROM
        if not spectrum.soil.given(key)[0] and not acid:
            found[key] = ("measurement", unplaced(row, draws.uniform(f"if measured:{key}")))
    words, stated = words_of(spectrum.soil), spectrum.nodes
    for row in tables.rows("evidence_settings"):
        if not words[row["setting"]][0] and row["node"] in stated and row["setting"] != "reaction":
            sample = stated[row["node"]][0]
            if sample.std() > 0:
                found.setdefault(f"{row['setting']} → {row['node']}", ("setting", sample))
    return found


def _bins(sample: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(sample)) * BINS // len(sample)


def explained(sample: np.ndarray, target: np.ndarray) -> float:
    """Share of the variance of `target` between equal bins of `sample` (first-order, Sobol)."""
    bins = _bins(sample)
    means = np.array([target[bins == b].mean() for b in range(BINS)])
    return float(means.var() / max(target.var(), 1e-12))


def named(sample: np.ndarray, first: np.ndarray) -> float:
    """How much surer, on average, the most probable category of `first` is when the bin of `sample` is known."""
    bins = _bins(sample)
    within = np.mean([np.bincount(first[bins == b]).max() / (bins == b).sum() for b in range(BINS)])
    return float(within - np.bincount(first).max() / len(first))
