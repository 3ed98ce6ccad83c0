"""What measured variables explain of a community table or of distances: redundancy analysis and its tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.community.dissimilarity import check_distances, gower
from rhizolith.analysis.community.permanova_test import explained_sum
from rhizolith.analysis.model_terms import (
    Term,
    added_basis,
    factor_columns,
    intercept,
    marginal_terms,
    read_terms,
    sequential_bases,
)
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.errors import InputError, Problem


@dataclass(frozen=True, repr=False)
class Redundancy:
    """Redundancy analysis.

    `eigenvalues`: constrained; `residual_eigenvalues`; `total`, `constrained`: inertia; `r2`, `adjusted`: share
    explained, and corrected for chance (Ezekiel); `f`, `p`: of the whole model; `terms`: each term given all others
    (those that can be dropped alone) with df, inertia, f, p; `vif`: variance inflation of each column (above 10: the
    columns say the same); `sites`: samples × constrained axes; `arrows`: correlation of the columns with the axes;
    `taxa`: loadings, for RDA only.
    """

    eigenvalues: np.ndarray
    residual_eigenvalues: np.ndarray
    total: float
    constrained: float
    r2: float
    adjusted: float
    f: float
    p: float
    terms: pd.DataFrame
    vif: pd.Series
    sites: pd.DataFrame
    arrows: pd.DataFrame
    taxa: pd.DataFrame | None
    n: int
    permutations: int

    def __repr__(self) -> str:
        return f"Redundancy: {self.n} samples, R² {self.r2:.2f} (adjusted {self.adjusted:.2f}), p {self.p:.3f}"


def rda(
    table: pd.DataFrame, variables: pd.DataFrame, formula: str | None = None, *, blocks: Sequence[Any] | None = None,
    n: int = 999, seed: int | None = 0,
) -> Redundancy:  # fmt: skip
    """Redundancy analysis (Rao 1964) of a table already made fit for it (Hellinger or log-ratios) on `variables`.

    `formula`: which variables, with interactions; None takes all. Tests shuffle residuals of the reduced model.
    `blocks`: one label a sample; their means are taken out first (a partial RDA) and samples shuffled within them.
    """
    y = table.to_numpy(float)
    y = y - y.mean(axis=0)
    found = _explain(y @ y.T / (len(y) - 1), table.index, variables, formula, n, seed, blocks)
    axes = found.sites.to_numpy()
    unit = axes / np.maximum(np.sqrt((axes**2).sum(axis=0)), 1e-300)
    loads = pd.DataFrame(y.T @ unit / np.sqrt(len(y) - 1), table.columns, found.sites.columns)
    return Redundancy(**{**found.__dict__, "taxa": loads})


def dbrda(
    d: pd.DataFrame | np.ndarray,
    variables: pd.DataFrame,
    formula: str | None = None,
    *,
    positive: bool = False,
    n: int = 999,
    seed: int | None = 0,
) -> Redundancy:
    """Distance-based redundancy analysis (Legendre & Anderson 1999; McArdle & Anderson 2001).

    `positive`: only the real coordinates (what vegan calls capscale); else negative eigenvalues take part.
    """
    g = gower(check_distances(d))
    if positive:
        values, vectors = np.linalg.eigh(g)
        kept = values > 1e-10 * values[-1]
        g = (vectors[:, kept] * values[kept]) @ vectors[:, kept].T
    names = d.index if isinstance(d, pd.DataFrame) else pd.RangeIndex(len(g))
    return _explain(g, names, variables, formula, n, seed)


def _explain(
    g: np.ndarray, names: pd.Index, variables: pd.DataFrame, formula: str | None, n: int, seed: int | None,
    blocks: Sequence[Any] | None = None,
) -> Redundancy:  # fmt: skip
    """Projection of a centred inner-product matrix on the variables, and its tests."""
    size = len(g)
    if len(variables) != size:
        what = f"{len(variables)} rows for {size} samples"
        raise InputError(Problem("variables", what, "give one row per sample, in the same order"))
    terms = read_terms(formula or " + ".join(f"{c}" for c in variables.columns), variables)
    start = intercept(size)
    if blocks is not None:
        start = np.column_stack([start, added_basis(factor_columns(pd.Series(list(blocks), dtype=str)), start)])
        keep = np.eye(size) - start @ start.T
        g = keep @ g @ keep
    basis = np.column_stack(sequential_bases(terms, size, start))
    free = size - start.shape[1] - basis.shape[1]
    if free < 1:
        fix = "use fewer variables than samples"
        raise InputError(Problem("variables", f"{basis.shape[1]} columns leave no residual of {size} samples", fix))
    orders = np.vstack([np.arange(size), shuffles(size, n, blocks, seed)])
    explained = explained_sum(g, basis, orders)
    total = float(np.trace(g))
    f = (explained / basis.shape[1]) / ((total - explained) / free)
    values, vectors = np.linalg.eigh(basis.T @ g @ basis)
    order = np.argsort(-values)
    values, vectors = values[order], vectors[:, order]
    sites = basis @ vectors * np.sqrt(np.abs(values))
    left = np.eye(size) - basis @ basis.T - start @ start.T
    residual = np.linalg.eigvalsh(left @ g @ left)[::-1]
    columns = np.column_stack([t.columns for t in terms])
    labels = [f"{t.name}{i or ''}" for t in terms for i in range(t.columns.shape[1])]
    axes = [f"RDA{i + 1}" for i in range(len(values))]
    r2 = explained[0] / total
    return Redundancy(
        values, residual[np.abs(residual) > 1e-10 * abs(total)], total, float(explained[0]), float(r2),
        float(1 - (1 - r2) * (size - start.shape[1]) / free), float(f[0]), float(upper_p(f[0], f[1:])),
        term_tests(g, terms, n, seed, start, blocks), inflation(columns, labels),
        pd.DataFrame(sites, names, axes), _correlate(columns, labels, sites, axes), None, size, n,
    )  # fmt: skip


def term_tests(
    g: np.ndarray, terms: Sequence[Term], n: int, seed: int | None, start: np.ndarray | None = None,
    blocks: Sequence[Any] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Each droppable term given the others: residuals of the model without it are shuffled."""
    size = len(g)
    orders = np.vstack([np.arange(size), shuffles(size, n, blocks, seed)])
    rows = []
    for term in marginal_terms(terms):
        others = intercept(size) if start is None else start
        for other in terms:
            if other is not term:
                others = np.column_stack([others, added_basis(other.columns, others)])
        added = added_basis(term.columns, others)
        df, free = added.shape[1], size - others.shape[1] - added.shape[1]
        row: dict[str, Any] = {"term": term.name, "df": df, "inertia": 0.0}
        if df and free > 0:
            left = np.eye(size) - others @ others.T
            reduced = left @ g @ left
            gain = explained_sum(reduced, added, orders)
            rest = float(np.trace(reduced)) - explained_sum(reduced, others, orders) - gain
            f = (gain / df) / (rest / free)
            row |= {"inertia": gain[0], "f": f[0], "p": float(upper_p(f[0], f[1:])), "permutations": n}
        rows.append(row)
    return pd.DataFrame(rows).set_index("term")


def inflation(columns: np.ndarray, labels: Sequence[str]) -> pd.Series:
    """How much each column's slope is blurred by the others: 1/(1 − R² on the rest); infinite for a repeated one."""
    centred = columns - columns.mean(axis=0)
    found = []
    for k in range(centred.shape[1]):
        rest = np.delete(centred, k, axis=1)
        fitted = rest @ np.linalg.lstsq(rest, centred[:, k], rcond=None)[0] if rest.shape[1] else np.zeros(len(rest))
        whole, left = (centred[:, k] ** 2).sum(), ((centred[:, k] - fitted) ** 2).sum()
        found.append(whole / left if left > 1e-12 * whole else np.inf)
    return pd.Series(found, list(labels), name="vif")


def partition(table: pd.DataFrame, sets: dict[str, pd.DataFrame]) -> pd.Series:
    """Variation of a table shared out among sets of variables, by adjusted R² (Peres-Neto et al. 2006).

    Returns one value per group of sets, what exactly these share (`a`, `b`, `a & b` …), and `residual`. Slightly
    negative shares are chance and are shown as they are.
    """
    y = table.to_numpy(float)
    y = y - y.mean(axis=0)
    names = list(sets)
    masks = range(1, 2 ** len(names))
    r2 = {0: 0.0}
    for mask in masks:
        chosen = np.column_stack([sets[k].to_numpy(float) for i, k in enumerate(names) if mask >> i & 1])
        q = added_basis(chosen - chosen.mean(axis=0), intercept(len(y)))
        share = ((q.T @ y) ** 2).sum() / (y**2).sum()
        r2[mask] = 1 - (1 - share) * (len(y) - 1) / (len(y) - 1 - q.shape[1])
    whole = 2 ** len(names) - 1
    shares = {}
    for mask in masks:
        total = sum((-1) ** (bin(mask).count("1") - bin(sub).count("1") + bin(mask).count("1") + 1)
                    * r2[(whole & ~mask) | sub] for sub in _subsets(mask))  # fmt: skip
        shares[" & ".join(k for i, k in enumerate(names) if mask >> i & 1)] = total
    shares["residual"] = 1 - r2[whole]
    return pd.Series(shares, name="share")


def _subsets(mask: int) -> list[int]:
    """Every sub-mask, the empty one too."""
    found, sub = [0], mask
    while sub:
        found.append(sub)
        sub = (sub - 1) & mask
    return found


def _correlate(columns: np.ndarray, labels: Sequence[str], sites: np.ndarray, axes: Sequence[str]) -> pd.DataFrame:
    """Correlation of every column with every axis."""
    a, b = columns - columns.mean(axis=0), sites - sites.mean(axis=0)
    norm = np.sqrt(np.outer((a**2).sum(axis=0), (b**2).sum(axis=0)))
    return pd.DataFrame(a.T @ b / np.maximum(norm, 1e-300), list(labels), list(axes))
