"""A number with its unit, plausible range, grade of evidence and source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grade = Literal["measured", "fitted", "assumed"]


@dataclass(frozen=True)
class Estimate:
    """What is known of one quantity.

    `value`, `low` and `high` are in `unit`; `low`..`high` is the plausible range (about 90 %).
    `source` is a key of references.bib, with table or equation after a colon, or a sentence that
    says who assumed the value and why.
    """

    value: float
    unit: str
    low: float
    high: float
    grade: Grade
    source: str
    about: str = ""

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value} {self.unit} lies outside its range {self.low}..{self.high}")

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit} ({self.low:g} to {self.high:g}; {self.grade}; {self.source})"
