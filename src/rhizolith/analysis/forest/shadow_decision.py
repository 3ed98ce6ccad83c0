"""Every variable that matters at all: each competes with the best of shuffled copies of all (the idea of Boruta)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from rhizolith.analysis.forest.importance import by_variable, prepare
from rhizolith.analysis.forest.out_of_bag import grow


def decide(
    variables: pd.DataFrame,
    response: Sequence[Any] | pd.Series,
    *,
    kind: str = "regression",
    trees: int = 300,
    rounds: int = 60,
    alpha: float = 0.01,
    seed: int = 0,
    force: bool = False,
) -> pd.DataFrame:
    """Confirmed, tentative or rejected for every variable (Kursa & Rudnicki 2010).

    In each round a forest is grown on the variables still in doubt or confirmed and on shuffled copies of all; a
    variable scores a hit when its scaled importance beats the best copy. Hits are tested as coin tosses, corrected for
    the number of variables and of looks (Bonferroni). Columns: decision, hits, rounds, importance (median scaled).
    """
    x, y, owner, names = prepare(variables, response, kind, force)
    rng = np.random.default_rng(seed)
    count = len(names)
    hits, played = np.zeros(count, int), np.zeros(count, int)
    decision = np.full(count, "tentative", dtype=object)
    history: list[np.ndarray] = []
    for number in range(1, rounds + 1):
        kept = np.flatnonzero(decision != "rejected")
        if not (decision == "tentative").any():
            break
        columns = np.isin(owner, kept)
        copies = x.copy()
        for k in range(count):
            copies[:, owner == k] = copies[rng.permutation(len(y))][:, owner == k]
        both = np.column_stack([x[:, columns], copies])
        owners = np.concatenate([owner[columns], owner + count])
        found = by_variable([grow(both, y, kind, trees, seed + number).scaled], owners, 2 * count)[0]
        best = found[count:].max()
        history.append(np.where(np.isin(np.arange(count), kept), found[:count], np.nan))
        hits[kept] += found[kept] > best
        played[kept] += 1
        level = alpha / count / number
        open_now = decision == "tentative"
        decision[open_now & (stats.binom.sf(hits - 1, played, 0.5) < level)] = "confirmed"
        decision[open_now & (stats.binom.cdf(hits, played, 0.5) < level)] = "rejected"
    table = pd.DataFrame({"decision": decision, "hits": hits, "rounds": played}, index=pd.Index(names, name="variable"))
    table["importance"] = np.nanmedian(np.array(history), axis=0)
    return table.sort_values("importance", ascending=False)
