"""Molecular formulas beside four other programs: agreement, time, memory on one list; a list with known answers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.children import ROOT, child
from benchmarks.formula_programs import ATOMS, PROGRAMS, RANGES, run
from benchmarks.peers import why_not
from benchmarks.solvers import Failed, Missing
from benchmarks.table import Row

SHARED = Path(os.environ.get("RHIZOLITH_SHARED", ROOT.parent / "shared")) / "data" / "ms"
FULVIC = SHARED / "corems-srfa-esfa"
TRUTH = SHARED / "synthetic-truth" / "dom_met_seed1.csv"
BARS = {"CoreMS 4.1": 100.0, "UME": 2.0}
"""times slower than ours each should be"""
STORED = {
    "CoreMS 4.1": "gold_corems4.1.0_esfa15T_N3S1_1ppm.csv",
    "UME": "gold_ume1.5.x_esfa15T.csv.gz",
    "MFAssignR": "gold_mfassignr1.1.2_esfa15T_unambig.csv",
}
"""what these programs said of the fulvic acid, for a machine that cannot run them"""
TWENTY_THOUSAND = """
import numpy as np
from rhizolith.molecules import assign
rng = np.random.default_rng(1)
assign(rng.uniform(150, 900, 20_000), rng.lognormal(14, 1, 20_000), "C1-50 H1-100 O0-30 N0-3 S0-1")
"""
TWENTY_SAMPLES = """
import numpy as np, pandas as pd
from rhizolith.molecules import assign_samples, formula_table, read_peaks
p, rng, lists = read_peaks({path!r}), np.random.default_rng(1), []
for k in range(20):
    one = p[rng.random(len(p)) < 0.9]
    lists.append(pd.DataFrame({{"sample": f"s{{k}}", "mz": one.mz * (1 + 1e-7 * rng.normal(size=len(one))),
                               "intensity": one.intensity * rng.lognormal(0, 0.2, len(one))}}))
formula_table(assign_samples(pd.concat(lists), {ranges!r}))
"""


def fulvic_acid() -> pd.DataFrame:
    """Elliott soil fulvic acid, 7,082 peaks."""
    t = pd.read_csv(FULVIC / "ESFA_15T_3sFID_calibrated.txt", sep="\t", encoding="latin1", index_col=False)
    return pd.DataFrame({"mz": t["m/z"], "intensity": t["I"], "sn": t["S/N"], "rp": t["Res."]})


def stored(name: str, peaks: pd.DataFrame) -> pd.DataFrame:
    """What a program said of the fulvic acid when somebody ran it elsewhere."""
    t = pd.read_csv(FULVIC / STORED[name])
    if name == "CoreMS 4.1":
        t = t[t["Is Isotopologue"] == 0].sort_values("Confidence Score", ascending=False)
        t = t.drop_duplicates("m/z").rename(columns={"m/z": "mz"}).fillna(dict.fromkeys(ATOMS, 0))
    elif name == "UME":
        t = t.assign(away=t.ppm.abs()).sort_values("away").drop_duplicates("mz")
        t = t.rename(columns={"12C": "C", "1H": "H", "16O": "O", "14N": "N", "32S": "S"})
    else:
        t = t.rename(columns={"exp_mass": "mz"})
    at = pd.Series(peaks.index, peaks.mz.round(6)).groupby(level=0).first()
    t = t[t.mz.round(6).isin(at.index)]
    return t.assign(peak=at[t.mz.round(6)].to_numpy(), best=1)[["peak", *ATOMS, "best"]].astype(int)


def answers(found: pd.DataFrame, best: int) -> dict[int, frozenset]:
    """peak → the candidates (best 0) or the formula stood by (best 1)"""
    told: dict[int, set] = {}
    for peak, *atoms in found.loc[found.best == best, ["peak", *ATOMS]].astype(int).itertuples(index=False):
        told.setdefault(peak, set()).add(tuple(atoms))
    return {peak: frozenset(formulas) for peak, formulas in told.items()}


def agreement(mine: pd.DataFrame, theirs: pd.DataFrame) -> tuple[float | None, str]:
    """Share of peaks with the same set of candidates (None where only one is told), and a sentence."""
    ours, others = answers(mine, 1), answers(theirs, 1)
    both = ours.keys() & others.keys()
    same = np.mean([ours[k] == others[k] for k in both]) if both else float("nan")
    said = f"same formula on {same:.2%} of {len(both)} peaks"
    if not (theirs.best == 0).any():
        return None, said
    ours, others = answers(mine, 0), answers(theirs, 0)
    every = ours.keys() | others.keys()
    return float(np.mean([ours.get(k) == others.get(k) for k in every])), said


def score(found: pd.DataFrame, peaks: pd.DataFrame) -> tuple[float, float, float]:
    """Shares of organic matter and of metabolites named rightly, and of noise given a formula."""
    told = answers(found, 1)
    true = [tuple(row) for row in peaks[ATOMS].to_numpy()]
    right = np.array([told.get(k) == frozenset([true[k]]) for k in range(len(peaks))])
    named = np.array([k in told for k in range(len(peaks))])
    mono, noise = peaks.kind == "mono", peaks.kind == "noise"
    dom, metabolite = mono & (peaks.source == "dom"), mono & (peaks.source == "metabolite")
    return float(right[dom].mean()), float(right[metabolite].mean()), float(named[noise].mean())


def _one(name: str, peaks: pd.DataFrame, folder: Path, say: Callable[[str], None], times: int = 2) -> Any:
    try:
        return run(name, peaks, folder, times)
    except (Missing, Failed) as why:
        say(f"{name}: {why_not(why)}")
        return None


def same_list(folder: Path, say: Callable[[str], None]) -> Iterable[Row]:
    """One list, the same ranges, rules and tolerance."""
    peaks = fulvic_acid()
    mine = _one("ours", peaks, folder, say)
    if mine is None:
        return
    used, ours = mine
    note = f"{int(ours.best.sum())} formulas, all steps, {used['peak']:.0f} MB"
    yield Row("Formulas of a fulvic acid, 7,082 peaks", 1e3 * used["cpu"], "ms CPU", note=note)
    for name in [p for p in PROGRAMS if p != "ours"]:
        got = _one(name, peaks, folder, say)
        what = f"  {name}, same ranges and tolerance"
        if got is None:
            note = f"not run; stored output: {agreement(ours, stored(name, peaks))[1]}" if name in STORED else "not run"
            yield Row(what, None, "x ours", BARS.get(name), note=note)
            continue
        same, said = agreement(ours, got[1])
        note = f"{got[0]['cpu']:.2f} s, {got[0]['peak']:.0f} MB; {said}"
        yield Row(what, got[0]["cpu"] / used["cpu"], "x ours", BARS.get(name), note=note)
        if same is not None:
            bar = 0.999 if name == "CoreMS 4.1" else None
            yield Row(f"  {name}: peaks with the same set of candidates", same, "", bar)


def known_answers(folder: Path, say: Callable[[str], None]) -> Iterable[Row]:
    """A made-up list of organic matter, metabolites and noise."""
    peaks = pd.read_csv(TRUTH, keep_default_na=False)
    for name in PROGRAMS:
        got = _one(name, peaks, folder, say, 1)
        if got is None:
            continue
        dom, metabolites, noise = score(got[1], peaks)
        note = f"metabolites {metabolites:.3f}, noise given a formula {noise:.3f}"
        what = "Known answers: organic matter named rightly, " + name
        yield Row(what if name == "ours" else f"  {name}", dom, "", 0.99 if name == "ours" else None, note=note)


def rows(say: Callable[[str], None] = print) -> Iterable[Row]:
    """Everything in this file."""
    if FULVIC.exists():
        with tempfile.TemporaryDirectory() as folder:
            yield from same_list(Path(folder), say)
            yield from known_answers(Path(folder), say)
    else:
        say("formulas: skipped, shared data absent")
    yield Row("Peak memory of a list of 20,000 peaks", child(TWENTY_THOUSAND).peak, "MB", 400.0, False)
    if FULVIC.exists():
        code = TWENTY_SAMPLES.format(path=str(FULVIC / "ESFA_15T_3sFID_calibrated.txt"), ranges=RANGES)
        yield Row("Peak memory of twenty samples", child(code).peak, "MB", 1000.0, False)
