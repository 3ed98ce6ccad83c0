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
    """Called after every step of the solver; collects events as `{time, radius, what}`."""

    def __init__(self, model: Model, grid: Grid, duration: float, progress: Callable[[float], None] | None) -> None:
        names = model.system.unknowns
        self.grid, self.duration, self.progress = grid, duration, progress
        self.minerals = [(m.name, names.index(m.name)) for m in model.scene.minerals]
        self.first: Array | None = None
        self.oxygen = names.index("O2") if "O2" in names else None
        self.gone: set[str] = set()
        self.anoxic = np.zeros(grid.cells, dtype=bool)
        self.events: list[dict[str, Any]] = []

    def __call__(self, t: float, y: Array) -> bool:
        if self.first is None:
            self.first = y.copy()
        if self.progress:
            self.progress(min(1.0, t / self.duration))
        for name, i in self.minerals:
            low = y[i] < EXHAUSTED * self.first[i]
            if name not in self.gone and low.any():
                self.gone.add(name)
                self.note(t, int(np.argmax(low)), f"{name} exhausted")
        if self.oxygen is not None:
            self.breathe(t, y[self.oxygen] < ANOXIC)
        return False

    def breathe(self, t: float, anoxic: Array) -> None:
        """Note where oxygen first runs out, and when it is back everywhere."""
        if anoxic.any() and not self.anoxic.any():
            self.note(t, int(np.argmax(anoxic)), "anoxia begins: oxygen below 1 % of air saturation")
        if self.anoxic.any() and not anoxic.any():
            self.note(t, int(np.argmax(self.anoxic)), "anoxia ends: oxygen above 1 % of air saturation everywhere")
        self.anoxic = anoxic

    def note(self, t: float, cell: int, what: str) -> None:
        """Write one event down."""
        radius = None if self.grid.geometry == "batch" else float(self.grid.centres[cell])
        self.events.append({"time": float(t), "radius": radius, "what": what})
