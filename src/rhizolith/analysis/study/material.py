"""What a study works on, taken from an experiment and the indices computed of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.analysis.experiment.enzyme_recipes import ENZYMES
from rhizolith.analysis.experiment.recipe import Recipe
from rhizolith.analysis.experiment.soil_recipes import SOIL
from rhizolith.analysis.guards.ancestry import Ancestry, Derived
from rhizolith.analysis.study.whole import Material
from rhizolith.description.experiment.experiment import Experiment
from rhizolith.description.experiment.levels import gaps
from rhizolith.description.experiment.quantity import quantities
from rhizolith.description.experiment.table import Table

TOLD = {
    "formulas_": ("NOSC_w", "AImod_w", "MLB_L", "MLB_wL", "lambda_CUE_w", "shannon", "rao_NOSC"),
    "counts_": ("richness", "shannon", "chao1", "copiotroph_ratio", "rrn_copies"),
    "genes_": ("YAS_A_to_Y", "YAS_S_to_AY", "rrn_genes"),
    "features_": ("shannon",),
}
"""Indices of tables that are tested, the others being close relatives of these."""
FIELD = {"formulas_": "molecules", "counts_": "community", "genes_": "community", "features_": "molecules"}
MOST = 5000
"""Features of one table at most, those found in most samples: rarer ones cannot be compared."""
BESIDE = ("_low", "_high", "_sd", "_n", "_stability")
GROUP_OF = {"enzyme_C": ("BG", "CBH"), "enzyme_N": ("NAG", "LAP"), "enzyme_P": ("phosphatase",)}


def material_of(experiment: Experiment, nodes: Mapping[str, xr.Dataset]) -> Material:
    """Quantities, indices, tables and ancestry for `study`; `nodes` are those of `analyze`."""
    values, groups, units = values_of(experiment, nodes)
    tables = {kind: _of_kind(experiment, kind) for kind in ("counts", "formulas", "features")}
    named = {_stem(t): t for t in tables["features"]}
    normal: dict[str, pd.DataFrame] = {}
    for node, held in nodes.items():
        stem = node.removeprefix("normalized_")
        if stem != node:
            areas = pd.DataFrame(held["intensity"].to_pandas())
            normal[stem] = areas.set_axis(names_of(named[stem])) if stem in named else areas
    taxonomy = next((t for t in experiment.tables if t.kind == "taxonomy"), None)
    taxa, genera = ({
        _stem(t): known.rename(index=named_taxa(t, taxonomy))
        for t in tables["counts"] if (known := at_rank(t, taxonomy, rank)) is not None
    } for rank in ("phylum", "genus"))  # fmt: skip
    design = experiment.design.reindex(list(experiment.samples))
    whole = Material(
        design=design.mask(design == ""),
        measured=experiment.measured.reindex(list(experiment.samples)),
        values=values,
        units=units,
        groups=groups,
        counts={_stem(t): _samples_only(t).rename(index=named_taxa(t, taxonomy)) for t in tables["counts"]},
        molecules={_stem(t): _samples_only(t) for t in tables["formulas"]},
        features=normal or {_stem(t): _samples_only(t) for t in tables["features"]},
        taxa=taxa,
        genera=genera,
        levels={},
        ancestry=ancestry_of([str(c) for c in experiment.measured.columns]),
        strategies=strategies_of(nodes),
        rests_on=tuple(str(v.attrs.get("rests_on", "")) for v in nodes.get("strategies", xr.Dataset()).values()),
    )
    return _with_levels(whole, gaps(experiment.design)[0])


def _with_levels(whole: Material, out: Sequence[str]) -> Material:
    """The material less the samples that lack a level of a factor: no test can place them."""
    if not out:
        return whole
    lost = list(out)

    def less(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        return {n: t.drop(columns=lost, errors="ignore") for n, t in tables.items()}

    return replace(
        whole,
        design=whole.design.drop(index=lost),
        measured=whole.measured.drop(index=lost),
        values=whole.values.drop(index=lost),
        counts=less(whole.counts),
        molecules=less(whole.molecules),
        features=less(whole.features),
        strategies={n: t.drop(index=lost, errors="ignore") for n, t in whole.strategies.items()},
    )


def strategies_of(nodes: Mapping[str, xr.Dataset]) -> dict[str, pd.DataFrame]:
    """Table → samples × variables of its life strategies and their coverage."""
    begin = ("YAS_", "rrn_", "copiotroph_", "measured_")
    out = {}
    for node, held in nodes.items():
        names = [str(v) for v in held.data_vars if str(v).startswith(begin)]
        if node.startswith(("genes_", "counts_")) or node == "strategies":
            stem = "measured" if node == "strategies" else node.partition("_")[2]
            out[stem if stem not in out else node] = held[names].to_dataframe() if names else pd.DataFrame()
    return out


def values_of(
    experiment: Experiment, nodes: Mapping[str, xr.Dataset]
) -> tuple[pd.DataFrame, dict[str, str], dict[str, str]]:
    """Samples × quantities and indices, with the group and unit of each."""
    known = quantities()
    columns: dict[str, pd.Series] = {}
    groups: dict[str, str] = {}
    units: dict[str, str] = {}
    for name in experiment.measured.columns:
        columns[str(name)] = pd.to_numeric(experiment.measured[name], errors="coerce")
        groups[str(name)] = known[name].group if name in known else "other"
        units[str(name)] = str(experiment.units.get(name, "") or "")
    for node, held in nodes.items():
        field = next((f for begin, f in FIELD.items() if node.startswith(begin)), node)
        told = next((t for begin, t in TOLD.items() if node.startswith(begin)), None)
        if told is None and node not in ("soil", "enzymes"):
            continue
        for variable, array in held.data_vars.items():
            text = str(variable)
            if array.dims != ("sample",) or array.dtype.kind != "f" or text.endswith(BESIDE):
                continue
            if told is not None and text not in told:
                continue
            name = text if text not in columns else f"{node}: {text}"
            if told is not None:
                name = f"{text} ({node.partition('_')[2] or node})"
            columns[name] = array.to_series()
            units[name] = str(array.attrs.get("units", ""))
            groups[name] = _group(text, field)
    return pd.DataFrame(columns, index=list(experiment.samples)), groups, units


def _group(variable: str, field: str) -> str:
    """soil, biomass, enzyme, carbon use, molecules, community"""
    if variable.startswith("CUE"):
        return "carbon use"
    if variable.startswith(("MB", "biomass", "microbial", "qCO2")):
        return "biomass"
    return {"enzymes": "limitation"}.get(field, field)


def ancestry_of(measured: Sequence[str]) -> Ancestry:
    """What every index of soil and enzymes is made of, as far as it was measured."""
    there = set(map(str, measured))
    derived: dict[str, Derived] = {}
    for name, parts in GROUP_OF.items():
        found = tuple(p for p in parts if p in there)
        if found and name not in there:
            derived[name] = Derived(name, found, lambda *a: np.sum(a, axis=0))
    for recipe in (*SOIL, *ENZYMES):
        usable = all(n in there or n in derived for n in recipe.needs)
        if usable and recipe.variable not in there and recipe.variable not in derived:
            derived[recipe.variable] = Derived(recipe.variable, recipe.needs, _maker(recipe))
    return Ancestry.of(derived.values())


def _maker(recipe: Recipe):  # type: ignore[no-untyped-def]
    """A recipe as a function of arrays of one value a sample."""

    def make(*arrays: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            made = np.asarray(recipe.make({n: a[None, :] for n, a in zip(recipe.needs, arrays)}))
        return made[0].astype(float) if made.dtype.kind in "fiub" else np.full(len(arrays[0]), np.nan)

    return make


def names_of(table: Table) -> list[str]:
    """What each feature is called: its annotation where there is one, else how the table labels it; none twice."""
    labels = [str(i) for i in table.values.index]
    if table.about is not None:
        for column in table.about.columns:
            if re.search(r"name|compound|metabolite|annotation", str(column), re.I):
                words = table.about[column].astype(str).str.strip().tolist()
                labels = [
                    w if w and w.lower() not in ("nan", "none", "unknown", "") else n for w, n in zip(words, labels)
                ]
                break
    seen: dict[str, int] = {}
    out = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        out.append(label if seen[label] == 1 else f"{label} #{seen[label]}")
    return out


def at_rank(table: Table, taxonomy: Table | None, rank: str) -> pd.Series | None:
    """The phylum (or genus) of each feature, from lineages beside the table or in one of their own."""
    begin = f"{rank[0]}__"
    for about in (table.about, taxonomy.values if taxonomy is not None else None):
        if about is None:
            continue
        for column in about.columns:
            if str(column).strip().lower() == rank:
                return _named(about[column].astype(str).str.strip().str.removeprefix(begin))
        for column in about.columns:
            text = about[column].astype(str)
            if text.str.contains("p__").mean() > 0.5 and text.str.contains(begin).any():
                return _named(text.str.extract(rf"{begin}([^;|,]*)", expand=False).str.strip())
    return None


def _named(taxa: pd.Series) -> pd.Series:
    """Taxa without a name as `unassigned`."""
    blank = taxa.isna() | taxa.str.lower().isin(("", "na", "nan", "none", "unassigned", "uncultured"))
    return taxa.mask(blank, "unassigned")


RANKS = ("genus", "family", "order", "class", "phylum")
OPAQUE = re.compile(r"[0-9a-f]{16,}", re.I)
"""A checksum of the sequence: no reader knows it."""


def named_taxa(table: Table, taxonomy: Table | None) -> dict[str, str]:
    """What features labelled by checksums are called: the lowest rank that is known, and the checksum's beginning."""
    held = table.about if table.about is not None and len(table.about.columns) else None
    held = taxonomy.values if held is None and taxonomy is not None else held
    labels = [str(i) for i in table.values.index if OPAQUE.fullmatch(str(i))]
    if held is None or not labels:
        return {}
    ranks = {str(c).strip().lower(): c for c in held.columns}
    columns = [ranks[r] for r in RANKS if r in ranks]
    known = held[~held.index.duplicated()].reindex(labels)[columns].fillna("").astype(str)
    out: dict[str, str] = {}
    for label, row in zip(labels, known.itertuples(index=False)):
        words = (re.sub(r"^[a-z]__", "", w.strip()) for w in row)
        rank = next((w for w in words if w and w.lower() not in ("na", "nan", "unassigned", "uncultured")), "")
        out[label] = f"{rank} {label[:6]}".strip()
    return out if len(set(out.values())) == len(out) else {}


def _of_kind(experiment: Experiment, kind: str) -> list[Table]:
    """Tables of a kind that hold samples of the experiment."""
    return [t for t in experiment.tables if t.kind == kind and set(t.samples) & set(experiment.samples)]


def _samples_only(table: Table) -> pd.DataFrame:
    """Features × samples, blanks and controls left out, the commonest features."""
    kept = table.values[[c for c in table.values.columns if str(c) not in table.roles]]
    numbers = kept.apply(pd.to_numeric, errors="coerce").fillna(0.0).clip(lower=0)
    numbers.index = pd.Index(names_of(table) if table.kind == "features" else [str(i) for i in numbers.index])
    if numbers.index.has_duplicates:
        numbers.index = pd.Index([f"{n} #{i}" for i, n in enumerate(numbers.index)])
    return numbers.loc[(numbers > 0).sum(axis=1).sort_values(ascending=False, kind="stable").index[:MOST]]


def _stem(table: Table) -> str:
    """The table's name without folders and endings, as `analyze` names its nodes."""
    stem = re.sub(r"(\.[A-Za-z0-9]{1,6})+$", "", table.name.rpartition("/")[2].partition("#")[0]) or table.name
    return re.sub(r"[^\w]+", "_", stem).strip("_") or "table"
