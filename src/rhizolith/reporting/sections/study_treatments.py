"""What the treatments did, all quantities at one glance: shares of variance, letters, tests."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.axes import Axes

from rhizolith.reporting.chances import worded
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.study import html_table, part, shown, stars, table
from rhizolith.reporting.words import number

MOST = 40
"""Quantities in the matrix; the tables hold the rest."""
MOST_COLUMNS = 8
"""Groups side by side in a table."""


@section("analyze", order=62, title="What the treatments did")
def study_treatments(tree: xr.DataTree) -> Piece | None:
    """A matrix of effects, then means with letters and the tests in full."""
    node = part(tree, "treatments")
    if node is None:
        return None
    tests, groups = table(node, "tests"), table(node, "groups")
    if tests.empty or "eta2" not in tests:
        return shown(node, [])
    panels = [_matrix(tests.dropna(subset=["eta2"]))]
    return shown(node, panels, _letters(groups, Look.of(tree)), _tests(tests), _estimates(table(node, "estimates")),
                 _models(table(node, "models")))  # fmt: skip


def _matrix(tests: pd.DataFrame) -> Panel:
    """Share of variance of every term for every quantity."""
    strongest = tests.groupby("variable")["q"].min().sort_values().index[:MOST]
    wide = tests[tests["variable"].isin(strongest)]
    terms = list(dict.fromkeys(wide["term"]))
    return Panel(
        "treatment-effects",
        "Who answers to what",
        f"Partial η² of each term of the design (F tests, n {_span(wide['n'])}); * q < 0.05, ** 0.01, *** 0.001 of the "
        "p that counts (Benjamini and Hochberg within each term, over all quantities of one kind of test); the p that "
        f"counts, and 90 % intervals of η², stand in the table. {_shown(tests, wide)}, surest first. η² of a test with "
        "few degrees of freedom is large by chance too: its interval then begins near 0.",
        wide.drop(columns=[c for c in ("note",) if c in wide]),
        partial(_draw, wide=wide, names=list(strongest), terms=terms),
        width=2.2 + 1.0 * len(terms),
        height=1.0 + 0.175 * len(strongest),
    )


def _span(n: pd.Series) -> str:
    """`24`, `23 to 24`."""
    return f"{n.min():.0f}" + (f" to {n.max():.0f}" if n.max() > n.min() else "")


def _shown(tests: pd.DataFrame, wide: pd.DataFrame) -> str:
    """How many of the quantities are drawn."""
    every, drawn = tests["variable"].nunique(), wide["variable"].nunique()
    return f"All {every} quantities" if every == drawn else f"The {drawn} of {every} quantities with the smallest q"


def _draw(axes: Axes, wide: pd.DataFrame, names: list[str], terms: list[str]) -> None:
    eta = (
        wide.pivot_table(index="variable", columns="term", values="eta2")
        .reindex(index=names, columns=terms)
        .to_numpy(float)
    )
    q = (
        wide.pivot_table(index="variable", columns="term", values="q")
        .reindex(index=names, columns=terms)
        .to_numpy(float)
    )
    axes.imshow(eta, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    inches = (float(axes.get_figure().get_size_inches()[0]) - 1.5) / len(terms)  # type: ignore[union-attr]
    for i, j in np.argwhere(np.isfinite(eta)).tolist():
        share, sure = f"{eta[i, j]:.2f}", stars(q[i, j])
        words = f"{share}{sure}" if inches > 0.5 else f"{share.removeprefix('0')}\n{sure}".strip()
        colour = "white" if eta[i, j] > 0.55 else "#222"
        axes.text(j, i, words, ha="center", va="center", fontsize=6.5 if inches > 0.5 else 6, color=colour,
                  linespacing=0.7)  # fmt: skip
    longest = max(len(w) for t in terms for w in t.split(":"))
    aslant = {"rotation": 45, "ha": "right", "rotation_mode": "anchor", "fontsize": 7}
    upright = {"fontsize": 8} if inches > 0.09 * longest else aslant
    names_of = [t.replace(":", " ×\n" if upright is not aslant else " × ") for t in terms]
    axes.set_xticks(range(len(terms)), names_of, **upright)  # type: ignore[arg-type]
    axes.set_yticks(range(len(names)), [n.replace("_", " ") for n in names], fontsize=6.8)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _letters(groups: pd.DataFrame, look: Look) -> Markup:
    """Means with letters, one row a quantity."""
    if groups.empty:
        return Markup("")
    intro = Markup(
        "<p>Means ± standard error, as the model estimates them; treatments that share a letter do not differ at "
        "0.05. Their 95 % intervals stand in the figures above and in the tables beside the page.</p>"
    )
    return intro + Markup("").join(
        _wide(own, look) for own in _alike(groups.assign(unit=groups["unit"].replace("", "not given")))
    )


def _alike(groups: pd.DataFrame) -> list[pd.DataFrame]:
    """Quantities apart that were compared in other groups (once a plot, some treatments only); most of them first."""
    names = groups.groupby("variable")["group"].agg(lambda g: "|".join(sorted(map(str, g))))
    count = {key: key.count("|") for key in names}
    label = groups["variable"].map(names).map(count)
    return sorted((own for _, own in groups.groupby(label)), key=lambda own: -own["variable"].nunique())


def _wide(groups: pd.DataFrame, look: Look) -> Markup:
    """One row a quantity; one row a quantity and group where the groups are too many for columns."""
    cell = [
        f"{number(m)} ± {number(se, 2)} {letter} (n {n:.0f})" if n > 1 else f"{number(m)} (n 1)"
        for m, se, letter, n in zip(groups["mean"], groups["se"], groups["letter"], groups["n"])
    ]
    if groups["group"].nunique() > MOST_COLUMNS:
        kept = groups.assign(cell=cell, place=groups["group"].map(look.order(groups["group"]).index))
        names = list(dict.fromkeys(groups["variable"]))
        kept = kept.assign(first=kept["variable"].map(names.index)).sort_values(["first", "place"])
        kept = kept[["variable", "unit", "group", "cell"]]
        return html_table(kept, ["Quantity", "Unit", "Group", "Mean ± SE, letter (n)"], most=12, what="means")
    order = look.order(groups["group"])
    wide = groups.assign(cell=cell).pivot(index="variable", columns="group", values="cell").fillna("")[order]
    wide = wide.loc[list(dict.fromkeys(groups["variable"]))]
    wide.insert(0, "unit", groups.groupby("variable")["unit"].first())
    table = wide.rename_axis(columns=None).reset_index()
    return html_table(table, ["Quantity", "Unit", *order], most=12, what="quantities")


def _tests(tests: pd.DataFrame) -> Markup:
    """Every test with its numbers."""
    heads = {
        "variable": "Quantity", "term": "Term", "n": "n", "df": "df", "df_error": "df of error", "ss": "SS", "f": "F",
        "p": "p of F", "p_shuffled": "p (shuffled)", "p_ranks": "p (ranks)",
        "p_unequal": "p (unequal spread)", "preferred": "p rests on", "p_preferred": "p that counts", "q": "q",
        "eta2": "partial η²", "eta2_low": "90 % from", "eta2_high": "to",
    }  # fmt: skip
    kept = [c for c in heads if c in tests]
    shown_ = worded(tests.dropna(subset=["eta2"]), "p_shuffled", "p_preferred")
    return html_table(shown_[kept], [heads[c] for c in kept], most=1, what="tests")


def _models(models: pd.DataFrame) -> Markup:
    """Model of each quantity; the share of variance that plants, plots or blocks hold."""
    if "icc" not in models:
        return Markup("")
    kept = models.reindex(columns=["variable", "model", "n", "icc", "icc_low", "icc_high"])
    return html_table(kept, ["Quantity", "Model", "n", "Share of variance between", "95 % from", "to"], 1, "models")


def _estimates(estimates: pd.DataFrame) -> Markup:
    """Differences of levels with their intervals."""
    if estimates.empty:
        return Markup("")
    kept = ["variable", "factor", "level", "against", "estimate", "se", "df", "low", "high", "p"]
    heads = ["Quantity", "Factor", "Level", "against", "Difference", "SE", "df", "95 % from", "to", "p of t"]
    return html_table(estimates.reindex(columns=kept), heads, 1, "differences of levels")
