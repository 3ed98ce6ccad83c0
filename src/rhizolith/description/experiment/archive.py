"""Packed and binary tables: gzip, QIIME 2 archives, BIOM 1 and 2.1, read without their makers' programs."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.description.experiment.table import Table
from rhizolith.errors import InputError, Problem


def unzipped(raw: bytes, file: str) -> bytes:
    """The content of a gzip file; InputError when it is cut short or damaged."""
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(Problem(file, "the compressed file is damaged or cut short", "copy it again")) from error


def artifact(raw: bytes, file: str) -> list[tuple[str, bytes]]:
    """(name, bytes) of the data files in a QIIME 2 archive: those below its `data` folder; empty for other archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = [n for n in packed.namelist() if len(p := PurePosixPath(n).parts) > 2 and p[1] == "data"]
            return [(PurePosixPath(n).name, packed.read(n)) for n in names if not n.endswith("/")]
    except (zipfile.BadZipFile, OSError, zlib.error, RuntimeError, EOFError, NotImplementedError) as error:
        raise InputError(Problem(file, "the archive is damaged or cut short", "copy it again")) from error


def is_workbook(raw: bytes) -> bool:
    """Whether a zip archive is a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return any(n.startswith("xl/") for n in packed.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def read_biom_hdf5(raw: bytes, file: str) -> Table:
    """A BIOM 2 table: features × samples, with lineages where it carries them."""
    import h5py

    try:
        with h5py.File(io.BytesIO(raw), "r") as store:
            samples, features = _names(store["sample/ids"]), _names(store["observation/ids"])
            group = store["observation/matrix"]
            from scipy.sparse import csr_array

            shape = (len(features), len(samples))
            dense = csr_array((group["data"][:], group["indices"][:], group["indptr"][:]), shape=shape).toarray()
            lineage = store.get("observation/metadata/taxonomy")
            ranks = None if lineage is None else [_joined(row) for row in lineage[:]]
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise InputError(Problem(file, "this BIOM file cannot be read", "export it again as BIOM or as TSV")) from error
    return _counts(file, dense, features, samples, ranks)


def read_biom_json(text: str, file: str) -> Table:
    """A BIOM 1 table, dense or sparse."""
    try:
        held = json.loads(text)
        features, samples = [str(r["id"]) for r in held["rows"]], [str(c["id"]) for c in held["columns"]]
        dense = np.zeros((len(features), len(samples)))
        if held.get("matrix_type") == "dense":
            dense[:] = np.array(held["data"], float)
        else:
            for row, column, value in held["data"]:
                dense[int(row), int(column)] = float(value)
        meta = [(r.get("metadata") or {}).get("taxonomy") for r in held["rows"]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(Problem(file, "this BIOM file cannot be read", "export it again as BIOM or as TSV")) from error
    ranks = [_joined(m) for m in meta] if any(meta) else None
    return _counts(file, dense, features, samples, ranks)


def _counts(file: str, dense: np.ndarray, features: list[str], samples: list[str], ranks: list[str] | None) -> Table:
    values = pd.DataFrame(dense, index=pd.Index(features, dtype=object), columns=samples)
    about = pd.DataFrame({"taxonomy": ranks}, index=values.index) if ranks else None
    return Table(file, "counts", values, about=about)


def _names(stored: Any) -> list[str]:
    return [n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in stored[:]]


def _joined(ranks: Any) -> str:
    if ranks is None or isinstance(ranks, str):
        return ranks or ""
    if isinstance(ranks, bytes):
        return ranks.decode("utf-8", "replace")
    return "; ".join(r.decode("utf-8", "replace") if isinstance(r, bytes) else str(r) for r in ranks)
