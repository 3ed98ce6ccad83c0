"""Watches a run go: tells how far it is and writes down what happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.simulation.assemble import Model
from rhizolith.simulation.grid import Grid

Array = NDArray[np.float64]
EXHAUSTED = 1e-3
"""Share of its first amount at which a mineral counts as exhausted (our choice)."""
ANOXIC = 3e-3
"""mol m⁻³: dissolved oxygen, about 1 % of air saturation, below which a place counts as anoxic (our choice)"""


class Watch:
    """Called after every step of the solver; collects events as `{time, radius, what}`.

    An event lies within the step that saw it; its time is where the parabola through the last three states crosses.
    """

    def __init__(self, model: Model, grid: Grid, duration: float, progress: Callable[[float], None] | None) -> None:
        names = model.system.unknowns
        self.grid, self.duration, self.progress = grid, duration, progress
        self.minerals = [(m.name, names.index(m.name)) for m in model.scene.minerals]
        self.oxygen = names.index("O2") if "O2" in names else None
        self.rows = [i for _, i in self.minerals] + ([self.oxygen] if self.oxygen is not None else [])
        self.first: Array | None = None
        self.past: list[tuple[float, Array]] = []
        self.gone: set[str] = set()
        self.anoxic = np.zeros(grid.cells, dtype=bool)
        self.events: list[dict[str, Any]] = []

    def __call__(self, t: float, y: Array) -> bool:
        seen = y[self.rows]
        if self.first is None:
            self.first = seen.copy()
        self.past = [*self.past[-2:], (float(t), seen.copy())]
        if self.progress:
            self.progress(min(1.0, t / self.duration))
        for k, (name, _) in enumerate(self.minerals):
            level = EXHAUSTED * self.first[k]
            low = (seen[k] < level) & (self.first[k] > 0)
            if name not in self.gone and low.any():
                self.gone.add(name)
                self.note(k, level, low, f"{name} exhausted")
        if self.oxygen is not None:
            self.breathe(seen[-1] < ANOXIC)
        return False

    def breathe(self, anoxic: Array) -> None:
        """Note where oxygen first runs out, and when it is back everywhere."""
        level = np.full(len(anoxic), ANOXIC)
        if anoxic.any() and not self.anoxic.any():
            self.note(-1, level, anoxic, "anoxia begins: oxygen below 1 % of air saturation")
        if self.anoxic.any() and not anoxic.any():
            self.note(-1, level, self.anoxic, "anoxia ends: oxygen above 1 % of air saturation everywhere", last=True)
        self.anoxic = anoxic

    def note(self, row: int, level: Array, where: Array, what: str, last: bool = False) -> None:
        """Write one event down, at the cell that came first (or last) of those it holds for."""
        times = {int(c): self.crossing(row, int(c), float(level[c])) for c in np.flatnonzero(where)}
        cell = (max if last else min)(times, key=lambda c: times[c])
        radius = None if self.grid.geometry == "batch" else float(self.grid.centres[cell])
        self.events.append({"time": times[cell], "radius": radius, "what": what})

    def crossing(self, row: int, cell: int, level: float) -> float:
        """When a value crossed a level within the last step."""
        t = np.array([time for time, _ in self.past])
        x = np.array([seen[row, cell] for _, seen in self.past]) - level
        if len(t) < 2 or x[-1] * x[-2] > 0:
            return float(t[-1])
        straight = t[-2] + (t[-1] - t[-2]) * x[-2] / (x[-2] - x[-1])
        curve = np.polyfit((t - t[-1]) / (t[-1] - t[-2]), x, len(t) - 1)
        near = [r.real * (t[-1] - t[-2]) + t[-1] for r in np.roots(curve) if abs(r.imag) < 1e-9]
        inside = [r for r in near if t[-2] <= r <= t[-1]]
        return float(inside[0] if len(inside) == 1 else straight)
