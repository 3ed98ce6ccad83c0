"""Maps of soils: every cell assessed as a soil of its own, lazily and side by side where a map is kept in chunks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Any

import numpy as np

from rhizolith.assessment.many import SAMPLES, assess_table
from rhizolith.assessment.measured import inputs, settings
from rhizolith.assessment.soil_table import layout_of
from rhizolith.errors import InputError, Problem

PIECE = 1000
"""cells that one thread works on at a time"""
RANKS = ("vulnerability_rank_low", "vulnerability_rank", "vulnerability_rank_high")
LEFT_OUT = ("soil", "set_aside", *RANKS)
"""columns of a table that a map has no place for; ranks of one piece are none of the map"""
ABOUT = "ordinal vulnerabilities, 5 50 95 % over samples; a hypothesis"


def assess_grid(dataset: Any, setting: Mapping[str, str] | None = None, samples: int = SAMPLES, seed: int = 1) -> Any:
    """A map of soils (xarray.Dataset, one variable a measurement or a setting) as a map of the columns of a table.

    A map in chunks (Dask) stays one: nothing is computed before it is asked for, then chunk by chunk, several at once,
    so that neither map nor result has to fit in memory. Other maps are assessed at once, by as many threads as there
    are cores. Cells in which nothing was measured, or nothing possible, stay empty. Raises InputError for a map
    without a known variable and for an unknown setting.
    """
    import pandas as pd
    import xarray as xr

    soils = xr.broadcast(dataset[_told(dataset)])[0]
    stated = dict(setting or {})
    one = assess_table(pd.DataFrame({"pH": [6.0]}), stated, samples, seed).drop(columns=list(LEFT_OUT))
    columns = {str(c): not pd.api.types.is_numeric_dtype(kind) for c, kind in one.dtypes.items()}
    how: dict[str, Any] = {"columns": columns, "setting": stated, "samples": samples, "seed": seed}
    if any(v.chunks is not None for v in soils.data_vars.values()):
        soils = soils.chunk().unify_chunks()
        out = xr.map_blocks(assess_cells, soils, kwargs=how, template=_template(soils, columns))
    else:
        out = assess_cells(soils, **how, threads=cpu_count() or 1)
    out.attrs |= {"made_by": "assess_grid", "about": ABOUT}
    return out


def assess_cells(
    soils: Any, columns: Mapping[str, bool], setting: Mapping[str, str], samples: int, seed: int, threads: int = 1
) -> Any:
    """The map of one chunk that lies in memory; `columns` says of each whether it holds words."""
    import pandas as pd

    first = next(iter(soils.data_vars.values()))
    frame = pd.DataFrame({str(n): v.transpose(*first.dims).values.ravel() for n, v in soils.data_vars.items()})
    numbers = [c for c in frame if c not in settings()]
    known = np.flatnonzero(frame[numbers].notna().any(axis=1))
    pieces = [known[i : i + PIECE] for i in range(0, len(known), PIECE)]
    out = {c: np.full(first.size, "" if words else np.nan, object if words else "f4") for c, words in columns.items()}
    for piece, table in _assessed(frame, pieces, (setting, samples, seed), threads):
        for column, values in out.items():
            values[piece] = table[column].to_numpy()
    made = {c: (first.dims, v.reshape(first.shape)) for c, v in out.items()}
    return soils.drop_vars(list(soils.data_vars)).assign(made)


def _assessed(frame: Any, pieces: list[np.ndarray], how: tuple[Any, ...], threads: int) -> Iterator[tuple[Any, Any]]:
    """Each piece with its table; a piece in which every value is impossible is passed over, as its cells are."""

    def one(piece: np.ndarray) -> Any:
        try:
            return assess_table(frame.iloc[piece].reset_index(drop=True), *how)
        except InputError as error:
            if any(problem.where != "table" for problem in error.problems):
                raise
            return None

    with ThreadPoolExecutor(threads) as pool:
        for piece, table in zip(pieces, pool.map(one, pieces), strict=True):
            if table is not None:
                yield piece, table


def _told(dataset: Any) -> list[str]:
    """The variables that say something of a soil."""
    names = [str(n) for n in dataset.data_vars]
    layout = layout_of(set(names))
    known = {key if layout == "own" else row.get(layout, "") for key, row in inputs().items()}
    more = {"lyr_top", "lyr_bot", "lyr_ph"} if layout == "israd" else set()
    if not (known | more) & set(names):
        fix = f"variables are named like the columns of a table: {', '.join(list(inputs())[:5])}"
        raise InputError(Problem("map", f"no variable is known: {', '.join(names[:8]) or 'it has none'}", fix))
    return [n for n in names if n in known | more | set(settings())]


def _template(soils: Any, columns: Mapping[str, bool]) -> Any:
    """What the result will look like, without its values."""
    import dask.array as da

    first = next(iter(soils.data_vars.values()))
    bare = {
        c: (first.dims, da.empty(first.shape, chunks=first.chunks, dtype=object if words else "f4"))
        for c, words in columns.items()
    }
    return soils.drop_vars(list(soils.data_vars)).assign(bare)
