"""Tables of KEGG orthologs: known by identifiers such as K00001, whatever the file or its first column is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem

_ORTHOLOG = re.compile(r"(?:ko:)?(K\d{5})(?::.*|\s.*)?", re.I)
_BY_TAXON = re.compile(r"(?:ko:)?K\d{5}[^|]*\|.+", re.I)
_LEFT_OVER = ("unmapped", "ungrouped", "unintegrated")
LEAST = 3
"""Orthologs below which a table is not taken for one of genes."""


def are_orthologs(names: Sequence[str]) -> bool:
    """Whether most names are KEGG orthologs: `K00001`, `ko:K00001`, `K00001: alcohol dehydrogenase`."""
    filled = [n.strip() for n in names[:500] if n.strip()]
    found = sum(bool(_ORTHOLOG.fullmatch(n) or _BY_TAXON.fullmatch(n)) for n in filled)
    return found >= LEAST and found > 0.5 * len(filled)


def as_orthologs(table: Table) -> Table:
    """The table with one line an ortholog, labelled K00001; other tables of genes (pathways) come back unchanged.

    Lines that split an ortholog by taxon (`K00001|g__…`) are left out where the whole stands beside them, since they
    count it again; where only parts stand they are added up. Reads without an ortholog are no gene and left out.
    """
    labels = [str(i).strip() for i in table.values.index]
    if not are_orthologs(labels):
        return table
    whole = {found[1].upper() for n in labels if "|" not in n and (found := _ORTHOLOG.fullmatch(n))}
    names, parts, strange = [], 0, []
    for label in labels:
        found = _ORTHOLOG.fullmatch(label.partition("|")[0])
        name = found[1].upper() if found else ""
        if name and "|" in label and name in whole:
            name, parts = "", parts + 1
        elif not name and not label.lower().startswith(_LEFT_OVER):
            strange.append(label)
        names.append(name)
    kept = [bool(n) for n in names]
    # an ortholog that was not found in a sample counts as none, but a line with no number at all stays unknown
    values = table.values[kept].groupby([n for n in names if n], sort=False).sum(min_count=1)
    values.index.name = None
    problems = list(table.problems)
    if parts:
        what = f"{parts} lines split orthologs by taxon, which stand as a whole too; the whole is used"
        problems.append(Problem(table.name, what, "nothing is lost: the parts would count twice"))
    if strange:
        what = f"{len(strange)} lines are no KEGG ortholog: {', '.join(strange[:5])}"
        problems.append(Problem(table.name, what, "write them as K00001; they are left out"))
    if sum(kept) - len(values) and not any("|" in n for n in labels):
        what = f"{sum(kept) - len(values)} lines repeat an ortholog; they were added up"
        problems.append(Problem(table.name, what, "keep one line for each ortholog"))
    about = None
    if table.about is not None:
        about = table.about[kept].set_axis([n for n in names if n])
        about = about[~about.index.duplicated()].reindex(values.index)
    return replace(table, values=values, about=about, problems=tuple(problems))
