"""Compact letters: groups that share one are not shown to differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np


def letters(groups: Sequence[Any], differ: Mapping[frozenset[Any], bool]) -> dict[Any, str]:
    """Letters for groups, given in the order in which letters shall begin (largest mean first).

    `differ` says of every pair {a, b} whether it differs. Two groups share a letter exactly when they do not differ
    (insert and absorb, Piepho 2004). Group names may be anything, commas and hyphens too.
    """
    names = list(groups)
    columns: list[set[Any]] = [set(names)]
    for a, b in combinations(names, 2):
        if not differ.get(frozenset((a, b)), False):
            continue
        split = []
        for column in columns:
            split += [column - {a}, column - {b}] if a in column and b in column else [column]
        columns = absorb(split)
    columns.sort(key=lambda c: tuple(i for i, n in enumerate(names) if n in c))
    return {n: "".join(letter(i) for i, c in enumerate(columns) if n in c) for n in names}


def absorb(columns: list[set[Any]]) -> list[set[Any]]:
    """Columns without those that another one holds."""
    kept: list[set[Any]] = []
    for column in sorted(columns, key=len, reverse=True):
        if column and not any(column <= other for other in kept):
            kept.append(column)
    return kept


def letter(i: int) -> str:
    """a … z, A … Z, then a1, b1 …"""
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    turn, place = divmod(i, len(alphabet))
    return alphabet[place] + (str(turn) if turn else "")


def from_matrix(groups: Sequence[Any], p: np.ndarray, alpha: float = 0.05) -> dict[Any, str]:
    """Letters from a square matrix of p in the order of `groups`."""
    differ = {frozenset((groups[i], groups[j])): bool(p[i, j] < alpha) for i, j in combinations(range(len(groups)), 2)}
    return letters(groups, differ)
