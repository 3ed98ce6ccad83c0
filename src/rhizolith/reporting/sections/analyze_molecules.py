"""Molecules of an experiment: where they lie, which classes they fall in, and how much that depends on the scheme."""

from __future__ import annotations

from functools import partial

import matplotlib
import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes
from scipy import stats

from rhizolith.reporting.experiment import node, nodes
from rhizolith.reporting.figure import Panel, grid
from rhizolith.reporting.panels.look import Look, below
from rhizolith.reporting.panels.stack import SHADES
from rhizolith.reporting.panels.treatment_dots import sample_groups
from rhizolith.reporting.section import Piece, section

CAUTION = Markup(
    "<p class=caveat>Intensities are semi-quantitative: ionization differs among molecules and samples. Classes are "
    "regions of O/C and H/C by convention, not structures; what counts as labile changes with the scheme.</p>"
)


def _diagram(axes: Axes, table: pd.DataFrame) -> None:
    shade = axes.scatter(
        table["OC"], table["HC"], c=table["NOSC"], s=2 + 60 * np.sqrt(table["intensity"] / table["intensity"].max()),
        cmap=matplotlib.colormaps["cividis"], alpha=0.5, linewidths=0, vmin=-2, vmax=2, rasterized=True,
    )  # fmt: skip
    axes.axhline(1.5, color="#444", lw=0.8, ls="--")
    axes.set(xlabel="O/C (mol mol⁻¹)", ylabel="H/C (mol mol⁻¹)", xlim=(0, 1.25), ylim=(0, 2.6))
    axes.figure.colorbar(shade, ax=axes, label="NOSC (no unit)", shrink=0.7)


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
    axes.set(xlabel="share of intensity (no unit)", xlim=(0, 1))
    below(axes, size=6.8, handlelength=1)


def _scheme(name: str) -> str:
    """`kellerman_2014` → `Kellerman 2014`, `mscc` → `MSCC`."""
    words = name.replace("_", " ")
    return words.upper() if len(words) < 5 else words[:1].upper() + words[1:]


def _schemes(axes: Axes, table: pd.DataFrame, look: Look, interval: pd.DataFrame) -> None:
    names = [c for c in table.columns if c != "scheme"]
    for k, name in enumerate(names):
        rows = np.arange(len(table)) + 0.5 * ((k + 0.5) / len(names) - 0.5)
        look.points(axes, table[name].tolist(), rows.tolist(), name, 3.6)
        ends = interval[interval["treatment"] == name].set_index("scheme").loc[table["scheme"], ["low", "high"]]
        axes.hlines(rows, ends["low"], ends["high"], color=look.style(name)["colour"], lw=0.8)
    axes.set_yticks(range(len(table)), [_scheme(s) for s in table["scheme"]], fontsize=7.5)
    axes.invert_yaxis()
    axes.set(xlabel="labile share of intensity (no unit)", xlim=(0, 1))
    look.legend(axes, names)


def _with_interval(table: pd.DataFrame, of: pd.Series, name: str) -> pd.DataFrame:
    """Long: treatment, `name`, mean, 95 % interval by t and n of a samples × kinds table."""
    rows = []
    for group, own in table.groupby(of, sort=False):
        n = own.notna().sum()
        half = stats.t.ppf(0.975, np.maximum(n - 1, 1)) * own.std() / np.sqrt(n)
        for kind, mean, wide, count in zip(own.columns, own.mean(), half, n):
            wide = wide if count > 1 else np.nan
            rows.append((group, kind, mean, mean - wide, mean + wide, int(count)))
    return pd.DataFrame(rows, columns=["treatment", name, "mean", "low", "high", "n"])


def _panels(tree: xr.DataTree, name: str, held: xr.Dataset) -> list[Panel]:
    stem = name.removeprefix("formulas_")
    short = stem.lower().replace("_", "-")
    of = sample_groups(tree).reindex(held["sample"].values)
    drawn, look = node(tree, f"diagram_{stem}"), Look.of(tree)
    panels = [_van_krevelen(short, drawn.to_dataframe().reset_index(drop=True), len(of))] if drawn is not None else []
    order, sizes = look.order(of.dropna()), of.value_counts()
    n = f"n {sizes.min()}" + (f" to {sizes.max()}" if sizes.max() > sizes.min() else "") + " a treatment"
    shares = pd.DataFrame(held["class_share"].to_pandas()).T
    panels += [_classes(short, scheme, shares, of, order, n) for scheme in ("kellerman_2014", "bailey_2017")]
    labile = pd.DataFrame(held["labile_share"].to_pandas()).T
    means = labile.groupby(of).mean().loc[order].T.rename_axis("scheme").reset_index()
    interval = _with_interval(labile, of, "scheme")
    panels.append(
        Panel(
            f"labile-{short}", "Labile, under every scheme",
            f"The same molecules, called labile by {len(means)} schemes; means with 95 % intervals by Student's t, "
            f"{n}. "
            f"{_stability(held)} Not tested under every scheme: the share by H/C ≥ 1.5 is (MLB wL below).", interval,
            partial(_schemes, table=means, look=look, interval=interval), width=3.9, height=3.4,
        )
    )  # fmt: skip
    return panels


def _van_krevelen(short: str, table: pd.DataFrame, samples: int) -> Panel:
    return Panel(
        f"van-krevelen-{short}", "Where the molecules lie",
        f"The {len(table)} most intense formulas by O/C and H/C, intensities of n {samples} samples averaged; size: "
        "intensity; colour: NOSC; dashed: molecular lability boundary, H/C 1.5. Not tested here and without intervals: "
        "those of traits and of all formulas follow.", table, partial(_diagram, table=table), width=4.2, height=3.4,
    )  # fmt: skip


def _classes(short: str, scheme: str, shares: pd.DataFrame, of: pd.Series, order: list[str], n: str) -> Panel:
    """Stacked mean shares of the classes of one scheme; their intervals in the table."""
    own = shares[[c for c in shares.columns if str(c).startswith(scheme)]]
    own = own.set_axis([str(c).partition("/")[2] for c in own.columns], axis=1)
    means = own.groupby(of).mean().loc[order].rename_axis("treatment").reset_index()
    return Panel(
        f"classes-{scheme.replace('_', '-')}-{short}", f"Classes, {_scheme(scheme)}",
        f"Share of the intensity in each class, mean of the samples, {n} (95 % intervals in the CSV). Single classes "
        "are not tested; the test is that of all formulas by treatment below.", _with_interval(own, of, "class"),
        partial(_stacked, table=means), width=3.9, height=1.2 + 0.3 * max(len(means), 2),
    )  # fmt: skip


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
        html += Markup("<p>{}: {}.</p>{}{}").format(tree[name].attrs.get("table", name), said, CAUTION, grid(made))
        panels += made
    return Piece(html, tuple(panels))
