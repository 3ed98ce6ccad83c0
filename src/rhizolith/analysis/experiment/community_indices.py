"""A table of counts to diversity and life strategies of its samples, with intervals by resampling the reads."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.analysis.experiment.recipe import HIGH, LOW, described
from rhizolith.analysis.experiment.strategy_indices import copy_indices
from rhizolith.description.experiment.table import Table
from rhizolith.indices import diversity, strategies
from rhizolith.indices.registry import indices

RESAMPLED = 100
ANY = {"Shannon": diversity.shannon, "Simpson": diversity.simpson, "Pielou": diversity.pielou}
COUNTED = {"Chao1": diversity.chao1, "ACE": diversity.ace, "Good's coverage": diversity.goods_coverage}


def community_indices(
    table: Table, taxonomy: pd.DataFrame | None = None, seed: int = 0, copies: Table | None = None
) -> xr.Dataset:
    """Alpha diversity of each sample; estimators of unseen kinds only where the table holds counts.

    With lineages (in the table or in `taxonomy`) the copiotroph:oligotroph ratio and its coverage; with a table of
    `copies` of the 16S rRNA gene by taxon the mean copies per cell and their coverage.
    """
    values = table.values[[c for c in table.values.columns if str(c) not in table.roles]]
    a = np.nan_to_num(values.to_numpy(float)).clip(min=0)
    counts = bool((a == np.rint(a)).all())
    known = indices()
    data: dict[str, tuple] = {
        "richness": ("sample", diversity.richness(a).astype(float), described(known["richness"])),
        "reads": ("sample", a.sum(axis=0), {"long_name": "sum of the table", "units": "as the table"}),
    }
    functions = {**ANY, **COUNTED} if counts else ANY
    with np.errstate(all="ignore"):
        for name, function in functions.items():
            data[_variable(name)] = ("sample", np.asarray(function(a), float), described(known[name]))
        if counts and a.sum(axis=0).min() > 0:
            size = int(a.sum(axis=0).min())
            held = described(known["rarefied richness"], f"at {size} reads, those of the smallest sample")
            data["rarefied"] = ("sample", diversity.rarefied_richness(a), held)
    if counts:
        data.update(_resampled(a, seed))
    data.update(_guilds(table, a, taxonomy))
    if copies is not None:
        data.update(copy_indices(a, list(map(str, values.index)), lineages_of(table, taxonomy), copies))
    return xr.Dataset(data, coords={"sample": list(map(str, values.columns))})


def _variable(name: str) -> str:
    return {"Good's coverage": "coverage", "ACE": "ACE"}.get(name, name.lower())


def _resampled(a: np.ndarray, seed: int) -> dict[str, tuple]:
    """Interval of Shannon and Simpson when as many reads are drawn again: noise of counting, not of replicates."""
    random = np.random.default_rng(seed)
    rows: dict[str, list[np.ndarray]] = {"shannon": [], "simpson": []}
    for k in range(a.shape[1]):
        total = int(a[:, k].sum())
        here = a[:, k] > 0
        if not total:
            draws = np.full((RESAMPLED, 1), np.nan)
        else:
            draws = random.multinomial(total, a[here, k] / total, size=RESAMPLED).astype(float)
        for name, function in (("shannon", diversity.shannon), ("simpson", diversity.simpson)):
            values = function(draws.T) if total else np.full(RESAMPLED, np.nan)
            rows[name].append(np.percentile(values, [LOW, HIGH]))
    words = f"percentile over {RESAMPLED} resamples of the reads"
    return {
        f"{name}_{which}": ("sample", np.array(held)[:, j], {"long_name": f"{name}, {which}", "definition": words})
        for name, held in rows.items()
        for j, which in enumerate(("low", "high"))
    }


def _guilds(table: Table, a: np.ndarray, taxonomy: pd.DataFrame | None) -> dict[str, tuple]:
    lineages = lineages_of(table, taxonomy)
    if lineages is None:
        return {}
    named = strategies.guilds(lineages)
    covered = strategies.coverage(a, np.array([g != "" for g in named]))
    one = indices()["copiotroph:oligotroph"]
    return {
        "copiotroph_ratio": ("sample", strategies.copiotroph_ratio(a, named), described(one)),
        "copiotroph_coverage": ("sample", covered, {"long_name": "share of reads with a guild", "units": "1"}),
    }


def lineages_of(table: Table, taxonomy: pd.DataFrame | None) -> list[str] | None:
    """A lineage for each line of the table, from itself or from a taxonomy; None where neither has one."""
    about = table.about if table.about is not None and len(table.about.columns) else None
    for held in (about, taxonomy):
        if held is None:
            continue
        held = held[~held.index.duplicated()].reindex(table.values.index)
        words = held.fillna("").astype(str).agg("; ".join, axis=1)
        if words.str.contains(r"__|;").any() and words.str.strip("; ").ne("").mean() > 0.2:
            return list(words)
    return None
