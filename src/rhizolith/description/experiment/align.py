"""Tables put on one sample axis: names replaced by samples, replicates averaged with their spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from rhizolith.description.experiment.header import key
from rhizolith.description.experiment.names import Match, role, tokens, understand
from rhizolith.description.experiment.repeated import averaged_lines, replicates, settled
from rhizolith.description.experiment.replicates import COUNTER
from rhizolith.description.experiment.strays import some
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


def align(
    table: Table, samples: Sequence[str], known: Mapping[str, str], replicates_of: str = ""
) -> tuple[Table, list[Match], list[Problem]]:
    """The table with the experiment's sample names; a table that shares none comes back unchanged with its problem.

    Names that match nothing become samples of their own: the data stay. `replicates_of` is why repeated lines are
    replicates, where the user says so.
    """
    matches = understand(table.name, table.samples, samples, known)
    hits = sum(m.how in ("exact", "alike", "numbered", "replicate", "mapped") for m in matches)
    if not hits and matches:
        what = f"none of its {len(matches)} sample names is in the experiment ({some([m.written for m in matches])})"
        fix = f"map them in sample_names.csv; the samples are {some(list(samples))}"
        return table, matches, [Problem(table.name, what, fix)]
    problems = _rewritten(table.name, [m for m in matches if m.how in ("alike", "numbered")])
    problems += _numbered(table, [m for m in matches if m.how == "replicate"])
    for m in matches:
        if m.how == "role":
            problems.append(
                Problem(table.name, f"{m.written!r} is taken as a {m.sample}", "rename it if it is a sample")
            )
    names = {m.written: (m.written if m.how in ("proposed", "new") else m.sample) for m in matches if m.how != "role"}
    roles = {m.written: m.sample for m in matches if m.how == "role"}
    if any(m.how in ("replicate", "mapped") for m in matches):
        replicates_of = replicates_of or "by their names"
    made, more = _averaged(table, names, roles, samples, replicates_of)
    return made, matches, problems + more


def _rewritten(table: str, alike: Sequence[Match]) -> list[Problem]:
    """One note on names written otherwise, or one for each where they are few."""
    if len(alike) > 3:
        shown = ", ".join(f"{m.written!r} as {m.sample!r}" for m in alike[:3])
        what = f"{len(alike)} sample names are written otherwise: {shown}, …"
        return [Problem(table, what, "confirm them in tables/sample_names.csv")]
    return [Problem(table, f"{m.written!r} is taken as sample {m.sample!r}", "confirm it") for m in alike]


def _numbered(table: Table, turns: Sequence[Match]) -> list[Problem]:
    """One note on names that are taken as replicates of a sample."""
    if not turns:
        return []
    bases = list(dict.fromkeys(m.sample for m in turns))
    shown = ", ".join(f"{m.written!r}" for m in turns[:3]) + (", …" if len(turns) > 3 else "")
    done = "added up" if table.kind == "counts" else "averaged"
    what = f"{len(turns)} names are taken as replicates of {len(bases)} samples ({shown} of {some(bases)}), {done}"
    return [Problem(table.name, what, "rename them if they are samples of their own")]


def _averaged(
    table: Table, names: Mapping[str, str], roles: Mapping[str, str], samples: Sequence[str], why: str
) -> tuple[Table, list[Problem]]:
    if table.kind == "peaks":
        values = table.values.copy()
        values["sample"] = [names.get(str(s), str(s)) for s in values["sample"]]
        return replace(table, values=values, roles=dict(roles)), []
    if table.by_sample:
        return _rows(table, names, roles, samples, why)
    values = table.values
    kept = [c for c in values.columns if str(c) in names]
    apart = values[[c for c in values.columns if str(c) in roles]]
    grouped = values[kept].T.groupby([names[str(c)] for c in kept], sort=False)
    merged = (grouped.sum(min_count=1) if table.kind == "counts" else grouped.mean()).T
    number = grouped.count().T if len(merged.columns) < len(kept) else None
    if table.number is not None:  # words that stand beside the samples of a wide table
        said = table.number.set_axis([names.get(str(s), str(s)) for s in table.number.index])
        number = said[~said.index.duplicated()]
    return replace(table, values=pd.concat([merged, apart], axis=1), number=number, roles=dict(roles)), []


def _rows(
    table: Table, names: Mapping[str, str], roles: Mapping[str, str], samples: Sequence[str], said: str
) -> tuple[Table, list[Problem]]:
    labels = np.array([names.get(str(s), "") for s in table.values.index], dtype=object)
    kept = labels != ""
    named = list(labels[kept])
    places = [p for p, keep in zip(table.places, kept) if keep]
    absent = [s for s in samples if s not in set(named)]
    why = replicates(named, said or table.replicates)
    table = replace(table, replicates=why)
    values = table.values[kept]
    if table.kind == "design" and why and not table.replicates.startswith("column"):
        levels = values.groupby(named, sort=False).nunique().max()
        odd = [str(c) for c in values.columns if levels[c] > 1 and not COUNTER.fullmatch(key(c))]
        words = values.set_axis(named)[[c for c in values.columns if levels[c] < 2]]
        more = []
        if odd:
            what = f"{len(set(named))} samples have several lines each, which differ in {', '.join(odd)}; left"
            fix = "if numbers belong to the lines, their column is missing; else keep one line for each sample"
            more.append(Problem(table.name, f"{what} out", fix))
        return replace(table, values=words[~words.index.duplicated()], roles=dict(roles)), more
    if table.kind == "design":
        settled_words, problems = settled(table.name, named, values, places, absent)
        problems = [] if why and not any("different" in p.what for p in problems) else problems
        return replace(table, values=settled_words, roles=dict(roles)), problems
    about, problems = _words(table, named, kept, names, places)
    if len(set(named)) < len(named) and not why:
        mean, more = settled(table.name, named, values, places, absent)
        spread = table.spread
        if spread is not None:
            spread = spread[kept].groupby(named, sort=False).mean().reindex(columns=mean.columns).where(mean.notna())
        number = mean.notna().astype(int)
        return replace(
            table, values=mean, spread=spread, number=number, about=about, roles=dict(roles)
        ), more + problems
    problems += averaged_lines(table.name, named, values, places, why)
    grouped = values.groupby(named, sort=False)
    mean, number = grouped.mean(), grouped.count()
    spread = grouped.std() if (number.max(axis=None) > 1 if number.size else False) else None
    if table.spread is not None:
        given = table.spread[kept].set_axis(named).groupby(level=0, sort=False).mean()
        spread = given.reindex(columns=mean.columns) if spread is None else spread.combine_first(given)
    return replace(table, values=mean, spread=spread, number=number, about=about, roles=dict(roles)), problems


def _words(
    table: Table, named: Sequence[str], kept: np.ndarray, names: Mapping[str, str], places: Sequence[str]
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Words beside the samples, one line each: the first, and what lines of one sample do not agree on is said."""
    about = table.about
    if about is None:
        return None, []
    if len(about) != len(kept):
        about = about.set_axis([names.get(str(s), str(s)) for s in about.index])
        return about[~about.index.duplicated()], []
    about = about[kept].set_axis(list(named))
    problems = []
    for name in about.columns:
        levels = about[name].replace("", np.nan)
        odd = levels.groupby(level=0, sort=False).nunique()
        odd = odd[odd > 1]
        if not len(odd) or COUNTER.fullmatch(key(name)):
            continue
        shown = "; ".join(f"{s}: {', '.join(map(repr, levels[s].dropna().unique()[:3]))}" for s in odd.index[:3])
        one = "1 sample" if len(odd) == 1 else f"{len(odd)} samples"
        what = f"{name} differs between the lines of {one} ({shown}{'; …' if len(odd) > 3 else ''}); the first is used"
        first = places[list(named).index(odd.index[0])] if places else table.name
        fix = "make the lines agree, or give samples that differ in it names of their own"
        problems.append(Problem(first if len(odd) == 1 else table.name, what, fix))
    return about[~about.index.duplicated()], problems
