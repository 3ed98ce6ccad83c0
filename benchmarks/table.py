"""What was measured beside what was aimed for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One line of the table; `bar` is None where nothing was aimed for, `value` where nothing could be measured."""

    what: str
    value: float | None
    unit: str
    bar: float | None = None
    at_least: bool = True
    note: str = ""

    @property
    def verdict(self) -> str:
        """holds, short, or nothing to say"""
        if self.value is None or self.bar is None:
            return ""
        return "holds" if (self.value >= self.bar) == self.at_least or self.value == self.bar else "SHORT"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def text(rows: Sequence[Row]) -> str:
    """The table as aligned text."""
    cells = [("", "measured", "", "bar", "", "")]
    for r in rows:
        bar = "" if r.bar is None else f"{'>=' if r.at_least else '<='} {_number(r.bar)}"
        cells.append((r.what, _number(r.value), r.unit, bar, r.verdict, r.note))
    widths = [max(len(row[k]) for row in cells) for k in range(6)]
    lines = []
    for what, value, unit, bar, verdict, note in cells:
        left = f"{what:{widths[0]}}  {value:>{widths[1]}} {unit:{widths[2]}}  {bar:{widths[3]}}"
        lines.append(f"{left}  {verdict:{widths[4]}}  {note}".rstrip())
    return "\n".join(lines)


def write(rows: Sequence[Row], path: Path) -> None:
    """The table as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(r) | {"verdict": r.verdict} for r in rows], indent=1) + "\n")
