"""The same molecule in several samples: peaks that agree in mass become one row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from rhizolith.errors import InputError, Problem
from rhizolith.molecules.precision import detection_limit
from rhizolith.molecules.spectrum import measurable


def align(samples: Mapping[str, tuple[ArrayLike, ArrayLike]], ppm: float = 1.0) -> pd.DataFrame:
    """Join peak lists (sample → m/z, intensity), each on its own corrected mass scale, into one table.

    Peaks closer than `ppm` to their neighbour belong together; where a group would hold two peaks of one sample, it
    is cut at its widest gap until it does not. Nothing is lost: each peak is in exactly one row. Returns one row a
    group: `mz` (intensity-weighted mean), `spread_ppm` (its width), `found` (number of samples) and one column of
    intensities per sample, 0 where there was no peak. `attrs["samples"]` names the samples, `attrs["limits"]` holds
    their detection limits at the row's m/z, as a table of the same shape. Raises InputError.
    """
    names = list(samples)
    problems = [Problem(n, "m/z and intensity differ in length", "give one intensity a peak")
                for n in names if np.size(samples[n][0]) != np.size(samples[n][1])]
    if not names:
        problems.append(Problem("samples", "no sample was given", "give at least one peak list"))
    if not ppm > 0:
        problems.append(Problem("ppm", f"{ppm} is no tolerance", "give a number above zero"))
    if problems:
        raise InputError(problems)
    mz = np.concatenate([np.asarray(samples[n][0], float).ravel() for n in names])
    intensity = np.concatenate([np.asarray(samples[n][1], float).ravel() for n in names])
    sample = np.repeat(np.arange(len(names)), [np.size(samples[n][0]) for n in names])
    keep = measurable(mz, intensity)
    order = np.flatnonzero(keep)[np.argsort(mz[keep], kind="stable")]
    mz, intensity, sample = mz[order], intensity[order], sample[order]
    group = _groups(mz, sample, ppm)
    n = int(group[-1]) + 1 if len(group) else 0
    weight = np.bincount(group, intensity, n)
    table = pd.DataFrame({"mz": np.bincount(group, mz * intensity, n) / weight})
    first = np.searchsorted(group, np.arange(n))
    last = np.searchsorted(group, np.arange(n), side="right") - 1
    table["spread_ppm"] = 1e6 * (mz[last] - mz[first]) / mz[first] if n else np.zeros(0)
    table["found"] = np.bincount(group, minlength=n)
    values = np.zeros((n, len(names)))
    values[group, sample] = intensity
    limits = np.full((n, len(names)), np.nan)
    for k in range(len(names)):
        mine = sample == k
        if mine.any():
            at = detection_limit(mz[mine], intensity[mine])
            limits[:, k] = np.interp(table["mz"], mz[mine], at, left=np.nan, right=np.nan)
    table = pd.concat([table, pd.DataFrame(values, columns=names)], axis=1)
    table.attrs = {"samples": names, "limits": pd.DataFrame(limits, columns=names), "ppm": float(ppm)}
    return table


def _groups(mz: np.ndarray, sample: np.ndarray, ppm: float) -> np.ndarray:
    """Group number of each peak (sorted by m/z): runs of close neighbours, cut until no sample is twice in one."""
    if not len(mz):
        return np.zeros(0, dtype=int)
    gap = np.diff(mz) / mz[:-1] * 1e6
    cut = np.append(True, gap > ppm)
    while True:
        group = np.cumsum(cut) - 1
        pair = group * (sample.max() + 1) + sample
        order = np.argsort(pair, kind="stable")
        twice = order[1:][np.diff(pair[order]) == 0]
        if not len(twice):
            return group
        # Every group with a repeated sample is cut once, at its widest inner gap.
        inner = np.append(-1.0, np.where(cut[1:], -1.0, gap))
        bad = np.unique(group[twice])
        at = np.lexsort((inner, group))
        widest = at[np.searchsorted(group[at], bad, side="right") - 1]
        cut[widest] = True
