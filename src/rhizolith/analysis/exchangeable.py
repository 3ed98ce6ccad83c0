"""Which samples of an experiment may change places: whole plots where a factor is laid on plots, samples within them
where it varies inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Any

import numpy as np

from rhizolith.analysis.model_terms import Term
from rhizolith.analysis.permutations import shuffles
from rhizolith.errors import InputError, Problem


@dataclass(frozen=True)
class Units:
    """Plots (plants, pots, cores) of several samples: `codes`, the plot of each sample (samples); `first`, a sample of
    each plot; `average`, plots × samples, the mean of each plot."""

    codes: np.ndarray
    first: np.ndarray
    average: np.ndarray

    @property
    def count(self) -> int:
        """How many plots there are."""
        return len(self.first)


def units(labels: Iterable[Any]) -> Units:
    """Plots from one label a sample; InputError where no plot holds two samples."""
    kinds, first, codes, sizes = np.unique(
        np.asarray(list(labels), dtype=str), return_index=True, return_inverse=True, return_counts=True
    )
    if sizes.max() < 2 or len(kinds) < 2:
        what = f"{len(kinds)} plots of at most {sizes.max()} sample"
        raise InputError(Problem("plots", what, "name plots that hold several samples, or leave them out"))
    return Units(codes, first, np.eye(len(kinds))[codes].T / sizes[:, None])


def lies_between(columns: np.ndarray, plots: Units) -> bool:
    """Whether a term is the same in all samples of every plot."""
    return bool(np.abs(columns - columns[plots.first][plots.codes]).max() < 1e-9)


def split_terms(terms: Sequence[Term], plots: Units) -> tuple[list[Term], list[Term]]:
    """Terms that differ between plots only, and those that vary within them."""
    between = [t for t in terms if lies_between(t.columns, plots)]
    return between, [t for t in terms if t not in between]


def block_of_plots(blocks: Sequence[Any] | None, plots: Units) -> list[Any] | None:
    """The block of each plot; None where blocks cut plots (they then say nothing about them)."""
    if blocks is None:
        return None
    labels = np.asarray(list(blocks), dtype=str)
    return None if (labels != labels[plots.first][plots.codes]).any() else list(labels[plots.first])


def orders(size: int, n: int, blocks: Sequence[Any] | None, seed: int | None) -> np.ndarray:
    """The order as it is, then n allowed shuffles of it."""
    return np.vstack([np.arange(size), shuffles(size, n, blocks, seed)])


def arrangements(labels: Sequence[Any], blocks: Sequence[Any] | None = None) -> float:
    """In how many distinct ways units can be dealt to treatments within blocks: Π over blocks of n!/Π(n of each)!."""
    table = _dealt(labels, blocks)
    total = sum(lgamma(row.sum() + 1) - sum(lgamma(c + 1) for c in row) for row in table.astype(float))
    return float(np.round(exp(total))) if total < 30 else exp(min(total, 700.0))


def least_p(labels: Sequence[Any], blocks: Sequence[Any] | None, n: int) -> float:
    """The smallest p that n shuffles can give one factor: some arrangements only swap the names of equal treatments.

    With g treatments that take equal places in every block, g! arrangements give the same statistic.
    """
    table = _dealt(labels, blocks)
    alike = np.unique(table, axis=1, return_counts=True)[1]
    same = sum(lgamma(c + 1) for c in alike)
    return float(max(1 / (n + 1), exp(same - log(max(arrangements(labels, blocks), 1.0)))))


def _dealt(labels: Sequence[Any], blocks: Sequence[Any] | None) -> np.ndarray:
    """How many units each treatment has in each block (blocks × treatments)."""
    one = np.unique(np.asarray(list(labels), dtype=str), return_inverse=True)[1]
    home = ["all"] * len(one) if blocks is None else list(blocks)
    two = np.unique(np.asarray(home, dtype=str), return_inverse=True)[1]
    flat = np.bincount(two * (one.max() + 1) + one, minlength=(one.max() + 1) * (two.max() + 1))
    return flat.reshape(two.max() + 1, one.max() + 1)


def within_adjustment(columns: np.ndarray, plots: Units) -> np.ndarray:
    """What terms that vary within plots add to samples, estimated within plots only (samples × samples).

    Taken out before plots are averaged, so that a plot that lacks a sample is not judged by what it lacks.
    """
    size = len(plots.codes)
    if not columns.shape[1]:
        return np.zeros((size, size))
    inside = np.eye(size) - plots.average.T @ np.diag(np.bincount(plots.codes).astype(float)) @ plots.average
    return columns @ np.linalg.pinv(inside @ columns, rcond=1e-10) @ inside
