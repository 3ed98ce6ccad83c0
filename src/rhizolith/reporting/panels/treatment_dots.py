"""One quantity by treatment: every sample a dot, the mean with its interval, letters of the pairwise test."""

from __future__ import annotations

from functools import partial
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.study import part, slug, table
from rhizolith.reporting.words import number

LINE = 24
"""Characters in a line of a treatment's label."""


def tested(tree: xr.DataTree) -> dict[str, pd.DataFrame]:
    """The tables of the treatments' part of the study; empty without one."""
    node = part(tree, "treatments")
    names = ("tests", "groups", "values", "pairs")
    return {n: table(node, n) for n in names} if node is not None else {}


def sample_groups(tree: xr.DataTree) -> pd.Series:
    """The treatment of each sample as the study tests it, every factor in it; else as the design groups it."""
    values = tested(tree).get("values", pd.DataFrame())
    group = tree["design"].to_dataset()["group"].to_series()
    if len(values):
        known = values.drop_duplicates("sample").set_index("sample")["group"]
        group = known.reindex(group.index).fillna(group)
    return group.rename("group")


MEANT = {"shuffled": " by shuffles", "unequal": " without a common spread"}
"""How the p that counts was made where it is not that of F."""


def effects(tests: pd.DataFrame, variable: str, most: int = 3) -> str:
    """`plant F(1, 15) 48.1, p 0.001, partial η² 0.80 (0.54 to 0.87)` for the strongest terms of one quantity.

    p is the one that counts by the rule of the tests (`p_preferred`), that of F where there is no such column.
    """
    if tests.empty or "eta2" not in tests:
        return ""
    own = tests[(tests["variable"] == variable) & tests["eta2"].notna()].sort_values("eta2", ascending=False)
    return "; ".join(_effect(r) for r in own.head(most).to_dict("records"))


def _effect(row: dict[Any, Any]) -> str:
    """One term in words."""
    free = f"({row['df']:.0f}, {number(row['df_error'])}) " if np.isfinite(row.get("df_error", np.nan)) else " "
    f = f"{row['f']:.0f}" if row["f"] >= 1000 else number(row["f"])
    return (
        f"{row['term'].replace(':', ' × ')} F{free}{f}, {counted(row)}, partial η² {row['eta2']:.2f} "
        f"({row['eta2_low']:.2f} to {row['eta2_high']:.2f})"
    )


def counted(row: dict[Any, Any]) -> str:
    """The p that counts by the rule of the tests, and how it was made; the least of so many shuffles as a bound."""
    p, how = row.get("p_preferred", np.nan), MEANT.get(str(row.get("preferred", "")), "")
    if not np.isfinite(p):
        return chance(row["p"])
    least = 1 / (row.get("permutations", np.nan) + 1)
    if how == MEANT["shuffled"] and p <= least * (1 + 1e-9):
        return f"p ≤ {least:.2g}{how}"
    return f"{chance(p)}{how}"


def chance(p: float) -> str:
    """`p 0.012`, `p < 0.001`."""
    return "p not known" if not np.isfinite(p) else "p < 0.001" if p < 0.001 else f"p {p:.3f}"


def dots(tree: xr.DataTree, variable: str, name: str, title: str, about: str, unit: str) -> Panel | None:
    """The panel of one tested quantity; None where the study did not compare it. `about`: what it is, in a sentence."""
    held = tested(tree)
    if not held or held["groups"].empty or variable not in set(held["groups"]["variable"]):
        return None
    groups = held["groups"][held["groups"]["variable"] == variable]
    values = held["values"][held["values"]["variable"] == variable]
    look = Look.of(tree)
    shown = set(map(str, groups["group"]))
    values = values.assign(group=[_within(look, str(g), shown) for g in values["group"]])
    order = look.order(shown)
    n = groups["n"].astype(int)
    count = f"n {n.min()}" + (f" to {n.max()}" if n.max() > n.min() else "") + " a treatment"
    tests = effects(held["tests"], variable)
    pairs = held["pairs"]
    used = set(pairs.loc[pairs["variable"] == variable, "method"]) if "method" in pairs else set()
    kind = "of the mixed model" if any("mixed model" in str(m) for m in used) else "by Student's t"
    words = (
        f"{about} Dots: samples; bar: mean, 95 % interval {kind} ({count}); treatments that share a letter do not "
        f"differ at 0.05. {tests + ' (90 % interval).' if tests else 'Too few treatments for a test of factors.'}"
    )
    rows = values.merge(groups[["group", "mean", "low", "high", "letter", "n"]], on="group", how="left")
    return Panel(
        slug(name), title, words, rows, partial(_draw, values=values, groups=groups, order=order, look=look, unit=unit),
        width=3.6, height=0.75 + (0.3 if len(order) <= 8 else 0.22) * max(len(order), 3),
    )  # fmt: skip


def _within(look: Look, group: str, shown: set[str]) -> str:
    """The treatment that a sample's group belongs to where the test joined some (once a plot)."""
    if group in shown:
        return group
    own = look.levels(group)
    return next((s for s in shown if all(own.get(k) == v for k, v in look.levels(s).items())), group)


def _draw(axes: Axes, values: pd.DataFrame, groups: pd.DataFrame, order: list[str], look: Look, unit: str) -> None:
    means = groups.set_index("group")
    for k, name in enumerate(order):
        x = values.loc[values["group"] == name, "value"].to_numpy(float)
        x = x[np.isfinite(x)]
        spread = np.linspace(-0.2, 0.2, len(x)) if len(x) > 1 else np.zeros(len(x))
        look.points(axes, x.tolist(), (k + spread).tolist(), name, 3.6)
        row = means.loc[name]
        axes.plot(row["mean"], k, "|", color="black", ms=10, mew=1.6)
        if np.isfinite(row["low"]):
            axes.plot([row["low"], row["high"]], [k, k], color="black", lw=1.1)
        axes.annotate(
            str(row["letter"]), (1, k), xycoords=("axes fraction", "data"), xytext=(3, 0), textcoords="offset points",
            fontsize=7.5, va="center", annotation_clip=False,
        )  # fmt: skip
    size = 7.5 if len(order) <= 8 else 6.5
    axes.set_yticks(range(len(order)), [fill(n, LINE) if len(order) <= 8 else n for n in order], fontsize=size)
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_xlabel(unit)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.tick_params(axis="x", labelsize=8)
