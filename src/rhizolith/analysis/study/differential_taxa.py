"""Which taxa the treatments changed, reads of one plot or plant counted once."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import pandas as pd

from rhizolith.analysis.community.differential_abundance import differential
from rhizolith.analysis.study.factors import Factors
from rhizolith.analysis.study.part import listed
from rhizolith.analysis.study.plots import Plots
from rhizolith.errors import InputError

HOME = "own_plot"
"""The plot as a term of the model; no factor can have this name beside it."""


@dataclass(frozen=True)
class Asked:
    """Counts, the design in the same order, the terms taken out first, those asked about, and how in words."""

    counts: pd.DataFrame
    design: pd.DataFrame
    beside: tuple[str, ...]
    names: tuple[str, ...]
    words: str = ""

    @property
    def formula(self) -> str:
        """Main effects."""
        return " + ".join((*self.beside, *self.names))


def differential_taxa(
    wide: pd.DataFrame, design: pd.DataFrame, factors: Factors, plots: Plots | None
) -> tuple[pd.DataFrame | None, list[str], list[str]]:
    """Taxa that differ by every factor (one table or None), what was done, what to beware of.

    `wide`: samples × reads. Samples of one plot are no replicates of what differs between plots: their reads are
    summed; what varies within plots is compared within them, the plot taken out.
    """
    if not np.allclose(wide, np.rint(wide)):
        return None, [], ["The table holds shares, not reads: differential taxa were not tested."]
    parts, notes, words = [], [], []
    for asked in asked_of(wide, design, factors, plots):
        try:
            found = differential(asked.counts, asked.design, asked.formula, method="ancombc_t")
        except InputError as error:
            notes.append(f"Differential taxa by {listed(asked.names)} were not tested: {error.problems[0].what}.")
            continue
        kept = _of(found, asked.names)
        parts.append(_beside_deseq2(kept, asked) if find_spec("pydeseq2") else kept)
        words += [asked.words] if asked.words else []
    if not parts:
        return None, [], notes
    table = pd.concat(parts, ignore_index=True)
    against = listed([f"{n} {design[n].astype('category').cat.categories[0]}" for n in factors.names])
    said = (
        f"Differential taxa against {against} by ANCOM-BC's linear model (Lin and Peddada 2020; pseudo-count 1; main "
        "effects); for few samples and taxa the shift that all taxa share is their biweight, changes are judged by the "
        "spread of residuals, the jackknife's variance of that shift and Student's t; among taxa in at least a tenth "
        "of the samples; "
        f"{parts[0].attrs['left_out']} rarer ones were left out; q by Benjamini and Hochberg{''.join(words)}. "
    )
    table.attrs = parts[0].attrs
    return table, [said + _deseq2_words(table)], notes


def asked_of(wide: pd.DataFrame, design: pd.DataFrame, factors: Factors, plots: Plots | None) -> list[Asked]:
    """One question for all samples; with plots of several samples one between them and one within."""
    names = tuple(factors.names)
    block = (factors.block,) if factors.block else ()
    label = None if plots is None else plots.label.loc[wide.index]
    if plots is None or label is None or label.is_unique:
        return [Asked(wide, design, block, names)]
    constant = {c for c in design.columns if (design[c].astype(str).groupby(label).nunique() <= 1).all()}
    between, inside = (tuple(n for n in names if (n in constant) is same) for same in (True, False))
    asked = []
    if between:
        summed = wide.groupby(label, sort=False).sum()
        first = design[~label.duplicated()].set_axis(summed.index)
        kept = tuple(b for b in block if b in constant)
        words = f"; for {listed(between)} the reads of each {plots.column} were summed"
        asked.append(Asked(summed, first, kept, between, words))
    if inside:
        cell = design[list(inside)].astype(str).agg(" · ".join, axis=1) + " · " + label
        summed = wide.groupby(cell, sort=False).sum()
        first = design.assign(**{HOME: label})[~cell.duplicated()].set_axis(summed.index)
        words = f"; {listed(inside)} were compared within each {plots.column}, whose mean was taken out"
        asked.append(Asked(summed, first, (HOME,), inside, words))
    return asked


def _of(found: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """The rows of contrasts of these factors."""
    kept = found[found["contrast"].str.split(":").str[0].isin(names)].reset_index(drop=True)
    kept.attrs = found.attrs
    return kept


def _beside_deseq2(found: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """The table with DESeq2's change and q beside it."""
    other = differential(asked.counts, asked.design, asked.formula, method="deseq2")
    names = {"log2_change": "deseq2_log2_change", "se": "deseq2_se", "q": "deseq2_q"}
    both = found.merge(
        other.rename(columns=names)[["taxon", "contrast", *names.values()]], on=["taxon", "contrast"], how="left"
    )
    both.attrs = found.attrs
    return both


def _deseq2_words(table: pd.DataFrame) -> str:
    """What to say about the second method."""
    if "deseq2_q" not in table:
        return "DESeq2 was not run beside it (optional: pip install rhizolith[deseq2])."
    agreed = int(((table["q"] < 0.05) & (table["deseq2_q"] < 0.05)).sum())
    return f"DESeq2 (Love et al. 2014; pydeseq2) stands beside it: {agreed} taxa have q < 0.05 by both."
