"""Made-up experiments for tests within blocks and for everything that is chosen, linked or picked out of many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from rhizolith.analysis import community, metabolites
from rhizolith.analysis.community.unique_shares import unique_shares
from rhizolith.analysis.compare.factorial_model import factorial
from rhizolith.analysis.compare.mixed_pairs import mixed_pairs
from rhizolith.analysis.forest.shadow_decision import decide
from rhizolith.analysis.guards.ancestry import Ancestry, Derived
from rhizolith.analysis.guards.coupled import coupling
from rhizolith.analysis.study.differential_taxa import differential_taxa
from rhizolith.analysis.study.factors import choose_factors
from rhizolith.analysis.study.networks import ALPHA, THRESHOLD
from rhizolith.analysis.study.picked import picked
from rhizolith.analysis.study.plots import Plots
from rhizolith.analysis.study.treatments import correlations
from validation.error_rate_cases import plants

BLOCK = np.repeat(np.arange(6), 4)
"""Six blocks of four pots, two of each crop."""
CROP = np.tile([0, 1], 12)


def _blocked(rng: np.random.Generator, effect: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Design and a community whose blocks differ as much as its pots."""
    logs = 3 + 0.6 * rng.normal(size=(6, 15))[BLOCK] + 0.6 * rng.normal(size=(24, 15))
    logs += 0.6 * effect * CROP[:, None] * (np.arange(15) < 5)
    design = pd.DataFrame({"block": [f"b{i}" for i in BLOCK], "crop": np.where(CROP, "maize", "none")})
    return design, pd.DataFrame(rng.poisson(np.exp(logs)))


def permanova_blocks(rng: np.random.Generator, effect: float) -> float:
    design, counts = _blocked(rng, effect)
    d = community.distances(counts)
    return float(community.permanova(d, design, "crop", blocks="block", n=99, seed=None).loc["crop", "p"])


def discriminate_blocks(rng: np.random.Generator, effect: float) -> float:
    table = pd.DataFrame(rng.normal(size=(6, 20))[BLOCK] + rng.normal(size=(24, 20)))
    table.iloc[CROP == 1, :4] += effect
    found = metabolites.discriminate(table, CROP.tolist(), blocks=BLOCK.tolist(), components=1, n=39, seed=None)
    return found.p


def mantel_blocks(rng: np.random.Generator, effect: float) -> float:
    shared = rng.normal(size=6)[BLOCK]
    x = shared + rng.normal(size=24)
    y = shared + effect * (x - shared) + rng.normal(size=24)
    a, b = (np.abs(np.subtract.outer(v, v)) for v in (x, y))
    return float(community.mantel(a, b, blocks=BLOCK.tolist(), n=99, seed=None).p)


def correlated_blocks(rng: np.random.Generator, effect: float) -> float:
    shared = rng.normal(size=6)[BLOCK]
    x = rng.normal(size=24)
    values = pd.DataFrame({"a": 2 * shared + x, "b": 2 * shared + effect * x + rng.normal(size=24)})
    return float(correlations(values, pd.Series(BLOCK.astype(str)), n=199)["p"].iloc[0])


def level_difference(rng: np.random.Generator, effect: float) -> float:
    design = pd.DataFrame({"block": [f"b{i}" for i in BLOCK], "crop": np.where(CROP, "maize", "none")})
    y = rng.normal(size=6)[BLOCK] + rng.normal(size=24) + effect * CROP
    return float(factorial(y, design, "crop", block="block", n=1).estimates["p"].iloc[0])


def boruta(rng: np.random.Generator, effect: float) -> float:
    """0 where any of five variables is confirmed, else 1; `effect` lies on the first."""
    x = pd.DataFrame(rng.normal(size=(24, 5)), columns=list("abcde"))
    y = effect * x["a"] + rng.normal(size=24)
    found = decide(x, y, trees=30, rounds=30, alpha=0.05, seed=int(rng.integers(1e9)))
    return float(not (found["decision"] == "confirmed").any())


def edges(rng: np.random.Generator, effect: float) -> float:
    """0 where the network has an edge, two groups taken out, by the rule of the page; `effect` ties two of 40 taxa."""
    logs = 5 + rng.normal(size=40) + 0.6 * rng.normal(size=(24, 40))
    logs[:, 1] += effect * (logs[:, 0] - logs[:, 0].mean())
    logs += 0.5 * CROP[:, None] * (np.arange(40) < 10)
    counts = pd.DataFrame(rng.poisson(np.exp(logs)), columns=[f"t{i}" for i in range(40)])
    return float(community.network(counts, threshold=THRESHOLD, alpha=ALPHA, groups=CROP.tolist()).edges.empty)


def unique(rng: np.random.Generator, effect: float) -> float:
    soil = pd.DataFrame(rng.normal(size=(24, 2)))
    plant = pd.DataFrame(0.5 * soil.to_numpy() + rng.normal(size=(24, 2)))
    pull = soil[[0]].to_numpy() + effect * plant[[0]].to_numpy()
    table = pd.DataFrame(0.5 * pull * rng.normal(size=10) + rng.normal(size=(24, 10)))
    found = unique_shares(table, {"soil": soil, "plant": plant}, n=99, seed=None)
    return float(found.set_index("set").loc["plant", "p"])


def pipeline(rng: np.random.Generator, effect: float) -> float:
    table = pd.DataFrame(np.exp(rng.normal(size=(20, 24))), index=[f"f{i}" for i in range(20)])
    table.columns = [f"s{i}" for i in range(24)]
    y = effect * np.log(table.loc["f0"]) + rng.normal(size=24)
    return float(picked({"t": table}, pd.DataFrame({"y": y}), "y", n=39).tables["pipelines"]["p"].iloc[0])


def arithmetic(rng: np.random.Generator, effect: float) -> float:
    """Two ratios over one measured column, against what that alone makes."""
    raw = np.exp(0.5 * rng.normal(size=(24, 3)))
    raw[:, 1] *= np.exp(0.5 * effect * np.log(raw[:, 0]))
    tree = Ancestry.of([Derived("p", ("a", "c"), np.divide), Derived("q", ("b", "c"), np.divide)])
    return coupling("p", "q", pd.DataFrame(raw, columns=list("abc")), tree, n=39, seed=int(rng.integers(1e9))).p


SPREADS = {
    "equal spreads": (1, 1, 1, 1), "spreads 0.02, 0.3, 0.3, 1": (0.02, 0.3, 0.3, 1), "spreads 1, 1, 1, 3": (1, 1, 1, 3)
}  # fmt: skip
"""Spreads of four crops in blocks that vary by 1."""


def pairs_of_blocks(rng: np.random.Generator, effect: float, blocks: int = 6) -> dict[str, float]:
    """Least p of all six pairs of four crops in these blocks; `effect` lifts the last crop."""
    found = {}
    for words, spreads in SPREADS.items():
        noise = np.array(spreads) * rng.normal(size=(blocks, 4))
        y = rng.normal(size=(blocks, 1)) + noise + effect * (np.arange(4) == 3)
        table = mixed_pairs(y.ravel(), list("abcd") * blocks, np.repeat(np.arange(blocks), 4).tolist()).pairs
        few = "four " if blocks == 4 else ""
        found[f"any pair of four groups within {few}blocks, {words}"] = float(table["p"].min())
    return found


def pairs_of_few_blocks(rng: np.random.Generator, effect: float) -> dict[str, float]:
    """The same of four blocks."""
    return pairs_of_blocks(rng, effect, 4)


def few_taxa(rng: np.random.Generator, effect: float) -> dict[str, float]:
    """Communities of 12, 20 and 25 taxa, of which 2, 3 and 4 change by `effect`."""
    found = {}
    for size in (12, 20, 25):
        logs = rng.normal(4, 1, size) + 0.6 * rng.normal(size=(24, size))
        logs[12:, : size // 6] += effect
        counts, design = pd.DataFrame(rng.poisson(np.exp(logs))), pd.DataFrame({"g": np.repeat(["a", "b"], 12)})
        counts.columns = [f"t{i}" for i in range(size)]
        table = community.differential(counts, design, "g", method="ancombc_t")
        found[f"ANCOM-BC with Student's t, any q < 0.05 of {size} taxa"] = float(table["q"].min())
    table = community.differential(counts, design, "g", method="ancombc")
    return {"ANCOM-BC as published (not on the page), any q < 0.05 of 25 taxa": float(table["q"].min()), **found}


def taxa_of_plants(rng: np.random.Generator, effect: float) -> dict[str, float]:
    """Three parts of each of twelve plants that differ; crop and part shift four taxa each."""
    design, plant = plants(rng)
    logs = rng.normal(4, 1, 25) + 0.6 * rng.normal(size=(12, 25))[plant] + 0.5 * rng.normal(size=(36, 25))
    logs[:, :4] += effect * (design["crop"] == "maize").to_numpy()[:, None]
    logs[:, 4:8] += effect * (design["part"] == "root").to_numpy()[:, None]
    wide = pd.DataFrame(rng.poisson(np.exp(logs)), columns=[f"t{i}" for i in range(25)])
    factors = choose_factors(design[["crop", "part"]])
    found = differential_taxa(wide, factors.design, factors, Plots("plant", design["plant"], ()))[0]
    least = found.groupby("contrast")["q"].min() if found is not None else {}
    return {
        "the same between plants, reads of one summed": float(least["crop: maize"]),
        "the same within plants": float(least["part: root"]),
    }


EXPERIMENTS: tuple[tuple[str, Callable, str, int], ...] = (
    ("PERMANOVA within blocks", permanova_blocks, "6 blocks × 4 pots, 15 taxa", 500),
    ("OPLS-DA, Q², within blocks", discriminate_blocks, "6 blocks × 4 pots, 20 features", 300),
    ("Mantel within blocks", mantel_blocks, "6 blocks × 4 pots", 500),
    ("Spearman within blocks", correlated_blocks, "6 blocks × 4 pots", 500),
    ("difference of two levels, blocks taken out", level_difference, "6 blocks × 4 pots", 500),
    ("", pairs_of_blocks, "6 blocks × 4 pots", 1000),
    ("", pairs_of_few_blocks, "4 blocks × 4 pots", 500),
    ("shadow variables, any of five confirmed", boruta, "24 samples, 5 variables", 300),
    ("network, any edge of 780 pairs", edges, "24 samples, 40 taxa, 2 groups", 1000),
    ("partial RDA, one of two sets", unique, "24 samples, 10 taxa", 500),
    ("picked features, naive against shuffled", pipeline, "24 samples, 20 features", 100),
    ("two ratios of one column, against arithmetic", arithmetic, "24 samples", 300),
    ("", few_taxa, "2 × 12 samples", 500),
    ("", taxa_of_plants, "12 plants × 3 compartments, 25 taxa", 200),
)
