"""A response explained by the factors of a design: each term tested, by theory and by shuffles."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.compare.effect_sizes import partial_eta
from rhizolith.analysis.compare.model_estimates import level_differences
from rhizolith.analysis.compare.unequal_spread import unequal_tests
from rhizolith.analysis.model_terms import Term, added_basis, intercept, marginal_bases, read_terms, sequential_bases
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.errors import InputError, Problem

SPREAD, NORMAL = 0.05, 0.01
"""p of Brown–Forsythe and of Shapiro–Wilk below which F is not trusted (customary)."""


@dataclass(frozen=True, repr=False)
class Factorial:
    """`table`, a row per term and the residual: df, ss, f, p (theory), `p_shuffled` (residuals shuffled), `p_ranks`
    (aligned ranks), `p_unequal` (no common spread), partial η² with its 90 % interval, `preferred`: which p its checks
    ask for, and `p_preferred`; `checks`: normal residuals and equal spread; `n`; `blocks`: how blocks were treated;
    `estimates`: differences of levels; `icc`: share of the variance between groups of a mixed model."""

    table: pd.DataFrame
    checks: dict[str, float]
    n: int
    formula: str
    by: str
    blocks: str
    estimates: pd.DataFrame
    icc: dict[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        shown = ", ".join(f"{k} p {v:.3g}" for k, v in self.table["p"].dropna().items())
        return f"Factorial ({self.formula}, n {self.n}): {shown}"


def factorial(
    values: Sequence[float] | pd.Series,
    design: pd.DataFrame,
    formula: str,
    *,
    by: str = "terms",
    block: str | None = None,
    n: int = 999,
    seed: int | None = 0,
) -> Factorial:
    """Analysis of variance of a linear model.

    `by`: terms (each given those before it, type I), or margin (each given all it does not belong to, type II). `block`
    names a column whose levels are taken out before anything is tested and within which residuals are shuffled (a fixed
    block effect: with complete blocks its tests of the other terms are those of a mixed model). Samples without a value
    are left out. Raises InputError as `read_terms`, and when nothing is left to judge by.
    """
    if by not in ("terms", "margin"):
        raise InputError(Problem("by", f"{by!r} is unknown", "use terms or margin"))
    y, kept = there(values, design)
    terms = read_terms(formula, kept)
    size = len(y)
    start = intercept(size)
    if block is not None:
        start = np.column_stack([start, added_basis(read_terms(block, kept)[0].columns, start)])
    in_order = sequential_bases(terms, size, start)
    full = np.column_stack([start, *in_order])
    free = size - full.shape[1]
    if free < 1:
        raise InputError(Problem("design", "the terms leave no sample to judge by", "drop a term or add replicates"))
    bases = dict(zip([t.name for t in terms], in_order)) if by == "terms" else type_two(terms, size, start)
    residual = y - full @ (full.T @ y)
    labels = kept[block].tolist() if block else None
    orders = shuffles(size, n, labels, seed)
    unequal = {} if block else unequal_tests(y, kept, terms)
    rows = [one_term(k, q, y, full, free, orders) | {"p_unequal": unequal.get(k, np.nan)} for k, q in bases.items()]
    rows.append({"term": "Residual", "df": free, "ss": float(residual @ residual)})
    checks = residual_checks(residual, kept, terms)
    variance = float(residual @ residual) / free
    differences = level_differences(
        terms, kept, full, full.T @ y, variance * np.eye(full.shape[1]), lambda c: float(free), start
    )
    return Factorial(
        choose_p(pd.DataFrame(rows).set_index("term"), checks), checks, size, formula, by,
        f"fixed, {kept[block].nunique()} levels" if block else "none", differences,
    )  # fmt: skip


def there(values: Sequence[float] | pd.Series, design: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """The samples that have a value; InputError where these do not vary."""
    y = pd.to_numeric(pd.Series(list(values), dtype=object), errors="coerce").to_numpy(float)
    if len(y) != len(design):
        raise InputError(Problem("values", f"{len(y)} for {len(design)} samples", "give one per sample"))
    known = np.isfinite(y)
    y, kept = y[known], design.loc[known]
    if len(y) < 3 or np.ptp(y) == 0:
        raise InputError(Problem("values", f"{len(y)} values that do not vary", "a test needs values that vary"))
    return y, kept


def choose_p(table: pd.DataFrame, checks: dict[str, float]) -> pd.DataFrame:
    """Which p the checks ask for, by a rule made before any is seen: `preferred` and `p_preferred`.

    Unequal spread (Brown–Forsythe p < 0.05): the test without a common spread, or shuffles where there is none;
    residuals that are not normal (Shapiro–Wilk p < 0.01): shuffles; else the F distribution.
    """
    table = table.copy()
    tested = table["p"].notna() if "p" in table else pd.Series(False, table.index)
    unequal = checks["equal_spread"] < SPREAD
    odd = checks["normal_residuals"] < NORMAL
    table["preferred"] = np.where(tested, "shuffled" if unequal or odd else "f", "")
    if unequal and "p_unequal" in table:
        table.loc[tested & table["p_unequal"].notna(), "preferred"] = "unequal"
    columns = {"f": "p", "shuffled": "p_shuffled", "unequal": "p_unequal"}
    chosen = [table.at[t, columns[w]] if w else np.nan for t, w in table["preferred"].items()]
    return table.assign(p_preferred=np.array(chosen, float))


def type_two(terms: Sequence[Term], n: int, start: np.ndarray) -> dict[str, np.ndarray]:
    """What each term adds to all those that do not contain it."""
    found: dict[str, np.ndarray] = {}
    for term in terms:
        others = [t for t in terms if t is not term and not term.factors < t.factors]
        found |= {k: v for k, v in marginal_bases([*others, term], n, start).items() if k == term.name}
    return found


def one_term(
    name: str, basis: np.ndarray, y: np.ndarray, full: np.ndarray, free: int, orders: np.ndarray
) -> dict[str, Any]:
    """One term: F by theory, by shuffling what the rest of the model leaves (Freedman & Lane 1983), and by ranks of the
    values cleared of all other terms (aligned ranks, Hodges & Lehmann 1962)."""
    df = basis.shape[1]
    if df == 0:
        return {"term": name, "df": 0, "ss": 0.0}
    rest = full - basis @ (basis.T @ full)
    u, s, _ = np.linalg.svd(rest, full_matrices=False)
    rest = u[:, s > 1e-9]
    left = y - rest @ (rest.T @ y)

    def ratio(z: np.ndarray) -> np.ndarray:
        gain = ((basis.T @ z) ** 2).sum(axis=0)
        error = (z**2).sum(axis=0) - ((full.T @ z) ** 2).sum(axis=0)
        return (gain / df) / (np.maximum(error, 1e-300) / free)

    f = float(ratio(y[:, None])[0])
    aligned = y - full @ (full.T @ y) + basis @ (basis.T @ y)
    ranks = stats.rankdata(np.round(aligned / max(np.abs(aligned).max(), 1e-300), 12))
    eta, low, high = partial_eta(f, df, free)
    return {
        "term": name, "df": df, "ss": float(((basis.T @ y) ** 2).sum()), "f": f, "p": float(stats.f.sf(f, df, free)),
        "p_shuffled": float(upper_p(f, ratio(left[orders].T))), "permutations": len(orders),
        "p_ranks": float(stats.f.sf(ratio(ranks[:, None])[0], df, free)), "df_error": float(free), "eta2": eta,
        "eta2_low": low, "eta2_high": high,
    }  # fmt: skip


def residual_checks(residual: np.ndarray, design: pd.DataFrame, terms: Sequence[Term]) -> dict[str, float]:
    """p of normal residuals (Shapiro–Wilk) and of equal spread among cells of the worded factors (Brown–Forsythe)."""
    factors = sorted({f for t in terms for f in t.factors if not pd.api.types.is_numeric_dtype(design[f])})
    cells = (
        [residual[rows] for rows in design.reset_index(drop=True).groupby(factors).indices.values()] if factors else []
    )
    cells = [c for c in cells if len(c) > 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        normal = stats.shapiro(residual).pvalue if len(residual) <= 5000 and np.ptp(residual) > 1e-12 else np.nan
        spread = stats.levene(*cells, center="median").pvalue if len(cells) > 1 else np.nan
    return {"normal_residuals": float(normal), "equal_spread": float(spread)}
