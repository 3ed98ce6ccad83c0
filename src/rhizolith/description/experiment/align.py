"""Tables put on one sample axis: names replaced by samples, replicates averaged with their spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from rhizolith.description.experiment.names import Match, role, tokens, understand
from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem


def axis(tables: Sequence[Table]) -> list[str]:
    """The samples of the experiment: the names of the design or measurement table that most other tables share."""
    best, chosen = -1.0, []
    for table in tables:
        if not table.samples or table.kind == "peaks":
            continue
        own = {tokens(s) for s in table.samples}
        shared = sum(_covered(own, other) for other in tables if other is not table)
        rank = {"design": 0.9, "measurements": 0.6}.get(table.kind, 0.3)
        score = shared + rank - (0.5 if len(table.samples) < len(table.values.index) and table.by_sample else 0)
        if score > best:
            best, chosen = score, table.samples
    if not chosen:
        chosen = [s for t in tables for s in t.samples]
    return [s for s in dict.fromkeys(chosen) if not role(s)]


def _covered(own: set[tuple[str, ...]], other: Table) -> float:
    """Share of another table's samples that are in `own`."""
    theirs = {tokens(s) for s in other.samples}
    return len(own & theirs) / len(theirs) if theirs else 0.0


def align(table: Table, samples: Sequence[str], known: Mapping[str, str]) -> tuple[Table, list[Match], list[Problem]]:
    """The table with the experiment's sample names; a table that shares none comes back unchanged with its problem.

    Names that match nothing become samples of their own: the data stay.
    """
    matches = understand(table.name, table.samples, samples, known)
    hits = sum(m.how in ("exact", "alike", "numbered", "replicate", "mapped") for m in matches)
    if not hits and matches:
        what = f"none of its {len(matches)} sample names is in the experiment ({_some([m.written for m in matches])})"
        fix = f"map them in sample_names.csv; the samples are {_some(list(samples))}"
        return table, matches, [Problem(table.name, what, fix)]
    problems = _rewritten(table.name, [m for m in matches if m.how in ("alike", "numbered")])
    for m in matches:
        if m.how == "proposed":
            what = f"{m.written!r} is no sample; did you mean {m.sample!r}? It is kept as a sample of its own"
            problems.append(Problem(table.name, what, f"put a line in sample_names.csv: {m.written},{m.sample}"))
        elif m.how == "new":
            what = f"{m.written!r} is in no other table's samples; it is kept as a sample of its own"
            problems.append(Problem(table.name, what, "map it in sample_names.csv, or add it to the design"))
        elif m.how == "role":
            problems.append(
                Problem(table.name, f"{m.written!r} is taken as a {m.sample}", "rename it if it is a sample")
            )
    absent = [s for s in samples if s not in {m.sample for m in matches}]
    if absent and len(absent) < len(samples):
        what = f"{len(absent)} samples of the experiment are not in this table: {_some(absent)}"
        problems.append(Problem(table.name, what, "nothing to do if they were not measured"))
    names = {m.written: (m.written if m.how in ("proposed", "new") else m.sample) for m in matches if m.how != "role"}
    roles = {m.written: m.sample for m in matches if m.how == "role"}
    return _averaged(table, names, roles), matches, problems


def _rewritten(table: str, alike: Sequence[Match]) -> list[Problem]:
    """One note on names written otherwise, or one for each where they are few."""
    if len(alike) > 3:
        shown = ", ".join(f"{m.written!r} as {m.sample!r}" for m in alike[:3])
        what = f"{len(alike)} sample names are written otherwise: {shown}, …"
        return [Problem(table, what, "confirm them in tables/sample_names.csv")]
    return [Problem(table, f"{m.written!r} is taken as sample {m.sample!r}", "confirm it") for m in alike]


def _some(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:4])) + (", …" if len(names) > 4 else "")


def _averaged(table: Table, names: Mapping[str, str], roles: Mapping[str, str]) -> Table:
    if table.kind == "peaks":
        values = table.values.copy()
        values["sample"] = [names.get(str(s), str(s)) for s in values["sample"]]
        return replace(table, values=values, roles=dict(roles))
    if table.by_sample:
        return _rows(table, names, roles)
    values = table.values
    kept = [c for c in values.columns if str(c) in names]
    apart = values[[c for c in values.columns if str(c) in roles]]
    grouped = values[kept].T.groupby([names[str(c)] for c in kept], sort=False)
    merged = (grouped.sum(min_count=1) if table.kind == "counts" else grouped.mean()).T
    number = grouped.count().T if len(merged.columns) < len(kept) else None
    return replace(table, values=pd.concat([merged, apart], axis=1), number=number, roles=dict(roles))


def _rows(table: Table, names: Mapping[str, str], roles: Mapping[str, str]) -> Table:
    labels = np.array([names.get(str(s), "") for s in table.values.index], dtype=object)
    kept = labels != ""
    about = table.about
    if about is not None and len(about) == len(labels):
        about = about[kept].set_axis(labels[kept])
        about = about[~about.index.duplicated()]
    if table.kind == "design":
        values = table.values[kept].set_axis(labels[kept])
        return replace(table, values=values[~values.index.duplicated()], about=about, roles=dict(roles))
    values = table.values[kept].set_axis(labels[kept])
    grouped = values.groupby(level=0, sort=False)
    mean, number = grouped.mean(), grouped.count()
    spread = grouped.std() if (number.max(axis=None) > 1 if number.size else False) else None
    if table.spread is not None:
        given = table.spread[kept].set_axis(labels[kept]).groupby(level=0, sort=False).mean()
        spread = given.reindex(columns=mean.columns) if spread is None else spread.combine_first(given)
    return replace(table, values=mean, spread=spread, number=number, about=about, roles=dict(roles))
