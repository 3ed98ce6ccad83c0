"""Every pair of groups: difference, interval, p that pays for all pairs, letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.compare.effect_sizes import hedges
from rhizolith.analysis.compare.group_letters import letters
from rhizolith.analysis.compare.studentized_range import critical, exceeds
from rhizolith.errors import InputError, Problem

METHODS = ("auto", "tukey", "games_howell")


@dataclass(frozen=True, repr=False)
class Pairs:
    """`groups`: n, mean, sd, se, interval, letter; `pairs`: difference, interval, p (all pairs paid for), Hedges'
    g with its interval; `method`: what was used and why; `checks`: p of normal residuals and of equal spread."""

    groups: pd.DataFrame
    pairs: pd.DataFrame
    method: str
    checks: dict[str, float]

    def __repr__(self) -> str:
        named = ", ".join(f"{k} {v}" for k, v in self.groups["letter"].items())
        return f"Pairs ({self.method}): {named}"


def pairs(
    values: Sequence[float] | pd.Series, groups: Sequence[Any], *, method: str = "auto", alpha: float = 0.05
) -> Pairs:
    """Tukey's honest differences, or Games and Howell's where spreads differ; letters at `alpha`.

    `auto` takes Games–Howell when Brown–Forsythe's test gives p < 0.05, and says so. `values` and `groups`:
    one per sample; gaps in `values` are left out and counted by n.
    """
    if method not in METHODS:
        raise InputError(Problem("method", f"{method!r} is unknown", f"use one of {', '.join(METHODS)}"))
    split = split_groups(values, groups)
    names, data = list(split), list(split.values())
    checks = assumptions(data)
    chosen = method
    if method == "auto":
        chosen = "games_howell" if checks["equal_spread"] < 0.05 else "tukey"
    variance = np.array([x.var(ddof=1) / len(x) for x in data])
    free = sum(len(x) for x in data) - len(data)
    pooled = sum((len(x) - 1) * x.var(ddof=1) for x in data) / free
    rows = []
    for i, j in combinations(range(len(names)), 2):
        g, low, high = hedges(data[j], data[i])
        n, m = len(data[i]), len(data[j])
        error, degrees = np.sqrt(pooled * (1 / n + 1 / m) / 2), float(free)
        if chosen != "tukey":
            total = variance[i] + variance[j]
            error = np.sqrt(total / 2)
            parts = variance[i] ** 2 / (n - 1) + variance[j] ** 2 / (m - 1)
            degrees = float(total**2 / parts) if parts > 0 else float(n + m - 2)
        gap = data[j].mean() - data[i].mean()
        half = critical(alpha, len(data), degrees) * error
        rows.append({
            "group_1": names[i], "group_2": names[j], "difference": gap, "low": gap - half, "high": gap + half,
            "p": float(exceeds(abs(gap) / error, len(data), degrees)) if error > 0 else float(gap == 0),
            "g": g, "g_low": low, "g_high": high,
        })  # fmt: skip
    table = pd.DataFrame(rows)
    order = sorted(names, key=lambda k: -split[k].mean())
    differ = {frozenset((r["group_1"], r["group_2"])): r["p"] < alpha for r in rows}
    named = letters(order, differ)
    summary = pd.DataFrame([describe(k, split[k]) | {"letter": named[k]} for k in order]).set_index("group")
    return Pairs(summary, table, "Tukey" if chosen == "tukey" else "Games–Howell", checks)


def split_groups(values: Sequence[float] | pd.Series, groups: Sequence[Any]) -> dict[Any, np.ndarray]:
    """Values of each group, in order of appearance; InputError where groups are too small to compare."""
    labels = list(groups)
    numbers = pd.to_numeric(pd.Series(list(values), dtype=object), errors="coerce").to_numpy(float)
    if len(labels) != len(numbers):
        raise InputError(Problem("groups", f"{len(labels)} labels for {len(numbers)} values", "one label per sample"))
    found: dict[Any, list[float]] = {}
    for label, value in zip(labels, numbers):
        if label is not None and label == label and np.isfinite(value):
            found.setdefault(label, []).append(value)
    problems = [
        Problem(f"group {k}", f"has {len(v)} value", "a group needs two or more: it has no spread otherwise")
        for k, v in found.items()
        if len(v) < 2
    ]
    if len(found) < 2:
        problems.append(Problem("groups", f"{len(found)} group leaves nothing to compare", "give at least two groups"))
    if problems:
        raise InputError(problems)
    split = {k: np.array(v) for k, v in found.items()}
    if all(np.ptp(v) == 0 for v in split.values()):
        raise InputError(Problem("values", "do not vary within any group", "a test needs replicates that vary"))
    return split


def describe(name: Any, x: np.ndarray) -> dict[str, Any]:
    """n, mean, spread and the interval of the mean."""
    se = x.std(ddof=1) / np.sqrt(len(x))
    half = stats.t.ppf(0.975, len(x) - 1) * se
    return {
        "group": name, "n": len(x), "mean": x.mean(), "sd": x.std(ddof=1), "se": se,
        "low": x.mean() - half, "high": x.mean() + half, "median": float(np.median(x)),
    }  # fmt: skip


def assumptions(data: Sequence[np.ndarray]) -> dict[str, float]:
    """p of normal residuals (Shapiro–Wilk), of equal spread (Brown–Forsythe), of the rank and Welch tests."""
    left = np.concatenate([x - x.mean() for x in data])
    normal = stats.shapiro(left).pvalue if 3 <= len(left) <= 5000 and np.ptp(left) > 0 else np.nan
    moving = [x for x in data if np.ptp(x) > 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "normal_residuals": float(normal),
            "equal_spread": float(stats.levene(*data, center="median").pvalue) if len(moving) else np.nan,
            "kruskal_wallis": float(stats.kruskal(*data).pvalue),
            "welch": welch(data),
        }


def welch(data: Sequence[np.ndarray]) -> float:
    """p of Welch's test of equal means, spreads free; NaN when a group does not vary."""
    n = np.array([len(x) for x in data], float)
    variance = np.array([x.var(ddof=1) for x in data])
    if (variance == 0).any():
        return float("nan")
    w = n / variance
    means = np.array([x.mean() for x in data])
    k = len(data)
    centre = (w * means).sum() / w.sum()
    lost = ((1 - w / w.sum()) ** 2 / (n - 1)).sum()
    f = (w * (means - centre) ** 2).sum() / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * lost)
    return float(stats.f.sf(f, k - 1, (k**2 - 1) / (3 * lost)))
