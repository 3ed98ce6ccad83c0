"""The factors of an experiment that can be tested, and the block they are shuffled within."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from rhizolith.description.experiment.treatment_name import controls_first, treatment_names

MOST_LEVELS = 8
MOST_FACTORS = 3
BLOCK = re.compile(r"^(block|rep|replicate|repeat|row|tray|bench|plate|run|batch)s?([ _]?(no|id|number))?$", re.I)


@dataclass(frozen=True)
class Factors:
    """`design`: samples × chosen factors; `formula`: how they enter; `block`: a column of `design`, or None; `groups`:
    one label per sample, every combination of the factors; `left_out`: {column: why}."""

    design: pd.DataFrame
    formula: str
    block: str | None
    groups: pd.Series
    left_out: dict[str, str]

    @property
    def names(self) -> list[str]:
        """The factors, without the block."""
        return [c for c in self.design.columns if c != self.block]

    @property
    def ordered(self) -> list[str]:
        """The groups, controls of each factor first, else in the order of the tables."""
        held = self.design.assign(group=self.groups.to_numpy())
        return list(
            dict.fromkeys(held.sort_values(self.names, kind="stable")["group"] if self.names else held["group"])
        )


def choose_factors(design: pd.DataFrame) -> Factors:
    """Worded columns, or numbers of few levels, with replicates; interactions where every combination has two samples.

    Numbers of more than three levels, identifiers, repeated columns and columns with gaps are left out, and why.
    """
    left: dict[str, str] = {}
    kept: dict[str, pd.Series] = {}
    block = next((str(c) for c in design.columns if BLOCK.match(str(c).strip())), None)
    for name in design.columns:
        column = design[name].mask(design[name] == "")  # a blank is no level
        levels = column.nunique()
        numeric = pd.api.types.is_numeric_dtype(column)
        if column.isna().any():
            left[str(name)] = "has gaps"
        elif levels < 2:
            left[str(name)] = "has a single level"
        elif name != block and (levels > MOST_LEVELS or levels > len(column) / 2 or (numeric and levels > 3)):
            left[str(name)] = f"has {levels} levels: an identifier or a measurement"
        elif any(_same(column, other) for other in kept.values()):
            left[str(name)] = "says the same as another factor"
        else:
            kept[safe(str(name))] = column.astype(str)
    for name in _joins(kept, block and safe(block)):
        left[name] = "joins levels of other factors"
        del kept[name]
    table = pd.DataFrame({k: _controls_first(v) for k, v in kept.items()}, index=design.index)
    block = safe(block) if block and safe(block) in table else None
    names = [c for c in table.columns if c != block]
    for extra in names[MOST_FACTORS:]:
        left[extra] = f"comes after {MOST_FACTORS} others, and more cannot be told apart here"
        table = table.drop(columns=extra)
    names = names[:MOST_FACTORS]
    if block is not None and any(_nested(table[block], table[n]) for n in names):
        left[block] = "blocks lie within single treatments: they cannot be taken out"
        table, block = table.drop(columns=block), None
    cells = table.astype(str).groupby(names).size() if names else pd.Series(dtype=int)
    possible = 1
    for n in names:
        possible *= table[n].nunique()
    crossed = len(cells) == possible and (cells >= 2).all()
    groups = treatment_names(table, names) if names else pd.Series("all", table.index)
    return Factors(table, (" * " if crossed else " + ").join(names), block, groups.rename("group"), left)


def _controls_first(column: pd.Series) -> pd.Series:
    """The column as categories, untreated levels first, else in order of appearance: the first is the reference."""
    return pd.Series(pd.Categorical(column, categories=controls_first(column)), column.index)


def safe(name: str) -> str:
    """A name that a formula can hold."""
    return re.sub(r"\W+", "_", name).strip("_") or "factor"


def _same(a: pd.Series, b: pd.Series) -> bool:
    """Whether two columns sort the samples into the same groups."""
    return bool((pd.factorize(a)[0] == pd.factorize(b)[0]).all())


def _joins(kept: dict[str, pd.Series], block: str | None) -> list[str]:
    """Columns that say no more than two or more others together, such as `Group` beside `Cropping` and `Fertilization`.

    A column follows from others where these fix its level, and joins them where its level fixes theirs too: beside
    them it leaves no degree of freedom.
    """
    found: list[str] = []
    for name, column in kept.items():
        parts = [c for n, c in kept.items() if n not in (name, block) and n not in found and _nested(column, c)]
        if name == block or len(parts) < 2:
            continue
        together = pd.concat(parts, axis=1).agg(" · ".join, axis=1)
        if _nested(together, column):
            found.append(name)
    return found


def _nested(block: pd.Series, factor: pd.Series) -> bool:
    """Whether every block holds one level of the factor only."""
    return bool((factor.groupby(block).nunique() == 1).all())
