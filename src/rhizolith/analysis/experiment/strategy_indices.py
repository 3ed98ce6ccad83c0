"""Life strategies of samples: from genes, from gene copies of taxa, and as measured; each with its coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from rhizolith.analysis.experiment.recipe import described
from rhizolith.description.experiment.table import Table
from rhizolith.indices import measured_strategies, strategies
from rhizolith.indices.registry import indices
from rhizolith.knowledge.tables import strategies as known_strategies

LETTER = {"resource use": "Y", "resource acquisition": "A", "stress tolerance": "S"}
"""microTrait's strategies as Y, A and S: that resource use stands for yield is a convention (assumed)."""
LEAST_GENES = 10
"""Orthologs of the strategy table below which shares say nothing."""
EFFICIENCIES = ("CUE_growth", "CUE_enzymes", "CUE_enzymes_N")
"""Carbon use efficiency that stands for Y: measured by growth before computed from enzymes."""
STRESS = ("EPS", "trehalose")


def gene_indices(table: Table) -> xr.Dataset:
    """Shares of Y, A and S, their log-ratios and balances, what they cover, and rrn copies where genes show them.

    Empty where the table holds no KEGG orthologs or too few that the strategy table knows.
    """
    kept = table.values[[c for c in table.values.columns if str(c) not in table.roles]]
    genes = [str(g) for g in kept.index]
    lists = {ko: [LETTER[s] for s in found] for ko, found in known_strategies().items()}
    coords = {"sample": list(map(str, kept.columns))}
    if sum(g in lists for g in genes) < LEAST_GENES:
        return xr.Dataset(coords=coords)
    a = np.nan_to_num(kept.to_numpy(float)).clip(min=0)
    known = indices()
    shares = strategies.yas_shares(a, genes, lists)
    covered = strategies.yas_coverage(a, genes, lists)
    data: dict[str, tuple] = {}
    for s in "YAS":
        words = described(known["Y-A-S shares"], f"share of {s}")
        data[f"YAS_{s}"] = ("sample", shares.get(s, np.full(a.shape[1], np.nan)), words)
    for s, values in strategies.yas_log_ratios(a, genes, lists).items():
        data[f"YAS_clr_{s}"] = ("sample", values, described(known["Y-A-S log-ratios"], f"centred log-ratio of {s}"))
    if set(shares) == set("YAS"):
        for name, values in strategies.yas_balances(shares).items():
            data[f"YAS_{name.replace('|', '_to_')}"] = ("sample", values, described(known["Y-A-S balances"], name))
    about = known["Y-A-S coverage"]
    data["YAS_coverage"] = ("sample", covered["abundance"], described(about, "share of gene abundance"))
    data["YAS_genes"] = ("sample", covered["genes"], described(about, f"share of its {len(lists)} orthologs found"))
    copies = strategies.rrn_from_genes(a, genes)
    if np.isfinite(copies).any():
        data["rrn_genes"] = ("sample", copies, described(known["rrn copies from genes"]))
    return xr.Dataset(data, coords=coords)


def copy_indices(
    a: np.ndarray, features: Sequence[str], lineages: Sequence[str] | None, table: Table
) -> dict[str, tuple]:
    """Mean rrn copies per cell of each sample and the share of reads whose taxon has a known number; `a` is taxa ×
    samples.
    """
    copies, _ = strategies.copies_of(features, lineages, {str(t): float(n) for t, n in table.values["copies"].items()})
    known = np.isfinite(copies)
    if not known.any():
        return {}
    one = indices()["community rrn copies"]
    words = {"long_name": "share of reads whose 16S copies are known", "units": "1"}
    return {
        "rrn_copies": ("sample", strategies.rrn_copies(a, copies), described(one, f"copies from {table.name}")),
        "rrn_coverage": ("sample", strategies.coverage(a, known), words),
    }


def measured_indices(quantities: Mapping[str, np.ndarray], samples: Sequence[str]) -> xr.Dataset:
    """Y, A and S as measured; `quantities` are the measured columns and the indices of soil and enzymes by name.

    Fewer than two of the three give nothing: a single strategy is told by its own quantity.
    """

    def first(names: Sequence[str]) -> str:
        return next((n for n in names if n in quantities and np.isfinite(quantities[n]).sum() > 2), "")

    cue, stress = first(EFFICIENCIES), first(STRESS)
    parts = [n for n in ("BG", "CBH", "NAG", "LAP", "phosphatase") if first((n,))]
    per = quantities["MBC"] if first(("MBC",)) else None
    if bool(cue) + bool(stress) + bool(parts) < 2:
        return xr.Dataset(coords={"sample": list(samples)})
    made = measured_strategies.yas_measured(
        quantities[cue] if cue else None,
        np.sum([quantities[n] for n in parts], axis=0) if parts else None,
        quantities[stress] if stress else None,
        per,
    )
    beside = ["MBC"] if per is not None else []
    sources = {"Y": [cue], "A": [*parts, *beside], "S": [stress, *beside]}
    one = indices()["Y-A-S as measured"]
    data = {
        f"measured_{s}": (
            "sample",
            values,
            {**described(one, f"{s} from {', '.join(sources[s])}"), "rests_on": ", ".join(sources[s])},
        )
        for s, values in made.items()
    }
    return xr.Dataset(data, coords={"sample": list(samples)})
