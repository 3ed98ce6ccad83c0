"""Slips in tables of taxa: labels that stand twice, and negative counts; what was made of them is said."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from rhizolith.description.experiment.frame import Frame
from rhizolith.description.experiment.orthologs import are_orthologs
from rhizolith.description.experiment.strays import some
from rhizolith.errors import Problem


def once(frame: Frame, values: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, list[Problem]]:
    """A table of counts with one line a label; features of LC-MS stay apart, for one compound may give several."""
    labels = pd.Index([str(i) for i in values.index])
    if kind != "counts" or not labels.has_duplicates or are_orthologs(list(labels)):
        return values, []
    repeated = list(dict.fromkeys(labels[labels.duplicated()]))
    whole = values.set_axis(labels)
    copied = whole.reset_index().duplicated().to_numpy()
    made = whole[~copied].groupby(level=0, sort=False).sum(min_count=1)
    added = int((~copied).sum()) - len(made)
    done = [f"{copied.sum()} are copies and used once"] if copied.any() else []
    done += [f"{added} differ and are added up"] if added else []
    first = frame.place(int(labels.duplicated().nonzero()[0][0]), 0)
    what = f"{int(labels.duplicated().sum())} lines repeat a label ({some(repeated)}): {'; '.join(done)}"
    return made, [Problem(first, what, "keep one line for each taxon")]


def none_negative(frame: Frame, values: pd.DataFrame, places: Sequence[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """Counts with negative numbers as none, and where they stand; many of them are logarithms, not counts."""
    negative = values < 0
    if not negative.any(axis=None):
        return values, []
    first = [k for k in range(values.shape[1]) if negative.iloc[:, k].any()]
    shown = ", ".join(f"{values.index[negative.iloc[:, k]][0]} in {values.columns[k]}" for k in first[:3])
    n = int(negative.sum().sum())
    what = (
        f"{n} negative {'number' if n == 1 else 'numbers'} among counts ({shown}{', …' if n > 3 else ''}); taken as 0"
    )
    many = n > 0.05 * values.size
    fix = "give counts or shares, not logarithms or log-ratios" if many else "correct the cells"
    return values.clip(lower=0), [Problem(frame.sheet.name if many else places[first[0]], what, fix)]
