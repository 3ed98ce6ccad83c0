"""What features picked by a look at the outcome are worth on samples that did not pick them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rhizolith.analysis.guards.whole_pipeline import FEWEST, honest
from rhizolith.analysis.metabolites.discrimination import standard
from rhizolith.analysis.metabolites.latent_structures import pls
from rhizolith.analysis.study.part import Part
from rhizolith.errors import InputError

PICKED = 8
"""Features picked: the number that a path model or a figure usually takes over."""
LEAST = 12
"""Samples below which nothing is picked."""


def picked(
    omics: Mapping[str, pd.DataFrame], values: pd.DataFrame, outcome: str | None, *, n: int = 60,
    blocks: pd.Series | None = None,
) -> Part:  # fmt: skip
    """Picks, in each table, the eight features that go best with the outcome, predicts it, and repeats all of it.

    `omics`: {name: features × samples}. Columns: the correlation with the outcome on the samples that picked
    (`naive`), on samples left out (`honest`), and what picking alone gives when the outcome is shuffled (`null`).
    `blocks`: label of each sample; whole ones are then left out, and outcomes shuffled within them.
    """
    title = "Features picked by the outcome"
    if outcome is None or not omics:
        return Part("picked", title, skipped="There is no outcome, or no table to pick from.")
    rows, notes = [], []
    for name, table in omics.items():
        both = [s for s in values.index if s in table.columns and np.isfinite(values.loc[s, outcome])]
        wide = table[both].T.fillna(0.0)
        wide = wide.loc[:, ((wide > 0).mean() >= 0.5) & (wide.nunique() > 3)]
        if len(wide) < LEAST or wide.shape[1] <= PICKED:
            notes.append(f"{name}: {len(wide)} samples with {wide.shape[1]} usable features are too few to pick from.")
            continue
        try:
            if blocks is not None and blocks.reindex(both).nunique() < FEWEST:
                notes.append(f"{name}: fewer than {FEWEST} of {blocks.name}, so that samples were drawn one by one.")
                blocks = None
            same = None if blocks is None else blocks.reindex(both).astype(str).tolist()
            found = honest(wide.clip(lower=0).apply(np.log1p), values.loc[both, outcome], choose, predict, n=n,
                           blocks=same)  # fmt: skip
        except InputError as error:
            notes.append(f"{name}: {error.problems[0].what}.")
            continue
        stable = ", ".join(f"{k} ({v:.0%})" for k, v in found.chosen.head(4).items())
        rows.append((name, outcome, len(wide), wide.shape[1], found.naive, found.honest, found.low, found.high,
                     found.null, found.p, stable))  # fmt: skip
    if not rows:
        return Part("picked", title, notes=tuple(notes), skipped="No table has enough samples with the outcome.")
    columns = ["table", "outcome", "n", "features", "naive", "honest", "low", "high", "null", "p", "most_chosen"]
    out, within = ("samples", "") if blocks is None else (f"whole {blocks.name}s", f" within {blocks.name}s")
    said = (
        f"In each table the {PICKED} features that go best with {outcome} (Spearman) predict it by one PLS component; "
        f"correlation of predicted and observed on the same samples (naive), on {out} left out of {n} resamples in "
        f"which choice and fit were repeated (honest), and with the outcome shuffled{within} (null); p: naive against "
        "the null.",
    )
    notes.append("Only the honest value says what the features are worth; a path model on picked ones dips twice.")
    return Part(
        "picked", title, {"pipelines": pd.DataFrame(rows, columns=columns).assign(permutations=n)}, said, tuple(notes)
    )


def choose(table: pd.DataFrame, y: np.ndarray) -> list[str]:
    """The features with the largest rank correlation."""
    ranks = standard(table.rank().to_numpy(float))
    target = standard(pd.Series(y).rank().to_numpy(float)[:, None])[:, 0]
    strength = np.abs(ranks.T @ target)
    return [str(c) for c in table.columns[np.argsort(-strength, kind="stable")[:PICKED]]]


def predict(train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame, observed: np.ndarray) -> float:
    """Correlation of what one PLS component of `train` says of `test` with the truth; 0 where it says nothing."""
    if np.ptp(y) == 0 or len(observed) < 3 or np.ptp(observed) == 0:
        return float("nan")
    x = train.to_numpy(float)
    fitted = pls(standard(x), y - y.mean(), 1)
    answer = fitted.predict(standard(test.to_numpy(float), x))
    return float(np.corrcoef(answer, observed)[0, 1]) if np.ptp(answer) > 0 else 0.0
