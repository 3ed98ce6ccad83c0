"""Every pair of groups where samples of one plant, plot or block belong together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.compare.effect_sizes import hedges
from rhizolith.analysis.compare.group_letters import letters
from rhizolith.analysis.compare.group_pairs import Pairs, assumptions, describe, pairs, split_groups
from rhizolith.analysis.compare.one_value_each import one_row_each, same_within
from rhizolith.analysis.compare.own_spread import block_cells, in_doubt, own_mean, own_pairs, spread_checks
from rhizolith.analysis.compare.random_intercept import LEAST_GROUPS, RandomIntercept, fit
from rhizolith.analysis.compare.studentized_range import critical, exceeds

POOLED, OWN = "Tukey, mixed model", "Bonferroni, differences within blocks"
"""How pairs were compared: with one spread for all, or each with its own."""


def mixed_pairs(
    values: Sequence[float] | pd.Series, groups: Sequence[Any], within: Sequence[Any], *, alpha: float = 0.05
) -> Pairs:
    """Differences between groups whose samples share blocks, plots or plants: `within`, one label a sample.

    Where spreads may be equal, Tukey's honest differences of a model with a random intercept for `within`: degrees of
    freedom by Satterthwaite, p and interval by the studentized range, means with the standard error of the model. Where
    Brown–Forsythe's test or that of equally spread differences has p < 0.50, nothing is pooled: each pair has its own
    differences within blocks, paid for by Bonferroni, each mean its own spread (`own_spread`). Falls back on `pairs`
    where too few share a label, and where all samples of each label have one value: it then counts once.
    """
    split = split_groups(values, groups)
    numbers = pd.to_numeric(pd.Series(list(values), dtype=object), errors="coerce").to_numpy(float)
    table = pd.DataFrame({"y": numbers, "group": list(groups), "within": [str(w) for w in within]}).dropna()
    if len(table) > 2 and same_within(table["y"].to_numpy(), table["within"]):
        once = one_row_each(table)
        return pairs(once["y"], once["group"].tolist(), alpha=alpha)
    names = list(split)
    x = np.array([[g == k for k in names] for g in table["group"]], float)
    label = pd.get_dummies(table["within"]).to_numpy(float)
    means = (label / label.sum(axis=0)).T @ x
    inside = len(table) - int(np.linalg.matrix_rank(np.column_stack([label, x])))
    if len(means) < LEAST_GROUPS or inside < 1 or len(means) <= np.linalg.matrix_rank(means):
        return pairs(values, groups, alpha=alpha)
    checks, cells = assumptions(list(split.values())), block_cells(table, names)
    spreads = spread_checks(cells, checks["equal_spread"])
    rows = own_pairs(cells, alpha) if in_doubt(spreads) else None
    method = OWN if rows else POOLED
    if rows:
        rows = [r | _size(split[r["group_2"]], split[r["group_1"]]) for r in rows]
        means = {k: own_mean(cells[k]) for k in names}
    else:
        model = fit(table["y"].to_numpy(), x, table["within"].tolist())
        rows = [_pair(model, split, names, i, j, alpha) for i, j in combinations(range(len(names)), 2)]
        means = {k: _mean(model, i) for i, k in enumerate(names)}
    order = sorted(names, key=lambda k: -split[k].mean())
    named = letters(order, {frozenset((r["group_1"], r["group_2"])): r["p"] < alpha for r in rows})
    summary = [describe(k, split[k]) | means[k] | {"letter": named[k]} for k in order]
    return Pairs(pd.DataFrame(summary).set_index("group"), pd.DataFrame(rows), method, checks | spreads)


def _size(b: np.ndarray, a: np.ndarray) -> dict[str, float]:
    """Hedges' g and its interval."""
    return dict(zip(("g", "g_low", "g_high"), hedges(b, a)))


@cache
def _critical(alpha: float, groups: int, free: float) -> float:
    """As `critical`; pairs of a balanced design share their degrees of freedom."""
    return critical(alpha, groups, free)


def _mean(model: RandomIntercept, k: int) -> dict[str, float]:
    """Standard error and interval of one group's mean."""
    contrast = np.eye(len(model.beta))[k]
    se = float(np.sqrt(model.covariance[k, k]))
    half = stats.t.ppf(0.975, model.degrees(contrast)) * se
    return {"mean": float(model.beta[k]), "se": se, "low": model.beta[k] - half, "high": model.beta[k] + half}


def _pair(
    model: RandomIntercept, split: dict[Any, np.ndarray], names: list[Any], i: int, j: int, alpha: float
) -> dict[str, Any]:
    """One difference with what it rests on."""
    contrast = np.zeros(len(names))
    contrast[[i, j]] = -1.0, 1.0
    gap, df = float(contrast @ model.beta), round(model.degrees(contrast), 2)
    error = float(np.sqrt(contrast @ model.covariance @ contrast / 2))
    half = _critical(alpha, len(names), df) * error
    return {
        "group_1": names[i], "group_2": names[j], "difference": gap, "low": gap - half, "high": gap + half, "df": df,
        "p": float(exceeds(abs(gap) / error, len(names), df)) if error > 0 else float(gap == 0),
        **_size(split[names[j]], split[names[i]]),
    }  # fmt: skip
