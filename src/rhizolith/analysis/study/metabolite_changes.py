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
from rhizolith.errors import InputError

HEATED = 30
"""Features of a heatmap: as many rows as a column of print holds."""
FOUND = 0.5
"""Share of samples in which a feature must be found."""


def metabolite_changes(
    name: str, table: pd.DataFrame, factors: Factors, *, levels: pd.Series | None = None, n: int = 100
) -> Part:
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
        first = list(column.cat.categories[:2]) if column.dtype == "category" else list(dict.fromkeys(column))[:2]
        rows = column.isin(first)
        try:
            found = key(filled[rows], column[rows].astype(str).tolist(), levels=levels, n=n)
            model = discriminate(filled[rows], column[rows].astype(str).tolist(), n=n)
        except InputError as error:
            notes.append(f"{factor}: {error.problems[0].what}.")
            continue
        tables[f"change_{factor}"] = found.rename_axis("feature")
        pair = f"{model.groups[1]} against {model.groups[0]}"
        fitted = (model.n, model.components[1], model.r2y, model.q2, model.q2_usual, model.p)
        models.append((factor, pair, *fitted, int(found["passes"].sum())))
        places = model.scores.iloc[:, :2]
        places = places.set_axis(["predictive", "orthogonal"][: places.shape[1]], axis=1)
        scores.append(places.assign(factor=factor, level=column[rows].astype(str)).rename_axis("sample").reset_index())
        if column.nunique() > 2:
            notes.append(f"{factor} has {column.nunique()} levels: {pair} is shown.")
    if not tables:
        return Part(_key(name), title, notes=tuple(notes), skipped="No factor has two levels with three samples each.")
    columns = ["factor", "pair", "n", "orthogonal", "r2y", "q2", "q2_usual", "p", "key"]
    tables["models"] = pd.DataFrame(models, columns=columns)
    tables["scores"] = pd.concat(scores, ignore_index=True)
    tables["heat"] = heat(filled, {k: t for k, t in tables.items() if k.startswith("change_")}, factors.groups)
    said = (
        f"{wide.shape[1]} features found in at least half of {len(wide)} samples, as log2 of normalized areas; "
        f"{filled.attrs['filled']} gaps filled with half the feature's smallest area.",
        f"OPLS-DA with Q² learned inside seven folds (the usual one, scaled before, is given beside it), p by {n} "
        "shuffled labels; moderated t (Smyth 2004), q by Benjamini and Hochberg; key: VIP > 1, q < 0.05 and "
        f"|log2 change| ≥ 1, with the share of {n} resamples in which the rule holds.",
    )
    if levels is None:
        notes.append("Levels of identification were not given: names count as putative (level 2, Sumner 2007).")
    return Part(_key(name), title, tables, said, tuple(notes))


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
