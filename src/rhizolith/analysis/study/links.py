"""How the tables of one experiment hang together: distances against distances, ordination on ordination."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist, squareform
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.community.dissimilarity import distances, hellinger
from rhizolith.analysis.community.matrix_correlation import mantel
from rhizolith.analysis.community.principal_coordinates import pcoa
from rhizolith.analysis.community.redundancy import inflation, partition, rda
from rhizolith.analysis.community.superposition import procrustes
from rhizolith.analysis.community.unique_shares import unique_shares
from rhizolith.analysis.study.part import Part, listed
from rhizolith.errors import InputError

INFLATED = 10.0
"""Variance inflation beyond which a variable says what others say (customary)."""
LEAST = 8
MEASURED = ("soil", "exchange", "plant", "biomass", "enzyme", "other")


def links(
    omics: Mapping[str, pd.DataFrame], values: pd.DataFrame, groups: Mapping[str, str], *,
    blocks: pd.Series | None = None, n: int = 999,
) -> Part:  # fmt: skip
    """Mantel of each quantity with each table, Procrustes of every two tables, RDA and shared variation of each.

    `omics`: {name: features × samples}; `values`: samples × quantities; `groups`: {quantity: soil, enzymes, …};
    `blocks`: the block or plot of each sample, within which samples are shuffled.
    """
    title = "How the tables hang together"
    if not omics:
        return Part("links", title, skipped="There is no table of taxa or molecules to link to.")
    complete = usable(values)
    inside = {c: n for c in map(str, complete.columns) for n in omics if c.endswith(f"({n})")}
    tables: dict[str, pd.DataFrame] = {}
    notes: list[str] = []
    gowers = {}
    for name, table in omics.items():
        both = [s for s in complete.index if s in table.columns and table[s].fillna(0).sum() > 0]
        if len(both) < LEAST:
            notes.append(f"{name}: {len(both)} samples have quantities too: too few to link.")
            continue
        gowers[name] = distances(table[both].T.fillna(0.0).clip(lower=0))
    tables |= _mantel(gowers, complete, inside, n, blocks)
    tables |= _procrustes(gowers, n, blocks)
    for name, d in gowers.items():
        chosen = measured_only(complete.loc[d.index], groups)
        _explained(name, omics[name][list(d.index)].T.fillna(0.0), chosen, groups, tables, notes, n, blocks)
    if not tables:
        return Part("links", title, notes=tuple(notes), skipped="No quantity was measured in enough of the samples.")
    kept = "" if blocks is None else (
        f" For all but the shared variation samples changed places within their {blocks.name} only, whose means the "
        "RDA leaves out."
    )  # fmt: skip
    whole = f"; {_complete(values, complete)}" if len(complete) < len(values) else ""
    said = (
        f"Mantel's r (Mantel 1967; Spearman, one-sided p by {n} permutations, q by Benjamini and Hochberg) of "
        "Bray–Curtis distances with each quantity; symmetric Procrustes of the first five principal coordinates; RDA "
        "of Hellinger-transformed tables (Legendre and Gallagher 2001) on quantities whose variance inflation stays "
        f"below {INFLATED:.0f}, each tested given all others; variation shared out by adjusted R² (Peres-Neto et al. "
        f"2006), unique shares by {n} shuffles over all samples{whole}.{kept}",
    )
    notes.append("A Mantel p is weak evidence where samples lie on a gradient (Guillot and Rousset 2013).")
    return Part("links", title, tables, said, tuple(notes))


def usable(values: pd.DataFrame) -> pd.DataFrame:
    """Quantities known in nearly all samples, then samples with all of them, columns that vary, standardized."""
    numbers = values.select_dtypes("number")
    kept = numbers.loc[:, (numbers.notna().mean() > 0.9) & (numbers.nunique() > 2)].dropna()
    kept = kept.loc[:, kept.std() > 0]
    return (kept - kept.mean()) / kept.std() if len(kept) > 1 else kept.iloc[:, :0]


def _complete(values: pd.DataFrame, complete: pd.DataFrame) -> str:
    """Which samples could not be used."""
    lost = [str(s) for s in values.index if s not in complete.index]
    return (
        f"{len(complete)} of {len(values)} samples have all {complete.shape[1]} quantities that nearly all have "
        f"({listed(lost)} left out)"
    )


def _mantel(
    gowers: Mapping[str, pd.DataFrame], values: pd.DataFrame, inside: Mapping[str, str], n: int,
    blocks: pd.Series | None,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Every quantity against every table but the one it was computed from."""
    rows = []
    for name, d in gowers.items():
        for column in values.columns:
            x = values.loc[d.index, [column]]
            if x[column].nunique() < 3 or inside.get(str(column)) == name:
                continue
            m = mantel(d, squareform(pdist(x)), method="spearman", blocks=_own(blocks, d.index), n=n)
            rows.append((name, str(column), m.r, m.p, m.n))
    if not rows:
        return {}
    table = pd.DataFrame(rows, columns=["table", "variable", "r", "p", "n"])
    table["q"] = multipletests(table["p"], method="fdr_bh")[1]
    return {"mantel": table.assign(permutations=n)}


def _own(blocks: pd.Series | None, index: pd.Index) -> list[str] | None:
    """Blocks of these samples; None where there are none, or one a sample."""
    own = None if blocks is None else blocks.loc[index].astype(str)
    return None if own is None or own.nunique() == len(own) else own.tolist()


def _procrustes(gowers: Mapping[str, pd.DataFrame], n: int, blocks: pd.Series | None) -> dict[str, pd.DataFrame]:
    """Every two tables on one another: the fits, and both places of every sample."""
    rows, tables = [], {}
    for a, b in combinations(gowers, 2):
        both = [s for s in gowers[a].index if s in gowers[b].index]
        if len(both) < LEAST:
            continue
        one, two = (pcoa(gowers[k].loc[both, both]).axes.iloc[:, :5] for k in (a, b))
        fit = procrustes(one, two, blocks=_own(blocks, one.index), n=n)
        rows.append((a, b, fit.m2, fit.r, fit.p, len(both)))
        ends = fit.second.iloc[:, :2].add_prefix("to_")
        places = fit.first.iloc[:, :2].join(ends).join(fit.residuals).rename_axis("sample").reset_index()
        tables[f"superposed_{len(rows)}"] = places.assign(table_1=a, table_2=b)
    if rows:
        tables["procrustes"] = pd.DataFrame(rows, columns=["table_1", "table_2", "m2", "r", "p", "n"]).assign(
            permutations=n
        )
    return tables


def _explained(
    name: str, table: pd.DataFrame, values: pd.DataFrame, groups: Mapping[str, str], tables: dict[str, pd.DataFrame],
    notes: list[str], n: int, blocks: pd.Series | None = None,
) -> None:  # fmt: skip
    """RDA and shared variation into `tables`."""
    chosen, dropped = prune(values, len(table))
    if chosen.shape[1] < 1:
        return
    if dropped:
        notes.append(f"{name}: {listed(dropped)} say what others say, or are too many, and were left out of the RDA.")
    positive = hellinger(table.clip(lower=0))
    safe = chosen.set_axis([f"v{i}" for i in range(chosen.shape[1])], axis=1)
    try:
        found = rda(positive, safe, blocks=_own(blocks, positive.index), n=n)
    except InputError as error:
        notes.append(f"{name}: no RDA, {error.problems[0].what}.")
        return
    labels = dict(zip(safe.columns, map(str, chosen.columns)))
    whole = {"table": name, "r2": found.r2, "adjusted": found.adjusted, "n": found.n}
    whole |= {"model_f": found.f, "model_p": found.p, "total": found.total}
    key = "".join(c if c.isalnum() else "_" for c in name)
    tables[f"rda_{key}"] = found.terms.rename(index=labels).reset_index().assign(**whole)  # type: ignore[arg-type]
    sites = found.sites.iloc[:, :2].rename_axis("sample").reset_index().assign(kind="site")
    arrows = found.arrows.iloc[:, :2].rename(index=labels).rename_axis("sample").reset_index().assign(kind="arrow")
    tables[f"rda_axes_{key}"] = pd.concat([sites, arrows], ignore_index=True).rename(columns={"sample": "name"})
    sets: dict[str, list[str]] = {}
    for column in chosen.columns:
        sets.setdefault(groups.get(str(column), "other"), []).append(column)
    if 2 <= len(sets) <= 4:
        parted = partition(positive, {k: chosen[v] for k, v in sets.items()})
        members = parted.index.map(lambda k: ", ".join(map(str, sets.get(str(k), ()))))
        tables[f"partition_{key}"] = (
            parted.rename_axis("sets").reset_index().assign(table=name, n=len(positive), members=list(members))
        )
        tables[f"unique_{key}"] = unique_shares(positive, {k: chosen[v] for k, v in sets.items()}, n=n)


def measured_only(values: pd.DataFrame, groups: Mapping[str, str]) -> pd.DataFrame:
    """The measured quantities, where there are two or more: indices are made of them."""
    kept = [c for c in values.columns if groups.get(str(c)) in MEASURED]
    return values[kept] if len(kept) > 1 else values


def prune(values: pd.DataFrame, n: int) -> tuple[pd.DataFrame, list[str]]:
    """Columns with the most inflated left out one by one, and no more than a third of the samples."""
    kept, dropped = list(values.columns), []
    while len(kept) > 1:
        vif = inflation(values[kept].to_numpy(float), [str(k) for k in kept]).to_numpy()
        if vif.max() <= INFLATED and len(kept) <= max(n // 3, 1):
            break
        worst = kept[int(np.argmax(vif))]
        kept.remove(worst)
        dropped.append(str(worst))
    return values[kept], dropped
