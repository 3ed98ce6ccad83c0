"""A made-up table of genes for the example: abundances of KEGG orthologs with planted shifts of life strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rhizolith.knowledge.tables import strategies

FOUND, OTHERS = 0.8, 400  # share of orthologs found, number of orthologs without a strategy; assumed, no measurement
NOISE, OWN = 0.12, 0.08  # sd of ln between pots (assumed): of each ortholog, of all orthologs of a strategy together
COPIES_NOISE = 0.05  # sd of ln of 16S rRNA genes a genome between pots (assumed)
RRNA, ONE_COPY = "K01977", "K03043"


def gene_table(
    samples: Sequence[str], factors: Mapping[str, Sequence[float]], copies: Sequence[float], random: np.random.Generator
) -> list[list[str]]:
    """Lines of a table in the layout of PICRUSt2 (`function`, then one column a sample).

    Each ortholog has a lognormal abundance; those of a strategy (a key of `factors`) are multiplied by its factor in
    each sample, those of two by the geometric mean of both. Every cell and every strategy of a sample gets noise of its
    own, every sample a depth. K01977 over K03043 gives `copies`, 16S rRNA genes a genome.
    """
    known, size = strategies(), len(samples)
    chosen = [ko for ko in sorted(known) if random.random() < FOUND]
    others = {f"K{n:05d}" for n in random.choice(np.arange(27000, 30000), OTHERS, replace=False)} - set(known)
    depth = np.exp(random.normal(0, 0.2, size))
    shift = {s: np.log(np.asarray(by, float)) + random.normal(0, OWN, size) for s, by in factors.items()}
    lines = [["function", *samples]]
    for ko in sorted([*chosen, *others]):
        shifts = [shift[s] for s in known.get(ko, ()) if s in shift]
        effect = np.mean(shifts, axis=0) if shifts else np.zeros(size)
        x = random.lognormal(5, 1) * np.exp(effect + random.normal(0, NOISE, size)) * depth
        lines.append([ko, *(f"{v:.2f}" for v in x)])
    genomes = 900 * depth * np.exp(random.normal(0, 0.03, size))
    rrna = genomes * np.asarray(copies, float) * np.exp(random.normal(0, COPIES_NOISE, size))
    lines += [[ko, *(f"{v:.2f}" for v in x)] for ko, x in ((RRNA, rrna), (ONE_COPY, genomes))]
    return lines
