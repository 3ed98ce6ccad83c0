"""Molecules of an experiment: where they lie, which classes they fall in, and how much that depends on the scheme."""

from __future__ import annotations

from functools import partial

import matplotlib
import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.reporting.experiment import node, nodes
from rhizolith.reporting.figure import Panel, grid
from rhizolith.reporting.panels.look import Look, below
from rhizolith.reporting.panels.stack import SHADES
from rhizolith.reporting.panels.treatment_dots import sample_groups
from rhizolith.reporting.section import Piece, section


def _diagram(axes: Axes, table: pd.DataFrame) -> None:
    shade = axes.scatter(
        table["OC"], table["HC"], c=table["NOSC"], s=2 + 60 * np.sqrt(table["intensity"] / table["intensity"].max()),
        cmap=matplotlib.colormaps["cividis"], alpha=0.5, linewidths=0, vmin=-2, vmax=2, rasterized=True,
    )  # fmt: skip
    axes.axhline(1.5, color="#444", lw=0.8, ls="--")
    axes.set(xlabel="O/C", ylabel="H/C", xlim=(0, 1.25), ylim=(0, 2.6))
    axes.figure.colorbar(shade, ax=axes, label="NOSC", shrink=0.7)


def _stacked(axes: Axes, table: pd.DataFrame) -> None:
    names = [c for c in table.columns if c != "treatment"]
    left = np.zeros(len(table))
    for k, name in enumerate(names):
        width = table[name].to_numpy(float)
        axes.barh(range(len(table)), width, left=left, color=SHADES[k % len(SHADES)], height=0.75, ec="white", lw=0.4,
                  label=name)  # fmt: skip
        left = left + width
    axes.set_yticks(range(len(table)), list(table["treatment"]), fontsize=7.5 if len(table) < 9 else 6.5)
    axes.invert_yaxis()
    axes.set(xlabel="share of intensity", xlim=(0, 1))
    below(axes, size=6.8, handlelength=1)


def _scheme(name: str) -> str:
    """`kellerman_2014` → `Kellerman 2014`, `mscc` → `MSCC`."""
    words = name.replace("_", " ")
    return words.upper() if len(words) < 5 else words[:1].upper() + words[1:]


def _schemes(axes: Axes, table: pd.DataFrame, look: Look) -> None:
    names = [c for c in table.columns if c != "scheme"]
    for name in names:
        look.points(axes, table[name].tolist(), list(range(len(table))), name)
    axes.set_yticks(range(len(table)), [_scheme(s) for s in table["scheme"]], fontsize=7.5)
    axes.invert_yaxis()
    axes.set(xlabel="labile share of intensity", xlim=(0, 1))
    look.legend(axes, names)


def _panels(tree: xr.DataTree, name: str, held: xr.Dataset) -> list[Panel]:
    stem = name.removeprefix("formulas_")
    short = stem.lower().replace("_", "-")
    of = sample_groups(tree).reindex(held["sample"].values)
    drawn = node(tree, f"diagram_{stem}")
    panels = []
    if drawn is not None:
        table = drawn.to_dataframe().reset_index(drop=True)
        panels.append(
            Panel(
                f"van-krevelen-{short}", "Where the molecules lie",
                f"The {len(table)} most intense formulas by O/C and H/C; size: intensity; dashed: molecular lability "
                "boundary, H/C 1.5.", table, partial(_diagram, table=table), width=4.2, height=3.4,
            )
        )  # fmt: skip
    look = Look.of(tree)
    order = look.order(of.dropna())
    sizes = of.value_counts()
    n = f"n {sizes.min()}" + (f" to {sizes.max()}" if sizes.max() > sizes.min() else "") + " a treatment"
    shares = pd.DataFrame(held["class_share"].to_pandas()).T.groupby(of).mean().loc[order]
    for scheme in ("kellerman_2014", "bailey_2017"):
        part = shares[[c for c in shares.columns if str(c).startswith(scheme)]]
        part.columns = [str(c).partition("/")[2] for c in part.columns]
        part = part.rename_axis("treatment").reset_index()
        panels.append(
            Panel(
                f"classes-{scheme.replace('_', '-')}-{short}", f"Classes, {_scheme(scheme)}",
                f"Share of the intensity in each class, mean of the samples, {n}. It describes; the test is that of "
                "all formulas by treatment below.", part,
                partial(_stacked, table=part), width=3.9, height=1.2 + 0.3 * max(len(part), 2),
            )
        )  # fmt: skip
    labile = pd.DataFrame(held["labile_share"].to_pandas()).T.groupby(of).mean().loc[order].T
    labile = labile.rename_axis("scheme").reset_index()
    panels.append(
        Panel(
            f"labile-{short}", "Labile, under every scheme",
            f"The same molecules, called labile by eight schemes; means, {n}. " + _stability(held), labile,
            partial(_schemes, table=labile, look=look), width=3.9, height=3.2,
        )
    )  # fmt: skip
    return panels


def _stability(held: xr.Dataset) -> str:
    note = str(held["labile_share"].attrs.get("note", ""))
    return f"{note[:1].upper()}{note[1:]}: 1 means that all order the samples alike." if note else ""


@section("analyze", order=45, title="Molecules: where they lie and how labile they are")
def analyze_molecules(tree: xr.DataTree) -> Piece | None:
    """Van Krevelen diagram, classes and lability under every scheme, with what the filters removed."""
    found = nodes(tree, "formulas_")
    if not found:
        return None
    html, panels = Markup(""), []
    for name, held in found:
        made = _panels(tree, name, held)
        said = tree[name].attrs.get("filters", "")
        html += Markup("<p>{}: {}.</p>{}").format(tree[name].attrs.get("table", name), said, grid(made))
        panels += made
    return Piece(html, tuple(panels))
