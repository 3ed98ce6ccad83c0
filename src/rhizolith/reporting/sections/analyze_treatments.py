"""Each quantity and index by treatment: every sample a dot, the mean with its interval beside."""

from __future__ import annotations

from functools import partial
from textwrap import fill

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes
from scipy import stats

from rhizolith.reporting.experiment import node, nodes, table_of
from rhizolith.reporting.figure import Panel, grid
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.panels.treatment_dots import by_plot, dots, plots_of
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import part
from rhizolith.reporting.words import axis, listing, unit_of

OPEN = 9
"""Figures of a section that stand open; the others are folded away."""
MOST = 30
"""Figures in one section; the tables hold the rest."""
FIRST = (
    "pH",
    "EC",
    "SOC",
    "TN",
    "TP",
    "NH4",
    "NO3",
    "available_P",
    "MBC",
    "MBN",
    "MBP",
    "respiration",
    "shoot",
    "root",
)
INDICES = {
    "soil": ("soil_CN", "biomass_CN", "biomass_CP", "microbial_quotient", "qCO2", "CUE_growth", "ESP", "SAR",
             "Fe_crystallinity"),
    "enzymes": ("vector_length", "vector_angle", "TER_CN", "TER_CP", "CUE_enzymes"),
}  # fmt: skip
UNTESTED = {
    "links": "their number follows from that of formulas",
    "coverage": "it says how well reads cover a community, not what lives there",
}  # fmt: skip
"""Why an index that is shown has no test."""
MIXED = ("NOSC_w", "AImod_w", "MLB_L", "MLB_wL", "lambda_CUE_w", "shannon", "rao_NOSC", "links")
COUNTED = ("richness", "shannon", "chao1", "coverage", "copiotroph_ratio")


def panel(tree: xr.DataTree, where: str, variable: str) -> Panel | None:
    """Dots by treatment of one variable, with letters where it was tested; None where no sample has it."""
    about = tree[where].to_dataset()[variable].attrs
    own = _tested_name(where, variable)
    with_letters = dots(tree, own, f"{where}-{variable}", variable.replace("_", " "), _sentence(variable, about),
                        _unit(about))  # fmt: skip
    return with_letters or _plain(tree, where, variable)


def _tested_name(where: str, variable: str) -> str:
    """What the study calls a variable: indices of a table carry the table's name."""
    kind, _, stem = where.partition("_")
    return f"{variable} ({stem})" if kind in ("formulas", "counts", "features") and stem else variable


def _sentence(variable: str, about: dict[str, str]) -> str:
    """What a quantity is and means."""
    words, meaning = about.get("long_name", variable), about.get("meaning", "")
    note = f" ({about['note']})" if about.get("note") else ""
    assumed = " The index rests on an assumption (see Definitions)." if about.get("grade") == "assumed" else ""
    return f"{words[:1].upper()}{words[1:]}{f': {meaning}' if meaning else ''}{note}.{assumed}"


def _unit(about: dict[str, str]) -> str:
    return unit_of(str(about.get("units", "")))


def _plain(tree: xr.DataTree, where: str, variable: str) -> Panel | None:
    """Dots by treatment of a variable that was not tested."""
    table = table_of(tree, where, variable)
    if not np.isfinite(table["value"]).any():
        return None
    about = tree[where].to_dataset()[variable].attrs
    plots, one = plots_of(tree), _means(tree, where, variable)
    dot = "samples"
    if plots is not None and plots.reindex(table["sample"]).duplicated().any():
        table, dot = by_plot(table, plots), f"means of the samples of one {plots.name}, which count once"
        one = table.groupby("group")["value"].apply(_student).unstack()
    sizes = one["n"].dropna().astype(int)
    count = (
        f" (n {sizes.min()}{f' to {sizes.max()}' if sizes.max() > sizes.min() else ''} a group)" if len(sizes) else ""
    )
    same = table["value"].nunique() == 1 and variable not in UNTESTED
    why = "it is the same in all samples" if same else UNTESTED.get(variable, "a near relative of it is")
    name = variable.replace("_", " ")
    return Panel(
        f"{where}-{variable}".lower().replace("_", "-").replace(" ", "-").replace(".", "-"),
        name,
        f"{_sentence(variable, about)} Dots: {dot}; bar: mean, 95 % interval by Student's t{count}; not tested: {why}.",
        table.assign(unit=_unit(about) or "no unit"),
        partial(_dots, table=table, means=one, unit=axis(name, _unit(about)), look=Look.of(tree)),
        width=3.6,
        height=0.9 + 0.34 * max(table["group"].nunique(), 3),
    )


def _means(tree: xr.DataTree, where: str, variable: str) -> pd.DataFrame:
    """Mean, interval and n of every group, as the analysis computed them."""
    means, key = node(tree, "means"), f"{where}/{variable}"
    if means is None or "variable" not in means.dims or key not in means["variable"].values:
        return pd.DataFrame(columns=["mean", "low", "high", "n"])
    return means.sel(variable=key).to_dataframe()[["mean", "low", "high", "n"]]


def _student(x: pd.Series) -> pd.Series:
    """Mean and its 95 % interval."""
    x = x[np.isfinite(x)]
    half = stats.t.ppf(0.975, len(x) - 1) * x.std() / np.sqrt(len(x)) if len(x) > 1 else np.nan
    return pd.Series({"mean": x.mean(), "low": x.mean() - half, "high": x.mean() + half, "n": len(x)})


def _dots(axes: Axes, table: pd.DataFrame, means: pd.DataFrame, unit: str, look: Look) -> None:
    names = look.order(table["group"])
    for k, name in enumerate(names):
        part = table[(table["group"] == name) & np.isfinite(table["value"])]
        colour = look.style(name)["colour"]
        spread = np.linspace(-0.18, 0.18, len(part)) if len(part) > 1 else np.zeros(len(part))
        look.points(axes, part["value"].tolist(), (k + spread).tolist(), name, 3.6)
        ends = part[["low", "high"]].to_numpy(float) if "low" in part else np.full((len(part), 2), np.nan)
        for y, (low, high) in zip(k + spread, ends):
            if np.isfinite(low):
                axes.plot([low, high], [y, y], color=colour, lw=0.8, alpha=0.6)
        row = means.loc[name] if name in means.index else None
        if row is not None and np.isfinite(row["mean"]):
            axes.plot(row["mean"], k, "|", color="black", ms=11, mew=1.8)
            if np.isfinite(row["low"]):
                axes.plot([row["low"], row["high"]], [k, k], color="black", lw=1.2)
    axes.set_yticks(range(len(names)), [fill(str(n), 22) for n in names], fontsize=7.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel(unit, fontsize=8.5)


def _piece(tree: xr.DataTree, wanted: list[tuple[str, str]]) -> Piece | None:
    panels = [p for where, variable in wanted[:MOST] if (p := panel(tree, where, variable)) is not None]
    if not panels:
        return None
    html = _cautions(tree, wanted[:MOST]) + grid(panels[:OPEN])
    if len(panels) > OPEN:
        html += Markup("<details><summary>Show {} more</summary>{}</details>").format(
            len(panels) - OPEN, grid(panels[OPEN:])
        )
    return Piece(html, tuple(panels))


def _cautions(tree: xr.DataTree, wanted: list[tuple[str, str]]) -> Markup:
    """What critics say of the methods of these figures, each once, with the quantities that it is about."""
    said: dict[str, list[str]] = {}
    for where, variable in wanted:
        words = str(tree[where].to_dataset()[variable].attrs.get("caution", ""))
        if words:
            said.setdefault(words, []).append(variable.replace("_", " "))
    items = [Markup("<li>{}: {}</li>").format(listing(list(dict.fromkeys(names))), w) for w, names in said.items()]
    return Markup("<ul class=caveat>{}</ul>").format(Markup("").join(items)) if items else Markup("")


def _there(tree: xr.DataTree, where: str, names: tuple[str, ...]) -> list[tuple[str, str]]:
    held = node(tree, where)
    return [(where, n) for n in names if held is not None and n in held]


@section("analyze", order=20, title="Soil, plants and biomass by treatment")
def analyze_measured(tree: xr.DataTree) -> Piece | None:
    """Known quantities first, then others as they stand in the tables."""
    known = _there(tree, "measured", FIRST)
    held = node(tree, "measured")
    beside = ("_sd", "_n")
    rest = [] if held is None else [("measured", str(v)) for v in held if not str(v).endswith(beside)]
    return _piece(tree, [*known, *(r for r in rest if r not in known)])


@section("analyze", order=30, title="Stoichiometry, enzymes and carbon use by treatment")
def analyze_stoichiometry(tree: xr.DataTree) -> Piece | None:
    """Indices of soil and enzymes; ratios whose biomass cannot be cells are named among what was odd."""
    return _piece(tree, [w for where, names in INDICES.items() for w in _there(tree, where, names)])


@section("analyze", order=50, title="Molecules by treatment")
def analyze_mixtures(tree: xr.DataTree) -> Piece | None:
    """Weighted traits, lability and diversity of formulas."""
    return _piece(tree, [w for name, _ in nodes(tree, "formulas_") for w in _there(tree, name, MIXED)])


@section("analyze", order=60, title="Communities by treatment")
def analyze_communities(tree: xr.DataTree) -> Piece | None:
    """Alpha diversity; the ratio of copiotrophs stands with life strategies, as a logarithm, where it was tested."""
    study = part(tree, "strategies")
    there = study is not None and not study.attrs.get("skipped")
    wanted = tuple(n for n in COUNTED if not (there and n == "copiotroph_ratio"))
    return _piece(tree, [w for name, _ in nodes(tree, "counts_") for w in _there(tree, name, wanted)])
