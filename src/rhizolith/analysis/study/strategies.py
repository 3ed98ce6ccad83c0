"""What the treatments did to life strategies: yield, acquisition, stress tolerance, gene copies, copiotrophs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.community.dissimilarity import distances
from rhizolith.analysis.community.permanova_test import permanova
from rhizolith.analysis.study.factors import Factors
from rhizolith.analysis.study.part import Part
from rhizolith.analysis.study.plots import Plots
from rhizolith.analysis.study.treatments import treatments
from rhizolith.errors import InputError

TITLE = "Life strategies"
SHARES = ("YAS_Y", "YAS_A", "YAS_S")
BALANCES = ("YAS_A_to_Y", "YAS_S_to_AY")
CALLED = {
    "YAS_clr_Y": "yield (log-ratio)", "YAS_clr_A": "acquisition (log-ratio)",
    "YAS_clr_S": "stress tolerance (log-ratio)",
    "rrn_copies": "rrn copies", "rrn_genes": "rrn copies (genes)",
    "copiotroph_ratio": "copiotrophs : oligotrophs (log2)",
    "measured_Y": "yield (measured)", "measured_A": "acquisition (measured)", "measured_S": "stress (measured)",
}  # fmt: skip
UNITS = {"rrn_copies": "copies per cell", "rrn_genes": "copies per genome", "copiotroph_ratio": "log2 of a ratio"}
COVERAGE = {
    "YAS_coverage": "gene abundance that the strategy table names", "YAS_genes": "orthologs of that table found",
    "rrn_coverage": "reads whose 16S copies are known",
    "copiotroph_coverage": "reads that are copiotroph or oligotroph",
}  # fmt: skip
LITTLE = 0.2
"""Coverage below which the answer is about few of the community."""
ROUND = 61


def strategies(
    sources: Mapping[str, pd.DataFrame], factors: Factors, *, rests_on: Sequence[str] = (), plots: Plots | None = None,
    n: int = 999,
) -> Part:  # fmt: skip
    """Tests of every strategy with its coverage; `sources`: {table: samples × variables of the node that holds them}.

    `rests_on`: what Y, A and S as measured were made of. Log-ratios are tested, not shares: shares of one whole cannot
    vary freely. The balances of a gene table are tested together by PERMANOVA of their Euclidean distances.
    """
    found = {k: t.loc[:, t.notna().any()] for k, t in sources.items() if len(t.columns)}
    found = {k: t for k, t in found.items() if len(t.columns)}
    notes = _missing(found)
    columns = _columns(found)
    if columns.empty:
        return Part("strategies", TITLE, notes=tuple(notes), skipped="No table tells of life strategies.")
    tables: dict[str, pd.DataFrame] = {"coverage": _coverage(found, notes)}
    said = [
        "Y, A and S are the mean abundances of microTrait's genes of resource use, resource acquisition and stress "
        "tolerance, closed to shares (Karaoz and Brodie 2022); centred log-ratios are tested."
    ] if any("YAS_Y" in t for t in found.values()) else []  # fmt: skip
    for name, table in found.items():
        if set(SHARES) <= set(table):
            key = f"{_key(name)}_"
            tables[f"{key}shares"] = _tidy(table[list(SHARES)].set_axis(list("YAS"), axis=1), factors)
            centre = centres(table, factors.groups)
            if len(centre):
                tables[f"{key}centres"] = centre
            _together(tables, f"{key}together", said, notes, table, factors, plots, n)
    measured = next((t for t in found.values() if any(str(c).startswith("measured_") for c in t)), None)
    if measured is not None:
        tables["measured"] = _tidy(measured.rename(columns=lambda c: c.removeprefix("measured_")), factors)
        notes += _arithmetic(rests_on)
    units = {c: UNITS.get(v, "sd among samples" if "measured" in v else "1") for c, v in columns.attrs["of"].items()}
    tested = treatments(columns, factors, units, plots=plots, n=n)
    tables |= tested.tables
    notes += [n for n in tested.notes if "left out of the design" not in n]  # said once, with all quantities
    return Part("strategies", TITLE, tables, (*said, *tested.said), tuple(notes))


def _columns(found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every strategy that is tested, on the scale it is tested on; `attrs["of"]`: the variable each is."""
    columns: dict[str, pd.Series] = {}
    of: dict[str, str] = {}
    for name, table in found.items():
        for variable, words in CALLED.items():
            if variable not in table:
                continue
            label = words if words not in columns else f"{words}, {name}"
            x = table[variable].astype(float)
            columns[label] = x.where(x > 0).map(np.log2) if variable == "copiotroph_ratio" else x
            of[label] = variable
    held = pd.DataFrame(columns)
    held.attrs["of"] = of
    return held


def _missing(found: Mapping[str, pd.DataFrame]) -> list[str]:
    """What would be needed for the strategies that are not there."""
    there = {c for t in found.values() for c in t}
    notes = []
    if not set(SHARES) & there:
        notes.append("Y-A-S from genes: no table of KEGG orthologs (K00001 …; PICRUSt2 or a metagenome) was found.")
    if "rrn_copies" not in there:
        notes.append(
            "rrn copies by taxon: no table of 16S rRNA gene copies was found (rrnDB's statistics, PICRUSt2's marker "
            "counts, or columns `taxon` and `copies`); none is shipped."
        )
    if "copiotroph_ratio" not in there:
        notes.append("Copiotrophs and oligotrophs: no counts with lineages were found.")
    lost = [s for s in "YAS" if f"measured_{s}" not in there]
    if len(lost) == 3:
        notes.append("Y-A-S as measured: needs two of carbon use efficiency, enzymes and stress compounds.")
    elif lost:
        names = {"Y": "carbon use efficiency", "A": "enzymes", "S": "stress compounds (EPS, trehalose)"}
        notes.append(f"Y-A-S as measured lacks {' and '.join(names[s] for s in lost)}.")
    return notes


def _coverage(found: Mapping[str, pd.DataFrame], notes: list[str]) -> pd.DataFrame:
    """table, what is covered, n, lowest, median, highest; little coverage becomes a note."""
    rows = []
    for name, table in found.items():
        for variable, words in COVERAGE.items():
            if variable in table:
                x = table[variable].dropna()
                rows.append((name, words, len(x), x.min(), x.median(), x.max()))
                few = int((x < LITTLE).sum())
                if variable != "YAS_coverage" and few:
                    which = f"{few} of {len(x)} samples have less than {LITTLE:.0%} (median of all {x.median():.0%})"
                    notes.append(f"{name}: {which} of {words}: there the answer is about few of them.")
    if any(set(COVERAGE) & set(t) for t in found.values()):
        notes.append("Strategies from genes and taxa are inferred: potential, not activity; from 16S they are guesses.")
    if any("YAS_Y" in t for t in found.values()):
        notes.append(
            "A gene counts for its strategy by itself: the rules by which microTrait joins genes to traits are ignored."
            " That resource use stands for yield is a convention."
        )
    return pd.DataFrame(rows, columns=["table", "covered", "n", "lowest", "median", "highest"])


def _together(
    tables: dict[str, pd.DataFrame], key: str, said: list[str], notes: list[str], table: pd.DataFrame, factors: Factors,
    plots: Plots | None, n: int,
) -> None:  # fmt: skip
    """PERMANOVA of both balances at once into `tables`."""
    known = table.reindex(columns=list(BALANCES)).dropna()
    known = known.loc[[s for s in factors.design.index if s in known.index]]
    if not factors.names or len(known) < 6:
        return
    design = factors.design.loc[known.index]
    labels = plots.label.loc[known.index].tolist() if plots is not None else None
    labels = labels if labels is not None and len(set(labels)) < len(labels) else None
    blocks = design[factors.block].tolist() if factors.block else None
    d = distances(known, "euclidean")
    try:
        tested = permanova(d, design, factors.formula, blocks=blocks, plots=labels, n=n)
        tables[key] = tested.rename_axis("term").reset_index()
        if "error" in tested:
            tables[key]["error"] = tables[key]["error"].fillna("")
    except InputError as error:
        notes.append(f"Y, A and S were not tested together: {error.problems[0].what}.")
        return
    kept = f", samples of one {plots.column} together" if labels is not None and plots is not None else ""
    words = f"Y, A and S together: PERMANOVA of Aitchison distances, {n} permutations{kept} (Anderson 2001)."
    if words not in said:
        said.append(words)


def centres(table: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Centre of Y, A, S in every group and the outline of its 95 % region: group, n, point, Y, A, S.

    The centre (point −1) is the geometric mean, closed; the region is Hotelling's ellipse of the mean of the two
    balances, from four samples on.
    """
    rows = []
    for name, part in table.reindex(columns=list(BALANCES)).dropna().groupby(groups, sort=False):
        z, n = part.to_numpy(float), len(part)
        rows.append((str(name), n, -1, *_shares(z.mean(axis=0))))
        if n < 4:
            continue
        size = np.sqrt(2 * (n - 1) / (n - 2) * stats.f.ppf(0.95, 2, n - 2) / n)
        values, vectors = np.linalg.eigh(np.cov(z.T))
        turn = np.linspace(0, 2 * np.pi, ROUND)
        round_ = vectors @ (np.sqrt(np.maximum(values, 0))[:, None] * np.array([np.cos(turn), np.sin(turn)]))
        rows += [(str(name), n, i, *_shares(p)) for i, p in enumerate(z.mean(axis=0) + size * round_.T)]
    return pd.DataFrame(rows, columns=["group", "n", "point", "Y", "A", "S"])


def _shares(balances: np.ndarray) -> tuple[float, float, float]:
    """Back from the balances A|Y and S|AY to Y, A, S."""
    a, s = balances[0] / np.sqrt(2), balances[1] * np.sqrt(2 / 3)
    logs = np.array([-a - s / 2, a - s / 2, s])
    parts = np.exp(logs) / np.exp(logs).sum()
    return float(parts[0]), float(parts[1]), float(parts[2])


def _tidy(table: pd.DataFrame, factors: Factors) -> pd.DataFrame:
    return table.assign(group=factors.groups.reindex(table.index)).dropna(how="all").rename_axis("sample").reset_index()


def _arithmetic(rests_on: Sequence[str]) -> list[str]:
    """Says where Y was computed from the enzymes that make A."""
    if any("CUE_enzymes" in words for words in rests_on):
        return ["Measured Y is a carbon use efficiency computed from enzymes, which make A too: their relation is "
                "arithmetic."]  # fmt: skip
    return []


def _key(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name).strip("_") or "table"
