"""Diversity of a community or a mixture: how many kinds, how evenly, and how many were missed.

Every function takes abundances as kinds × samples or one sample's kinds. Estimators of unseen kinds (Chao1, ACE, Good's
coverage) need counts of individuals and refuse anything else: intensities and percentages have no singletons.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.errors import InputError, Problem
from rhizolith.indices.registry import index

RARE = 10  # ACE calls a kind rare up to ten individuals (Chao1992)


def _shares(abundance: ArrayLike) -> np.ndarray:
    a = np.nan_to_num(np.asarray(abundance, float))
    if (a < 0).any():
        raise InputError(Problem("", "an abundance is negative", "diversity needs counts, shares or intensities"))
    total = a.sum(axis=0)
    return a / np.where(total > 0, total, np.nan)


def _counts(abundance: ArrayLike) -> np.ndarray:
    a = np.nan_to_num(np.asarray(abundance, float))
    if (a < 0).any() or (a != np.rint(a)).any():
        what = "abundances are not counts: kinds that were missed can only be estimated from individuals counted"
        raise InputError(Problem("", what, "give the raw counts, before rarefying to shares or normalizing"))
    return a


@index("richness", "kinds", "how many kinds were found", "Oksanen2022")
def richness(abundance: ArrayLike) -> np.ndarray:
    """Number of kinds with abundance above 0."""
    return np.sum(np.nan_to_num(np.asarray(abundance, float)) > 0, axis=0)


@index("Shannon", "nat", "0 one kind, ln(richness) all kinds alike", "Shannon1948")
def shannon(abundance: ArrayLike, base: float = np.e) -> np.ndarray:
    """Shannon entropy -sum(p ln p), in nats unless another base is given."""
    p = _shares(abundance)
    logs = np.log(np.where(p > 0, p, 1))
    return -np.sum(p * logs, axis=0) / np.log(base)


@index("Simpson", "1", "chance that two individuals differ in kind: 0 one kind, near 1 many", "Simpson1949")
def simpson(abundance: ArrayLike) -> np.ndarray:
    """Gini-Simpson index, 1 - sum(p^2)."""
    return 1 - np.sum(_shares(abundance) ** 2, axis=0)


@index("inverse Simpson", "kinds", "how many equally common kinds would be as diverse", "Simpson1949")
def inverse_simpson(abundance: ArrayLike) -> np.ndarray:
    """1 / sum(p^2)."""
    return 1 / np.sum(_shares(abundance) ** 2, axis=0)


@index("Pielou", "1", "evenness: 1 all kinds alike, near 0 one dominates; not defined for one kind", "Pielou1966")
def pielou(abundance: ArrayLike) -> np.ndarray:
    """Shannon entropy over its maximum, H / ln(richness); NaN for a single kind."""
    kinds = np.asarray(richness(abundance), float)
    return shannon(abundance) / np.log(np.where(kinds > 1, kinds, np.nan))


@index("Chao1", "kinds", "richness with the kinds that were missed, at least", "Chao1984", grade="fitted")
def chao1(abundance: ArrayLike) -> np.ndarray:
    """Bias-corrected lower bound of richness, S + (n-1)/n f1 (f1 - 1) / (2 (f2 + 1)) without the factor (n-1)/n, as
    vegan.
    """
    a = _counts(abundance)
    once, twice = (a == 1).sum(axis=0), (a == 2).sum(axis=0)
    return richness(a) + once * (once - 1) / (2 * (twice + 1))


@index(
    "ACE",
    "kinds",
    "richness with the kinds that were missed, from the coverage of the rare ones",
    "Chao1992",
    grade="fitted",
)
def ace(abundance: ArrayLike) -> np.ndarray:
    """Abundance-based coverage estimator; kinds with up to ten individuals are rare. NaN when all the rare are
    singletons.
    """
    a = _counts(abundance)
    rare = np.where(a <= RARE, a, 0)
    once = (a == 1).sum(axis=0)
    kinds, number = (rare > 0).sum(axis=0), rare.sum(axis=0)
    common = (a > RARE).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = 1 - once / number
        pairs = np.sum(rare * (rare - 1), axis=0)
        spread = np.maximum(kinds / coverage * pairs / (number * (number - 1)) - 1, 0)
        estimate = common + kinds / coverage + once / coverage * spread
    return np.where(number == 0, common, np.where(coverage > 0, estimate, np.nan))


@index(
    "Good's coverage", "1", "share of the individuals whose kind was found at least twice: 1 nothing missed", "Good1953"
)
def goods_coverage(abundance: ArrayLike) -> np.ndarray:
    """1 - singletons / individuals."""
    a = _counts(abundance)
    total = a.sum(axis=0)
    return 1 - (a == 1).sum(axis=0) / np.where(total > 0, total, np.nan)


@index(
    "Fisher's alpha",
    "kinds",
    "log-series diversity, hardly dependent on the size of the sample",
    "Fisher1943",
    grade="fitted",
)
def fisher_alpha(abundance: ArrayLike) -> np.ndarray:
    """The alpha that solves S = alpha ln(1 + N/alpha); infinite when every individual is a kind of its own."""
    a = _counts(abundance)
    number, kinds = np.atleast_1d(a.sum(axis=0)), np.atleast_1d(richness(a))
    found = np.array([_solve_fisher(float(n), float(s)) for n, s in zip(number, kinds)])
    return found if np.ndim(a) > 1 else found[0]


def _solve_fisher(number: float, kinds: float) -> float:
    from scipy.optimize import brentq

    if kinds == 0:
        return float("nan")
    if kinds >= number:
        return float("inf")

    def miss(log_alpha: float) -> float:
        alpha = np.exp(log_alpha)
        return float(alpha * np.log1p(number / alpha) - kinds)

    return float(np.exp(brentq(miss, -30.0, 40.0, xtol=1e-14, rtol=1e-14)))


@index("rarefied richness", "kinds", "kinds expected in a smaller sample of a stated size", "Hurlbert1971")
def rarefied_richness(abundance: ArrayLike, size: int | None = None) -> np.ndarray:
    """Expected kinds among `size` individuals drawn without replacement; the smallest sample's size unless given."""
    from scipy.special import gammaln

    a = _counts(abundance)
    total = a.sum(axis=0)
    n = float(np.min(total)) if size is None else float(size)
    left = total - a
    with np.errstate(invalid="ignore"):
        missed = gammaln(left + 1) - gammaln(left - n + 1) - gammaln(total + 1) + gammaln(total - n + 1)
    chance = np.where(left >= n, np.exp(np.where(left >= n, missed, 0)), 0)
    return np.where(total >= n, np.sum(np.where(a > 0, 1 - chance, 0), axis=0), np.nan)


@index("Faith's PD", "branch length", "length of the tree that the kinds found span: 0 none", "Faith1992")
def faith_pd(abundance: ArrayLike, names: list[str], newick: str) -> np.ndarray:
    """Branch length from the root to every kind found; `names` are the tips of the newick tree, in the order of the
    rows.
    """
    from io import StringIO

    from skbio import TreeNode
    from skbio.diversity import alpha_diversity

    tree = TreeNode.read(StringIO(newick))
    a = _counts(abundance)
    samples = np.atleast_2d(a.T).astype(int)
    found = alpha_diversity("faith_pd", samples, taxa=names, tree=tree, validate=True)
    return found.to_numpy() if np.ndim(a) > 1 else found.to_numpy()[0]
