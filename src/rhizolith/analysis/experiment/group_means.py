"""Treatments of a design, and the mean of every variable in each with its interval."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.paths.expanded_tails import expanded
from rhizolith.analysis.study.factors import choose_factors, safe
from rhizolith.description.experiment.levels import gaps
from rhizolith.description.experiment.treatment_name import OUTSIDE, controls_first, treatment_names

BLOCK = re.compile(r"^(block|rep|reps|replicate|replicates|plot|pot|batch|plant_?id|sample_?id|barcode|name)\b", re.I)
MOST = 12  # groups, where no tested factors name them


def factors(design: pd.DataFrame) -> list[str]:
    """The columns that say what was done: two to half as many levels as samples, blocks and numbering left out.

    A column that only renames another, or joins several, is left out.
    """
    n = len(design)
    design = design.mask(design == "")  # a blank is no level
    picked: list[str] = []
    for name in sorted(map(str, design.columns), key=lambda c: design[c].nunique()):
        levels = design[name]
        if BLOCK.match(name) or not 2 <= levels.nunique() <= max(2, n // 2):
            continue
        if any(design.groupby(other)[name].nunique().max() == 1 for other in picked):
            continue  # follows from another
        if picked and design.groupby(picked)[name].nunique().max() == 1:
            continue
        picked.append(name)
    return picked


def groups(design: pd.DataFrame) -> pd.Series:
    """The treatment of each sample: levels of the factors that are tested, as tests name them too.

    Where these leave most groups a single sample: of as many factors as leave at most twelve groups. A sample without
    a level of one of them is `not in the design`. A factor that many samples lack names no group.
    """
    chosen = _chosen(design)
    if not chosen:
        return pd.Series("all", index=design.index, name="group")
    named = treatment_names(design, chosen)
    placed = (design[chosen] != "").all(axis=1) & ~design.index.isin(gaps(design)[0])
    return named.where(placed, OUTSIDE).rename("group")


def _chosen(design: pd.DataFrame) -> list[str]:
    """The factors that name the groups: those that are tested, where treatments of these hold two samples each."""
    return _tested(design) or _few(design)


def _tested(design: pd.DataFrame) -> list[str]:
    """The factors of the tests, none where they leave most treatments a single sample."""
    kept = design.drop(index=gaps(design)[0])
    found = choose_factors(kept.mask(kept == ""))
    named = [c for c in design.columns if safe(str(c)) in found.names]
    return named if named and found.groups.value_counts().median() >= 2 else []


def _few(design: pd.DataFrame) -> list[str]:
    """As many factors as leave at most twelve groups."""
    _, out = gaps(design)
    chosen: list[str] = []
    for name in factors(design.drop(columns=list(out))):
        whole = design[(design[[*chosen, name]] != "").all(axis=1)]
        sizes = whole[[*chosen, name]].agg(" · ".join, axis=1).value_counts()
        if 1 < len(sizes) <= MOST and sizes.median() >= 2:
            chosen.append(name)
    return chosen


def in_order(design: pd.DataFrame) -> list[str]:
    """The treatments, controls of each factor first, else in the order of the tables."""
    chosen = _chosen(design)
    named = groups(design)
    ranks = {f: {level: k for k, level in enumerate(controls_first(design[f]))} for f in chosen}
    first = design[~named.duplicated()]
    place = {named[s]: tuple(ranks[f][first.loc[s, f]] for f in chosen) for s in first.index}
    return sorted((g for g in place if g != OUTSIDE), key=lambda g: place[g])


def group_means(
    values: pd.DataFrame, group: pd.Series, level: float = 0.95, draws: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """Tidy: variable, group, n, mean, sd, and two intervals of the mean at `level`.

    `low`, `high` by Student's t; `boot_low`, `boot_high` by the bootstrap, its percentiles expanded for few samples
    (Hesterberg 2015; plain ones of six normal values hold the mean in 85 %, these in 92 %), only from five samples on.
    """
    random = np.random.default_rng(seed)
    rows = []
    for variable in values.columns:
        for name, column in values[variable].groupby(group, sort=False):
            x = column.to_numpy(float)
            x = x[np.isfinite(x)]
            if not len(x):
                continue
            row = {"variable": variable, "group": name, "n": len(x), "mean": x.mean()}
            row["sd"] = x.std(ddof=1) if len(x) > 1 else np.nan
            half = stats.t.ppf((1 + level) / 2, len(x) - 1) * row["sd"] / np.sqrt(len(x)) if len(x) > 1 else np.nan
            row["low"], row["high"] = row["mean"] - half, row["mean"] + half
            row["boot_low"] = row["boot_high"] = np.nan
            if len(x) >= 5:
                means = x[random.integers(0, len(x), (draws, len(x)))].mean(axis=1)
                tail = expanded((1 - level) / 2, len(x))
                row["boot_low"], row["boot_high"] = np.quantile(means, [tail, 1 - tail])
            rows.append(row)
    columns = ["variable", "group", "n", "mean", "sd", "low", "high", "boot_low", "boot_high"]
    return pd.DataFrame(rows, columns=columns)
