"""Formulas by samples: the table that indices and statistics start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.errors import InputError, Problem
from rhizolith.molecules.alignment import align
from rhizolith.molecules.assignment import assign
from rhizolith.molecules.formula import ORDER
from rhizolith.molecules.isotopes import isotopes


def assign_samples(
    peaks: pd.DataFrame, elements: str | Mapping[str, tuple[int, int] | int] | None = None, ppm: float = 1.0,
    charge: int = -1, **options: Any,
) -> pd.DataFrame:
    """Assign formulas across samples: each list is recalibrated by itself, lists are aligned, the joint list assigned.

    `peaks` has `sample`, `mz` and `intensity`, as `read_peaks` gives; further options are those of `assign`. A
    joint peak is as strong as in its strongest sample and as exact as its mean. Returns the aligned rows with what
    `assign` says about each (`kind`, `formula`, `confidence`, …) and the samples' intensities; `attrs` add the
    calibration of every sample. Raises InputError.
    """
    lost = [c for c in ("sample", "mz", "intensity") if c not in peaks]
    if lost:
        raise InputError(Problem("peaks", f"no column {', '.join(lost)}", "read the file with read_peaks"))
    given: dict[str, Any] = {} if elements is None else {"elements": elements}
    corrected, said, calibration = {}, {}, options.pop("recalibrate", True)
    names = peaks.attrs.get("samples") or list(dict.fromkeys(peaks["sample"]))
    for name in names:
        one = peaks[peaks["sample"] == name]
        found = assign(one["mz"], one["intensity"], ppm=ppm, charge=charge, recalibrate=calibration, **given, **options)
        mz = found["calibrated_mz"].fillna(found["mz"]).to_numpy(float)
        corrected[str(name)], said[str(name)] = (mz, one["intensity"].to_numpy(float)), found.attrs["calibration"]
    table = align(corrected, ppm)
    samples = table.attrs["samples"]
    joint = assign(
        table["mz"], table[samples].max(axis=1), ppm=ppm, charge=charge, recalibrate=False, **given, **options
    )
    out = pd.concat([joint.drop(columns=["intensity"]), table[["found", "spread_ppm", *samples]]], axis=1)
    out.attrs = {**joint.attrs, **table.attrs, "calibrations": said, "made_by": "assign_samples"}
    return out


def formula_table(assigned: pd.DataFrame, merge: bool = True) -> pd.DataFrame:
    """One row a molecule, one column a sample: what `indices` take.

    `assigned` comes from `assign_samples`, or from `read_peaks` on an assigned report. Rows of heavy twins and rows
    without an accepted formula are left out; peaks of one formula are added, or stay rows of their own
    (`merge=False`). Columns: `formula`, `mz` (weighted mean), atom counts (C H N O S P always, others where
    searched), then the samples named in `attrs["samples"]`, 0 where not detected. Raises InputError.
    """
    if "formula" not in assigned:
        raise InputError(Problem("assigned", "no column of formulas", "assign the peaks first"))
    symbols = [c for c in assigned.columns if c in isotopes() and isotopes()[c].element == c]
    heavy = assigned["isotope"] != "" if "isotope" in assigned else pd.Series(False, index=assigned.index)
    rows = assigned[(assigned["formula"] != "") & ~heavy]
    samples = [str(s) for s in assigned.attrs.get("samples") or dict.fromkeys(assigned["sample"])]
    identity = rows["formula"].to_numpy(str) if merge else rows["mz"].to_numpy(float)
    _, first, which = np.unique(identity, return_index=True, return_inverse=True)
    names = rows["formula"].to_numpy(str)[first]
    values = np.zeros((len(names), len(samples)))
    if "sample" in assigned:
        column = pd.Index(samples).get_indexer(pd.Index(rows["sample"].astype(str)))
        np.add.at(values, (which, column), rows["intensity"].fillna(0).to_numpy(float))
        weight = rows["intensity"].fillna(0).to_numpy(float)
    else:
        np.add.at(values, which, rows[samples].fillna(0).to_numpy(float))
        weight = rows[samples].fillna(0).sum(axis=1).to_numpy(float)
    weight = weight + 1e-300
    mz = np.bincount(which, rows["mz"].to_numpy(float) * weight, len(names)) / np.bincount(which, weight, len(names))
    out = pd.DataFrame({"formula": names, "mz": mz})
    for symbol in [*ORDER, *(s for s in symbols if s not in ORDER)]:
        out[symbol] = rows[symbol].to_numpy(int)[first] if symbol in symbols else 0
    out = pd.concat([out, pd.DataFrame(values, columns=samples)], axis=1).sort_values("mz", ignore_index=True)
    out.attrs = {"samples": samples, "made_by": "formula_table", "filters": _filters(assigned, rows)}
    return out


def _filters(assigned: pd.DataFrame, rows: pd.DataFrame) -> Sequence[str]:
    done = list(assigned.attrs.get("filters", []))
    return [*done, f"accepted formulas without heavy isotopes: {len(rows)} of {len(assigned)} rows"]
