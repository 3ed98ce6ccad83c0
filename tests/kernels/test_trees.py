"""Forests as machine code: the same as their source run by Python, with every access in bounds; and fair."""

from __future__ import annotations

import numpy as np
import pytest

from rhizolith.kernels import forest, trees
from rhizolith.kernels.forest import grow_trees


class Pointer:
    """What the compiled language knows as a pointer, with its bounds watched."""

    def __init__(self, array: np.ndarray, start: int = 0) -> None:
        self.array, self.start = array, start

    def __add__(self, steps: int) -> Pointer:
        return Pointer(self.array, self.start + steps)

    def _place(self, i: int) -> int:
        assert 0 <= self.start + i < self.array.size
        return self.start + i

    def __getitem__(self, i: int) -> float:
        return self.array.flat[self._place(i)].item()

    def __setitem__(self, i: int, value: float) -> None:
        self.array.flat[self._place(i)] = value


def as_python(*arguments: object) -> None:
    """`grow_forest` by the Python interpreter, on the arrays that the machine code would get."""
    trees.grow_forest(*(Pointer(a) if isinstance(a, np.ndarray) else a for a in arguments))


@pytest.mark.parametrize("classes", [1, 3])
def test_machine_code_does_what_its_source_says(classes, monkeypatch):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 9, (25, 4)).astype(float)  # ties
    kinds = rng.integers(0, 3, 25)
    target = rng.normal(size=(25, 1)).round(1) if classes == 1 else np.eye(3)[kinds]
    compiled = grow_trees(x, target, 6, 2, 3, seed=5)
    held: list[np.ndarray] = []

    def interpreted(*arguments):
        as_python(*(held[a] if k < 4 or k > 9 else a for k, a in enumerate(arguments)))

    monkeypatch.setattr(forest, "_compiled", lambda: interpreted)
    monkeypatch.setattr(forest, "_address", lambda a: held.append(a) or len(held) - 1)
    for mine, theirs in zip(grow_trees(x, target, 6, 2, 3, seed=5), compiled, strict=True):
        assert np.allclose(mine, theirs, rtol=1e-12, atol=1e-12)
    assert compiled[0].any()


def test_importance_does_not_depend_on_the_sign_of_a_variable():
    """A response in few levels makes equal cuts common; neither end of a variable may be preferred."""
    rng = np.random.default_rng(1)
    group = rng.integers(0, 4, 60)
    x = np.column_stack([group + 0.3 * rng.normal(size=60), -group + 0.3 * rng.normal(size=60)])
    y = np.array([1.3, 2.9, 3.1, 7.7])[group][:, None]
    one, other = (
        np.array([grow_trees(sign * x, y - y.mean(), 200, 1, 5, s)[0].mean(axis=0) for s in range(40)])
        for sign in (1, -1)
    )
    spread = np.sqrt((one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / 40)
    assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) < 3 * spread).all()


def test_a_tree_on_all_variables_cuts_where_the_squares_fall_most():
    """One clear step: every tree that sees both sides finds it, and shuffling the other variable changes nothing."""
    x = np.column_stack([np.arange(40.0), np.zeros(40)])
    y = (x[:, :1] >= 20).astype(float) - 0.5
    rises, purity, votes, asked = grow_trees(x, y, 50, 2, 5, 3)
    far = (np.abs(x[:, 0] - 19.5) > 3) & (asked > 0)
    assert np.allclose(votes[far, 0] / asked[far], y[far, 0], atol=1e-12)
    assert rises[:, 0].mean() > 0.2 and not rises[:, 1].any()
    assert purity[0] == pytest.approx(0.25, rel=0.05) and purity[1] == 0
