"""Life strategies of a community, each with how much of the community the answer covers. Inference, not measurement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.cautions import INFERRED
from rhizolith.indices.registry import index


def _counts(abundance: ArrayLike) -> np.ndarray:
    a = np.nan_to_num(np.asarray(abundance, float))
    return a.reshape(len(a), -1)


def coverage(abundance: ArrayLike, known: ArrayLike) -> np.ndarray:
    """Share of each sample's abundance (taxa × samples) whose trait is known: 1 all, near 0 the answer is about
    others.
    """
    a = _counts(abundance)
    total = a.sum(axis=0)
    return a[np.asarray(known, bool)].sum(axis=0) / np.where(total > 0, total, np.nan)


@index(
    "community rrn copies",
    "copies per cell",
    "1 to 2 slow growers, above about 4 fast growers",
    ("Wu2017", "Kembel2012"),
    INFERRED,
    grade="fitted",
)
def rrn_copies(abundance: ArrayLike, copies: ArrayLike) -> np.ndarray:
    """Mean 16S rRNA gene copies per cell, sum(a)/sum(a/n): reads a of a taxon with n copies are a/n cells.

    The mean of n weighted by reads is larger: it counts copies, not cells. Taxa without a known n (NaN) are left out;
    report `coverage` with it.
    """
    a, n = _counts(abundance), np.asarray(copies, float)
    known = n > 0
    cells = (a[known] / n[known, None]).sum(axis=0)
    return a[known].sum(axis=0) / np.where(cells > 0, cells, np.nan)


@index(
    "copiotroph:oligotroph",
    "1",
    "above 1 taxa of rich food prevail, below 1 those of poor food",
    "Fierer2007",
    INFERRED,
    grade="assumed",
)
def copiotroph_ratio(abundance: ArrayLike, guild: Sequence[str]) -> np.ndarray:
    """Abundance of copiotrophs over that of oligotrophs; `guild` names each taxon `copiotroph`, `oligotroph` or
    anything else.

    Fierer et al. 2007 found Proteobacteria (beta) and Bacteroidetes copiotrophic and Acidobacteria oligotrophic.
    """
    a, named = _counts(abundance), np.asarray(guild)
    rich, poor = a[named == "copiotroph"].sum(axis=0), a[named == "oligotroph"].sum(axis=0)
    return rich / np.where(poor > 0, poor, np.nan)


# Fierer2007 tested these; class names of newer taxonomies beside the old ones.
FIERER_2007 = {
    "Betaproteobacteria": "copiotroph",
    "Burkholderiales": "copiotroph",
    "Bacteroidetes": "copiotroph",
    "Bacteroidota": "copiotroph",
    "Acidobacteria": "oligotroph",
    "Acidobacteriota": "oligotroph",
}


def guilds(lineages: Sequence[str], table: Mapping[str, str] = FIERER_2007) -> list[str]:
    """Guild of each lineage (`k__Bacteria; p__Bacteroidota; …`), from the most specific rank that the table names;
    else empty.
    """
    found = []
    for lineage in lineages:
        ranks = _ranks(lineage)
        found.append(next((table[r] for r in reversed(ranks) if r in table), ""))
    return found


@index(
    "Y-A-S shares",
    "1",
    "share of gene content for yield, acquisition and stress tolerance; they sum to 1",
    ("Karaoz2022", "Malik2020"),
    INFERRED,
    grade="assumed",
)
def yas_shares(abundance: ArrayLike, genes: Sequence[str], table: Mapping[str, Sequence[str]]) -> dict[str, np.ndarray]:
    """Strategy → share of the abundance of its genes, each strategy's genes averaged so that long lists do not win.

    `abundance` is KO × samples, `genes` the KO of its rows, `table` KO → strategies (a KO in two counts half in each).
    """
    a, weights = _counts(abundance), _membership(genes, table)
    means = {s: (w[:, None] * a).sum(axis=0) / w.sum() for s, w in weights.items() if w.sum() > 0}
    total = np.sum(list(means.values()), axis=0)
    return {s: m / np.where(total > 0, total, np.nan) for s, m in means.items()}


@index(
    "Y-A-S log-ratios",
    "1",
    "0 balanced, positive: more of this strategy than the geometric mean of all",
    ("Karaoz2022", "Malik2020"),
    INFERRED,
    grade="assumed",
)
def yas_log_ratios(
    abundance: ArrayLike, genes: Sequence[str], table: Mapping[str, Sequence[str]]
) -> dict[str, np.ndarray]:
    """Strategy → centred log-ratio of its share: the scale on which shares can be tested; NaN where a share is 0."""
    shares = yas_shares(abundance, genes, table)
    logs = {s: np.log(np.where(x > 0, x, np.nan)) for s, x in shares.items()}
    centre = np.mean(list(logs.values()), axis=0)
    return {s: x - centre for s, x in logs.items()}


@index(
    "Y-A-S coverage",
    "1",
    "share of the gene table that the strategy table names: near 0 the answer is about few genes",
    "Karaoz2022",
)
def yas_coverage(
    abundance: ArrayLike, genes: Sequence[str], table: Mapping[str, Sequence[str]]
) -> dict[str, np.ndarray]:
    """`abundance`: share of each sample's gene abundance that is in the table; `genes`: share of the table's KO found
    in it.
    """
    a = _counts(abundance)
    named = np.array([gene in table for gene in genes])
    present = (a[named] > 0).sum(axis=0) / len(table)
    return {"abundance": coverage(a, named), "genes": present}


@index(
    "Y-A-S balances",
    "1",
    "0 balanced; A|Y: positive acquisition over yield; S|AY: positive stress tolerance over both",
    ("Egozcue2003", "Karaoz2022"),
    INFERRED,
    grade="assumed",
)
def yas_balances(shares: Mapping[str, ArrayLike]) -> dict[str, np.ndarray]:
    """The two isometric log-ratios of the shares Y, A and S: ln(A/Y)/√2 and √(2/3) ln(S/√(A Y)); NaN where one is 0.

    They hold all that the three shares say, once, so that tests may add and average them.
    """
    y, a, s = (np.log(np.where(np.asarray(shares[k], float) > 0, shares[k], np.nan)) for k in ("Y", "A", "S"))
    return {"A|Y": (a - y) / np.sqrt(2), "S|AY": np.sqrt(2 / 3) * (s - (a + y) / 2)}


RRNA_16S, ONE_COPY = "K01977", ("K03043",)
"""KEGG orthologs of the 16S rRNA and of rpoB, the beta subunit of the bacterial RNA polymerase."""


@index(
    "rrn copies from genes",
    "copies per genome",
    "1 to 2 slow growers, above about 4 fast growers",
    "assumed: rpoB has one copy in a bacterial genome, and both genes are found equally well",
    (*INFERRED, "Reads of a metagenome count long genes more often: divide by gene length before."),
)
def rrn_from_genes(abundance: ArrayLike, genes: Sequence[str]) -> np.ndarray:
    """Abundance of the 16S rRNA gene (K01977) over that of rpoB (K03043); NaN where either was not found."""
    a, names = _counts(abundance), np.asarray(genes)
    rrna, single = a[names == RRNA_16S].sum(axis=0), a[np.isin(names, ONE_COPY)].sum(axis=0)
    return np.where(rrna > 0, rrna, np.nan) / np.where(single > 0, single, np.nan)


def copies_of(
    features: Sequence[str], lineages: Sequence[str] | None, table: Mapping[str, float]
) -> tuple[np.ndarray, list[str]]:
    """Copies of each feature and what named them: the feature itself, else its most specific rank in `table`.

    NaN and an empty word where the table knows neither.
    """
    known = {_plain(name): n for name, n in table.items()}
    copies, by = [], []
    for k, feature in enumerate(features):
        ranks = _ranks(lineages[k]) if lineages is not None else []
        found = next((name for name in (str(feature), *reversed(ranks)) if _plain(name) in known), "")
        copies.append(known[_plain(found)] if found else np.nan)
        by.append(found)
    return np.array(copies, float), by


def _plain(name: str) -> str:
    return name.strip().rpartition("__")[2].replace("_", " ").lower()


def _ranks(lineage: str) -> list[str]:
    """The names of a lineage without the marks of their rank (`p__`), from the widest on; empty ranks left out."""
    parts = (part.strip() for part in str(lineage).replace("|", ";").split(";"))
    return [name for part in parts if (name := part.partition("__")[2] or part) and not name.endswith("__")]


def _membership(genes: Sequence[str], table: Mapping[str, Sequence[str]]) -> dict[str, np.ndarray]:
    strategies = sorted({s for row in table.values() for s in row})
    return {
        s: np.array([(s in table.get(g, ())) / max(len(table.get(g, ())), 1) for g in genes], float) for s in strategies
    }
