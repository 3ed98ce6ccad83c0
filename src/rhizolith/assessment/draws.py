"""One column of random numbers for each thing that is not known, the same for every soil."""

from __future__ import annotations

from functools import cache, lru_cache
from zlib import crc32

import numpy as np

LEVELS = {"none": (0.0, 0.0), "low": (0.0, 1 / 3), "medium": (1 / 3, 2 / 3), "high": (2 / 3, 1.0)}
"""ordinal words → where on 0..1 they may lie; nothing finer is claimed"""


class Draws:
    """Latin hypercube samples by name: asking for other names, or in another order, changes none of them."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self.size, self.seed = size, seed
        self.columns: dict[str, np.ndarray] = {}
        self.weighted: dict[tuple[str, ...], np.ndarray] = {}

    def uniform(self, name: str) -> np.ndarray:
        """(size,) numbers in 0..1, one in each of `size` equal strata."""
        if name not in self.columns:
            rng = np.random.default_rng([self.seed, crc32(name.encode())])
            self.columns[name] = (rng.permutation(self.size) + rng.random(self.size)) / self.size
        return self.columns[name]

    def normal(self, name: str) -> np.ndarray:
        """(size,) standard normal numbers."""
        from scipy.special import ndtri

        return np.asarray(ndtri(self.uniform(name)))

    def between(self, name: str, low: float, high: float) -> np.ndarray:
        """(size,) numbers in low..high."""
        return low + self.uniform(name) * (high - low)

    def weights(self, names: list[str]) -> np.ndarray:
        """(size, len(names)) weights that add up to 1: equal in every other sample, Dirichlet(1, …) in the rest.

        No weight is chosen by anybody; a conclusion that turns with the weights shows as a wide interval.
        """
        key = tuple(names)
        if key not in self.weighted:
            drawn = np.column_stack([-np.log(1 - self.uniform(f"weight:{n}")) for n in names])
            drawn /= drawn.sum(axis=1, keepdims=True)
            drawn[::2] = 1 / len(names)
            self.weighted[key] = drawn
        return self.weighted[key]

    def steps(self, name: str) -> np.ndarray:
        """(size, 4) places of four ordered levels on 0..1: equally spaced in every other sample, at random else."""
        gaps = self.weights([f"step:{name}:{i}" for i in range(3)])
        return np.concatenate([np.zeros((self.size, 1)), np.cumsum(gaps, axis=1)], axis=1)


@lru_cache(maxsize=4)
def shared_draws(size: int, seed: int) -> Draws:
    """The samples of this size and seed, made once."""
    return Draws(size, seed)


@cache
def level_range(words: str) -> tuple[float, float]:
    """`low-medium` → (0, 2/3)."""
    first, _, last = words.partition("-")
    return LEVELS[first][0], LEVELS[last or first][1]
