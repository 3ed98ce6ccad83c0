"""One number that a file may hold: its unit, the range in which it is possible, how to write it, what it means."""

from __future__ import annotations

from dataclasses import dataclass

from rhizolith.knowledge.masses import ATOMIC_MASS


@dataclass(frozen=True)
class Number:
    """A number of a file: `unit` inside, possible range in it, the element counted where masses may be given too."""

    unit: str
    low: float
    high: float
    counts: str = ""
    example: str = ""
    about: str = ""

    @property
    def molar_mass(self) -> float | None:
        """kg mol⁻¹ of what is counted"""
        return ATOMIC_MASS[self.counts] / 1e3 if self.counts else None
