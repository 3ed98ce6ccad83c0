"""Shuffles of samples that the design of an experiment allows, and the p they give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rhizolith.errors import InputError, Problem


def shuffles(n: int, count: int, blocks: Sequence[Any] | None = None, seed: int | None = 0) -> np.ndarray:
    """`count` random orders of n samples (count × n); with `blocks`, samples change places within their block only."""
    if count < 1:
        raise InputError(Problem("permutations", f"{count} gives no p", "ask for 999"))
    rng = np.random.default_rng(seed)
    keys = rng.random((count, n))
    if blocks is None:
        return np.argsort(keys, axis=1)
    labels = np.unique(np.asarray(blocks, dtype=str), return_inverse=True)[1]
    if len(labels) != n:
        raise InputError(Problem("blocks", f"{len(labels)} labels for {n} samples", "give one label per sample"))
    home = np.argsort(labels, kind="stable")
    drawn = np.argsort(keys[:, home] + labels[home][None, :], axis=1)
    out = np.empty((count, n), int)
    out[:, home] = home[drawn]
    return out


def upper_p(observed: Any, drawn: np.ndarray) -> Any:
    """(1 + how many shuffles reach the observed value) / (1 + shuffles); ties within rounding count as reached."""
    slack = 1e-10 * np.maximum(np.abs(observed), 1e-12)
    return (1 + (drawn >= observed - slack).sum(axis=0)) / (1 + len(drawn))
