"""Whether a formula counts as labile, under every scheme at once, and how much the answer depends on the scheme."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.formulas import above_mlb
from rhizolith.indices.mscc import mscc
from rhizolith.indices.registry import index
from rhizolith.indices.van_krevelen import (
    bailey_2017,
    formularity,
    kellerman_2014,
    kim_2003,
    seven_boxes_2026,
    tfaily_2017,
)

# Each scheme's classes that microbes are taken to use within weeks. No paper settles the list: a convention.
LABILE = frozenset({"lipid", "protein", "peptide", "amino sugar", "carbohydrate", "aliphatic", "nucleotide"})
SCHEMES: dict[str, Callable[..., np.ndarray]] = {
    "kim_2003": kim_2003,
    "bailey_2017": bailey_2017,
    "tfaily_2017": tfaily_2017,
    "formularity": formularity,
    "kellerman_2014": kellerman_2014,
    "seven_boxes_2026": seven_boxes_2026,
    "mscc": mscc,
}
_CONVENTION = "assumed: which classes count as labile is a convention; DAndrilli2015 for H/C >= 1.5"


def labile_under(**atoms: ArrayLike) -> dict[str, np.ndarray]:
    """Scheme → bool array, labile or not; `mlb` is the molecular lability boundary H/C >= 1.5."""
    verdicts = {name: np.isin(scheme(**atoms), list(LABILE)) for name, scheme in SCHEMES.items()}
    return {**verdicts, "mlb": above_mlb(**atoms) == 1}  # type: ignore[arg-type]


@index("labile votes", "1", "share of schemes that call a formula labile: 0 none, 1 all", _CONVENTION)
def labile_votes(**atoms: ArrayLike) -> np.ndarray:
    """Share of the eight schemes under which each formula is labile."""
    return np.mean(list(labile_under(**atoms).values()), axis=0)


@index("lability stability", "1", "1 every scheme agrees on a formula, 0.5 half say labile", _CONVENTION)
def labile_stability(**atoms: ArrayLike) -> np.ndarray:
    """Share of schemes that agree with their own majority about each formula."""
    votes = labile_votes(**atoms)
    return np.maximum(votes, 1 - votes)


@index("labile share", "1", "share of the intensity in labile formulas, one number per scheme", _CONVENTION)
def labile_share(intensity: ArrayLike, **atoms: ArrayLike) -> dict[str, np.ndarray]:
    """Scheme → intensity-weighted share of labile formulas in each sample; `intensity` formula × sample."""
    weights = np.nan_to_num(np.asarray(intensity, float))
    total = weights.sum(axis=0)
    return {name: np.tensordot(yes.astype(float), weights, 1) / total for name, yes in labile_under(**atoms).items()}


@index(
    "rank stability of labile shares",
    "1",
    "1: every scheme orders the samples alike; 0 or below: the answer is the scheme",
    _CONVENTION,
)
def labile_rank_stability(intensity: ArrayLike, **atoms: ArrayLike) -> float:
    """Smallest Spearman correlation between two schemes' labile shares; `intensity` formula × sample."""
    from scipy.stats import rankdata

    ranks = np.array([rankdata(shares) for shares in labile_share(intensity, **atoms).values()])
    moving = ranks[ranks.std(axis=1) > 0]
    return float(np.corrcoef(moving).min()) if len(moving) > 1 else float("nan")
