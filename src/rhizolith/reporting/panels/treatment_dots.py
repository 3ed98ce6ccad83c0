"""One quantity by treatment: every sample a dot, the mean with its interval, letters of the pairwise test."""

from __future__ import annotations

import re
from functools import partial
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from rhizolith.reporting.chances import chance, counted
from rhizolith.reporting.experiment import listed
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.panels.look import Look
from rhizolith.reporting.study import part, slug, table
from rhizolith.reporting.words import axis, count, listing, number, term

BELOW = re.compile(r"is below detection; ([\d.]+) of the limit")
LINE = 24
"""Characters in a line of a treatment's label."""


def tested(tree: xr.DataTree) -> dict[str, pd.DataFrame]:
    """The tables of the treatments' part of the study; empty without one."""
    node = part(tree, "treatments")
    names = ("tests", "groups", "values", "pairs", "models")
    return {n: table(node, n) for n in names} if node is not None else {}


def sample_groups(tree: xr.DataTree) -> pd.Series:
    """The treatment of each sample as the study tests it, every factor in it; else as the design groups it."""
    values = tested(tree).get("values", pd.DataFrame())
    group = tree["design"].to_dataset()["group"].to_series()
    if len(values):
        known = values.drop_duplicates("sample").set_index("sample")["group"]
        group = known.reindex(group.index).fillna(group)
    return group.rename("group")


def effects(tests: pd.DataFrame, variable: str, most: int = 3) -> str:
    """`plant F(1, 15) 48.1, p 0.001, partial η² 0.80 (90 % interval 0.54 to 0.87)`, the strongest terms first.

    p is the one that counts by the rule of the tests (`p_preferred`), that of F where there is no such column.
    """
    if tests.empty or "eta2" not in tests:
        return ""
    own = tests[(tests["variable"] == variable) & tests["eta2"].notna()].sort_values("eta2", ascending=False)
    return "; ".join(_effect(r, k == 0) for k, r in enumerate(own.head(most).to_dict("records")))


def _effect(row: dict[Any, Any], first: bool) -> str:
    """One term in words; the level of its interval with the first."""
    free = f"({row['df']:.0f}, {number(row['df_error'])}) " if np.isfinite(row.get("df_error", np.nan)) else " "
    f = f"{row['f']:.0f}" if row["f"] >= 1000 else number(row["f"])
    level = "90 % interval " if first else ""
    return (
        f"{term(row['term'])} F{free}{f}, {counted(row)}, partial η² {row['eta2']:.2f} "
        f"({level}{row['eta2_low']:.2f} to {row['eta2_high']:.2f})"
    )


LETTERS = {
    "Tukey": "Tukey's test", "Tukey, mixed model": "Tukey's test in the mixed model",
    "Games–Howell": "Games and Howell's test",
    "Bonferroni, differences within blocks": "paired t within {}, Bonferroni",
}  # fmt: skip
"""The pairwise tests by the names that the study gives them."""


def lettered(pairs: pd.DataFrame, variable: str, within: str = "blocks") -> str:
    """What the letters of a quantity mean and which test gave them; for a single pair its difference in full."""
    own = pairs[pairs["variable"] == variable] if "variable" in pairs else pairs
    used = sorted(set(own["method"])) if "method" in own else []
    how = listing([LETTERS.get(str(m), str(m)).format(within) for m in used]) if used else ""
    words = f"treatments that share a letter do not differ at 0.05{f' ({how})' if how else ''}"
    if len(own) == 1 and {"difference", "low", "high", "p"} <= set(own):
        r = own.iloc[0]
        size = f"{number(r['difference'])} (95 % interval {number(r['low'])} to {number(r['high'])}), {chance(r['p'])}"
        words += f"; {r['group_2']} less {r['group_1']}: {size}"
    return words


def within_of(tree: xr.DataTree) -> str:
    """What samples share: the plots or plants that several were taken from, else the blocks."""
    about = tree["study"].attrs if "study" in tree.children else {}
    return str(about.get("plots") or about.get("block") or "blocks").replace("_", " ")


def below_detection(tree: xr.DataTree, variable: str) -> str:
    """How many values of a quantity were below detection, and what stands for them; empty where none was."""
    columns = {str(c.get("column")) for c in listed(tree, "columns") if c.get("read as") == variable} | {variable}
    told = [str(p["what"]).partition(": '") for p in listed(tree, "problems")]
    found = [m[1] for name, _, rest in told if name in columns and (m := BELOW.search(rest))]
    return f" {len(found)} values were below detection: {found[0]} of the limit stands for each." if found else ""


def dots(tree: xr.DataTree, variable: str, name: str, title: str, about: str, unit: str) -> Panel | None:
    """The panel of one tested quantity; None where the study did not compare it. `about`: what it is, in a sentence."""
    held = tested(tree)
    if not held or held["groups"].empty or variable not in set(held["groups"]["variable"]):
        return None
    groups = held["groups"][held["groups"]["variable"] == variable]
    values = held["values"][held["values"]["variable"] == variable]
    look, n = Look.of(tree), groups["n"].astype(int)
    shown = set(map(str, groups["group"]))
    values = values.assign(group=[_within(look, str(g), shown) for g in values["group"]])
    plots = plots_of(tree)
    dot = "samples"
    if plots is not None and len(values) > n.sum():
        values, dot = by_plot(values, plots), f"one for each {plots.name}, for whose samples it was measured once"
    size = f"n {n.min()}" + (f" to {n.max()}" if n.max() > n.min() else "")
    words = (
        f"{about} Dots: {dot}; bar: mean, 95 % interval {_kind(held['pairs'], variable)} ({size} a treatment); "
        f"{lettered(held['pairs'], variable, within_of(tree))}. {_tests(held, variable)}"
        f"{below_detection(tree, variable)}{_alike(groups)}"
    )
    rows = values.merge(groups[["group", "mean", "low", "high", "letter", "n"]], on="group", how="left")
    rows["unit"] = unit or "no unit"
    order = look.order(shown)
    return Panel(
        slug(name), title, words, rows,
        partial(_draw, values=values, groups=groups, order=order, look=look, unit=axis(title, unit)),
        width=3.6, height=0.75 + (0.3 if len(order) <= 8 else 0.22) * max(len(order), 3),
    )  # fmt: skip


def _alike(groups: pd.DataFrame) -> str:
    """Says which treatments have no spread to judge by."""
    same = groups.loc[groups["sd"] == 0, "group"].astype(str).tolist() if "sd" in groups else []
    return f" All values are alike in {listing(same)}: their spread is not known, it is not 0." if same else ""


def plots_of(tree: xr.DataTree) -> pd.Series | None:
    """The plot or plant of each sample, where several samples come from one; None else."""
    name = str(tree["study"].attrs.get("plots", "")) if "study" in tree.children else ""
    design = tree["design"].to_dataset()
    key = next((v for v in design.data_vars if str(v) == name), None)
    return None if not name or key is None else design[key].to_series().rename(name)


def by_plot(values: pd.DataFrame, plots: pd.Series) -> pd.DataFrame:
    """One row a plot and treatment: the mean of its samples, which are no replicates."""
    of = values["sample"].map(plots)
    keys = [c for c in ("variable", "group") if c in values]
    return values.assign(sample=of).groupby([*keys, "sample"], sort=False)["value"].mean().reset_index()


def _kind(pairs: pd.DataFrame, variable: str) -> str:
    """Where the intervals of means come from."""
    used = set(pairs.loc[pairs["variable"] == variable, "method"]) if "method" in pairs else set()
    return "of the mixed model" if any("mixed model" in str(m) for m in used) else "by Student's t"


def _tests(held: dict[str, pd.DataFrame], variable: str) -> str:
    """The tests of the factors with their model; why there are none."""
    found = effects(held["tests"], variable)
    if not found:
        return "Too few treatments for a test of factors: they are compared in pairs."
    more = int((held["tests"]["variable"] == variable).sum()) - 3
    rest = f"; {count(more, 'more term')} in the table of tests" if more > 0 else ""
    models = held.get("models", pd.DataFrame())
    own = models.loc[models["variable"] == variable, "model"].astype(str).tolist() if "model" in models else []
    model = f"mixed model, {own[0].replace('_', ' ')}" if own and own[0] not in ("none", "nan", "") else "linear model"
    return f"F tests ({model}): {found}{rest}."


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
    axes.set_xlabel(unit, fontsize=8.5)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.tick_params(axis="x", labelsize=8)
