"""One panel: a small matplotlib figure with its words and its numbers, drawn as SVG that stays text."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from textwrap import fill
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, ScalarFormatter

from rhizolith.reporting.print_font import PART, WHOLE, print_families
from rhizolith.reporting.words import number

# Okabe and Ito's palette, distinguishable with any colour vision; yellow is left out: too pale on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F7F7F")
FAMILIES = (WHOLE,)
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "font.family": list(FAMILIES),
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": "#444",
    "axes.labelcolor": "#222",
    "xtick.color": "#444",
    "ytick.color": "#444",
    "axes.formatter.useoffset": False,
    "lines.linewidth": 1.8,
}


LETTER = 0.62
"""Width of a number in units of the size of its font."""
LABEL = 18
"""Characters in a line of a direct label; longer ones wrap."""


@dataclass(frozen=True)
class Panel:
    """A figure of phone width with a title, one sentence about it, and the table it was drawn from."""

    name: str
    title: str
    about: str
    table: pd.DataFrame
    draw: Callable[[Axes], Any]
    width: float = 4.0
    height: float = 2.9

    def figure(self, families: Sequence[str] = FAMILIES) -> Figure:
        """The matplotlib figure, axes drawn, words in these families of fonts."""
        with matplotlib.rc_context({**STYLE, "font.family": list(families)}):
            made = Figure(figsize=(self.width, self.height), layout="constrained")
            FigureCanvasSVG(made)
            self.draw(made.add_subplot())
            for axes in made.axes:
                thin(axes, self.width)
        return made

    def at(self, width: float) -> Panel:
        """The same panel at a width in mm, for print: never lower than drawn, since rows need their room."""
        inches = width / 25.4
        return replace(self, width=inches, height=self.height * max(1.0, inches / self.width) ** 0.5)

    def svg(self, drawn: Figure | None = None) -> str:
        """Editable SVG, without the preamble that only a stand-alone file needs; of `drawn` where that is given."""
        out = io.StringIO()
        with matplotlib.rc_context({**STYLE, "svg.hashsalt": self.name}):
            drawn = drawn or self.figure()
            for patch in (drawn.patch, *(axes.patch for axes in drawn.axes)):
                patch.set_facecolor("none")
                patch.set_edgecolor("none")
            # not savefig, which draws twice, the first time for a layout that drawing itself makes again
            FigureCanvasSVG(drawn).print_svg(out, metadata={"Date": None, "Creator": None})
        text = out.getvalue()
        text = text[text.index("<svg") :]
        text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.S)
        text = re.sub(r'<g id="[^"]*"', "<g", text)  # nothing refers to groups
        text = re.sub(r'id="([A-Za-z][\w.-]*)"', rf'id="{self.name}-\1"', text)
        text = re.sub(r'(xlink:href="#|url\(#)', rf"\1{self.name}-", text)
        return re.sub(r'(<svg[^>]*?) height="[^"]*"([^>]*?) width="[^"]*"', r"\1\2", text, count=1)

    @cached_property
    def page_svg(self) -> str:
        """The drawing that the page shows, made once."""
        return self.svg()

    def sized(self, svg: str) -> str:
        """The drawing as a file of its own: as large in mm as drawn, with fonts of the same width where ours lacks."""
        size = f'width="{25.4 * self.width:g}mm" height="{25.4 * self.height:g}mm" '
        head, body = svg.split(">", 1)
        head = re.sub(r'\b(?:width|height)="[^"]*"\s*', "", head).replace("<svg ", f"<svg {size}", 1)
        return f"{head}>{body}".replace(f"'{WHOLE}'", f"'{WHOLE}', Verdana, sans-serif")

    def both(self) -> tuple[str, bytes]:
        """SVG and PDF of one drawing, for files: its layout, half of the work, is made once."""
        drawn = self.figure(print_families())
        svg = self.sized(self.svg(drawn).replace(f"'{PART}', ", ""))
        drawn.set_layout_engine("none")
        return svg, self.pdf(drawn)

    def pdf(self, drawn: Figure | None = None) -> bytes:
        """The same figure for print."""
        out = io.BytesIO()
        with matplotlib.rc_context(STYLE):
            # not savefig, for the same reason
            FigureCanvasPdf(drawn or self.figure(print_families())).print_pdf(out, metadata={"CreationDate": None})
        return out.getvalue()

    def csv(self) -> str:
        """The numbers behind the figure."""
        return self.table.to_csv(index=False, float_format="%.6g")

    def html(self) -> Markup:
        """The panel on the page: picture, sentence, link to its numbers."""
        data = base64.b64encode(self.csv().encode()).decode()
        svg = self.page_svg.replace("<svg", f'<svg role="img" aria-label="{escape(f"{self.title}. {self.about}")}"', 1)
        link = (
            f'<a download="{self.name}.csv" href="data:text/csv;base64,{data}" '
            f'aria-label="data of {escape(self.title)} as CSV">CSV</a>'
        )
        return Markup(
            f'<figure id="{self.name}" style="--w:{self.width * 96:.0f}px"><h3>{escape(self.title)}</h3>{svg}'
            f"<figcaption>{escape(self.about)} <small>{link}</small></figcaption></figure>"
        )


def thin(axes: Axes, inches: float) -> None:
    """Numbers of the axes as words would give them (`2·10¹⁰`), and fewer on the x axis where they would touch.

    `inches` is the width of the figure. Axes that are not linear keep theirs.
    """
    if not axes.axison:
        return
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        form = axis.get_major_formatter()
        places = [at for at in axis.get_majorticklocs() if low <= at <= high]
        words = form.format_ticks(places)
        if isinstance(form, ScalarFormatter) and form.get_offset():
            axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
            words = [number(at) for at in places]
        if axis is axes.xaxis:
            _wrapped(axes, inches)
        if axis is axes.yaxis or not isinstance(axis.get_major_locator(), MaxNLocator) or axes.get_xscale() != "linear":
            continue
        sides = _sides(axes)
        letter = LETTER * float(axis.get_major_ticks(1)[0].label1.get_fontsize()) / 72
        wide = letter * (max(map(len, words), default=0) + 1.5)
        most = int(max(inches - min(sides, 0.6 * inches), 0.3 * inches) / wide)
        if len(places) > max(most, 2):
            axis.set_major_locator(MaxNLocator(max(most - 1, 2), min_n_ticks=2))


def _sides(axes: Axes) -> float:
    """Inches beside the axes that the words of the y axis take, about."""
    rows = [row for label in axes.get_yticklabels() for row in label.get_text().split("\n")]
    return 0.3 + LETTER * max(map(len, rows), default=0) * 7 / 72


def _wrapped(axes: Axes, inches: float) -> None:
    """What the x axis shows in lines as long as the axis, so that the edge of the figure cuts nothing."""
    label = axes.xaxis.label
    room = max(inches - _sides(axes), 0.35 * inches) * 72
    label.set_text(fill(label.get_text(), max(int(room / (LETTER * float(label.get_fontsize()))), 12)))


def apart(values: Sequence[float], heights: Sequence[float], floor: float = -np.inf) -> np.ndarray:
    """Middles near `values` for labels of these heights, none below `floor`, order kept: labels that do not collide."""
    order = np.argsort(values, kind="stable")
    placed, tall = np.asarray(values, dtype=float)[order], np.asarray(heights, dtype=float)[order]
    gap = (tall[1:] + tall[:-1]) / 2
    for _ in range(200):
        close = gap - np.diff(placed)
        if (close <= 1e-9 * gap).all():
            break
        push = np.where(close > 0, close / 2, 0.0)
        placed[:-1] -= push
        placed[1:] += push
    for i in range(len(placed)):
        placed[i] = max(placed[i], floor + tall[0] / 2 if i == 0 else placed[i - 1] + gap[i - 1])
    out = np.empty_like(placed)
    out[order] = placed
    return out


def label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]], size: float = 8.5) -> None:
    """Write each (height, words, colour) beside the right edge, spread so that none covers another."""
    if not ends:
        return
    low, high = axes.get_ylim()
    inches = axes.get_figure().get_size_inches()[1] * 0.72  # type: ignore[union-attr]
    named = [(end, fill(words, LABEL), colour) for end, words, colour in ends]
    line = (high - low) * size * 1.2 / (72 * inches)
    tall = [line * (words.count("\n") + 1.15) for _, words, _ in named]
    for y, (end, words, colour) in zip(apart([e[0] for e in named], tall, low - line / 2), named, strict=True):
        axes.annotate(
            words,
            (1, end),
            xycoords=("axes fraction", "data"),
            xytext=(1.07, float(y)),
            textcoords=("axes fraction", "data"),
            color=colour,
            fontsize=size,
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.5, "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)},
        )
    axes.set_ylim(low, high)


def grid(panels: Sequence[Panel]) -> Markup:
    """Panels side by side as far as the screen reaches, one below the other on a phone."""
    return Markup('<div class="panels">{}</div>').format(Markup("").join(p.html() for p in panels))
