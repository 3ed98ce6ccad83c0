"""p by shuffled responses beside those that R's rfPermute gave, as far apart as two such p can be expected to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats
from shared_data import SHARED, here

from rhizolith.analysis import forest
from rhizolith.analysis.forest import importance

FOREST = SHARED / "stats" / "random_forest"
FORESTS, SHUFFLES = 40, 300


def tails(reached: int, n: int, ours: np.ndarray, m: int) -> tuple[float, float]:
    """Chances that at most, and at least, `reached` of n shuffles reach the importance of one more forest.

    `ours`: how many of m shuffles reach each of our forests. Ours and the new shuffles are drawn alike, so that the new
    count, given an importance that c of m reach, is beta-binomial with 1 + c and 1 + m − c; which forest the new one is
    like is left to chance, for it alone decides much of p.
    """
    new = stats.betabinom(n, 1 + ours, 1 + m - ours)
    return new.cdf(reached).mean(), new.sf(reached - 1).mean()


@here
def test_p_of_every_variable_are_those_of_rfpermute_within_the_noise_of_both(monkeypatch):
    """Two runs of rfPermute, 99 and 999 shuffles, each of one forest; %IncMSE as it is and scaled."""
    data = pd.read_csv(FOREST / "maize_resp_rf_input.csv")
    reference = pd.read_csv(FOREST / "maize_r_reference.csv", index_col=0).loc[data.columns[1:]]
    grown, grow = [], importance.grow
    monkeypatch.setattr(importance, "grow", lambda *a: grown.append(grow(*a)) or grown[-1])
    got = forest.regress(data.iloc[:, 1:], data["Resp"], repeats=FORESTS, n=SHUFFLES, own=False)
    table = got.table.loc[reference.index]
    worst = stats.norm.sf(3)
    for ours, p, theirs in (("raw", "p", "unscaled"), ("scaled", "p_scaled", "scaled")):
        importances = np.array([getattr(g, ours) for g in grown])
        one, null = importances[:FORESTS], importances[FORESTS:]
        assert len(null) == SHUFFLES
        reached = (null[None] >= one[:, None]).sum(axis=1)
        for n, run in ((99, "rfPermute"), (999, "rfPermute999")):
            counts = np.rint(reference[f"{run}_p_IncMSE_{theirs}"] * (1 + n) - 1).astype(int)
            for k, variable in enumerate(reference.index):
                assert min(tails(counts.iloc[k], n, reached[:, k], SHUFFLES)) > worst, (variable, theirs, n)
        # the p told is of the mean of the forests: among theirs, and nearer the middle than one of them
        each = (1 + reached) / (1 + SHUFFLES)
        error = each.std(axis=0, ddof=1) / np.sqrt(FORESTS) + 1 / (1 + SHUFFLES)
        assert (np.abs(table[p] - np.median(each, axis=0)) < 3 * error).all()
