"""What was done to each sample: levels of factors from all tables; a blank is no level, and who lacks one is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from rhizolith.description.experiment.names import factors_in_names
from rhizolith.description.experiment.strays import edits, some
from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem

NO_LEVEL = re.compile(r"#?n/?a!?|n\.a\.?|#n/a|nan|null|missing|unknown|\?+|#(value|ref|name|div/0)[!?]?", re.I)
"""Cells that say that nothing is known; `none`, `no` and `-` are levels: nothing was given."""
REMARK = re.compile(r"note|remark|comment|date|time|operator|observ|description", re.I)
FEW = 0.25  # of the samples without a level leave the tests; where more lack one, the factor does (assumed)
LONG = 4  # letters from which a rare level may be a slip of a common one
TIMES = 3  # as often stands the level that a rare one is taken for a slip of
RARE = 0.1  # share of the samples below which a level is rare


def design_of(tables: Sequence[Table], samples: Sequence[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """Factor → level of each sample, from design tables, from words beside measurements, else from the sample names.

    A blank stays empty: it is filled from other tables where they say it, and is no level.
    """
    index = pd.Index(list(samples), dtype=object)
    held: dict[str, pd.Series] = {}
    sources: dict[str, dict[str, int]] = {}
    problems: list[Problem] = []
    given: dict[str, dict[str, pd.Series]] = {}
    found = [(t, words) for t in tables if (words := _words(t)) is not None and len(words.columns)]
    for table, words in found:
        for name in map(str, words.columns):
            column = words[name].reindex(index).astype(object)
            column = column.where(column.notna(), "").map(lambda w: " ".join(str(w).split()))
            column, more = _without_missing(column, name, table.name)
            problems += more
            given.setdefault(name, {})[table.name] = column
            before = held.get(name, pd.Series("", index=index, dtype=object))
            odd = (before != "") & (column != "") & (before.map(_plain) != column.map(_plain))
            if odd.any():
                which = "; ".join(f"{s}: {before[s]!r} and {column[s]!r}" for s in odd.index[odd][:3])
                more_of = "; …" if odd.sum() > 3 else ""
                what = f"{name} differs from another table for {odd.sum()} samples ({which}{more_of}); the first holds"
                problems.append(Problem(table.name, what, "make the tables agree"))
            fresh = (before == "") & (column != "")
            sources.setdefault(name, {})[table.name] = int(fresh.sum())
            held[name] = before.where(before != "", column)
    for table, words in found:
        for name in map(str, words.columns):
            blank = pd.Series(index.isin(table.samples), index) & (given[name][table.name] == "")
            if factor_like(held[name].rename(name)):
                problems += _filled(table, name, blank, given[name])
    if not held:
        held = {n: pd.Series(v, index=index) for n, v in factors_in_names(samples).items()}
        if held:
            what = f"no design was found; {len(held)} factors are read from the sample names ({', '.join(held)})"
            fix = "add a table with a column `sample` and one column for each factor"
            problems.append(Problem("design", what, fix))
    for name in held:
        held[name], more = _one_spelling(held[name], name, ", ".join(sources.get(name, {})) or "design")
        problems += more
    design = pd.DataFrame(held, index=index)
    return design, problems + _gaps_said(design, sources, [t for t, _ in found])


def _words(table: Table) -> pd.DataFrame | None:
    """The words that a table holds on its samples."""
    if table.kind == "design":
        return table.values
    if table.kind == "measurements":
        return table.about
    if table.kind in ("counts", "genes", "features") and table.number is not None:
        words = table.number
        worded = words.size > 0 and all(not pd.api.types.is_numeric_dtype(d) for d in words.dtypes)
        return words if worded else None
    return None


def _plain(level: str) -> str:
    return re.sub(r"[\s_-]+", "", level).casefold()


def _without_missing(column: pd.Series, name: str, table: str) -> tuple[pd.Series, list[Problem]]:
    blank = column.map(lambda w: bool(NO_LEVEL.fullmatch(w)))
    if not blank.any():
        return column, []
    words = ", ".join(map(repr, dict.fromkeys(column[blank])))
    column = column.where(~blank, "")
    if not factor_like(column):
        return column, []
    what = f"{name}: {words} in {blank.sum()} samples ({some(list(column.index[blank]))}) is taken as no level"
    return column, [Problem(table, what, "if it is a level (nothing was given), write it as `none`")]


def factor_like(column: pd.Series) -> bool:
    """Whether a column of words may be a factor: two levels or more, on average on two samples or more."""
    filled = column[column != ""]
    return 2 <= filled.nunique() <= max(2, len(filled) // 2) and not REMARK.search(str(column.name or ""))


def _one_spelling(column: pd.Series, name: str, table: str) -> tuple[pd.Series, list[Problem]]:
    """Levels that differ in case, spaces and dashes alone are one; a rare level near a common one is asked about."""
    column = column.rename(name)
    if not factor_like(column):
        return column, []
    counts = Counter(w for w in column if w)
    alike: dict[str, list[str]] = {}
    for level in counts:
        alike.setdefault(_plain(level), []).append(level)
    problems = []
    for levels in alike.values():
        if len(levels) > 1:
            chosen = max(levels, key=lambda w: counts[w])
            others = [w for w in levels if w != chosen]
            shown = ", ".join(f"{w!r} ({counts[w]} samples)" for w in others)
            what = f"{name}: {shown} is read as {chosen!r} ({counts[chosen]} samples)"
            problems.append(Problem(table, what, "write one level in one way; rename it if it is another"))
            column = column.replace(dict.fromkeys(others, chosen))
    counts = Counter(w for w in column if w)
    for rare, n in counts.items():
        common = [w for w, m in counts.items() if m >= TIMES * n and _slip(rare, w)]
        if common and n <= max(1, RARE * len(column)):
            who = some([str(s) for s in column.index[column == rare]])
            what = f"{name}: {rare!r} stands in {n} samples only ({who}); did you mean {common[0]!r}?"
            problems.append(Problem(table, what, "correct the cell; until then it is a level of its own"))
    return column, problems


def _slip(rare: str, common: str) -> bool:
    a, b = _plain(rare), _plain(common)
    if min(len(a), len(b)) < LONG or re.sub(r"\D", "", a) != re.sub(r"\D", "", b) or abs(len(a) - len(b)) > 2:
        return False
    return edits(a, b) <= (2 if min(len(a), len(b)) >= 7 else 1)


def gaps(design: pd.DataFrame) -> tuple[list[str], dict[str, str]]:
    """Samples that leave the tests for want of a level, and {factor that leaves them: why}.

    A factor leaves where more than a quarter of the samples lack a level, or where all samples of another factor's
    level do (no variety where nothing was planted).
    """
    samples: list[str] = []
    factors: dict[str, str] = {}
    blank = design.astype(object).where(design.notna(), "") == ""
    names = [c for c in design.columns if blank[c].any() and factor_like(design[c].astype(object).where(~blank[c], ""))]
    for name in names:
        empty = blank[name]
        if empty.sum() > FEW * len(design):
            factors[str(name)] = f"{empty.sum()} of {len(design)} samples have no level"
            continue
        whole = _throughout(design, blank, str(name))
        if whole:
            factors[str(name)] = f"it is blank in all samples with {whole}"
            continue
        samples += [s for s in design.index[empty] if s not in samples]
    return samples, factors


def _throughout(design: pd.DataFrame, blank: pd.DataFrame, name: str) -> str:
    """The level of another factor in whose samples, two or more, a factor is blank and nowhere else."""
    empty = blank[name]
    if empty.sum() < 2:
        return ""
    for other in design.columns:
        if other == name or blank[other].any() or not factor_like(design[other]):
            continue
        levels = design.loc[empty, other].unique()
        if len(levels) == 1 and (design[other] == levels[0]).sum() == empty.sum():
            return f"{other} {levels[0]}"
    return ""


def _gaps_said(
    design: pd.DataFrame, sources: Mapping[str, Mapping[str, int]], tables: Sequence[Table]
) -> list[Problem]:
    """What was filled from which table, who has no level, and what falls out of the tests for it."""
    samples, factors = gaps(design)
    held = {t.name: set(t.samples) for t in tables}
    problems: list[Problem] = []
    together: dict[tuple[str, ...], list[str]] = {}
    for name in map(str, design.columns):
        empty = tuple(str(s) for s in design.index[design[name] == ""])
        if empty and (name in factors or set(empty) <= set(samples)) and factor_like(design[name]):
            together.setdefault(empty, []).append(name)
    for empty, names in together.items():
        have = {t: n for t, n in sources.get(names[0], {}).items() if n}
        lack = [t for t, own in held.items() if names[0] not in sources or t not in sources[names[0]]]
        lack = [t for t in lack if own_any(held[t], empty)]
        said = f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} no level for {len(empty)} of {len(design)} "
        said += f"samples ({some(empty)})"
        if have:
            said += "; known from " + ", ".join(f"{t} ({n} samples)" for t, n in have.items())
        if lack:
            said += f"; {', '.join(lack)} {'has' if len(lack) == 1 else 'have'} no such column"
        out = [n for n in names if n in factors]
        left = f"{', '.join(out)} is in no test: {factors[out[0]]}" if out else "these samples are in no test or mean"
        fix = "write the level of every sample, `none` where nothing was given"
        if lack:
            fix = f"put the column {', '.join(names)} into {lack[0]}, or a design table with every sample beside it"
        problems.append(Problem(next(iter(have), "design"), f"{said}. {left}", fix))
    return problems


def own_any(own: set[str], samples: Sequence[str]) -> bool:
    """Whether a table holds any of the samples."""
    return not own.isdisjoint(samples)


def _filled(table: Table, name: str, blank: pd.Series, given: Mapping[str, pd.Series]) -> list[Problem]:
    """Blank cells of a table that another table knows the level of."""
    found = []
    for other, column in given.items():
        known = [str(s) for s in blank.index[blank] if column[s] != ""]
        blank = blank & (column == "")
        if other != table.name and known:
            what = f"{name} is blank for {len(known)} samples ({some(known)}); filled from {other}"
            found.append(Problem(table.name, what, "confirm it, and fill the cells"))
    return found
