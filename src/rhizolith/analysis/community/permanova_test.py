"""How much of the differences between communities the terms of a design explain, tested by shuffling samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.community.dissimilarity import check_distances, gower
from rhizolith.analysis.model_terms import marginal_bases, read_terms, sequential_bases
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.errors import InputError, Problem

CELLS = 60_000
"""Cells gathered together, few enough to stay in the cache; changes no number."""


def permanova(
    d: pd.DataFrame | np.ndarray,
    design: pd.DataFrame,
    formula: str | Sequence[str],
    *,
    by: str = "terms",
    blocks: str | Sequence[Any] | None = None,
    n: int = 999,
    seed: int | None = 0,
) -> pd.DataFrame:
    """Permutational analysis of variance of distances (Anderson 2001; McArdle & Anderson 2001).

    `by`: terms (each given those before it), margin (each given all others) or model (all at once). `blocks` names a
    column, or gives labels, within which samples are shuffled. Rows: terms, Residual, Total; columns df, ss, r2, f, p
    and `permutations`. Samples with unequal spread can give a small p too: look at `dispersion` beside it.
    """
    matrix = check_distances(d)
    if len(design) != len(matrix):
        what = f"{len(design)} rows for {len(matrix)} samples"
        raise InputError(Problem("design", what, "give one row per sample, in the order of the distances"))
    if isinstance(d, pd.DataFrame) and set(d.index) == set(design.index):
        design = design.loc[list(d.index)]
    if by not in ("terms", "margin", "model"):
        raise InputError(Problem("by", f"{by!r} is unknown", "use terms, margin or model"))
    terms = read_terms(formula, design)
    size = len(matrix)
    in_order = sequential_bases(terms, size)
    full = np.column_stack(in_order)
    bases = {
        "terms": lambda: dict(zip([t.name for t in terms], in_order)),
        "margin": lambda: marginal_bases(terms, size),
        "model": lambda: {"Model": full},
    }[by]()
    free = size - 1 - full.shape[1]
    if free < 1:
        raise InputError(Problem("design", "the terms leave no sample to judge by", "drop a term or add replicates"))
    labels = design[blocks].tolist() if isinstance(blocks, str) else blocks
    orders = np.vstack([np.arange(size), shuffles(size, n, labels, seed)])
    g = gower(matrix)
    sums = explained_sums(g, [full, *bases.values()], orders)
    explained = dict(zip(bases, sums.T[1:]))
    total = float(np.trace(g))
    residual = total - sums[:, 0]
    rows = [_row(name, bases[name].shape[1], ss, residual, free, total, n) for name, ss in explained.items()]
    rows.append({"term": "Residual", "df": free, "ss": residual[0], "r2": residual[0] / total})
    rows.append({"term": "Total", "df": size - 1, "ss": total, "r2": 1.0})
    return pd.DataFrame(rows).set_index("term")


def explained_sum(g: np.ndarray, basis: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Trace of the projection of G on a basis, for every order of the samples (orders × samples)."""
    return explained_sums(g, [basis], orders)[:, 0]


def explained_sums(g: np.ndarray, bases: Sequence[np.ndarray], orders: np.ndarray) -> np.ndarray:
    """The same for several bases at once (orders × bases): G is gathered once per order, its upper half only."""
    size = len(g)
    rows, columns = np.triu_indices(size)
    twice = np.where(rows == columns, 1.0, 2.0)
    hats = np.column_stack([(b @ b.T)[rows, columns] * twice for b in bases])
    flat = np.ascontiguousarray(g).ravel()
    chunk = max(1, CELLS // len(rows))
    parts = []
    for start in range(0, len(orders), chunk):
        o = orders[start : start + chunk].astype(np.int32)
        parts.append(flat.take(o[:, rows] * np.int32(size) + o[:, columns]) @ hats)
    return np.concatenate(parts)


def _row(name: str, df: int, ss: np.ndarray, residual: np.ndarray, free: int, total: float, n: int) -> dict[str, Any]:
    """One tested term."""
    if df == 0:
        return {"term": name, "df": 0, "ss": 0.0, "r2": 0.0}
    f = (ss / df) / (residual / free)
    return {
        "term": name, "df": df, "ss": ss[0], "r2": ss[0] / total, "f": f[0], "p": float(upper_p(f[0], f[1:])),
        "permutations": n,
    }  # fmt: skip
