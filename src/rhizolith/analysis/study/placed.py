"""Which treatment each place of an ordination belongs to."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from rhizolith.analysis.study.part import Part

PLACED = {"rda_axes_": "name", "superposed_": "sample"}
"""Tables whose rows are samples, by how their names begin, and the column that names the sample."""


def with_groups(part: Part, groups: pd.Series) -> Part:
    """The same part with the treatment written beside every sample of its ordinations."""
    known = groups.set_axis(groups.index.astype(str))
    tables = {}
    for name, table in part.tables.items():
        column = next((c for begin, c in PLACED.items() if name.startswith(begin)), None)
        if column is not None:
            table = table.assign(group=table[column].astype(str).map(known).fillna(""))
        tables[name] = table
    return replace(part, tables=tables)
