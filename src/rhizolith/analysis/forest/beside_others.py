"""Does a variable tell a forest something that the others do not? Each is drawn anew given those that matter most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rhizolith.analysis.forest.out_of_bag import grow

TREES = 60
"""Trees of each of these forests (assumed: as many draws as variables need are grown in about 2 s for fifty)."""
ENOUGH = 5
"""Draws that reach what was found, after which a variable is drawn no further: with 99 draws p ≤ 0.05 is still just."""
POWERS = np.arange(-2, 4.25, 0.25)
SHARE = 6
"""Samples for each other variable that is held fast (assumed: three quarters of 24 samples are then left to draw)."""


def beside_others(
    x: np.ndarray, y: np.ndarray, owner: np.ndarray, kind: str, *, trees: int = TREES, n: int = 99, seed: int = 0,
    asked: Sequence[int] | None = None,
) -> np.ndarray:  # fmt: skip
    """p of every variable having no importance beside the others (the conditional randomization of Candès et al. 2018).

    A variable is drawn anew as it could have been given those others that go most with the response (a sixth as many as
    samples, chosen without it), the response and all others staying as they are; p is the share of `n` draws whose
    forest gives it as much importance (`raw`) as it has. A variable that only goes with one that matters keeps that in
    every draw. Draws end after five that reach what was found (Besag & Clifford 1991): p stays just, large ones coarse.

    `x`: samples × columns; `owner`: the variable of each column; `y`: numbers, or class codes from 0. Relations between
    variables are taken as linear once powers have made each as normal as they can (`straight`); where that is true,
    turning what is left at random is exact (Huang & Janson 2020). Ranks would not do: each draw would lose a little of
    how a variable goes with others, as ranking already did once. `asked`: the only variables tested, others are NaN.
    """
    scores, target = straight(x), _target(y, kind)
    wanted = max(1, len(y) // SHARE)
    found = _importance(x, y, owner, kind, trees, seed)
    usual = _go_with(scores, target, wanted, np.ones(len(owner), bool))
    p = np.full(len(found), np.nan)
    for k in range(len(found)) if asked is None else asked:
        own = owner == k
        fixed = usual if not own[usual].any() else _go_with(scores, target, wanted, ~own)
        rng = np.random.default_rng((seed, k))
        redraw = _Redraw(scores[:, own], scores[:, fixed])
        drawn, reached, other = 0, 0, x.copy()
        while drawn < n and reached < ENOUGH:
            other[:, own] = as_measured(redraw(rng), x[:, own])
            drawn += 1
            reached += _importance(other, y, owner, kind, trees, int(rng.integers(2**31)))[k] >= found[k]
        p[k] = reached / drawn if reached == ENOUGH else (1 + reached) / (1 + n)
    return p


def straight(x: np.ndarray) -> np.ndarray:
    """Columns of mean 0, each raised to the power that makes it most normal (Yeo & Johnson 2000; quarters, −2 to 4)."""
    spread = x.std(axis=0)
    z = (x - np.median(x, axis=0)) / np.where(spread > 0, spread, 1.0)
    best, likely = z, np.full(z.shape[1], -np.inf)
    size, up = np.log1p(np.abs(z)), z >= 0
    for power in POWERS:
        one = np.where(up, _raised(size, power), -_raised(size, 2 - power))
        with np.errstate(divide="ignore"):
            found = (power - 1) * (np.sign(z) * size).mean(axis=0) - np.log(one.var(axis=0)) / 2
        best, likely = np.where(found > likely, one, best), np.maximum(found, likely)
    return np.asarray(best - best.mean(axis=0))


def _raised(size: np.ndarray, power: float) -> np.ndarray:
    """((1 + |z|)^power − 1)/power from log(1 + |z|), its logarithm where the power is 0."""
    return np.expm1(power * size) / power if power else size


class _Redraw:
    """Draws scores that go with `fixed` ones as those given do: the rest turned at random, its size kept."""

    def __init__(self, scores: np.ndarray, fixed: np.ndarray) -> None:
        n = len(scores)
        held = np.linalg.svd(np.column_stack([np.full(n, 1.0), fixed]))
        rank = int(np.linalg.matrix_rank(np.diag(held.S)))
        self.free = held.U[:, rank:]
        left = self.free.T @ scores
        self.kept = scores - self.free @ left
        self.size = np.linalg.qr(left).R

    def __call__(self, rng: np.random.Generator) -> np.ndarray:
        turned = np.linalg.qr(rng.normal(size=(self.free.shape[1], self.size.shape[0])))
        signs = np.where(np.diag(turned.R) < 0, -1.0, 1.0)
        return np.asarray(self.kept + self.free @ (turned.Q * signs) @ self.size)


def as_measured(scores: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The values that were measured, in the order of drawn scores; words: each class as often as it was."""
    out = np.zeros_like(x)
    if x.shape[1] == 1:
        out[np.argsort(scores[:, 0], kind="stable"), 0] = np.sort(x[:, 0])
        return out
    left = np.ones(len(x), bool)
    for c, often in enumerate(x.sum(axis=0).astype(int)):
        free = np.flatnonzero(left)
        taken = free[np.argsort(-scores[free, c], kind="stable")[:often]]
        out[taken, c], left[taken] = 1.0, False
    return out


def _target(y: np.ndarray, kind: str) -> np.ndarray:
    """The response as columns of mean 0: made normal, or one of each class."""
    if kind == "regression":
        return straight(y[:, None].astype(float))
    table = np.eye(int(y.max()) + 1)[y]
    return np.asarray(table - table.mean(axis=0))


def _go_with(scores: np.ndarray, target: np.ndarray, wanted: int, allowed: np.ndarray) -> np.ndarray:
    """Columns that explain the target best, one after another, each beside those before."""
    left, rest, chosen = scores * allowed, target, np.zeros(0, int)
    whole = (scores**2).sum(axis=0)
    for _ in range(min(wanted, int(allowed.sum()))):
        size = (left**2).sum(axis=0)
        useful = size > 1e-6 * whole
        if not useful.any():
            break
        gain = np.divide(((left.T @ rest) ** 2).sum(axis=1), size, out=np.zeros(len(size)), where=useful)
        best = int(gain.argmax())
        one = left[:, best] / np.sqrt(size[best])
        left, rest = left - np.outer(one, one @ left), rest - np.outer(one, one @ rest)
        chosen = np.append(chosen, best)
    return chosen


def _importance(x: np.ndarray, y: np.ndarray, owner: np.ndarray, kind: str, trees: int, seed: int) -> np.ndarray:
    """Rise of the out-of-bag error when a variable is shuffled, summed over its columns."""
    return np.bincount(owner, grow(x, y, kind, trees, seed).raw)
