"""A ternary diagram, or the part of it that the points fill: three shares of one whole as a place in a triangle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True)
class Triangle:
    """The triangle of shares that are at least `low` (three numbers); `side` is what is left for each share to vary."""

    low: tuple[float, float, float]

    @property
    def side(self) -> float:
        """Range of each share along an edge."""
        return 1 - sum(self.low)

    @classmethod
    def around(cls, shares: np.ndarray, room: float = 0.08) -> Triangle:
        """The smallest triangle around points × 3 shares, with some room; the whole one for a single point."""
        least = np.nanmin(shares, axis=0)
        side = 1 - least.sum()
        if side < 1e-9:
            return cls((0.0, 0.0, 0.0))
        low = np.maximum(least - room * side, 0.0)
        return cls((float(low[0]), float(low[1]), float(low[2])))

    def place(self, shares: np.ndarray) -> np.ndarray:
        """Points × 2 on the page for points × 3 shares: first left, second right, third on top."""
        return (np.atleast_2d(shares) - np.array(self.low)) / self.side @ CORNERS

    def draw(self, axes: Axes, names: Sequence[str]) -> None:
        """Edges, grid and ticks with the real shares; each corner named by the share that is largest there."""
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.plot(*CORNERS[[0, 1, 2, 0]].T, color="#444", lw=1)
        step = next((s for s in STEPS if self.side / s <= 6), 0.25)
        for k in range(3):
            first = np.ceil(self.low[k] / step + 1e-9)
            for level in step * np.arange(first, np.floor((self.low[k] + self.side) / step) + 1):
                self._line(axes, k, float(level))
        places = ((-0.02, -0.05, "center", "top"), (1.02, -0.05, "center", "top"), (0.5, 0.9, "center", "bottom"))
        for name, (x, y, ha, va) in zip(names, places):
            axes.text(x, y, name, ha=ha, va=va, fontsize=8.5)
        axes.set_xlim(-0.16, 1.16)
        axes.set_ylim(-0.13, 0.97)

    def _line(self, axes: Axes, k: int, level: float) -> None:
        """Where one share has this level, its number at the end of the line that lies on the share's own edge."""
        i, j = (k + 1) % 3, (k + 2) % 3
        ends = np.tile(self.low, (2, 1))
        ends[:, k] = level
        left = 1 - level - self.low[i] - self.low[j]
        if left <= 1e-9:
            return
        ends[0, i] += left
        ends[1, j] += left
        at = self.place(ends)
        axes.plot(*at.T, color="#DDD", lw=0.6, zorder=0)
        away = at[1] - at[0]
        spot = at[1] + 0.035 * away / np.linalg.norm(away)
        axes.text(spot[0], spot[1], f"{level:.2f}".rstrip("0"), fontsize=6, color="#666", ha="center", va="center")
