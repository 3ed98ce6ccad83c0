"""A made-up table of genes for the example: abundances of KEGG orthologs with planted shifts of life strategies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rhizolith.knowledge.tables import strategies

# strategy: factor of the plant, factor of the amendment, on the abundance of its genes; assumed, no measurement
PLANTED_GENES = {"resource use": (1.0, 1.35), "resource acquisition": (1.4, 0.8), "stress tolerance": (0.85, 0.7)}
COPIES = 2.2, 1.25, 1.0  # 16S rRNA genes a genome without plant or amendment, factor of the plant, of the amendment
FOUND, OTHERS = 0.8, 400  # share of orthologs found, number of orthologs without a strategy
NOISE, OWN = 0.12, 0.08  # sd of ln between pots: of each ortholog, of all orthologs of a strategy together
RRNA, ONE_COPY = "K01977", "K03043"


def gene_table(
    samples: Sequence[str], plant: Sequence[int], amendment: Sequence[int], random: np.random.Generator
) -> list[list[str]]:
    """Lines of a table in the layout of PICRUSt2 (`function`, then one column a sample).

    Each ortholog has a lognormal abundance; those of a strategy are shifted by PLANTED_GENES, those of two by the
    mean of both shifts; every cell and every strategy of a sample gets noise of its own. K01977 over
    K03043 gives COPIES.
    """
    p, a = np.asarray(plant, float), np.asarray(amendment, float)
    known = strategies()
    chosen = [ko for ko in sorted(known) if random.random() < FOUND]
    others = [f"K{n:05d}" for n in sorted(random.choice(np.arange(27000, 30000), OTHERS, replace=False))]
    depth = np.exp(random.normal(0, 0.2, len(samples)))
    shift = {
        s: p * np.log(plants) + a * np.log(added) + random.normal(0, OWN, len(samples))
        for s, (plants, added) in PLANTED_GENES.items()
    }
    lines = [["function", *samples]]
    for ko in sorted([*chosen, *(k for k in others if k not in known)]):
        shifts = [shift[s] for s in known.get(ko, ())]
        effect = np.mean(shifts, axis=0) if shifts else 0.0
        x = random.lognormal(5, 1) * np.exp(effect + random.normal(0, NOISE, len(samples))) * depth
        lines.append([ko, *(f"{v:.2f}" for v in x)])
    genomes = 900 * depth * np.exp(random.normal(0, 0.03, len(samples)))
    copies = COPIES[0] * COPIES[1] ** p * COPIES[2] ** a * np.exp(random.normal(0, 0.05, len(samples)))
    for ko, x in ((RRNA, genomes * copies), (ONE_COPY, genomes)):
        lines.append([ko, *(f"{v:.2f}" for v in x)])
    return lines
