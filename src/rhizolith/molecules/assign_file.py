"""From a file of peaks to a file of formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from rhizolith.errors import InputError, Problem
from rhizolith.molecules.assignment import assign
from rhizolith.molecules.formulas_by_sample import assign_samples
from rhizolith.molecules.peak_file import read_peaks


def assigned_file(path: str | Path, charge: int | None = None, **options: Any) -> pd.DataFrame:
    """Read a peak list, of one sample or several, and assign it.

    The polarity is the one the file states, else negative; `charge` decides where it is given. Options are those of
    `assign`. `attrs` tell the layout read and where the polarity came from. Raises InputError.
    """
    peaks = read_peaks(path)
    if peaks["intensity"].isna().all():
        raise InputError(Problem(str(path), "it has no intensities", "give a peak list, not a calibration list"))
    stated = peaks.attrs["charge"]
    sign = charge if charge is not None else stated if stated is not None else -1
    if len(peaks.attrs["samples"]) > 1:
        table = assign_samples(peaks, charge=sign, **options)
    else:
        table = assign(peaks["mz"], peaks["intensity"], charge=sign, **options)
    origin = "as asked" if charge is not None else "stated in the file" if stated is not None else "assumed"
    table.attrs["layout"] = peaks.attrs["layout"]
    table.attrs["polarity"] = f"{'negative' if sign < 0 else 'positive'} ions ({origin})"
    table.attrs["notes"] = peaks.attrs["notes"]
    return table
