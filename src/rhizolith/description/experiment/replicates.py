"""Replicates written as columns, `BG_1`, `BG_2`: lines of one quantity, so that they are averaged as such."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rhizolith.description.experiment.header import key
from rhizolith.description.experiment.quantity import recognize
from rhizolith.errors import Problem

REPLICATE = re.compile(r"(.+?)[ _.-]*(?:rep|replicate|r|tech)?[ _.-]*(\d{1,2}|[a-c])$", re.I)

COUNTER = re.compile(
    r"(tech|technical|analytical|lab|bio)?(rep|reps|replicate|replicates|repeat|replica|reading|run|injection|well|"
    r"aliquot|subsample)(no|nr|number|id)?"
)


def replicated(columns: dict[str, np.ndarray], units: dict[str, str], index: pd.Index) -> pd.DataFrame:
    """Sample × quantity, a line per replicate where columns are numbered replicates of one known quantity.

    Other columns stand in the first line of each sample. The base names get the unit of their first replicate.
    """
    turns: dict[str, list[str]] = {}
    for name in columns:
        found = REPLICATE.match(name)
        if found and recognize(name, units[name]) is None and recognize(found[1], units[name]) is not None:
            turns.setdefault(found[1], []).append(name)
    turns = {base: names for base, names in turns.items() if len(names) > 1 and base not in columns}
    if not turns:
        return pd.DataFrame(columns, index=index)
    inside = {name for names in turns.values() for name in names}
    units.update({base: units[names[0]] for base, names in turns.items()})
    lines = []
    for k in range(max(map(len, turns.values()))):
        held = {n: x if k == 0 else np.full(len(x), np.nan) for n, x in columns.items() if n not in inside}
        held |= {b: columns[n[k]] if k < len(n) else np.full(len(index), np.nan) for b, n in turns.items()}
        lines.append(pd.DataFrame(held, index=index))
    return pd.concat(lines)


def counted_by(names: Sequence[str], words: Mapping[str, Sequence[str]]) -> str:
    """What tells that lines of one name are replicates: a column that numbers them, different in each; else nothing."""
    repeated = {n for n in names if names.count(n) > 1} if len(names) < 5000 else set(names)
    for column, levels in words.items():
        if not repeated or not COUNTER.fullmatch(key(column)):
            continue
        seen = [(n, w) for n, w in zip(names, levels) if n in repeated]
        if len(set(seen)) == len(seen):
            return f"column {column!r} numbers them"
    return ""


def miscounted(names: Sequence[str], words: Mapping[str, Sequence[str]], places: Sequence[str]) -> list[Problem]:
    """Numbers of replicates that stand twice: a copied line, or a lost column that told the lines apart."""
    for column, levels in words.items():
        if not COUNTER.fullmatch(key(column)) or counted_by(names, {column: levels}):
            continue
        seen: dict[tuple[str, str], int] = {}
        twice = [(seen.setdefault((n, w), k), k) for k, (n, w) in enumerate(zip(names, levels)) if w]
        twice = [(first, k) for first, k in twice if first != k]
        if twice and len(set(names)) < len(names):
            first, k = twice[0]
            who = " ".join(names[k].split("\0"))
            what = (
                f"{column} {levels[k]} of {who} stands twice ({places[first].rpartition(', ')[2]} and here), as "
                f"{len(twice)} lines do"
            )
            fix = "delete copied lines, or add the column that tells the lines apart (what was measured, depth, date)"
            return [Problem(places[k], what, fix)]
    return []
