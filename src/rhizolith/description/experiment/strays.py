"""Samples that some tables know and others do not: near names are proposed, both with their places; none is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rhizolith.description.experiment.names import Match, tokens
from rhizolith.description.experiment.table import Table
from rhizolith.errors import Problem

LONG = 6  # letters from which two of them may differ
LARGEST = 5000  # samples that are compared, each with each
DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:[ T]00:00(?::00)?)?|\d{1,2}[-/. ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/. ]\d{1,4}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}",
    re.I,
)
FEW = 3  # names of one table that may differ from another's by a digit: more are other samples


def strays(
    tables: Sequence[Table], matches: Sequence[Match], samples: Sequence[str], axis: set[str],
    places: Mapping[tuple[str, str], str],
) -> tuple[list[Match], list[Problem]]:  # fmt: skip
    """What is to be said of samples that not all tables hold, and the matches with what is proposed.

    `places`: (table, name as written) → address.
    """
    held = {t.name: set(t.samples) for t in tables if t.samples}
    holders = {s: [n for n, own in held.items() if s in own] for s in samples}
    written = {(m.table, m.sample if m.how not in ("proposed", "new") else m.written): m.written for m in matches}
    proposals = _proposals(holders, len(held))
    problems: list[Problem] = []
    alone: set[str] = set()
    for wrong, likes in proposals.items():
        problems.append(_proposed(wrong, likes, holders, written, places))
    for sample in samples:
        if len(holders[sample]) == 1 < len(held) and sample not in proposals and sample not in axis:
            where = holders[sample][0]
            name = written.get((where, sample), sample)
            what = f"{name!r} is in no other table's samples; it is kept as a sample of its own"
            fix = f"add it to the design, or put the line `{name},SAMPLE` below `written,sample` in sample_names.csv"
            alone.add(sample)
            if not DATE.fullmatch(sample):
                problems.append(Problem(places.get((where, name), where), what, fix))
    alone |= {s for s in samples if DATE.fullmatch(s)}
    paired = alone | set(proposals) | {like for likes in proposals.values() for like in likes}
    problems += [_date(s, written, holders, places) for s in samples if DATE.fullmatch(s) and len(held) > 1]
    for table in tables:
        problems += _absent(
            table, [s for s in samples if s not in held.get(table.name, ()) and s not in paired], samples
        )
    like = {w: found[0] for w, found in proposals.items()}
    told = [
        replace(m, sample=like[m.written], how="proposed") if m.written in like and m.table in holders[m.written]
        else replace(m, sample=m.written, how="new") if m.how == "proposed" else m
        for m in matches
    ]  # fmt: skip
    return told, problems


def _date(
    sample: str, written: Mapping[tuple[str, str], str], holders: Mapping[str, Sequence[str]],
    places: Mapping[tuple[str, str], str],
) -> Problem:  # fmt: skip
    """A name that a spreadsheet made of another one."""
    table = holders[sample][0]
    name = written.get((table, sample), sample)
    what = f"{name!r} looks like a date: spreadsheets make dates of names such as SEP1, 1-9 or 2/3"
    fix = f"write the name as text, or write sample_names.csv: a line `written,sample`, below it `{name},TRUE NAME`"
    return Problem(places.get((table, name), table), what, fix)


def _absent(table: Table, absent: Sequence[str], samples: Sequence[str]) -> list[Problem]:
    if not table.samples or not absent or len(absent) == len(samples):
        return []
    one = "1 sample of the experiment is" if len(absent) == 1 else f"{len(absent)} samples of the experiment are"
    what = f"{one} not in this table: {some(absent)}"
    if table.kind == "design":
        return [Problem(table.name, what, "add their lines: a sample without its treatment is in no test of it")]
    return [Problem(table.name, what, "nothing to do if they were not measured")]


def some(names: Sequence[str]) -> str:
    """The first names of many."""
    return ", ".join(map(repr, names[:4])) + (", …" if len(names) > 4 else "")


def _proposed(
    wrong: str, likes: Sequence[str], holders: Mapping[str, Sequence[str]], written: Mapping[tuple[str, str], str],
    places: Mapping[tuple[str, str], str],
) -> Problem:  # fmt: skip
    tables = holders[wrong]
    name = written.get((tables[0], wrong), wrong)
    also = f" (and in {', '.join(tables[1:])})" if len(tables) > 1 else ""
    others = ", ".join(holders[likes[0]][:3]) + (", …" if len(holders[likes[0]]) > 3 else "")
    which = " or ".join(map(repr, likes))
    what = (
        f"{name!r} stands here{also} where {others} {'has' if len(holders[likes[0]]) == 1 else 'have'} {likes[0]!r}: "
        f"did you mean {which}? Until then both are kept as samples, each with its own part of the data"
    )
    fix = f"correct the name, or write sample_names.csv: a line `written,sample`, below it `{name},{likes[0]}`"
    return Problem(places.get((tables[0], name), tables[0]), what, fix)


def _proposals(holders: Mapping[str, Sequence[str]], tables: int) -> dict[str, list[str]]:
    """Samples whose names seem wrong → the names that seem right: near ones that no table holds beside them."""
    apart = [s for s, held in holders.items() if len(held) < tables]
    if not 1 < len(apart) <= LARGEST:
        return {}
    near: dict[str, list[tuple[int, str]]] = {}
    for k, a in enumerate(apart):
        for b in apart[k + 1 :]:
            grade = 9 if set(holders[a]) & set(holders[b]) else distance(a, b)
            if grade < 9:
                near.setdefault(a, []).append((grade, b))
                near.setdefault(b, []).append((grade, a))
    digits = sum(min(g for g, _ in found) == 2 for found in near.values())
    shapes = [shape(s) for s in holders]
    rank = {s: (len(holders[s]), shapes.count(shape(s)), -k) for k, s in enumerate(holders)}
    out: dict[str, list[str]] = {}
    for a, found in near.items():
        best = min(g for g, _ in found)
        likes = [b for g, b in found if g == best]
        if best == 2 and (len(likes) > 1 or digits > 2 * FEW):
            continue
        likes = [b for b in likes if rank[b] > rank[a]]
        if likes:
            out[a] = likes[:3]
    return {a: [b for b in likes if b not in out] or likes for a, likes in out.items()}


def distance(a: str, b: str) -> int:
    """0 where two names have the same parts, 1 where one holds the other or letters differ, 2 where a digit does;
    9 where they are not near.
    """
    one, two = tokens(a), tokens(b)
    if sorted(one) == sorted(two) or "".join(one) == "".join(two):
        return 0
    short, long = sorted((one, two), key=len)
    inside = any(long[k : k + len(short)] == short for k in range(len(long) - len(short) + 1))
    if inside and any(t.isdigit() for t in short) and len(short) > 1:
        return 1
    x, y = "".join(one), "".join(two)
    if abs(len(x) - len(y)) > 2 or edits(x, y) > (2 if min(len(x), len(y)) >= LONG else 1):
        return 9
    return 2 if re.sub(r"\D", "", x) != re.sub(r"\D", "", y) else 1


def edits(a: str, b: str) -> int:
    """Letters to put in, take out, change or swap with their neighbour until one name is the other."""
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def shape(name: str) -> str:
    """A name with letters and digits made alike, in which a slip stands out."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", name))


def addresses(tables: Iterable[Table]) -> dict[tuple[str, str], str]:
    """(table, name as written) → where it stands, from tables as they were read."""
    found: dict[tuple[str, str], str] = {}
    for table in tables:
        names = table.values.index if table.by_sample else table.values.columns
        for name, place in zip(names, table.places if table.kind != "peaks" else ()):
            found.setdefault((table.name, str(name)), place)
    return found
