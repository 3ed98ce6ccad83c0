"""Made-up experiments for every further p that the page of an experiment offers; the truth of each is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from rhizolith.analysis import community, compare, forest, metabolites, paths
from rhizolith.analysis.compare.mixed_pairs import mixed_pairs
from rhizolith.analysis.compare.random_intercept import fit
from rhizolith.analysis.forest.beside_others import beside_others
from rhizolith.analysis.metabolites.one_by_one import univariate
from rhizolith.analysis.model_terms import intercept, read_terms, sequential_bases
from rhizolith.analysis.study.treatments import correlations

PARTS = ("bulk", "rhizo", "root")


def plants(rng: np.random.Generator, count: int = 12) -> tuple[pd.DataFrame, np.ndarray]:
    """Three compartments of each of twelve plants that differ, two crops; and the plant of each sample."""
    plant = np.repeat(np.arange(count), len(PARTS))
    crop = np.where(plant % 2, "maize", "none")
    return pd.DataFrame({"plant": [f"p{i}" for i in plant], "crop": crop, "part": np.tile(PARTS, count)}), plant


def measured(rng: np.random.Generator, effect: float, factor: str) -> tuple[pd.DataFrame, np.ndarray]:
    """A quantity of these samples: plants spread by 1, samples by 0.7."""
    design, plant = plants(rng)
    shift = (design["crop"] == "maize") if factor == "crop" else (design["part"] == "root")
    return design, rng.normal(size=12)[plant] + 0.7 * rng.normal(size=len(plant)) + effect * shift.to_numpy()


def _term(y: np.ndarray, design: pd.DataFrame, which: int) -> float:
    """p of one term of the mixed model, without what else `compare.mixed` reports."""
    bases = sequential_bases(read_terms("crop*part", design), len(y))
    model = fit(y, np.column_stack([intercept(len(y)), *bases]), design["plant"].tolist())
    first = 1 + sum(b.shape[1] for b in bases[:which])
    return model.test(range(first, first + bases[which].shape[1]))[3]


def mixed_between(rng: np.random.Generator, effect: float) -> float:
    design, y = measured(rng, effect, "crop")
    return _term(y, design, 0)


def mixed_within(rng: np.random.Generator, effect: float) -> float:
    design, y = measured(rng, effect, "part")
    return _term(y, design, 1)


def mixed_family(rng: np.random.Generator, effect: float) -> float:
    design, y = measured(rng, effect, "crop")
    groups = (design["crop"] + design["part"]).tolist()
    return float(mixed_pairs(y, groups, design["plant"].tolist()).pairs["p"].min())


def _whole(rng: np.random.Generator, effect: float, factor: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    design, plant = plants(rng)
    shift = (design["crop"] == "maize") if factor == "crop" else (design["part"] == "root")
    logs = 3 + 0.8 * rng.normal(size=(12, 15))[plant] + 0.5 * rng.normal(size=(36, 15))
    logs = logs + 0.6 * effect * shift.to_numpy()[:, None] * (np.arange(15) < 5)
    return design, community.distances(pd.DataFrame(rng.poisson(np.exp(logs))))


def whole_between(rng: np.random.Generator, effect: float) -> float:
    design, d = _whole(rng, effect, "crop")
    found = community.permanova(d, design, "crop*part", plots="plant", n=99, seed=None)
    return float(found.loc["crop", "p"])


def whole_within(rng: np.random.Generator, effect: float) -> float:
    design, d = _whole(rng, effect, "part")
    found = community.permanova(d, design, "crop*part", plots="plant", n=99, seed=None)
    return float(found.loc["part", "p"])


def whole_spread(rng: np.random.Generator, effect: float) -> float:
    design, plant = plants(rng)
    wide = 0.5 * np.exp(0.5 * effect * (design["crop"] == "maize").to_numpy())[:, None]
    logs = 3 + 0.8 * rng.normal(size=(12, 15))[plant] + wide * rng.normal(size=(36, 15))
    d = community.distances(pd.DataFrame(rng.poisson(np.exp(logs))))
    return float(community.dispersion(d, design["crop"].tolist(), plots=design["plant"], n=99, seed=None).p)


def partial_mantel(rng: np.random.Generator, effect: float) -> dict[str, float]:
    """Only the matrix that stays follows the third, or both do; `effect` ties them beyond it."""
    z, x = rng.normal(size=24), rng.normal(size=24)
    y = effect * x + z + rng.normal(size=24)
    a, b, c, alone = (np.abs(np.subtract.outer(v, v)) for v in (y, x + z, z, x))
    both = {k: community.mantel(a, b, c, shuffle=k, n=99, seed=None).p for k in ("samples", "residuals")}
    return {
        "partial Mantel, samples shuffled, one follows the third": community.mantel(alone, a, c, n=99, seed=None).p,
        **{f"partial Mantel, {k} shuffled, both follow the third": p for k, p in both.items()},
    }


def fitted_on(rng: np.random.Generator, effect: float) -> float:
    one = rng.normal(size=(24, 4))
    two = 0.5 * effect * one + rng.normal(size=(24, 4))
    return float(community.procrustes(pd.DataFrame(one), pd.DataFrame(two), n=99, seed=None).p)


def redundancy(rng: np.random.Generator, effect: float) -> float:
    x = pd.DataFrame(rng.normal(size=(24, 3)), columns=list("abc"))
    y = 0.5 * np.outer(effect * x["a"] + x["b"], rng.normal(size=10)) + rng.normal(size=(24, 10))
    return float(community.rda(pd.DataFrame(y), x, n=99, seed=None).terms.loc["a", "p"])


def games_howell(rng: np.random.Generator, effect: float) -> float:
    values = rng.normal(size=30) * np.repeat([0.5, 1, 1, 2, 4], 6) + np.repeat([4 * effect, 0, 0, 0, 0], 6)
    return float(compare.pairs(values, np.repeat(list("abcde"), 6), method="games_howell").pairs["p"].min())


def _crossed(rng: np.random.Generator, noise: np.ndarray, effect: float) -> pd.Series:
    plant, amendment = np.tile([0, 1], 12), np.repeat([0, 1], 12)
    design = pd.DataFrame({"plant": plant.astype(str), "amendment": amendment.astype(str)})
    return compare.factorial(noise + effect * plant, design, "plant*amendment", n=99, seed=None).table.loc["plant"]


def normal(rng: np.random.Generator, effect: float) -> float:
    return float(_crossed(rng, rng.normal(size=24), effect)["p"])


def skewed(rng: np.random.Generator, effect: float) -> dict[str, float]:
    row = _crossed(rng, np.exp(0.5 * rng.normal(size=24)), 0.6 * effect)
    return {
        "the same where values are skewed": row["p"], "analysis of variance, shuffled residuals": row["p_shuffled"],
        "aligned ranks": row["p_ranks"], "the p that counts, skewed": row["p_preferred"],
    }  # fmt: skip


def unequal(rng: np.random.Generator, effect: float) -> dict[str, float]:
    row = _crossed(rng, rng.normal(size=24) * (1 + 2 * np.tile([0, 1], 12)), 2 * effect)
    return {"Brunner–Dette–Munk": row["p_unequal"], "the p that counts, unequal spread": row["p_preferred"]}


def features(rng: np.random.Generator, effect: float) -> dict[str, float]:
    table = pd.DataFrame(rng.normal(size=(16, 40)) * np.exp(0.3 * rng.normal(size=40)))
    table.iloc[8:, :4] += effect
    found = univariate(table, ["a"] * 8 + ["b"] * 8)
    words = {"moderated": "moderated t", "welch": "Welch's t", "rank": "rank sum"}
    return {f"{w}, any q < 0.05 of 40 features": float(found[f"q_{k}"].min()) for k, w in words.items()}


def features_of_plots(rng: np.random.Generator, effect: float) -> dict[str, float]:
    """Both groups in each of twelve plots that differ."""
    table = pd.DataFrame(np.repeat(rng.normal(size=(12, 40)), 2, axis=0) + rng.normal(size=(24, 40)))
    table.iloc[1::2, :4] += effect
    found = univariate(table, ["a", "b"] * 12, plots=np.repeat(np.arange(12), 2).tolist())
    words = {"moderated": "moderated t", "welch": "paired t", "rank": "signed ranks"}
    return {f"{w} within plots, any q < 0.05 of 40 features": float(found[f"q_{k}"].min()) for k, w in words.items()}


def correlated(rng: np.random.Generator, effect: float) -> float:
    values = pd.DataFrame(rng.normal(size=(24, 5)), columns=list("abcde"))
    values["b"] += effect * values["a"]
    return float(correlations(values)["q"].min())


def importance(rng: np.random.Generator, effect: float) -> float:
    x = pd.DataFrame(rng.normal(size=(24, 5)), columns=list("abcde"))
    y = effect * x["a"] + x["b"] + rng.normal(size=24)
    found = forest.regress(x, y, trees=20, repeats=1, n=39, seed=int(rng.integers(1e9)), own=False)
    return float(found.table.loc["a", "p"])


def importance_own(rng: np.random.Generator, effect: float) -> dict[str, float]:
    """The first of five variables beside the others: the second matters not, much, or much and goes with the first."""
    found = {}
    for words, strength, shared in (("none that matters", 0, 0), ("one that matters", 2, 0), ("its like", 2, 0.7)):
        x = rng.normal(size=(24, 5))
        x[:, 0] = shared * x[:, 1] + np.sqrt(1 - shared**2) * x[:, 0]
        y = effect * x[:, 0] + strength * x[:, 1] + rng.normal(size=24)
        seed = int(rng.integers(1e9))
        p = beside_others(x, y, np.arange(5), "regression", trees=20, n=39, seed=seed, asked=[0])
        found[f"forest, p_own beside {words}"] = float(p[0])
    return found


def chain(rng: np.random.Generator, effect: float, n: int = 60) -> pd.DataFrame:
    """Soil → microbes → plant, each measured with noise; `effect`: soil on plant directly."""
    soil = rng.normal(size=n)
    microbes = 0.6 * soil + 0.8 * rng.normal(size=n)
    plant = effect * soil + 0.5 * microbes + 0.7 * rng.normal(size=n)
    latents = (("s", 3, soil), ("m", 2, microbes), ("p", 2, plant))
    return pd.DataFrame({f"{k}{i + 1}": v + 0.3 * rng.normal(size=n) for k, size, v in latents for i in range(size)})


BLOCKS = {"Soil": ["s1", "s2", "s3"], "Microbes": ["m1", "m2"], "Plant": ["p1", "p2"]}


def mediated(rng: np.random.Generator, effect: float) -> dict[str, float]:
    """p of an arrow beside a true mediator that is measured with noise."""
    full = paths.fit(chain(rng, 0.5 * effect), "Microbes ~ Soil; Plant ~ Soil + Microbes", BLOCKS)
    both = {"PLS": paths.bootstrap(full, n=299, seed=None, expand=True)}
    both["consistent"] = paths.consistent(full, n=299, seed=None)
    return {f"{k} path beside a noisy mediator": float(v.paths.loc[("Soil", "Plant"), "p"]) for k, v in both.items()}


def path(rng: np.random.Generator, effect: float) -> float:
    """p of an arrow from a block that has nothing to do with the others when effect is 0."""
    data = chain(rng, 0.0)
    air = rng.normal(size=len(data))
    for name in ("a1", "a2"):
        data[name] = air + 0.3 * rng.normal(size=len(data))
    for name in BLOCKS["Plant"]:
        data[name] += 0.5 * effect * air
    blocks = {**BLOCKS, "Air": ["a1", "a2"]}
    found = paths.bootstrap(data, "Microbes ~ Soil; Plant ~ Microbes + Air", blocks, n=499, seed=None, expand=True)
    return float(found.paths.loc[("Air", "Plant"), "p"])


def community_of(rng: np.random.Generator, effect: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of 25 taxa in 2 × 2 pots; the plant shifts eight of them."""
    plant, amendment = np.tile([0, 1], 12), np.repeat([0, 1], 12)
    logs = rng.normal(3, 1, 25) + 0.6 * rng.normal(size=(24, 25)) + 0.6 * effect * plant[:, None] * (np.arange(25) < 8)
    design = pd.DataFrame({"plant": plant.astype(str), "amendment": amendment.astype(str)})
    return design, pd.DataFrame(rng.poisson(np.exp(logs)), columns=[f"t{i}" for i in range(25)])


def permanova(rng: np.random.Generator, effect: float) -> float:
    design, counts = community_of(rng, effect)
    d = community.distances(counts)
    return float(community.permanova(d, design, "plant*amendment", n=99, seed=None).loc["plant", "p"])


def spread(rng: np.random.Generator, effect: float) -> float:
    design, counts = community_of(rng, 0.0)
    wide = 0.4 * effect * (design["plant"] == "1").to_numpy()[:, None]
    d = community.distances(counts * np.exp(wide * rng.normal(size=counts.shape)))
    return float(community.dispersion(d, design["plant"].tolist(), n=99, seed=None).p)


def mantel(rng: np.random.Generator, effect: float) -> float:
    counts = community_of(rng, 0.0)[1]
    gradient = (counts["t0"] * effect + counts["t0"].std() * rng.normal(size=24)).to_numpy()
    other = np.abs(np.subtract.outer(gradient, gradient))
    return float(community.mantel(community.distances(counts), other, n=99, seed=None).p)


def forest_alone(rng: np.random.Generator, effect: float) -> dict[str, float]:
    x = pd.DataFrame(rng.normal(size=(24, 5)), columns=list("abcde"))
    y = effect * x["a"] + rng.normal(size=24)
    found = forest.regress(x, y, trees=20, repeats=1, n=39, seed=int(rng.integers(1e9)), own=False)
    row = found.table.loc["a"]
    return {
        "forest, fit": found.fit_p, "forest, importance of one of five": row["p"],
        "forest, scaled importance of one of five": row["p_scaled"],
    }  # fmt: skip


def opls(rng: np.random.Generator, effect: float) -> float:
    table = pd.DataFrame(rng.normal(size=(16, 30)), columns=[f"m{i}" for i in range(30)])
    table.iloc[8:, :4] += effect
    return metabolites.discriminate(table, ["a"] * 8 + ["b"] * 8, components=1, n=39, seed=None).p


def family(rng: np.random.Generator, effect: float) -> float:
    values = rng.normal(size=30) + np.repeat([effect, 0, 0, 0, 0], 6)
    return float(compare.pairs(values, np.repeat(list("abcde"), 6), method="tukey").pairs["p"].min())


BESIDE = "forest, importance beside one that matters, by shuffled responses (cautious)"
EXPERIMENTS: tuple[tuple[str, Callable, str, int], ...] = (
    ("analysis of variance, F", normal, "24 pots, normal values", 300),
    ("", skewed, "24 pots, lognormal values", 300),
    ("", unequal, "24 pots, spreads 1 and 3", 300),
    ("Tukey, any pair of five groups", family, "5 × 6 pots", 300),
    ("Games–Howell, any pair of five groups", games_howell, "5 × 6 pots, spreads 0.5 to 4", 100),
    ("mixed model, between plants", mixed_between, "12 plants × 3 compartments", 300),
    ("mixed model, within plants", mixed_within, "12 plants × 3 compartments", 300),
    ("Tukey of a mixed model, any pair of six groups", mixed_family, "12 plants × 3 compartments", 200),
    ("PERMANOVA", permanova, "24 pots, 25 taxa", 300),
    ("PERMANOVA between plants, whole plants shuffled", whole_between, "12 plants × 3 compartments, 15 taxa", 300),
    ("PERMANOVA within plants", whole_within, "12 plants × 3 compartments, 15 taxa", 300),
    ("dispersion", spread, "24 pots, 25 taxa", 300),
    ("dispersion between plants", whole_spread, "12 plants × 3 compartments, 15 taxa", 300),
    ("Mantel", mantel, "24 pots, 25 taxa", 1000),
    ("", partial_mantel, "24 samples", 1000),
    ("Procrustes", fitted_on, "24 samples, 4 axes", 1000),
    ("redundancy analysis, one term of three", redundancy, "24 samples, 10 taxa", 300),
    ("OPLS-DA, Q²", opls, "2 × 8 samples, 30 features", 300),
    ("", features, "2 × 8 samples", 500),
    ("", features_of_plots, "12 plots × 2 samples", 500),
    ("Spearman, any q < 0.05 of 10 pairs", correlated, "24 samples", 200),
    ("", forest_alone, "24 samples, 5 variables", 500),
    (BESIDE, importance, "24 samples, 5 variables", 1000),
    ("", importance_own, "24 samples, 5 variables", 1000),
    ("PLS path, bootstrap", path, "60 samples, 9 indicators", 300),
    ("", mediated, "60 samples, 7 indicators", 300),
)
"""Name of the row (none where the experiment names several), experiment, its size, how often it is made."""
