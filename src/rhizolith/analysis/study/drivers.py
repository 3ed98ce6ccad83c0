"""Which quantities go with the outcome, by a forest, and how much of that is arithmetic or chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from rhizolith.analysis.forest.beside_others import SHARE
from rhizolith.analysis.forest.importance import regress
from rhizolith.analysis.forest.shadow_decision import decide
from rhizolith.analysis.guards.ancestry import Ancestry
from rhizolith.analysis.guards.coupled import coupling
from rhizolith.analysis.study.part import Part, listed
from rhizolith.errors import InputError

OUTCOMES = ("CUE", "cue", "cue_stoichiometric", "CUE_stoichiometric", "respiration", "MBC", "vector_length", "SOC")
"""What a study explains, the first of these that was found, unless the user says."""
LEAST = 0.9


def choose_outcome(values: pd.DataFrame, asked: str | None = None) -> str | None:
    """The outcome asked for, else the first of the usual ones known in nearly all samples."""
    if asked is not None:
        return asked if asked in values else None
    numbers = values.select_dtypes("number")
    known = numbers.columns[(numbers.notna().mean() >= LEAST) & (numbers.nunique() > 5)]
    usual = [o for o in OUTCOMES if o in known]
    loosely = [str(c) for c in known if "cue" in str(c).lower()]
    return next(iter([*loosely, *usual]), None)


def drivers(
    values: pd.DataFrame, outcome: str | None, ancestry: Ancestry, measured: pd.DataFrame, *, trees: int = 300,
    n: int = 99, jobs: int = 1, progress: Callable[[int], Any] | None = None, blocks: pd.Series | None = None,
) -> Part:  # fmt: skip
    """A regression forest of the outcome on every quantity that is not made of the same measured columns.

    `blocks`: label of each sample, within which responses are shuffled.
    """
    title = "What goes with the outcome"
    if outcome is None:
        return Part("drivers", title, skipped="No outcome was found (CUE, respiration, microbial biomass).")
    numbers = values.select_dtypes("number")
    coupled = [c for c in numbers.columns if c != outcome and ancestry.shared(str(c), outcome)]
    kept = numbers.drop(columns=[*coupled, outcome])
    kept = kept.loc[:, (kept.notna().mean() >= LEAST) & (kept.nunique() > 2)]
    rows = kept.notna().all(axis=1) & numbers[outcome].notna()
    notes = []
    tables: dict[str, pd.DataFrame] = {}
    if coupled:
        notes.append(
            f"{listed(coupled)} are made of columns that {outcome} is made of too: they explain it by arithmetic and "
            "were left out."
        )
        tables["coupling"] = _couplings(coupled[:8], outcome, ancestry, measured)
    if kept.shape[1] < 2:
        return Part(
            "drivers", title, tables, notes=tuple(notes), skipped=f"Too few quantities could explain {outcome}."
        )
    try:
        found = regress(
            kept[rows], numbers.loc[rows, outcome], trees=trees, n=n, repeats=3, jobs=jobs, progress=progress,
            blocks=None if blocks is None else blocks.reindex(kept.index)[rows].astype(str).tolist(),
        )  # fmt: skip
    except InputError as error:
        return Part("drivers", title, tables, notes=tuple(notes), skipped=f"{error.problems[0].what} ({outcome}).")
    fitted = {"outcome": outcome, "fit": found.fit, "fit_p": found.fit_p, "n": found.n, "permutations": n}
    decided = decide(kept[rows], numbers.loc[rows, outcome], trees=trees)["decision"].rename(str)
    notes.append(_kept_by_shadows(decided))
    tables["importance"] = found.table.join(decided).reset_index().assign(**fitted)  # type: ignore[arg-type]
    answers = {"observed": numbers.loc[rows, outcome], "predicted": found.predicted}
    tables["predicted"] = pd.DataFrame(answers).rename_axis("sample")
    where = "over all samples" if blocks is None else f"within {blocks.name}s"
    said = (
        f"Random forest (Breiman 2001) of {outcome} on {kept.shape[1]} quantities in {found.n} samples ({trees} trees, "
        "3 forests); importance is the rise of the out-of-bag error when a variable is shuffled; p of importance "
        f"(unscaled) and of the fit by {n} shuffles of the response {where} (Altmann et al. 2010, as "
        f"rfPermute), q by Benjamini and Hochberg over all of them{_lost(rows)}. These p ask whether the outcome goes "
        "with a variable at all, and are too large beside another that matters, since shuffled responses follow "
        "neither. p_own asks whether it tells something beside the others: it alone is drawn anew, as it could have "
        f"been given the {min(max(1, found.n // SHARE), kept.shape[1] - 1)} others that go most with the outcome "
        f"(Candès et al. 2018; {n} draws, fewer where five reach what was found). Decision: a variable is confirmed "
        "where its importance beats the best of shuffled copies of all, in up to 60 rounds, more often than coins "
        "would (Kursa and Rudnicki 2010; 0.01, Bonferroni over variables and rounds).",
    )
    if blocks is not None:
        notes.append(f"p_own is drawn over all samples: what a {blocks.name} gives two quantities alike counts in it.")
    return Part("drivers", title, tables, said, (*notes, *found.cautions))


def _kept_by_shadows(decided: pd.Series) -> str:
    """Which variables beat shuffled copies, in one sentence."""
    told = {k: [str(v) for v in decided.index[decided == k]] for k in ("confirmed", "tentative")}
    return (
        f"Against shuffled copies of all variables, confirmed: {listed(told['confirmed']) or 'none'}; undecided: "
        f"{listed(told['tentative']) or 'none'}. Copies are shuffled over all samples; a variable that only goes with "
        "one that matters can be confirmed too."
    )


def _lost(rows: pd.Series) -> str:
    """Which samples were left out for want of a value."""
    gone = [str(s) for s in rows.index[~rows]]
    return f"; left out, since a value is missing: {listed(gone)}" if gone else ""


def _couplings(names: list[str], outcome: str, ancestry: Ancestry, measured: pd.DataFrame) -> pd.DataFrame:
    """What arithmetic alone would give for each coupled pair."""
    rows = []
    for name in names:
        try:
            c = coupling(str(name), outcome, measured, ancestry, n=199)
        except InputError:
            continue
        rows.append((str(name), outcome, ", ".join(sorted(c.shared)), c.r, c.null_low, c.null_high, c.p, c.n))
    return pd.DataFrame(rows, columns=["a", "b", "shared", "rho", "null_low", "null_high", "p", "n"])
