"""Made-up counts of taxa for the example: guilds that follow treatments, and two consortia that follow none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

TAXA = 60
PHYLA = ("Bacteroidota", "Acidobacteriota", "Actinobacteriota", "Chloroflexi", "Firmicutes", "Gemmatimonadota")
NOISE = 0.2  # sd of ln weight between pots, of each taxon (assumed)
CONSORTIA = {"first": (1, 2, 3, 4, 7, 8, 9, 10, 13), "second": (14, 15, 16, 19, 20, 21, 22)}
"""Taxa (numbers of their names) that rise and fall together, none of a phylum that treatments shift (assumed)."""
TOGETHER = (0.9, 0.3)
"""sd of ln weight that the members of a consortium share: of the first and of the last named (assumed)."""
COMMON = 0.02
"""Share of every member before noise, so that all are counted in every pot (assumed)."""


def together() -> dict[str, dict[str, float]]:
    """consortium → taxon → sd of ln weight that goes with the other members; falls along the list."""
    return {
        name: {f"ASV{k:03d}": float(sd) for k, sd in zip(members, np.linspace(*TOGETHER, len(members)).round(2))}
        for name, members in CONSORTIA.items()
    }


def taxa_tables(
    samples: Sequence[str], fast: Sequence[float], alkaline: Sequence[float], random: np.random.Generator,
    apart: np.random.Generator,
) -> tuple[list[list[str]], list[list[str]]]:  # fmt: skip
    """Lines of a table of counts (taxa × samples) and of the lineages.

    `fast`, `alkaline`: factors of Bacteroidota and Gemmatimonadota in each sample. A consortium has one state a sample,
    drawn by `apart` whatever the treatment; each member follows it as far as `together` says.
    """
    share = random.dirichlet(np.full(TAXA, 0.6))
    phylum = np.array(PHYLA)[np.arange(TAXA) % len(PHYLA)]
    moved = np.zeros((len(samples), TAXA))
    for members in together().values():
        numbers = [int(t[3:]) for t in members]
        share[numbers] = COMMON
        moved[:, numbers] += np.outer(apart.normal(size=len(samples)), list(members.values()))
    counts = []
    for one, two, shift in zip(fast, alkaline, moved):
        by = np.where(phylum == "Bacteroidota", one, np.where(phylum == "Gemmatimonadota", two, 1.0))
        weights = share * by * np.exp(shift + random.normal(0, NOISE, TAXA))
        counts.append(random.multinomial(int(random.integers(8000, 20000)), weights / weights.sum()))
    lines = [["#OTU ID", *samples]]
    lines += [[f"ASV{k:03d}", *map(str, row)] for k, row in enumerate(np.array(counts).T)]
    lineages = [["Feature ID", "Taxon"]]
    lineages += [[f"ASV{k:03d}", f"d__Bacteria; p__{phylum[k]}; g__Madeup{k}"] for k in range(TAXA)]
    return lines, lineages
