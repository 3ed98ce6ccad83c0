"""Tables of 16S rRNA gene copies by taxon: rrnDB's statistics, PICRUSt2's marker counts, or columns of one's own."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from rhizolith.description.experiment.column import Column
from rhizolith.description.experiment.frame import Frame
from rhizolith.description.experiment.header import key
from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem

TAXON = (
    "taxon", "taxa", "sequence", "otu", "otuid", "asv", "asvid", "featureid", "name", "genus", "family", "order",
    "class", "phylum", "species", "organism",
)  # fmt: skip
COPIES = re.compile(
    r"(?:rrna?|16s|16srrna|16srdna|ribosomal)(?:gene|operon)*(?:copy|copies|copynumbers?|counts?|number)s?"
)
PLAIN = re.compile(r"(?:gene)?(?:copies|copynumber)")
MOST = 30.0
"""Copies in one genome at most: rrnDB knows 1 to 15 in bacteria and archaea, estimates stray (Stoddard2015)."""


def copy_columns(frame: Frame) -> tuple[Column, Column] | None:
    """The columns that name the taxon and its mean number of copies; None where the table is something else.

    What qPCR counts in a gram of soil is called alike: only numbers that a genome can hold are taken.
    """
    if not 2 <= len(frame.columns) <= 12:
        return None
    heads = [key(h) for h in frame.headers]  # as written: `16S copies` would be read as a 16S in copies
    by_name = dict(zip(heads, frame.columns))
    taxon = next((by_name[t] for t in TAXON if t in by_name and not by_name[t].numeric), None)
    if taxon is None:
        return None
    if {"rank", "mean"} <= set(heads) and any(h.startswith("sum16s") or h == "childcount" for h in heads):
        copies = by_name["mean"]
    else:
        named = [c for h, c in by_name.items() if COPIES.fullmatch(h)]
        named = named or [c for h, c in by_name.items() if PLAIN.fullmatch(h)]
        if len(named) != 1:
            return None
        copies = named[0]
    x = copies.numbers[np.isfinite(copies.numbers)] if copies.numeric else np.array([])
    return (taxon, copies) if len(x) and x.min() > 0 and x.max() <= MOST else None


def copies_table(frame: Frame, stem: str) -> Table:
    """Taxon → copies; a taxon that stands twice gets the mean of its lines, and a problem says so."""
    found = copy_columns(frame)
    taxon, copies = found if found is not None else (frame.columns[0], frame.columns[-1])
    values = pd.DataFrame({"copies": copies.numbers}, index=pd.Index([w.strip() for w in taxon.words], dtype=object))
    values = values[values["copies"].notna() & (values.index != "")]
    problems = list(frame.problems)
    repeated = sorted(set(values.index[values.index.duplicated()]))
    if repeated:
        what = f"{len(repeated)} taxa stand more than once ({', '.join(map(str, repeated[:5]))}); their mean is used"
        problems.append(Problem(frame.sheet.name, what, "give the rank in the name, or keep one line for each"))
        values = values.groupby(level=0, sort=False).mean()
    return Table(frame.sheet.name, "copies", values, problems=tuple(problems))
