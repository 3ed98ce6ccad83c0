"""How treatments look: one factor by colour, one by marker, one by filled or open, the same on every figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from rhizolith.description.experiment.treatment_name import JOIN, controls_first, level_name
from rhizolith.reporting.figure import COLOURS

MARKS = "os^Dv<>P"
WIDE = 0.56
"""Width of a letter in units of the font size."""
LONG = 34
"""Characters of an entry of a legend."""


@dataclass(frozen=True)
class Look:
    """`factors`: {factor: its levels}, in the order in which group labels join them."""

    factors: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, tree: xr.DataTree) -> Look:
        """From the design of an analyzed experiment: the factors that were tested, controls first."""
        design = tree["design"].to_dataset()
        formula = str(tree["study"].attrs.get("formula", "")) if "study" in tree.children else ""
        names = [n for n in re.split(r"\s*[*+]\s*", formula) if n]
        columns = {re.sub(r"\W+", "_", str(v)).strip("_"): str(v) for v in design.data_vars}
        factors = {n: tuple(controls_first(map(str, design[columns[n]].values))) for n in names if n in columns}
        return cls(factors or {"group": tuple(dict.fromkeys(map(str, design["group"].values)))})

    @property
    def ranked(self) -> list[str]:
        """Factors by their number of levels: colour, marker, filled or open."""
        return sorted(self.factors, key=lambda n: -len(self.factors[n]))

    def levels(self, group: str) -> dict[str, str]:
        """The level of each factor that a group's label names; labels may leave factors out."""
        found: dict[str, str] = {}
        for word in str(group).split(JOIN):
            name = next((n for n, lv in self.factors.items() if n not in found and word in _written(n, lv)), None)
            if name is not None:
                found[name] = _written(name, self.factors[name])[word]
        return found

    def style(self, group: str) -> dict[str, Any]:
        """colour, marker and filled (or open) of a group."""
        held = self.levels(group)
        place = [self.factors[n].index(held[n]) if n in held else 0 for n in self.ranked]
        place += [0] * (3 - len(place))
        return {
            "colour": COLOURS[place[0] % len(COLOURS)],
            "marker": MARKS[place[1] % len(MARKS)],
            "filled": place[2] == 0,
        }

    def order(self, groups: Iterable[str]) -> list[str]:
        """Groups in the order of the design: by the first factor, then the second."""

        def key(group: str) -> tuple[int, ...]:
            held = self.levels(group)
            return tuple(lv.index(held[n]) if n in held else -1 for n, lv in self.factors.items())

        return sorted(dict.fromkeys(map(str, groups)), key=key)

    def points(self, axes: Axes, x: Sequence[float], y: Sequence[float], group: str, size: float = 4.5) -> None:
        """The samples of one group."""
        look = self.style(group)
        face = look["colour"] if look["filled"] else "white"
        axes.plot(x, y, look["marker"], ms=size, mfc=face, mec=look["colour"], mew=0.9, alpha=0.8, ls="none")

    def handles(self, groups: Iterable[str]) -> list[Line2D]:
        """One entry a level that occurs: colours as dots, markers in grey, open ones hollow."""
        seen: dict[str, list[str]] = {}
        for group in groups:
            for name, level in self.levels(group).items():
                seen.setdefault(name, []).append(level)
        out = []
        for role, name in enumerate(self.ranked[:3]):
            for k, level in enumerate(lv for lv in self.factors[name] if lv in seen.get(name, [])):
                k = self.factors[name].index(level)
                colour = COLOURS[k % len(COLOURS)] if role == 0 else "#555"
                marker = "o" if role != 1 else MARKS[k % len(MARKS)]
                face = "white" if role == 2 and k else colour
                out.append(
                    Line2D([], [], ls="none", marker=marker, mfc=face, mec=colour, ms=5, label=self._named(name, level))
                )
        return out

    def _named(self, factor: str, level: str) -> str:
        """`plant: none`; the level alone where there is one factor."""
        named = level_name(factor, level)
        words = named if named != level or len(self.factors) == 1 else f"{factor.replace('_', ' ')}: {level}"
        return words if len(words) <= LONG else f"{words[: LONG - 1]}…"

    def legend(self, axes: Axes, groups: Iterable[str]) -> None:
        """Below the axes, so that it takes no width; as many columns as fit."""
        handles = self.handles(groups)
        if len(handles) > 1:
            below(axes, handles, 7)


def _written(factor: str, levels: Iterable[str]) -> dict[str, str]:
    """How a label may write each level, and the level."""
    return {level_name(factor, lv): lv for lv in levels} | {lv: lv for lv in levels}


def below(axes: Axes, handles: Sequence[Any] | None = None, size: float = 7, **options: Any) -> None:
    """A legend under the axes in as many columns as the width of the figure holds."""
    figure = axes.get_figure()
    shown = handles if handles is not None else axes.get_legend_handles_labels()[0]
    words = [str(h.get_label()) for h in shown]
    wide = figure.get_size_inches()[0] * 72  # type: ignore[union-attr]
    columns = max(1, min(4, len(words), int(wide / (WIDE * size * max(map(len, words)) + 3.4 * size))))
    figure.legend(  # type: ignore[union-attr]
        handles=shown, loc="outside lower center", ncols=columns, fontsize=size, frameon=False, handletextpad=0.3,
        columnspacing=1.2, borderaxespad=0.2, **options,
    )  # fmt: skip
