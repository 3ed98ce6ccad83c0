"""Features that were picked by a look at the answer, judged on samples that took no part in the picking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.permutations import shuffles
from rhizolith.errors import InputError, Problem

FEWEST = 4
"""Blocks that whole ones can be drawn from (assumed: of four more than one is left out of most draws)."""


@dataclass(frozen=True, repr=False)
class Honest:
    """`naive`: the statistic on the very samples that chose the features; `honest`: its mean on samples left out of the
    choice; `low`, `high`: 95 % of the resamples; `null`: naive value with the response shuffled and everything repeated
    (what picking alone gives), with its 95 % quantile; `p` of the naive value against that; `chosen`: share of the
    resamples that chose each feature."""

    naive: float
    honest: float
    low: float
    high: float
    null: float
    null_high: float
    p: float
    chosen: pd.Series
    n: int
    failed: int

    def __repr__(self) -> str:
        span = f"{self.low:.2f} to {self.high:.2f}"
        alone = f"picking alone gives {self.null:.2f} (p {self.p:.3f})"
        return f"naive {self.naive:.2f}, honest {self.honest:.2f} ({span}); {alone}"


def honest(
    table: pd.DataFrame,
    response: Sequence[float],
    select: Callable[[pd.DataFrame, np.ndarray], Sequence[str]],
    statistic: Callable[[pd.DataFrame, np.ndarray, pd.DataFrame, np.ndarray], float],
    *,
    n: int = 100,
    seed: int = 0,
    blocks: Sequence[Any] | None = None,
) -> Honest:
    """Repeats choice and fit together: on resamples, judged by the samples left out, and on shuffled responses.

    `select(table, y)` names the features it would pick; `statistic(train, y_train, test, y_test)` fits on the first
    pair of the chosen features and scores the second, larger is better (an R², a correlation, a path). A resample in
    which nothing is picked scores 0. With `blocks` (one label a sample, four or more) whole blocks are drawn and left
    out, so that no sample is judged by others of its block, and responses change places within their block only.
    """
    y = np.asarray(list(response), float)
    if len(y) != len(table) or len(y) < 8 or not np.isfinite(y).all():
        what = f"{len(y)} values for {len(table)} samples"
        raise InputError(Problem("response", what, "give one finite number for each of eight samples or more"))
    rng = np.random.default_rng(seed)
    homes = _homes(len(y), blocks)
    orders = shuffles(len(y), n, blocks, seed)
    naive = _run(table, y, table, y, select, statistic)[0]
    scores, null, tally, failed = [], [], dict.fromkeys(map(str, table.columns), 0), 0
    for order in orders:
        drawn = np.concatenate([homes[k] for k in rng.integers(0, len(homes), len(homes))])
        out = np.setdiff1d(np.arange(len(y)), drawn)
        score, names = _run(table.iloc[drawn], y[drawn], table.iloc[out], y[out], select, statistic)
        for name in names:
            tally[str(name)] += 1
        shuffled = y[order]
        null.append(_run(table, shuffled, table, shuffled, select, statistic)[0])
        if np.isfinite(score):
            scores.append(score)
        else:
            failed += 1
    drawn_null = np.array(null)[np.isfinite(null)]
    spread: tuple[Any, Any] = tuple(np.quantile(scores, [0.025, 0.975])) if scores else (np.nan, np.nan)
    return Honest(
        naive, float(np.mean(scores)) if scores else np.nan, float(spread[0]), float(spread[1]),
        float(drawn_null.mean()), float(np.quantile(drawn_null, 0.95)),
        float((1 + (drawn_null >= naive - 1e-12).sum()) / (1 + len(drawn_null))),
        (pd.Series(tally) / n).sort_values(ascending=False), n, failed,
    )  # fmt: skip


def _homes(size: int, blocks: Sequence[Any] | None) -> list[np.ndarray]:
    """What is drawn together: the samples of each block, or single ones."""
    if blocks is None:
        return [np.array([i]) for i in range(size)]
    labels = np.unique(np.asarray(list(blocks), dtype=str), return_inverse=True)[1]
    if len(labels) != size or labels.max() + 1 < FEWEST:
        what = f"{len(labels)} labels of {len(set(labels))} blocks for {size} samples"
        raise InputError(Problem("blocks", what, f"give one label a sample and at least {FEWEST} blocks, or none"))
    return [np.flatnonzero(labels == k) for k in range(labels.max() + 1)]


def _run(
    train: pd.DataFrame, y_train: np.ndarray, test: pd.DataFrame, y_test: np.ndarray, select: Any, statistic: Any
) -> tuple[float, Sequence[str]]:
    """One choice and one score."""
    names = list(select(train, y_train))
    if not names:
        return 0.0, names
    return float(statistic(train[names], y_train, test[names], y_test)), names
