"""The terms of an experiment's design as columns of numbers: `plant * amendment + block`."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.errors import InputError, Problem

RANK = 1e-9
"""Relative size below which a column adds nothing to those before it."""


@dataclass(frozen=True)
class Term:
    """One term: its name (`plant:amendment`), the factors in it, and its columns (samples × columns)."""

    name: str
    factors: frozenset[str]
    columns: Any


def read_terms(formula: str | Sequence[str], design: pd.DataFrame) -> list[Term]:
    """The terms of a formula, main effects before interactions, each with its columns.

    `a * b` means `a + b + a:b`. Numbers enter as they are, words as one column a level. InputError with every unknown
    name, gap and factor of a single level.
    """
    text = formula if isinstance(formula, str) else " + ".join(formula)
    names = expand(text)
    used = sorted({f for name in names for f in name})
    problems = [p for f in used for p in _factor_problems(f, design)]
    if not names:
        problems.append(Problem("formula", f"{text!r} has no term", "write `plant * amendment`"))
    if problems:
        raise InputError(problems)
    parts = {f: factor_columns(design[f]) for f in used}
    return [Term(":".join(name), frozenset(name), _product([parts[f] for f in name])) for name in names]


def expand(text: str) -> list[tuple[str, ...]]:
    """Factors of every term, `*` written out, lower orders first, none twice."""
    found: list[tuple[str, ...]] = []
    for piece in text.split("~")[-1].split("+"):
        factors = [tuple(w.strip() for w in f.split(":")) for f in piece.split("*")]
        made: list[tuple[str, ...]] = []
        for f in factors:
            made += [f, *[tuple(dict.fromkeys(m + f)) for m in made]]
        found += [m for m in made if all(m)]
    unique = {frozenset(t): t for t in reversed(found)}
    kept = [t for t in dict.fromkeys(found) if unique[frozenset(t)] == t]
    return sorted(kept, key=len)


def factor_columns(column: pd.Series) -> np.ndarray:
    """Numbers as one column; words as one column a level."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.to_numpy(float)[:, None]
    kinds, codes = np.unique(column.astype(str).to_numpy(dtype=str), return_inverse=True)
    return np.eye(len(kinds))[codes]


def _product(parts: list[np.ndarray]) -> np.ndarray:
    """Columns of an interaction."""
    out = parts[0]
    for part in parts[1:]:
        out = (out[:, :, None] * part[:, None, :]).reshape(len(out), -1)
    return out


def _factor_problems(name: str, design: pd.DataFrame) -> list[Problem]:
    """What is wrong with one factor of the design."""
    if name not in design:
        near = difflib.get_close_matches(name, map(str, design.columns), 3)
        hint = f"did you mean {', '.join(near)}?" if near else f"the design has {', '.join(map(str, design.columns))}"
        return [Problem(f"factor {name}", "is not in the design", hint)]
    column = design[name]
    if column.isna().any():
        rows = ", ".join(map(str, column.index[column.isna()][:5]))
        return [Problem(f"factor {name}", f"is missing for {rows}", "fill it in or leave those samples out")]
    if column.nunique() < 2:
        return [Problem(f"factor {name}", "has a single level", "leave it out: it cannot explain anything")]
    return []


def added_basis(columns: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Orthonormal directions that `columns` add to the orthonormal basis `before` (samples × added)."""
    left = columns - before @ (before.T @ columns)
    left = left - before @ (before.T @ left)
    u, s, _ = np.linalg.svd(left, full_matrices=False)
    scale = max(np.linalg.norm(columns, axis=0).max(), 1e-300)
    return u[:, s > RANK * scale * np.sqrt(columns.shape[1])]


def intercept(n: int) -> np.ndarray:
    """The direction of the mean."""
    return np.full((n, 1), 1 / np.sqrt(n))


def sequential_bases(terms: Sequence[Term], n: int, start: np.ndarray | None = None) -> list[np.ndarray]:
    """What each term adds to those before it."""
    have = intercept(n) if start is None else start
    bases = []
    for term in terms:
        added = added_basis(term.columns, have)
        bases.append(added)
        have = np.column_stack([have, added])
    return bases


def marginal_terms(terms: Sequence[Term]) -> list[Term]:
    """Terms that no other term contains: the only ones that can be dropped alone."""
    return [t for t in terms if not any(t.factors < other.factors for other in terms)]


def marginal_bases(terms: Sequence[Term], n: int, start: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """What each droppable term adds to all the others."""
    found = {}
    for term in marginal_terms(terms):
        have = intercept(n) if start is None else start
        for other in terms:
            if other is not term:
                have = np.column_stack([have, added_basis(other.columns, have)])
        found[term.name] = added_basis(term.columns, have)
    return found
