"""Finished parts of a study, kept on disk until all are done: a study that was stopped goes on where it stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import joblib
import xarray as xr

import rhizolith
from rhizolith.analysis.study.part import Part
from rhizolith.whole_file import whole_file


class KeptParts:
    """Makes parts, or takes them from `folder` where an earlier run with equal `given` finished them.

    `given`: everything the parts follow from; a part is found again only where it and the code are the same.
    Without a folder nothing is kept. A file that cannot be read is made anew.
    """

    def __init__(self, folder: Path | None, *given: object) -> None:
        self.folder = folder
        self.mark = f"{joblib.hash(given)} {code()}" if folder is not None else ""

    def __call__(self, key: str, make: Callable[[], Part]) -> xr.DataTree:
        """The part of this name as a tree."""
        if self.folder is None:
            return _named(make())
        file = self.folder / f"{hashlib.sha256(f'{self.mark} {key}'.encode()).hexdigest()[:32]}.nc"
        if file.is_file():
            try:
                return xr.load_datatree(file, engine="h5netcdf")
            except (OSError, ValueError, KeyError):
                file.unlink()
        tree = _named(make())
        self.folder.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as half:
            tree.to_netcdf(half, engine="h5netcdf")
        return tree


def _named(part: Part) -> xr.DataTree:
    tree = part.to_tree()
    return xr.DataTree(tree.to_dataset().assign_attrs(part=part.name), dict(tree.children))


@cache
def code() -> str:
    """What the analysis is written as: a part made by other code is not the same part."""
    found = hashlib.sha256()
    for room in ("analysis", "indices", "kernels"):
        for file in sorted((Path(rhizolith.__file__).parent / room).rglob("*.py")):
            found.update(file.read_bytes())
    return found.hexdigest()
