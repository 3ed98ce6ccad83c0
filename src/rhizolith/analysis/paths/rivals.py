"""Rival drawings of the same blocks: which arrows the data prefer, and which they cannot tell apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from rhizolith.analysis.paths.covariance import Floats, draw_counts
from rhizolith.analysis.paths.design import Design
from rhizolith.analysis.paths.path_fit import PathFit, fit
from rhizolith.analysis.paths.resampling import draw_rows, resample
from rhizolith.errors import InputError, Problem


@dataclass(frozen=True, repr=False)
class Rivals:
    """Rival path models side by side.

    `table`, one row a rival: arrows, mean R², GoF, `bic` (lower is better), `bic_difference` to the best, `wins` (share
    of resamples in which it was best; twins of one `twins` class share a win), `twins`: rivals of the same class imply
    the same correlations between latent variables, so that no data of this kind can tell them apart.
    """

    table: pd.DataFrame
    fits: dict[str, PathFit] = field(repr=False)
    n: int

    def __repr__(self) -> str:
        best = self.table.index[0]
        share = self.table["wins"].iloc[0]
        return f"Rivals: {len(self.table)} models of {self.n} samples; {best} ahead in {share:.0%} of resamples"


def compare(
    data: pd.DataFrame,
    inners: Mapping[str, Any],
    blocks: Mapping[str, Sequence[str] | str],
    modes: Any = "A",
    *,
    n: int = 1000,
    seed: int | None = 0,
    **options: Any,
) -> Rivals:
    """Fits every drawing in `inners` ({name: arrows}) to the same blocks and compares them.

    BIC is that of a Gaussian network of the scores, summed over all latent variables, so that drawings which explain
    different ones can be compared; scores still differ a little between drawings, since neighbours shape them.
    """
    if len(inners) < 2:
        raise InputError(Problem("rivals", f"{len(inners)} drawing leaves nothing to compare", "give at least two"))
    fits = {name: fit(data, inner, blocks, modes, **options) for name, inner in inners.items()}
    first = next(iter(fits.values()))
    rows = draw_rows(first.n, n, None, seed)
    scores = {}
    good = np.ones(len(rows), bool)
    for name, full in fits.items():
        drawn = resample(full, draw_counts(rows, full.n), "aligned", rows)
        good &= drawn.good
        scores[name] = information(drawn.inner.r2, full.design, full.n)
    names = list(fits)
    classes = twin_classes({k: f.design for k, f in fits.items()})
    point = {k: float(information(f.r2.to_numpy()[None], f.design, f.n)[0]) for k, f in fits.items()}
    wins = share_of_wins(np.column_stack([scores[k] for k in names])[good], [classes[k] for k in names])
    table = pd.DataFrame(
        {
            "arrows": [int(fits[k].design.arrows.sum()) for k in names],
            "mean_r2": [float(fits[k].r2.to_numpy()[fits[k].design.ends].mean()) for k in names],
            "gof": [fits[k].gof for k in names],
            "bic": [point[k] for k in names],
            "bic_difference": [point[k] - min(point.values()) for k in names],
            "wins": wins,
            "twins": [classes[k] for k in names],
            "resamples": int(good.sum()),
        },
        index=pd.Index(names, name="rival"),
    )
    return Rivals(table.sort_values("bic"), fits, first.n)


def information(r2: Floats, design: Design, n: int) -> Floats:
    """Bayesian information criterion of each resample (row): n Σ ln(1 − R²) + (arrows + one variance each) ln n."""
    with np.errstate(divide="ignore"):
        return n * np.log(1.0 - r2).sum(axis=1) + np.log(n) * (design.arrows.sum() + len(design.names))


def share_of_wins(scores: Floats, classes: Sequence[int]) -> list[float]:
    """How often each rival has the lowest criterion; a win is shared within a class of twins."""
    if not len(scores):
        return [float("nan")] * len(classes)
    labels = np.array(classes)
    winners = labels[scores.argmin(axis=1)]
    return [float((winners == c).mean() / (labels == c).sum()) for c in labels]


def twin_classes(designs: Mapping[str, Design]) -> dict[str, int]:
    """A number per drawing, equal for those with the same links and the same unmarried parents (Verma & Pearl 1990)."""
    seen: dict[Any, int] = {}
    return {name: seen.setdefault(_pattern(d), len(seen) + 1) for name, d in designs.items()}


def _pattern(design: Design) -> Any:
    """Links, and meetings of two arrows whose causes are not linked."""
    arrows, names = design.arrows, design.names
    links = frozenset(frozenset((names[i], names[j])) for i, j in np.argwhere(arrows))
    meets = set()
    for k in range(len(names)):
        causes = np.flatnonzero(arrows[k])
        for a in causes:
            for b in causes:
                if a < b and not arrows[a, b] and not arrows[b, a]:
                    meets.add((frozenset((names[a], names[b])), names[k]))
    return links, frozenset(meets)
