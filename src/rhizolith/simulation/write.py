"""Writes a run to disk so that a file is either whole or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr


def write_run(result: xr.Dataset, path: str | os.PathLike[str]) -> Path:
    """Write a result as netCDF (HDF5, compressed); an interrupted write leaves what was there before."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    numbers = [n for n, v in result.variables.items() if v.dtype.kind == "f" and v.ndim > 0]
    try:
        encoding = {n: {"zlib": True, "complevel": 4, "shuffle": True} for n in numbers}
        result.to_netcdf(unfinished, engine="h5netcdf", encoding=encoding)
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target
