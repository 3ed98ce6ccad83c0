"""What a treatment is called: its levels joined, and `no plant` where a level only says none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

JOIN = " · "
OUTSIDE = "not in the design"
"""What stands for the treatment of a sample that has none: no group, and in no mean or test."""
NOTHING = re.compile(r"^(none|no|without|-|–|false)$", re.I)
"""Levels that say nothing without the name of their factor."""
CONTROL = re.compile(r"^(none|no|control|ctrl|ck|untreated|bare|without|unplanted|0|bulk.*|false|-)$", re.I)
"""Words for what was not treated."""


def controls_first(levels: Iterable[str]) -> list[str]:
    """The levels of a factor without repeats, untreated ones first, else in order of appearance."""
    return sorted(dict.fromkeys(levels), key=lambda level: not CONTROL.match(str(level).strip()))


def level_name(factor: str, level: str) -> str:
    """`no plant` for the level `none` of the factor `plant`; other levels as they are written."""
    return f"no {factor.replace('_', ' ').strip().lower()}" if NOTHING.match(level.strip()) else level


def treatment_names(design: pd.DataFrame, factors: Sequence[str]) -> pd.Series:
    """The treatment of every sample: `Elymus · no amendment`. A single factor's levels stay as they are written."""
    if len(factors) == 1:
        return design[factors[0]].astype(str)
    named = [design[f].astype(str).map(lambda level, f=f: level_name(str(f), level)) for f in factors]
    return pd.concat(named, axis=1).agg(JOIN.join, axis=1)
