"""Which metabolites each factor changed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from rhizolith.analysis.metabolites.comparable import impute
from rhizolith.analysis.metabolites.discrimination import discriminate
from rhizolith.analysis.metabolites.key_rule import key
from rhizolith.analysis.study.communities import _key
from rhizolith.analysis.study.factors import Factors
from rhizolith.analysis.study.part import Part
from rhizolith.analysis.study.plots import Plots, of_plots
from rhizolith.description.experiment.treatment_name import level_name
from rhizolith.errors import InputError

HEATED = 30
"""Features of a heatmap: as many rows as a column of print holds."""
FOUND = 0.5
"""Share of samples in which a feature must be found."""


def metabolite_changes(
    name: str, table: pd.DataFrame, factors: Factors, *, levels: pd.Series | None = None, plots: Plots | None = None,
    n: int = 100,
) -> Part:  # fmt: skip
    """OPLS-DA, moderated tests and key metabolites for the first two levels of every factor.

    `table`: features × samples, normalized areas; negative values or none above 100 mean logarithms to base 2.
    """
    title = f"Metabolites: {name}"
    both = [s for s in factors.design.index if s in table.columns]
    wide = table[both].T.astype(float)
    logs = bool(wide.min().min() < 0 or wide.max().max() < 100)
    if not logs:
        wide = wide.where(wide > 0).apply(np.log2)
    wide = wide.loc[:, (wide.notna().mean() >= FOUND)]
    wide = wide.loc[:, wide.nunique() > 2]
    if len(wide) < 6 or wide.shape[1] < 3:
        return Part(_key(name), title, skipped=f"{len(wide)} samples with {wide.shape[1]} features are too few.")
    filled = impute(wide)
    tables: dict[str, pd.DataFrame] = {}
    notes, models, scores = [], [], []
    for factor in factors.names:
        column = factors.design.loc[filled.index, factor]
        ordered = _first_two(column)
        chosen, labels, same, how = together(filled.loc[ordered.index], ordered, plots)
        try:
            found = key(chosen, labels.tolist(), levels=levels, plots=same, n=n)
            blocks = of_rows(chosen.index, factors, plots) if same is None else None
            model = discriminate(chosen, labels.tolist(), plots=same, blocks=blocks, n=n)
        except InputError as error:
            notes.append(f"{factor}: {error.problems[0].what}.")
            continue
        tables[f"change_{factor}"] = found.rename_axis("feature")
        pair = " against ".join(level_name(str(factor), str(g)) for g in model.groups[1::-1])
        fitted = (model.n, model.components[1], model.r2y, model.q2, model.q2_usual, model.p)
        models.append((factor, pair, *fitted, int(found["passes"].sum()), how.rstrip(".")))
        places = model.scores.iloc[:, :2]
        places = places.set_axis(["predictive", "orthogonal"][: places.shape[1]], axis=1)
        scores.append(places.assign(factor=factor, level=labels).rename_axis("sample").reset_index())
        if how:
            notes.append(f"{factor}: {how}")
        if column.nunique() > 2:
            notes.append(f"{factor} has {column.nunique()} levels: {pair} is shown.")
    if not tables:
        return Part(_key(name), title, notes=tuple(notes), skipped="No factor has two levels with three samples each.")
    columns = ["factor", "pair", "n", "orthogonal", "r2y", "q2", "q2_usual", "p", "key", "counted"]
    tables["models"] = pd.DataFrame(models, columns=columns).assign(permutations=n)
    tables["scores"] = pd.concat(scores, ignore_index=True)
    tables["heat"] = heat(filled, {k: t for k, t in tables.items() if k.startswith("change_")}, factors.groups)
    said = _said(wide, filled.attrs["filled"], factors, n)
    if levels is None:
        notes.append("Levels of identification were not given: names count as putative (level 2, Sumner et al. 2007).")
    notes.append(
        "Q² has no interval, since its folds share samples, and is a little high where the number of components was "
        "chosen by it; its p says how often shuffled labels reach it."
    )
    return Part(_key(name), title, tables, said, tuple(notes))


def _said(wide: pd.DataFrame, filled: int, factors: Factors, n: int) -> tuple[str, ...]:
    """The methods sentences."""
    return (
        f"{wide.shape[1]} features found in at least half of {len(wide)} samples, as log2 of normalized areas; "
        f"{filled} gaps filled with half the feature's smallest area.",
        "OPLS-DA (Trygg and Wold 2002) of two levels at a time, orthogonal components added while Q² gains 0.01; Q² "
        "learned inside seven folds (the usual one, scaled before, is given beside it), p by "
        f"{n} shuffles of labels{_within(factors)}; moderated t (Smyth 2004) of each feature, other factors"
        f"{' and blocks' if factors.block else ''} left in the residual, interactions not tested, q by Benjamini and "
        f"Hochberg over the features of one comparison; key: VIP > 1, q < 0.05 and |log2 change| ≥ 1, with the share "
        f"of {n} resamples in which the rule holds.",
    )


def heat(
    logs: pd.DataFrame, changes: Mapping[str, pd.DataFrame], groups: pd.Series, most: int = HEATED
) -> pd.DataFrame:
    """The features that changed most surely, standardized, alike ones side by side: feature, sample, group, z.

    `logs`: samples × features; each factor gives its own best in turn, by q of the moderated test.
    """
    ranked = [list(t["q_moderated"].sort_values(kind="stable").index) for t in changes.values()]
    turns = (name for one in zip(*ranked) for name in one)
    top = list(dict.fromkeys(turns))[:most]
    z = logs[top].sub(logs[top].mean()).div(logs[top].std().replace(0, np.nan))
    if len(top) > 2:
        apart = np.clip(1 - np.corrcoef(z.fillna(0).T), 0, 2)
        order = hierarchy.leaves_list(hierarchy.average(squareform(apart, checks=False)))
        z = z.iloc[:, order]
    labels = groups.loc[z.index]
    seen = {g: k for k, g in enumerate(dict.fromkeys(groups))}
    z = z.iloc[np.argsort(labels.map(seen).to_numpy(), kind="stable")]
    long = z.rename_axis("sample").reset_index().melt("sample", var_name="feature", value_name="z")
    return long.assign(group=long["sample"].map(groups))


def _within(factors: Factors) -> str:
    """Where labels changed places, in words."""
    return f" within {factors.block}" if factors.block else ""


def of_rows(index: pd.Index, factors: Factors, plots: Plots | None) -> list[str] | None:
    """The declared block of each row (samples, or plots where these were averaged); None without blocks."""
    if factors.block is None:
        return None
    design = factors.design
    if plots is not None and not index.isin(design.index).all():
        design = of_plots(plots, factors).design
    return design.loc[index, factors.block].astype(str).tolist() if factors.block in design else None


def _first_two(column: pd.Series) -> pd.Series:
    """The samples of the first two levels, those of the first before: the level that the other is compared with."""
    levels = column.cat.categories if column.dtype == "category" else dict.fromkeys(column)
    first = list(map(str, levels))[:2]
    words = column.astype(str)
    return words[words.isin(first)].sort_values(key=lambda c: c.map(first.index), kind="stable")


def together(
    table: pd.DataFrame, labels: pd.Series, plots: Plots | None
) -> tuple[pd.DataFrame, pd.Series, list[str] | None, str]:
    """Samples that can be compared, where several come from one plot: table, labels, plots of a paired test, words.

    A factor that differs between plots compares their means; one that varies within them pairs its two levels, in the
    plots that have both.
    """
    label = None if plots is None else plots.label.loc[table.index]
    if plots is None or label is None or label.nunique() == len(label):
        return table, labels, None, ""
    if (labels.groupby(label).nunique() == 1).all():
        means = table.groupby(label.to_numpy(), sort=False).mean()
        varied = means.loc[:, means.nunique() > 1]
        said = f"samples of one {plots.column} were averaged, n counts {plots.column}."
        return varied, labels.groupby(label.to_numpy(), sort=False).first(), None, said
    cells = pd.DataFrame({"plot": label, "level": labels})
    full = cells.groupby("plot")["level"].transform("nunique") == 2
    means = table[full].groupby([label[full], labels[full]]).mean()
    kinds = list(dict.fromkeys(labels))
    means = means.loc[sorted(means.index, key=lambda i: kinds.index(i[1]))]
    names = means.index.get_level_values(0).astype(str).tolist()
    flat = means.set_axis([f"{a} · {b}" for a, b in means.index])
    flat = flat.loc[:, (flat.nunique() > 1)]
    said = f"compared within the {len(set(names))} {plots.column} that have both levels (paired)."
    return flat, pd.Series(means.index.get_level_values(1).astype(str), flat.index), names, said
