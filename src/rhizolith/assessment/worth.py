"""What each missing measurement would be worth: how far knowing it would narrow the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rhizolith.assessment.exposure import words_of
from rhizolith.knowledge import tables

if TYPE_CHECKING:
    from rhizolith.assessment.spectrum import Spectrum

BINS = 8


def worth_of_measuring(spectrum: Spectrum) -> Any:
    """One row for each thing nobody measured or stated, best first.

    `carbon` and `vulnerability`: share of the variance of mineral-held carbon (log) and of the soil's mean
    vulnerability that would go, on average, if the value were known. `naming`: gain in the probability of naming the
    prevailing mechanism. All are estimated from the samples, less what shuffled samples give (a table of zeros is an
    honest answer).
    """
    import pandas as pd

    unknown = candidates(spectrum)
    held = np.log(np.maximum(spectrum.inventory.held[0], 1e-6))
    whole, first = spectrum.by_mechanism.mean(axis=1), spectrum.by_mechanism.argmax(axis=1)
    rng = np.random.default_rng(spectrum.seed)
    rows = []
    for name, (kind, sample) in unknown.items():
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


def candidates(spectrum: Spectrum) -> dict[str, tuple[str, np.ndarray]]:
    """Name → (measurement or setting, its samples) for all that is not known of the soil."""
    found: dict[str, tuple[str, np.ndarray]] = {}
    for key, sample in spectrum.inventory.filled.items():
        if not spectrum.soil.given(key)[0] and np.isfinite(sample[0]).all():
            found[key] = ("measurement", sample[0])
    if not spectrum.soil.given("mineral_held_carbon")[0]:
        found["mineral_held_carbon"] = ("measurement", spectrum.inventory.held[0])
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
