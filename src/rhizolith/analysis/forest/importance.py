"""Which variables a forest needs, tested against forests grown on shuffled responses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from statsmodels.stats.multitest import multipletests

from rhizolith.analysis.forest.beside_others import TREES, beside_others
from rhizolith.analysis.forest.out_of_bag import Grown, grow
from rhizolith.analysis.permutations import shuffles, upper_p
from rhizolith.errors import InputError, Problem

FEW = 20
"""Samples below which a forest is refused unless forced (assumed: out-of-bag sets then hold about seven samples)."""


@dataclass(frozen=True, repr=False)
class Forest:
    """`table`, one row a variable: `rise` (raw %IncMSE: mean rise of the out-of-bag error when the variable is
    shuffled), its spread over repeated forests (`low`, `high`), `scaled` (over its standard error among trees),
    `purity`, `p` (response shuffled, unscaled importance), `p_scaled`, `q` (Benjamini–Hochberg of `p`), `p_own` (the
    variable drawn anew beside the others, which stay; not where `own` is False).
    `fit`: variance explained or samples named rightly, out of bag; `fit_p`: by the same shuffles. `kind`: regression or
    classification. `chance`: what guessing the largest class would name rightly (classification)."""

    table: pd.DataFrame
    fit: float
    fit_p: float
    kind: str
    n: int
    trees: int
    permutations: int
    predicted: pd.Series
    chance: float
    cautions: tuple[str, ...]

    def __repr__(self) -> str:
        what = "variance explained" if self.kind == "regression" else "named rightly"
        return f"Forest: {self.n} samples, {self.fit:.0%} {what} out of bag (p {self.fit_p:.3f})"


def regress(
    variables: pd.DataFrame, response: Sequence[float] | pd.Series, *, trees: int = 500, repeats: int = 5,
    n: int = 99, seed: int = 0, jobs: int = 1, force: bool = False, progress: Callable[[int], Any] | None = None,
    own: bool = True, blocks: Sequence[Any] | None = None,
) -> Forest:  # fmt: skip
    """A regression forest of `response` on `variables` (samples × numbers or words), with p by shuffled responses.

    `n`: shuffles; smallest p is 1/(1 + n). `repeats`: forests whose mean importance is reported. p refers to the whole
    null that the response goes with no variable (Archer 2010, rfPermute); it does not correct one variable for another,
    and is too large beside one that matters, which shuffled responses no longer follow. `p_own` (unless `own` is False)
    is that of each variable telling nothing beside the others (`beside_others`): small where it tells something that
    they do not. Importance is shared among variables that say the same. With `blocks` (one label a sample) responses
    change places within their block only: what a block gives response and variable alike counts for nothing in p.
    """
    return _run(variables, response, "regression", trees, repeats, n, seed, jobs, force, progress, own, blocks)


def classify(
    variables: pd.DataFrame, response: Sequence[Any] | pd.Series, *, trees: int = 500, repeats: int = 5,
    n: int = 99, seed: int = 0, jobs: int = 1, force: bool = False, progress: Callable[[int], Any] | None = None,
    own: bool = True, blocks: Sequence[Any] | None = None,
) -> Forest:  # fmt: skip
    """A classification forest; as `regress`, with the error the share of samples named wrongly."""
    return _run(variables, response, "classification", trees, repeats, n, seed, jobs, force, progress, own, blocks)


def _run(
    variables: pd.DataFrame, response: Any, kind: str, trees: int, repeats: int, n: int, seed: int, jobs: int,
    force: bool, progress: Callable[[int], Any] | None, own: bool, blocks: Sequence[Any] | None = None,
) -> Forest:  # fmt: skip
    """Real forests, shuffled forests, one table."""
    x, y, owner, names = prepare(variables, response, kind, force)
    real = [grow(x, y, kind, trees, seed + i) for i in range(repeats)]
    orders = shuffles(len(y), n, blocks, seed)
    null = many(x, [y[o] for o in orders], kind, trees, seed + repeats, jobs, progress)
    rises = by_variable([g.raw for g in real], owner, len(names))
    scaled = by_variable([g.scaled for g in real], owner, len(names)).mean(axis=0)
    null_rises = by_variable([g.raw for g in null], owner, len(names))
    null_scaled = by_variable([g.scaled for g in null], owner, len(names))
    p = upper_p(rises.mean(axis=0), null_rises)
    table = pd.DataFrame(
        {
            "rise": rises.mean(axis=0),
            "low": rises.min(axis=0),
            "high": rises.max(axis=0),
            "scaled": scaled,
            "purity": by_variable([g.purity for g in real], owner, len(names)).mean(axis=0),
            "p": p,
            "p_scaled": upper_p(scaled, null_scaled),
            "q": multipletests(p, method="fdr_bh")[1],
        },
        index=pd.Index(names, name="variable"),
    )
    if own:
        table["p_own"] = beside_others(x, y, owner, kind, trees=min(trees, TREES), n=n, seed=seed)
    fit = float(np.mean([g.fit for g in real]))
    chance = float(np.bincount(y).max() / len(y)) if kind == "classification" else 0.0
    answers = pd.DataFrame([g.predicted for g in real], columns=variables.index)
    predicted = answers.mean().rename("predicted")
    return Forest(
        table.sort_values("rise", ascending=False), fit, float(upper_p(fit, np.array([g.fit for g in null]))), kind,
        len(y), trees, n, predicted, chance, cautions(variables, len(y)),
    )  # fmt: skip


def many(
    x: np.ndarray, responses: list[np.ndarray], kind: str, trees: int, seed: int, jobs: int, progress: Any
) -> list[Grown]:
    """A forest for every response, in parallel where asked, each with its own seed."""
    work = (delayed(grow)(x, y, kind, trees, seed + i) for i, y in enumerate(responses))
    found = []
    for i, g in enumerate(Parallel(n_jobs=jobs, return_as="generator", prefer="threads")(work)):
        found.append(g)
        if progress:
            progress(i + 1)
    return found


def by_variable(rows: Sequence[np.ndarray], owner: np.ndarray, count: int) -> np.ndarray:
    """Importances with the columns of one worded variable added up (forests × variables)."""
    out = np.zeros((len(rows), count))
    for k, row in enumerate(rows):
        np.add.at(out[k], owner, row)
    return out


def prepare(
    variables: pd.DataFrame, response: Any, kind: str, force: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Numbers for the forest; InputError with everything that is missing, constant or too few."""
    problems = []
    y = pd.Series(list(response), index=variables.index if len(response) == len(variables) else None)
    if len(y) != len(variables):
        raise InputError(Problem("response", f"{len(y)} values for {len(variables)} samples", "one per sample"))
    if y.isna().any():
        problems.append(
            Problem("response", f"is missing for {', '.join(map(str, y.index[y.isna()][:5]))}", "drop them")
        )
    if y.nunique() < 2:
        problems.append(Problem("response", "is the same in every sample", "there is nothing to explain"))
    if kind == "regression" and not pd.api.types.is_numeric_dtype(y):
        problems.append(Problem("response", "holds words", "use classify, or give numbers"))
    columns, owner = [], []
    for k, name in enumerate(variables.columns):
        column = variables[name]
        if column.isna().any():
            rows = ", ".join(map(str, column.index[column.isna()][:5]))
            problems.append(Problem(f"variable {name}", f"is missing for {rows}", "fill it in or leave it out"))
            continue
        numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        part = column.to_numpy(float)[:, None] if numeric else pd.get_dummies(column.astype(str)).to_numpy(float)
        columns.append(part)
        owner += [k] * part.shape[1]
    if len(y) < FEW and not force:
        fix = f"gather {FEW}, or pass force=True and report it"
        problems.append(Problem("samples", f"{len(y)} are too few for a forest", fix))
    if problems:
        raise InputError(problems)
    codes = y.to_numpy(float) if kind == "regression" else pd.factorize(y.astype(str), sort=True)[0]
    return np.column_stack(columns), codes, np.array(owner), [str(c) for c in variables.columns]


def cautions(variables: pd.DataFrame, n: int) -> tuple[str, ...]:
    """What a reader should know: few samples, variables that say the same."""
    found = []
    if n < 3 * FEW:
        found.append(f"{n} samples: out-of-bag fit swings widely between forests of so few.")
    numbers = variables.select_dtypes("number")
    close = numbers.corr(method="spearman").abs().to_numpy()
    twins = [
        f"{numbers.columns[i]} and {numbers.columns[j]}"
        for i in range(len(close))
        for j in range(i)
        if close[i, j] > 0.9
    ]
    if twins:
        found.append(f"Importance is shared between {'; '.join(twins[:5])} (|ρ| > 0.9): neither can be told unneeded.")
    return tuple(found)
