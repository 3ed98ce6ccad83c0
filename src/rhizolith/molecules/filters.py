"""Which peaks of an aligned table to believe: present in replicates, above the blank, or below what could be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rhizolith.errors import InputError, Problem


def over_blank(table: pd.DataFrame, blanks: Sequence[str], ratio: float = 3.0) -> pd.DataFrame:
    """Keep what is at least `ratio` times stronger in the mean of the samples than in the mean of the blanks.

    Means run over all samples, zeros included. The blank columns leave the table. What was done is added to
    `attrs["filters"]`. A ratio of 3 is a convention (assumed). Raises InputError.
    """
    names = _samples(table, blanks)
    rest = [n for n in names if n not in set(blanks)]
    if not rest:
        raise InputError(Problem("blanks", "every sample is a blank", "name only the blanks"))
    blank = table[list(blanks)].fillna(0).mean(axis=1)
    keep = (table[rest].fillna(0).mean(axis=1) >= ratio * blank).to_numpy()
    return _kept(table, keep, rest, f"mean at least {ratio:g} times that of {len(blanks)} blanks")


def replicated(table: pd.DataFrame, groups: Mapping[str, str], at_least: int = 2) -> pd.DataFrame:
    """Keep, in each group of replicates, intensities that `at_least` replicates show; the others become 0.

    `groups` is sample → group; samples without a group stay as they are. A group smaller than `at_least` must show
    the peak in all its replicates. Rows left without any intensity leave the table. Raises InputError.
    """
    names = _samples(table, groups)
    values = table[names].to_numpy(float, copy=True)
    for group in dict.fromkeys(groups.values()):
        columns = [k for k, n in enumerate(names) if groups.get(n) == group]
        seen = (np.nan_to_num(values[:, columns]) > 0).sum(axis=1)
        lonely = seen < min(at_least, len(columns))
        block = values[:, columns]
        block[lonely] = np.where(np.isnan(block[lonely]), np.nan, 0.0)
        values[:, columns] = block
    out = table.copy()
    out[names] = values
    out.attrs = dict(table.attrs)
    keep = (np.nan_to_num(values) > 0).any(axis=1)
    return _kept(out, keep, names, f"in at least {at_least} replicates of a group")


def presence(table: pd.DataFrame, limits: pd.DataFrame | None = None, margin: float = 3.0) -> pd.DataFrame:
    """Whether each molecule is in each sample: 1 seen, 0 absent, NaN cannot be told.

    Absence is only stated where the molecule would have shown: where its typical intensity (median over the samples
    that show it, scaled to the sample's total) is at least `margin` times the sample's detection limit there. `limits`
    default to those that `align` found. A margin of 3 is a convention (assumed). Raises InputError.
    """
    names = _samples(table, ())
    limits = table.attrs.get("limits") if limits is None else limits
    if limits is None or list(limits.columns) != names or len(limits) != len(table):
        fix = "pass a table of detection limits with the rows and samples of the peaks"
        raise InputError(Problem("limits", "there are no detection limits for this table", fix))
    values = np.nan_to_num(table[names].to_numpy(float))
    total = values.sum(axis=0)
    scale = total / np.median(total[total > 0]) if (total > 0).any() else np.ones(len(names))
    relative = np.where(values > 0, values / np.where(scale > 0, scale, 1), np.nan)
    rows = np.flatnonzero((values > 0).any(axis=1))
    typical = np.zeros(len(values))
    typical[rows] = np.nanmedian(relative[rows], axis=1)
    visible = typical[:, None] * scale >= margin * limits.to_numpy(float)
    told = np.where(values > 0, 1.0, np.where(visible & (total > 0), 0.0, np.nan))
    return pd.DataFrame(told, columns=names, index=table.index)


def _samples(table: pd.DataFrame, named: Sequence[str] | Mapping[str, str]) -> list[str]:
    """The sample columns; every name given must be one of them."""
    names = list(table.attrs.get("samples", ()))
    if not names:
        fix = "start from align() or formula_table(), or set attrs['samples']"
        raise InputError(Problem("table", "it does not say which columns are samples", fix))
    lost = [n for n in named if n not in names]
    if lost:
        fix = f"samples: {', '.join(names[:10])}"
        raise InputError([Problem(str(n), "is no sample of this table", fix) for n in lost])
    return names


def _kept(table: pd.DataFrame, keep: np.ndarray, names: list[str], what: str) -> pd.DataFrame:
    gone = [n for n in table.attrs["samples"] if n not in names]
    out = table.loc[keep].drop(columns=gone).reset_index(drop=True)
    out.attrs = dict(table.attrs)
    out.attrs["samples"] = names
    if "limits" in table.attrs:
        out.attrs["limits"] = table.attrs["limits"].loc[keep, names].reset_index(drop=True)
    said = f"{what}: {int(keep.sum())} of {len(table)} rows kept"
    out.attrs["filters"] = [*table.attrs.get("filters", []), said]
    return out
