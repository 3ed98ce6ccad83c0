"""A response explained by the factors of a design, where samples of one plant, plot or block belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.compare.effect_sizes import partial_eta
from rhizolith.analysis.compare.factorial_model import (
    Factorial,
    choose_p,
    factorial,
    one_term,
    residual_checks,
    there,
)
from rhizolith.analysis.compare.model_estimates import level_differences
from rhizolith.analysis.compare.one_value_each import once_each, same_within
from rhizolith.analysis.compare.random_intercept import LEAST_GROUPS, RandomIntercept, fit
from rhizolith.analysis.exchangeable import Units, block_of_plots, split_terms, units, within_adjustment
from rhizolith.analysis.model_terms import Term, added_basis, intercept, read_terms, sequential_bases
from rhizolith.analysis.permutations import shuffles


def mixed(
    values: Sequence[float] | pd.Series, design: pd.DataFrame, formula: str, group: str, *, block: str | None = None,
    n: int = 999, seed: int | None = 0,
) -> Factorial:  # fmt: skip
    """Analysis of variance with a random intercept for `group`, terms in sequence; `block`: fixed, taken out first.

    F and p by restricted likelihood with Satterthwaite's degrees of freedom (of balanced data: those of the split-plot
    analysis of variance), `p_shuffled` by shuffling whole groups for what differs between them and samples within
    groups for the rest (Freedman and Lane). Where the model cannot be fitted (fewer than three groups, none with two
    samples, terms that leave no group to judge by) the fixed model takes its place; `blocks` says what was
    done and why. Values that are the same in all samples of each group count once for it, in the model of groups.
    """
    y, kept = there(values, design)
    terms = read_terms(formula, kept)
    if same_within(y, kept[group]):
        parted = split_terms(terms, units(kept[group]))
        return once_each(y, kept, parted, formula, group, block=block, n=n, seed=seed)
    why = _refused(kept, terms, group, block)
    if why:
        found = factorial(pd.Series(y), kept, formula, block=block, n=n, seed=seed)
        return Factorial(**{**found.__dict__, "blocks": f"{group} not in the model: {why}"})
    plots, size = units(kept[group]), len(y)
    start = intercept(size)
    if block is not None:
        start = np.column_stack([start, added_basis(read_terms(block, kept)[0].columns, start)])
    bases = sequential_bases(terms, size, start)
    x = np.column_stack([start, *bases])
    model = fit(y, x, kept[group].tolist())
    blocks = kept[block].tolist() if block else None
    shuffled = _shuffled(y, terms, plots, start, blocks, n, seed)
    rows, column = [], start.shape[1]
    for term, basis in zip(terms, bases):
        rows.append(_row(term.name, basis, y, model, range(column, column + basis.shape[1]), shuffled))
        column += basis.shape[1]
    residual = y - x @ model.beta
    shared = plots.average.T @ np.diag(model.between / (model.between + model.within / model.sizes))
    inside = residual - shared @ (plots.average @ residual)
    rows.append({"term": "Residual", "df": size - x.shape[1], "ss": float(residual @ residual)})
    checks = residual_checks(inside, kept, terms)
    differences = level_differences(terms, kept, x, model.beta, model.covariance, model.degrees, start)
    said = f"{group} random, {plots.count} levels" + (f"; {block} fixed" if block else "")
    return Factorial(
        choose_p(pd.DataFrame(rows).set_index("term"), checks), checks, size, formula, "terms", said, differences,
        share_between(model, shuffled["free"]),
    )  # fmt: skip


def _refused(design: pd.DataFrame, terms: Sequence[Term], group: str, block: str | None) -> str:
    """Why a mixed model cannot be fitted; empty where it can."""
    sizes = design[group].astype(str).value_counts()
    if sizes.max() < 2:
        return "it has one sample each"
    if len(sizes) < LEAST_GROUPS:
        return f"{len(sizes)} of them give no variance"
    plots = units(design[group])
    between, within = split_terms(terms, plots)
    start = intercept(plots.count)
    if block is not None:
        start = np.column_stack([start, added_basis(read_terms(block, design)[0].columns[plots.first], start)])
    upper = [Term(t.name, t.factors, t.columns[plots.first]) for t in between]
    used = start.shape[1] + sum(b.shape[1] for b in sequential_bases(upper, plots.count, start))
    label = np.eye(plots.count)[plots.codes]
    whole = np.column_stack([intercept(len(design)), added_basis(label, intercept(len(design)))])
    lower = sum(b.shape[1] for b in sequential_bases(within, len(design), whole))
    if between and plots.count - used < 1:
        return "the terms between them leave none to judge by"
    return "" if len(design) - plots.count - lower >= 1 else "the terms within them leave no sample to judge by"


def _row(
    name: str, basis: np.ndarray, y: np.ndarray, model: RandomIntercept, columns: range, shuffled: dict[str, Any]
) -> dict[str, Any]:
    """One term of the mixed model."""
    if not len(columns):
        return {"term": name, "df": 0, "ss": 0.0}
    f, df, free, p = model.test(columns)
    eta, low, high = partial_eta(f, df, max(free, 1.0))  # type: ignore[arg-type]
    return {
        "term": name, "df": df, "ss": float(((basis.T @ y) ** 2).sum()), "f": f, "p": p, "df_error": free,
        **{k: shuffled[name][k] for k in ("p_shuffled", "permutations", "p_ranks") if k in shuffled[name]},
        "p_unequal": np.nan, "eta2": eta, "eta2_low": low, "eta2_high": high,
    }  # fmt: skip


def _shuffled(
    y: np.ndarray, terms: Sequence[Term], plots: Units, start: np.ndarray, blocks: Sequence[Any] | None, n: int,
    seed: int | None,
) -> dict[str, Any]:  # fmt: skip
    """Each term in its own stratum, by shuffles and ranks; `free`: residual degrees of freedom (between, within)."""
    between, within = split_terms(terms, plots)
    size = len(y)
    inside = np.column_stack([t.columns for t in within]) if within else np.zeros((size, 0))
    means = plots.average @ (y - within_adjustment(inside, plots) @ y)
    upper = [Term(t.name, t.factors, t.columns[plots.first]) for t in between]
    begin = intercept(plots.count)
    begin = np.column_stack([begin, added_basis(start[plots.first][:, 1:], begin)]) if start.shape[1] > 1 else begin
    found = _stratum(means, upper, begin, block_of_plots(blocks, plots), n, seed)
    free = plots.count - begin.shape[1] - sum(int(found[t.name].get("df", 0)) for t in upper)
    begin = intercept(size)
    begin = np.column_stack([begin, added_basis(np.eye(plots.count)[plots.codes], begin)])
    lower = _stratum(y, within, begin, plots.codes.tolist(), n, seed)
    last = size - begin.shape[1] - sum(int(lower[t.name].get("df", 0)) for t in within)
    return {**found, **lower, "free": (free, last)}


def _stratum(
    y: np.ndarray, terms: Sequence[Term], start: np.ndarray, blocks: Sequence[Any] | None, n: int, seed: int | None
) -> dict[str, Any]:
    """Terms of one stratum, each with its p by shuffles and by ranks."""
    if not terms:
        return {}
    bases = sequential_bases(terms, len(y), start)
    full = np.column_stack([start, *bases])
    free, orders = len(y) - full.shape[1], shuffles(len(y), n, blocks, seed)
    return {t.name: one_term(t.name, q, y, full, free, orders) for t, q in zip(terms, bases)}


def share_between(model: RandomIntercept, free: tuple[int, int]) -> dict[str, float]:
    """Share of the variance between groups with its 95 % interval (exact for groups of equal size, Searle 1971)."""
    m = len(model.sizes) / float((1 / model.sizes).sum())
    f = 1 + m * model.between / model.within
    found = {"icc": model.icc, "icc_low": np.nan, "icc_high": np.nan}
    if min(free) >= 1 and f > 0:
        for key, share in (("icc_low", 0.975), ("icc_high", 0.025)):
            ratio = f / float(stats.f.ppf(share, *free))
            found[key] = (ratio - 1) / (ratio + m - 1)
    return found
