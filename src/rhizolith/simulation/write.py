"""Writes a run to disk so that a file is either whole or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rhizolith.whole_file import whole_file

if TYPE_CHECKING:
    import xarray as xr


def write_run(result: xr.Dataset, path: str | os.PathLike[str]) -> Path:
    """Write a result as netCDF (HDF5, compressed); an interrupted write leaves what was there before."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    numbers = [n for n, v in result.variables.items() if v.dtype.kind == "f" and v.ndim > 0]
    encoding = {n: {"zlib": True, "complevel": 4, "shuffle": True} for n in numbers}
    with whole_file(target) as file:
        result.to_netcdf(file, engine="h5netcdf", encoding=encoding)
    return target
