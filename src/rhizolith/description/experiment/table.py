"""One table of an experiment, whatever layout it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from rhizolith.errors import Problem

Kind = Literal[
    "measurements",
    "design",
    "formulas",
    "peaks",
    "features",
    "counts",
    "genes",
    "taxonomy",
    "copies",
    "names",
    "tree",
    "legend",
    "other",
]
KINDS: dict[str, str] = {
    "measurements": "quantities of samples: soil, plant, biomass, enzymes",
    "design": "what was done to which sample",
    "formulas": "molecular formulas with their intensity in each sample",
    "peaks": "a list of masses and intensities, not assigned",
    "features": "features of LC-MS or GC-MS with their intensity in each sample",
    "counts": "counts or shares of taxa in each sample",
    "genes": "genes or pathways in each sample",
    "taxonomy": "lineages of taxa",
    "copies": "copies of the 16S rRNA gene in a genome of each taxon",
    "names": "annotations of features",
    "tree": "a phylogeny",
    "legend": "what columns mean, and their units",
    "other": "nothing that is analyzed",
}


@dataclass(frozen=True)
class Table:
    """What a file or sheet says.

    `values` is sample × quantity (measurements, design) or feature × sample (formulas, features, counts, genes);
    `about` describes the features. `spread` holds standard deviations given or found among replicates, `number` how
    many values went into each. `roles` names the columns that are no samples: blank, QC, replicate pools. `places`
    holds the address of each line's (or, of features, each column's) name; `replicates` what tells that lines of one
    sample are replicates, empty where nothing does.
    """

    name: str
    kind: Kind
    values: pd.DataFrame = field(repr=False)
    units: Mapping[str, str] = field(default_factory=dict)
    about: pd.DataFrame | None = field(default=None, repr=False)
    spread: pd.DataFrame | None = field(default=None, repr=False)
    number: pd.DataFrame | None = field(default=None, repr=False)
    roles: Mapping[str, str] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    problems: tuple[Problem, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)
    replicates: str = field(default="", repr=False)

    @property
    def by_sample(self) -> bool:
        """Whether the rows of `values` are samples."""
        return self.kind in ("measurements", "design")

    @property
    def samples(self) -> list[str]:
        """The names of samples, as this table writes them, without blanks and QC."""
        if self.kind in ("taxonomy", "copies", "names", "tree", "legend", "other"):
            return []
        if self.kind == "peaks":
            return [str(s) for s in dict.fromkeys(self.values["sample"]) if str(s) not in self.roles]
        labels = self.values.index if self.by_sample else self.values.columns
        return [str(s) for s in dict.fromkeys(labels) if str(s) not in self.roles]

    def __str__(self) -> str:
        rows, columns = self.values.shape
        return f"{self.name}: {self.kind}, {rows} × {columns} ({KINDS[self.kind]})"
