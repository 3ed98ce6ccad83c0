"""Life strategies: where samples lie between yield, acquisition and stress tolerance, copies, copiotrophs."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.reporting.chances import drawn, worded
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.look import MARKS, Look
from rhizolith.reporting.panels.ordination import NO_INTERVAL
from rhizolith.reporting.panels.treatment_dots import effects, lettered, within_of
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, part, shown, slug, table
from rhizolith.reporting.triangle import Triangle
from rhizolith.reporting.words import axis, term, two, unit_of

DOTTED = {"rrn copies": "rrn", "copiotrophs : oligotrophs": "copiotrophs"}
"""How variables begin that get a figure of their own, and what its file is called."""
MEASURED = ("yield (measured)", "acquisition (measured)", "stress (measured)")
CORNERS = {"Y": "yield", "A": "acquisition", "S": "stress tolerance"}


@section("analyze", order=65, title="Life strategies")
def study_strategies(tree: xr.DataTree) -> Piece | None:
    """A triangle for every table of genes, a panel for copies and copiotrophs, tests with effects and coverage."""
    node = part(tree, "strategies")
    if node is None:
        return None
    look, within = Look.of(tree), within_of(tree)
    names = [n.removesuffix("_shares") for n in node.children if n.endswith("_shares")]
    panels = [_triangle(node, name, look) for name in names]
    groups, values = table(node, "groups"), table(node, "values")
    if len(groups):
        named = [v for v in dict.fromkeys(groups["variable"]) if v.startswith(tuple(DOTTED))]
        panels += [_dots(node, [v], groups, values, look, within) for v in named]
        measured = [v for v in MEASURED if v in set(groups["variable"])]
        panels += [_dots(node, measured, groups, values, look, within)] if measured else []
    return shown(node, panels, _covered(node), _together(node), _tests(node), _groups(groups))


def _triangle(node: xr.DataTree, name: str, look: Look) -> Panel:
    """Y, A, S of every sample, and centres of the groups."""
    samples, centre = table(node, f"{name}_shares"), table(node, f"{name}_centres")
    whole = pd.concat([samples.assign(what="sample"), centre.assign(what="centre")], ignore_index=True)
    tested = table(node, f"{name}_together")
    tested = tested.dropna(subset=["p"]) if "p" in tested else tested.iloc[:0]
    words = "; ".join(f"{term(r['term'])} R² {two(r['r2'])}, {drawn(r)}" for r in tested.to_dict("records"))
    words = f"PERMANOVA of Aitchison distances: {words}. {NO_INTERVAL}" if words else "Not tested."
    return Panel(
        slug("yas", name),
        "Yield, acquisition, stress tolerance",
        "Shares from genes, the part of the triangle that samples fill (corners are not 100 %): Y is read on the left "
        "edge, A below, S on the right. Small: samples; large: centre of each group with the 95 % region of the mean; "
        f"n {len(samples)}. {words}",
        whole,
        partial(_draw, samples=samples, centre=centre, look=look),
        width=5.0,
        height=3.9,
    )


def _draw(axes: Axes, samples: pd.DataFrame, centre: pd.DataFrame, look: Look) -> None:
    every = pd.concat([samples, centre], ignore_index=True)[["Y", "A", "S"]].dropna().to_numpy(float)
    frame = Triangle.around(every)
    frame.draw(axes, [f"{words} ({letter})" for letter, words in CORNERS.items()])
    for name in look.order(samples["group"]):
        style = look.style(name)
        colour, mark, line = style["colour"], style["marker"], ("-", "--")[style["marker"] != MARKS[0]]
        own = samples[samples["group"] == name][["Y", "A", "S"]].to_numpy(float)
        axes.plot(*frame.place(own).T, mark, color=colour, ms=3.5, alpha=0.55, mec="none")
        held = centre[centre["group"] == name] if len(centre) else centre
        if not len(held):
            continue
        middle, edge = held[held["point"] < 0], held[held["point"] >= 0]
        at = frame.place(middle[["Y", "A", "S"]].to_numpy(float))
        axes.plot(*at.T, mark, color=colour, ms=8, mec="white", mew=0.8, label=f"{name} (n {middle['n'].iloc[0]:.0f})")
        if len(edge):
            axes.plot(*frame.place(edge[["Y", "A", "S"]].to_numpy(float)).T, line, color=colour, lw=1)
    axes.legend(
        fontsize=6.5, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.04), ncols=2, handletextpad=0.2
    )


def _dots(node: xr.DataTree, names: list[str], groups: pd.DataFrame, values: pd.DataFrame, look: Look,
          within: str) -> Panel:  # fmt: skip
    """Samples, means, intervals and letters of one variable, or of several on one scale."""
    held = groups[groups["variable"].isin(names)]
    own = values[values["variable"].isin(names)]
    one = len(names) == 1
    joined = own.merge(
        held[["variable", "group", "n", "mean", "low", "high", "letter"]], on=["variable", "group"], how="left"
    )
    count = held["n"]
    sizes = f"{count.min():.0f}" + (f" to {count.max():.0f}" if count.max() > count.min() else "")
    title = names[0] if one else "Y, A and S as measured"
    return Panel(
        _file(title) if one else "strategy-measured",
        title if title.startswith("rrn") else title[:1].upper() + title[1:],
        f"Dots: samples; bar: mean with its 95 % interval (n {sizes} a treatment); "
        f"{lettered(table(node, 'pairs'), names[0], within)}. F tests, p that counts: {_effects(node, names)}",
        joined.assign(unit=unit_of(str(held["unit"].iloc[0])) or "no unit"),
        partial(
            _rows, names=names, groups=held, values=own, unit=axis(title, unit_of(str(held["unit"].iloc[0]))), look=look
        ),
        width=4.0,
        height=1.0 + 0.3 * len(held) + 0.2 * (len(names) - 1),
    )


def _file(title: str) -> str:
    """A short name for the figure of one variable."""
    begin = next(b for b in DOTTED if title.startswith(b))
    words = re.sub(r"[^a-z0-9]+", "-", title.removeprefix(begin).replace("log2", "").lower()).strip("-")
    return slug("strategy", DOTTED[begin], words).strip("-")


def _effects(node: xr.DataTree, names: list[str]) -> str:
    """Effects of the design on each variable, in words."""
    tests = table(node, "tests")
    said = [(n, effects(tests, n)) for n in names] if len(tests) else []
    return " ".join(
        f"{n[:1].upper()}{n[1:]}: {words}." if len(names) > 1 else f"{words}." for n, words in said if words
    )


def _rows(axes: Axes, names: list[str], groups: pd.DataFrame, values: pd.DataFrame, unit: str, look: Look) -> None:
    order = look.order(values["group"])
    labels, y = [], 0.0
    for name in names:
        for group in order:
            x = values[(values["variable"] == name) & (values["group"] == group)]["value"].to_numpy(float)
            row = groups[(groups["variable"] == name) & (groups["group"] == group)]
            look.points(axes, x.tolist(), (y + np.linspace(-0.15, 0.15, len(x))).tolist(), group, 3.6)
            if len(row):
                one = row.iloc[0]
                axes.plot([one["low"], one["high"]], [y, y], color="black", lw=1.2)
                axes.plot(one["mean"], y, "|", color="black", ms=11, mew=1.8)
                axes.annotate(
                    str(one["letter"]), (1.01, y), xycoords=("axes fraction", "data"), va="center", fontsize=8
                )
            labels.append((y, group if len(names) == 1 else f"{name.partition(' ')[0]}: {group}"))
            y += 1
        y += 0.6
    axes.set_yticks([at for at, _ in labels], [words for _, words in labels], fontsize=7.5)
    axes.set_ylim(y - 1.0, -0.6)
    axes.set_xlabel(unit, fontsize=8.5)


def _covered(node: xr.DataTree) -> Markup:
    """How much of the community each answer is about."""
    held = table(node, "coverage")
    if held.empty:
        return Markup("")
    return Markup("<h3>What the answers cover</h3>") + html_table(
        held, ["Table", "Share of", "n", "Lowest", "Median", "Highest"]
    )


def _together(node: xr.DataTree) -> Markup:
    """Both balances tested at once."""
    out = Markup("")
    for name in node.children:
        held = table(node, name) if name.endswith("_together") else pd.DataFrame()
        if len(held):
            kept = worded(held, "p").reindex(columns=["term", "df", "ss", "r2", "f", "p"])
            out += Markup("<h3>Y, A and S together (PERMANOVA of Aitchison distances)</h3>")
            out += html_table(kept, ["Term", "df", "Sum of squares", "R²", "F", "p (shuffled)"])
    return out


def _tests(node: xr.DataTree) -> Markup:
    """Each strategy by itself: n, F, p, q, effect size and its interval."""
    held = table(node, "tests")
    if held.empty or "eta2" not in held:
        return Markup("")
    heads = {
        "variable": "Strategy", "term": "Term", "n": "n", "df": "df", "df_error": "df of error", "f": "F",
        "p": "p of F", "p_shuffled": "p (shuffled)", "preferred": "p rests on", "p_preferred": "p that counts",
        "q": "q",
        "eta2": "partial η²", "eta2_low": "90 % from", "eta2_high": "to",
    }  # fmt: skip
    names = [c for c in heads if c in held]
    kept = worded(held.dropna(subset=["eta2"]), "p_shuffled", "p_preferred")[names]
    return Markup("<h3>What the treatments did to each</h3>") + html_table(
        kept, [heads[c] for c in names], most=30, what="tests"
    )


def _groups(groups: pd.DataFrame) -> Markup:
    if groups.empty:
        return Markup("")
    kept = groups[["variable", "unit", "group", "n", "mean", "low", "high", "letter"]]
    heads = ["Strategy", "Unit", "Group", "n", "Mean", "95 % from", "to", "Letter"]
    return html_table(kept, heads, most=1, what="means with letters")
