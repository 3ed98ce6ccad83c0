"""How much of the differences between communities the terms of a design explain, tested by shuffling samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.community.dissimilarity import check_distances, gower
from rhizolith.analysis.exchangeable import (
    Units,
    arrangements,
    block_of_plots,
    least_p,
    orders,
    split_terms,
    units,
    within_adjustment,
)
from rhizolith.analysis.model_terms import Term, added_basis, intercept, marginal_bases, read_terms, sequential_bases
from rhizolith.analysis.permutations import upper_p
from rhizolith.errors import InputError, Problem

CELLS = 30_000
"""Numbers shuffled together, few enough to stay in the cache."""


def permanova(
    d: pd.DataFrame | np.ndarray,
    design: pd.DataFrame,
    formula: str | Sequence[str],
    *,
    by: str = "terms",
    blocks: str | Sequence[Any] | None = None,
    plots: str | Sequence[Any] | None = None,
    n: int = 999,
    seed: int | None = 0,
) -> pd.DataFrame:
    """Permutational analysis of variance of distances (Anderson 2001; McArdle & Anderson 2001).

    `by`: terms (each given those before it), margin (each given all others) or model (all at once). `blocks` names a
    column, or gives labels, within which samples are shuffled. `plots` likewise names plants, pots or plots of several
    samples: terms that differ between plots are judged on the centroids of plots by shuffling whole plots, terms that
    vary within them by shuffling samples within plots, each against the residual of its own stratum (Anderson & ter
    Braak 2003). Rows: terms, residuals, Total; columns df, ss, r2, f, p, `permutations`, how many `arrangements` of
    samples (or plots) among treatments there are, and the `least_p` these allow. Samples with unequal spread can give a
    small p too: look at `dispersion` beside it.
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
    free = size - 1 - sum(basis.shape[1] for basis in sequential_bases(terms, size))
    if free < 1:
        raise InputError(Problem("design", "the terms leave no sample to judge by", "drop a term or add replicates"))
    labels = design[blocks].tolist() if isinstance(blocks, str) else blocks
    g = gower(matrix)
    if plots is not None:
        named = design[plots].tolist() if isinstance(plots, str) else list(plots)
        return _in_strata(g, design, terms, units(named), labels, n, seed)
    explained, wide, whole = _explained(g, terms, by, orders(size, n, labels, seed))
    total = float(np.trace(g))
    residual = total - whole
    cells = _cells(terms, design)
    dealt = {"arrangements": arrangements(cells, labels)}
    rows = []
    for name, ss in explained.items():
        own = _cells([t for t in terms if t.name == name] or terms, design)
        least = {"least_p": _least(cells, own, labels, n)}
        rows.append(_row(name, wide[name], ss, residual, free, total, n) | dealt | least)
    rows.append({"term": "Residual", "df": free, "ss": residual[0], "r2": residual[0] / total})
    rows.append({"term": "Total", "df": size - 1, "ss": total, "r2": 1.0})
    return pd.DataFrame(rows).set_index("term")


def _explained(
    g: np.ndarray, terms: Sequence[Term], by: str, drawn: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, int], np.ndarray]:
    """Sums of squares of the tested terms in every order, how many columns each has, and the sums of all terms."""
    bases = dict(zip([t.name for t in terms], sequential_bases(terms, len(g))))
    sums = explained_sums(g, list(bases.values()), drawn)
    whole = sums.sum(axis=1)
    if by == "model":
        return {"Model": whole}, {"Model": sum(q.shape[1] for q in bases.values())}, whole
    if by == "margin":
        bases = marginal_bases(terms, len(g))
        sums = explained_sums(g, list(bases.values()), drawn)
    return dict(zip(bases, sums.T)), {k: q.shape[1] for k, q in bases.items()}, whole


def _cells(terms: Sequence[Term], design: pd.DataFrame) -> list[str]:
    """The treatment of each sample, as words."""
    used = sorted({f for t in terms for f in t.factors})
    return [" · ".join(row) for row in zip(*(design[f].astype(str).tolist() for f in used), strict=True)]


def _least(cells: Sequence[str], own: Sequence[str], blocks: Sequence[Any] | None, n: int) -> float:
    """The least p of one term: its own levels where they are all there is, else all treatments dealt anew."""
    single = len(set(cells)) == len(set(own))
    return least_p(own, blocks, n) if single else max(1 / (n + 1), 1 / max(arrangements(cells, blocks), 1.0))


def _in_strata(
    g: np.ndarray, design: pd.DataFrame, terms: Sequence[Term], plots: Units, blocks: Sequence[Any] | None, n: int,
    seed: int | None,
) -> pd.DataFrame:  # fmt: skip
    """Terms between plots on the centroids of plots, terms within plots with plots taken out; R² of all samples."""
    between, within = split_terms(terms, plots)
    size, total = len(g), float(np.trace(g))
    whole = dict(zip([t.name for t in terms], sequential_bases(terms, size)))
    share = {k: float(np.trace(q.T @ g @ q)) for k, q in whole.items()}
    inside = np.column_stack([t.columns for t in within]) if within else np.zeros((size, 0))
    clean = np.eye(size) - within_adjustment(inside, plots)
    mean = plots.average @ clean
    centre = np.eye(plots.count) - 1 / plots.count
    rows: dict[str, dict[str, Any]] = {}
    upper = [Term(t.name, t.factors, t.columns[plots.first]) for t in between]
    home = block_of_plots(blocks, plots)
    if upper:
        start = intercept(plots.count)
        rows |= _stratum(centre @ mean @ g @ mean.T @ centre, upper, start, home, design.iloc[plots.first], n, seed)
    label = np.eye(plots.count)[plots.codes]
    start = np.column_stack([intercept(size), added_basis(label, intercept(size))])
    if within:
        rows |= _stratum(g, within, start, plots.codes.tolist(), design, n, seed)
    found = [{**rows[t.name], "ss": share[t.name], "r2": share[t.name] / total} for t in terms]
    for row, t in zip(found, terms):
        row["error"] = "between plots" if t in between else "within plots"
    both = np.column_stack([start, *sequential_bases(within, size, start)])
    left = total - float(np.trace(both.T @ g @ both))
    rest = total - left - sum(share.values())
    free = plots.count - 1 - sum(rows[t.name]["df"] for t in between)
    found.append({"term": "Residual between plots", "df": free, "ss": rest, "r2": rest / total})
    found.append({"term": "Residual", "df": size - both.shape[1], "ss": left, "r2": left / total})
    found.append({"term": "Total", "df": size - 1, "ss": total, "r2": 1.0})
    return pd.DataFrame(found).set_index("term")


def _stratum(
    g: np.ndarray, terms: Sequence[Term], start: np.ndarray, blocks: Sequence[Any] | None, design: pd.DataFrame, n: int,
    seed: int | None,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """Terms tested in sequence against what they and `start` leave, units shuffled within blocks; `start` (the mean, or
    the means of these blocks) is what no shuffle changes."""
    size = len(g)
    bases = sequential_bases(terms, size, start)
    free = size - start.shape[1] - sum(basis.shape[1] for basis in bases)
    if free < 1:
        raise InputError(Problem("plots", "the terms leave no plot to judge by", "drop a term or add plots"))
    sums = explained_sums(g, bases, orders(size, n, blocks, seed))
    residual = float(np.trace(g) - np.trace(start.T @ g @ start)) - sums.sum(axis=1)
    cells = _cells(terms, design)
    found = {}
    for term, basis, ss in zip(terms, bases, sums.T):
        row = _row(term.name, basis.shape[1], ss, residual, free, float(np.trace(g)), n)
        row["arrangements"] = arrangements(cells, blocks)
        found[term.name] = row | {"least_p": _least(cells, _cells([term], design), blocks, n), "df_error": free}
    return found


def explained_sum(g: np.ndarray, basis: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Trace of the projection of G on a basis, for every order of the samples (orders × samples)."""
    return explained_sums(g, [basis], orders)[:, 0]


def explained_sums(g: np.ndarray, bases: Sequence[np.ndarray], orders: np.ndarray) -> np.ndarray:
    """The same for several bases (orders × bases): z' G z over their columns, z a column in a shuffled order."""
    size = len(g)
    chunk = max(1, CELLS // size)
    sums = np.zeros((len(orders), len(bases)))
    for start in range(0, len(orders), chunk):
        rows = slice(start, start + chunk)
        place = np.empty_like(orders[rows])
        np.put_along_axis(place, orders[rows], np.arange(size)[None], axis=1)
        for k, basis in enumerate(bases):
            for column in basis.T:
                z = column.take(place)
                sums[rows, k] += np.einsum("ij,ij->i", z @ g, z)
    return sums


def _row(name: str, df: int, ss: np.ndarray, residual: np.ndarray, free: int, total: float, n: int) -> dict[str, Any]:
    """One tested term."""
    if df == 0:
        return {"term": name, "df": 0, "ss": 0.0, "r2": 0.0}
    f = (ss / df) / (residual / free)
    return {
        "term": name, "df": df, "ss": ss[0], "r2": ss[0] / total, "f": f[0], "p": float(upper_p(f[0], f[1:])),
        "permutations": n,
    }  # fmt: skip
