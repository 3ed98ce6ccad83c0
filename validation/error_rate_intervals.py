"""Do the 95 % intervals that the page of an experiment offers hold the truth? Made-up experiments that know it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis import compare, paths
from rhizolith.analysis.compare.effect_sizes import effects, hedges, partial_eta
from rhizolith.analysis.compare.mixed_pairs import mixed_pairs
from rhizolith.analysis.experiment.group_means import group_means
from rhizolith.analysis.metabolites.one_by_one import univariate
from rhizolith.analysis.study.chain import split
from validation.error_rate_cases import BLOCKS, chain, measured, plants

Answers = Iterator[tuple[str, bool]]
BESIDE = "Microbes ~ Soil; Plant ~ Soil + Microbes"
PLANT = 0.5 / np.sqrt(0.7**2 + 0.5**2)
"""The path microbes → plant between the causes themselves, in their spreads."""


@cache
def large() -> paths.PathFit:
    """The paths between scores that 200,000 samples give."""
    return paths.fit(chain(np.random.default_rng(0), 0.0, 200_000), BESIDE, BLOCKS)


def scores(rng: np.random.Generator) -> Answers:
    """Paths between scores, their BCa interval, total and indirect effects."""
    found = paths.bootstrap(chain(rng, 0.0), BESIDE, BLOCKS, n=499, seed=None, expand=True)
    row, truth = found.paths.loc[("Soil", "Microbes")], large().paths.loc["Microbes", "Soil"]
    yield "PLS path, percentile", row["low"] <= truth <= row["high"]
    yield "PLS path, BCa", row["bca_low"] <= truth <= row["bca_high"]
    known = large().effects.set_index(["cause", "effect"])
    parts = split(found).set_index(["cause", "effect", "kind"])
    for words, table, true, key in (
        ("loading", found.loadings, large().loadings, ("Soil", "s1")), ("R²", found.r2, large().r2, "Microbes"),
    ):  # fmt: skip
        yield f"PLS {words}, percentile", table.loc[key, "low"] <= true.loc[key] <= table.loc[key, "high"]
    for kind in ("indirect", "total"):
        own = parts.loc[("Soil", "Plant", kind)]
        yield f"PLS {kind} effect, percentile", own["low"] <= known.loc[("Soil", "Plant"), kind] <= own["high"]


def cleared(rng: np.random.Generator) -> Answers:
    """Consistent paths, against those between the causes themselves."""
    table = paths.consistent(paths.fit(chain(rng, 0.0), BESIDE, BLOCKS), n=999, seed=None).paths
    for cause, effect, truth in (("Soil", "Microbes", 0.6), ("Microbes", "Plant", PLANT), ("Soil", "Plant", 0.0)):
        row = table.loc[(cause, effect)]
        yield f"consistent path {cause.lower()} → {effect.lower()}", row["low"] <= truth <= row["high"]


def means(rng: np.random.Generator) -> Answers:
    """Groups of one quantity: mean, g, log ratio, difference of a level, η², all differences together."""
    group = np.repeat([0, 1, 2], 20)
    y = 5 + 0.8 * (group == 1) + rng.normal(size=60)
    values, labels = pd.Series(y), pd.Series(np.array(list("abc"))[group])
    found = compare.pairs(values, labels.tolist(), method="tukey")
    boot = group_means(pd.DataFrame({"y": y}), labels).set_index("group").loc["a"]
    yield "mean of a group, bootstrap", boot["boot_low"] <= 5 <= boot["boot_high"]
    yield "mean of a group, Student's t", found.groups.loc["a", "low"] <= 5 <= found.groups.loc["a", "high"]
    truths = [m - k for k, m in ((5, 5.8), (5, 5), (5.8, 5))]
    yield "Tukey, all differences of three groups", bool(
        ((found.pairs["low"] <= truths) & (truths <= found.pairs["high"])).all()
    )
    _, low, high = hedges(y[group == 1], y[group == 0])
    yield "Hedges' g", low <= 0.8 <= high
    row = effects(values, labels, "a").loc["b"]
    yield "log response ratio", row["log_ratio_low"] <= np.log(5.8 / 5) <= row["log_ratio_high"]
    table = compare.factorial(y, labels.to_frame("g"), "g", n=1)
    gap = table.estimates.iloc[0]
    yield "difference of two levels", gap["low"] <= 0.8 <= gap["high"]
    f, df, free = (float(table.table.loc["g", k]) for k in ("f", "df", "df_error"))
    _, low, high = partial_eta(f, int(df), int(free), 0.95)
    noncentral = 20 * 0.8**2 * (2 / 3)
    yield "partial η² (its 95 % twin)", low <= noncentral / (noncentral + 60) <= high


def spreads(rng: np.random.Generator) -> Answers:
    """Games and Howell's differences where spreads are 1, 2 and 4."""
    group = np.repeat([0, 1, 2], 20)
    y = rng.normal(size=60) * np.array([1, 2, 4])[group]
    found = compare.pairs(y, group.tolist(), method="games_howell").pairs
    yield "Games–Howell, all differences of three groups", bool(((found["low"] <= 0) & (found["high"] >= 0)).all())


def shared(rng: np.random.Generator) -> Answers:
    """Six groups of a mixed model: the mean of one, all fifteen differences."""
    design, y = measured(rng, 0.0, "crop")
    found = mixed_pairs(y, (design["crop"] + design["part"]).tolist(), design["plant"].tolist())
    first = found.groups.loc["nonebulk"]
    yield "mean of a group, mixed model", first["low"] <= 0 <= first["high"]
    yield "Tukey of a mixed model, all fifteen differences", bool(
        ((found.pairs["low"] <= 0) & (found.pairs["high"] >= 0)).all()
    )


def between(rng: np.random.Generator) -> Answers:
    """The share of variance between twenty plants of three samples: plants spread by 1, samples by 0.7."""
    design, plant = plants(rng, 20)
    y = rng.normal(size=20)[plant] + 0.7 * rng.normal(size=60)
    share = compare.mixed(y, design, "crop*part", "plant", n=1).icc
    yield "share of variance between plants", share["icc_low"] <= 1 / (1 + 0.7**2) <= share["icc_high"]


def unlike(rng: np.random.Generator) -> Answers:
    """Four treatments in six blocks whose spreads are as 0.02 : 0.3 : 0.3 : 1, all of mean 0."""
    y = rng.normal(size=(6, 1)) + np.array([0.02, 0.3, 0.3, 1]) * rng.normal(size=(6, 4))
    found = mixed_pairs(y.ravel(), list("abcd") * 6, np.repeat(np.arange(6), 4).tolist())
    held = (found.pairs["low"] <= 0) & (found.pairs["high"] >= 0)
    yield "differences within blocks, unlike spreads, all six", bool(held.all())
    row = found.groups.loc["d"]
    yield "mean of the most variable of them", bool(row["low"] <= 0 <= row["high"])


def changes(rng: np.random.Generator) -> Answers:
    """Log2 change of the first of forty features that share their variances."""
    table = pd.DataFrame(rng.normal(size=(60, 40)) / np.sqrt(rng.chisquare(8, 40) / 8))
    row = univariate(table, [0] * 30 + [1] * 30).iloc[0]
    yield "change of a metabolite, moderated", row["low"] <= 0 <= row["high"]


KINDS: tuple[tuple[Callable[[np.random.Generator], Answers], str, int], ...] = (
    (scores, "n 60", 1000),
    (cleared, "n 60", 1000),
    (means, "n 60, three groups", 500),
    (spreads, "n 60, spreads 1, 2, 4", 200),
    (shared, "12 plants × 3 compartments", 1000),
    (between, "20 plants × 3 compartments", 500),
    (unlike, "6 blocks × 4 pots", 1000),
    (changes, "n 60, 40 features", 500),
)
"""What is asked, of how large an experiment, how often."""


def coverage(scale: float, kinds: tuple = KINDS) -> Iterator[tuple[str, str, float, int]]:
    """Name, size, share of intervals that hold the truth, experiments; `scale` multiplies their number."""
    for kind, size, count in kinds:
        rng, held = np.random.default_rng(7), {}
        repeats = max(round(count * scale), 10)
        for _ in range(repeats):
            for name, good in kind(rng):
                held.setdefault(name, []).append(bool(good))
        for name, good in held.items():
            yield name, size, float(np.mean(good)), len(good)


def range_allowed(count: int) -> tuple[float, float]:
    """What chance allows around 95 % in 95 of 100 rows."""
    low, high = stats.binom.ppf([0.025, 0.975], count, 0.95) / count
    return float(low), float(high)
