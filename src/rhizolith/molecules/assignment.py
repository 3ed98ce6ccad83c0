"""Give the peaks of a mass spectrum their molecular formulas, each with how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from threadpoolctl import ThreadpoolController

from rhizolith.errors import InputError, Problem
from rhizolith.molecules import families, ions
from rhizolith.molecules.calibration import Calibration
from rhizolith.molecules.candidate_search import decoy_masses, ion_atoms, partners_of, search, weigh
from rhizolith.molecules.evidence import SCATTERED, Candidates, Verdict, judge
from rhizolith.molecules.isotopes import isotopes
from rhizolith.molecules.known import known_keys
from rhizolith.molecules.noise import noise
from rhizolith.molecules.partners import Partners
from rhizolith.molecules.precision import Precision, fit
from rhizolith.molecules.result import best_of, result
from rhizolith.molecules.rules import Rule
from rhizolith.molecules.space import DEFAULT, FormulaSpace, Matches, ranges, space
from rhizolith.molecules.spectrum import Spectrum, check, spectrum
from rhizolith.molecules.twins import Twins, noise_share, ratio_line, twins

WIDE = {"N": 11, "S": 4, "P": 3}  # what metabolites and siderophores of the literature lists need
FEWEST, MOST = 20.0, 6000  # molecules that make the wider search worthwhile, peaks that make it too slow; assumed
WEIGHED = "; the molecules have few relatives: formulas with up to N11 S4 P3 were weighed as rivals, not given"
FEW_N, SAFE = 2, {"N": 7, "S": 2, "P": 2}  # searched: less N, or all of these, is not warned of; measured
NARROW = (
    "; molecules outside the element ranges can pass for others: with metabolites beside organic matter 2 to 3 % were "
    "wrong where 1 % is stated. Where metabolites are expected widen to N0-11 S0-4 P0-3"
)
DECOYS = 30_000  # masses; more adds time, fewer adds scatter


@dataclass(frozen=True)
class Search:
    """What is searched: formulas, ion types, listed metabolites, moves between relatives, tolerance (ppm)."""

    formulas: FormulaSpace
    types: tuple[ions.Adduct, ...]
    listed: np.ndarray
    multiplier: np.ndarray
    change: tuple[np.ndarray, np.ndarray]
    ppm: float


def assign(
    mz: ArrayLike, intensity: ArrayLike, elements: str | Mapping[str, tuple[int, int] | int] = DEFAULT,
    ppm: float = 1.0, charge: int = -1, *, fdr: float | None = None, adducts: Sequence[str] | None = None,
    rules: str | Sequence[Rule] = "default", recalibrate: bool | Calibration = True, known: Iterable[str] = (),
    anchor: tuple[float, float] | None = None, sn: float = 0.0, seed: int = 0,
) -> pd.DataFrame:
    """Assign molecular formulas to a peak list, with a probability and a false-discovery rate for each.

    `mz` and `intensity` are flat and of equal length; `elements` are ranges such as `"C1-50 H1-100 O1-30 N0-3 S0-1"`;
    `ppm` is the tolerance after recalibration; `charge` −1 or 1. Accepted are formulas right with a probability of
    0.6 or more, at most 1 % of them expected to be wrong; with `fdr` as many as that share of wrong ones allows.
    `known` adds formulas to the shipped metabolites; `adducts` are the ion types to search instead of the main one;
    `anchor` (measured, exact m/z of a known ion) is needed only for scales that are wrong by hundreds of ppm. Peaks
    below `sn` times the noise level, where the list shows one, are left alone; lists with much noise need it (6 is
    usual).

    Returns one row a peak, in the order given: `kind` (monoisotopic, isotopologue, ambiguous, unassigned), `formula`,
    `error_ppm`, `confidence` (probability that the candidate is right), `q_value` (expected share of wrong formulas
    among all at least as sure), `candidate` (the best one even where it was not accepted), `alternatives`, atom
    counts, and the `reason` where there is no formula. `attrs` hold the calibration, the precision, counts and the
    share of wrong formulas that decoys show. Raises InputError.
    """
    m, i, usable = check(mz, intensity)
    level = noise(m[usable], i[usable])
    if sn > 0 and level.known:
        usable = usable[i[usable] >= sn * level.level]
    if not (0 < ppm <= 50 and (fdr is None or 0 < fdr < 1)):
        fix = "give a tolerance up to 50 ppm and a rate between 0 and 1"
        raise InputError(Problem("ppm, fdr", f"{ppm} and {fdr}", fix))
    types = ions.choose(list(adducts) if adducts is not None else None, charge)
    light = {s: r for s, r in ranges(elements).items() if isotopes()[s].element == s}  # twins are found by pairing
    heaviest = float(m[usable].max(initial=100.0)) + 2 - min(t.shift for t in types)
    what = _search_of(light, rules, heaviest, types, known, float(ppm))
    with _linear_algebra().limit(limits=1, user_api="blas"):
        peaks = spectrum(m, i, usable, types[0].shift, recalibrate, anchor)
        window = np.full(len(peaks), -1.0 if peaks.calibration.method == "open" else float(ppm))
        found, ion = search(what.formulas, peaks.mz, window, types)
        plain = space({s: light[s] for s in ("C", "H", "O") if s in light}, rules, heaviest)
        peaks = replace(peaks, precision=_precision(peaks, found, plain, types, ppm))
        verdict, pairs, heavy = _judge(peaks, found, ion, what, np.random.default_rng(seed))
        beyond = np.zeros(len(peaks))
        wider = _wider(light, verdict, len(peaks))
        if wider:
            what = _search_of(wider, rules, heaviest, types, known, float(ppm))
            found, ion = search(what.formulas, peaks.mz, window, types)
            verdict, pairs, heavy = _judge(peaks, found, ion, what, np.random.default_rng(seed))
            found, ion, verdict, beyond = _inside(light, what, found, ion, verdict, len(peaks))
    table = result(m, i, peaks, found, ion, types, what.formulas.symbols, verdict, pairs, heavy, fdr, beyond)
    table.attrs["noise"] = str(level)
    table.attrs["summary"] += _too_narrow(peaks, ppm) + (WEIGHED if wider else _outside(light, table))
    return table


def _search_of(
    bounds: Mapping[str, tuple[int, int]], rules: str | Sequence[Rule], heaviest: float,
    types: tuple[ions.Adduct, ...], known: Iterable[str], ppm: float,
) -> Search:
    """What is searched in given element ranges."""
    formulas = space(bounds, rules, heaviest)
    multiplier = families.multipliers(formulas.symbols)
    change = (families.steps(formulas.symbols, families.NEAR), families.steps(formulas.symbols, families.FAR))
    return Search(formulas, types, known_keys(formulas.symbols, multiplier, known), multiplier, change, ppm)


def _wider(bounds: dict[str, tuple[int, int]], verdict: Verdict, peaks: int) -> dict[str, tuple[int, int]]:
    """The ranges that metabolites need, for lists of scattered molecules that were searched in less; else nothing.

    A molecule outside the ranges often has a neighbour inside by chance, and its relatives theirs: only rivals from
    outside can tell. Organic matter is spared the search: its families fill the ranges.
    """
    few = verdict.filled > SCATTERED or verdict.probability.sum() < FEWEST or peaks > MOST
    if few or not set(bounds) <= set("CHNOSP"):
        return {}
    wider = {s: (bounds.get(s, (0, 0))[0], max(bounds.get(s, (0, 0))[1], n)) for s, n in WIDE.items()}
    return {} if wider.items() <= bounds.items() else {**{s: bounds[s] for s in "CHO"}, **wider}


def _inside(
    bounds: dict[str, tuple[int, int]], what: Search, found: Matches, ion: np.ndarray, verdict: Verdict, peaks: int
) -> tuple[Matches, np.ndarray, Verdict, np.ndarray]:
    """The candidates within the ranges asked for; and for each peak the probability that its formula lies outside."""
    low, high = np.array([bounds.get(s, (0, 0)) for s in what.formulas.symbols]).T
    inside = ((found.counts >= low) & (found.counts <= high)).all(axis=1)
    beyond = np.bincount(found.peak[~inside], verdict.probability[~inside], peaks)
    rows = np.flatnonzero(inside)
    return found.take(rows), ion[rows], replace(verdict, probability=verdict.probability[rows]), beyond


def _outside(bounds: dict[str, tuple[int, int]], table: pd.DataFrame) -> str:
    """Warning of molecules outside the ranges where no rivals from there were weighed.

    Measured on organic matter with metabolites of up to N11 S4 P3: 1.5 to 2.8 % are wrong where 1 % is stated, most of
    the excess molecules with more N than searched; 0.7 % without N, with N1 or N3 alone, 1.1 to 1.6 % with N7 S2 P2
    and wider.
    """
    wide = all(bounds.get(s, (0, 0))[1] >= n for s, n in SAFE.items())
    told = bounds.get("N", (0, 0))[1] >= FEW_N and not wide and (table["kind"] == "monoisotopic").sum() >= FEWEST
    return NARROW if told else ""


def _too_narrow(peaks: Spectrum, ppm: float) -> str:
    """Advice where the tolerance cuts into the scatter of the weaker peaks."""
    if len(peaks) < 100:
        return ""
    scatter = float(peaks.precision.sd(np.quantile(peaks.strength, 0.25)))
    if 2 * scatter < ppm:
        return ""
    wider = np.ceil(3 * scatter)
    return f"; weak peaks scatter by {scatter:.1f} ppm, so that ±{ppm:g} ppm loses some: try ppm={wider:g}"


@cache
def _linear_algebra() -> ThreadpoolController:
    """The linear algebra libraries: their threads cost more than they bring on matrices this narrow."""
    return ThreadpoolController()


def _precision(
    peaks: Spectrum, found: Matches, plain: FormulaSpace, types: Sequence[ions.Adduct], ppm: float
) -> Precision:
    """Precision from candidates without heteroatoms, the likeliest to be true, within three times the tolerance."""
    if peaks.calibration.method != "open":
        wide, _ = search(plain, peaks.mz, np.full(len(peaks), 3 * ppm), types[:1])
        if len(wide) > 100:
            return fit(wide.error, peaks.strength[wide.peak], 3 * ppm)
    return fit(found.error, peaks.strength[found.peak], ppm)


def _judge(
    peaks: Spectrum, found: Matches, ion: np.ndarray, what: Search, rng: np.random.Generator
) -> tuple[Verdict, Twins, list[Partners]]:
    """Two passes: a rough one to see which peaks are likely noise, then one with decoys made of those."""
    n = len(peaks)
    heavy = partners_of(peaks, what.formulas.symbols, what.types)
    spread = 0.25
    pairs = twins(peaks.mz, heavy, np.zeros(n), {}, spread)
    verdict = _pass(peaks, found, ion, what, heavy, spread, pairs, None, rng)
    sure, atoms = _best_atoms(found, ion, verdict, what, heavy, n)
    line = (0.0, 0.0)
    carbon = [k for k in heavy if k.isotope == "13C" and not k.twice]
    if carbon:
        clear = np.flatnonzero(sure > 0.9)
        line, spread = ratio_line(carbon[0], clear, atoms["C"][clear])
        heavy = [k.corrected(line) for k in heavy]
    pairs = twins(peaks.mz, heavy, sure, atoms, spread, noise_share(peaks.strength, verdict.neither))
    return _pass(peaks, found, ion, what, heavy, spread, pairs, verdict, rng, line), pairs, heavy


def _pass(
    peaks: Spectrum, found: Matches, ion: np.ndarray, what: Search, heavy: list[Partners], spread: float,
    pairs: Twins, before: Verdict | None, rng: np.random.Generator, line: tuple[float, float] = (0.0, 0.0),
) -> Verdict:
    real = weigh(peaks, found, ion, what.types, what.formulas, what.listed, what.multiplier, what.ppm, heavy, spread)
    neither = np.ones(len(peaks)) if before is None else before.neither
    decoys, share = _decoys(peaks, neither, what, spread, rng, line)
    return judge(real, decoys, share, pairs.odds, what.change, what.multiplier, before)


def _decoys(
    peaks: Spectrum, neither: np.ndarray, what: Search, spread: float, rng: np.random.Generator,
    line: tuple[float, float],
) -> tuple[Candidates, np.ndarray]:
    """Candidates of decoys, more of them for peaks that are likely noise; and one over the decoys each peak has."""
    most = 12.0 if neither.min(initial=1.0) < 1 else 1.0
    times = np.ceil(neither * min(most, DECOYS / max(neither.sum(), 1.0))).astype(int) * (neither > 0.01)
    origin = np.repeat(np.arange(len(peaks)), times)
    mz = decoy_masses(peaks, origin, what.ppm, rng)
    found, ion = search(what.formulas, mz, np.full(len(mz), what.ppm), what.types)
    near = partners_of(peaks, what.formulas.symbols, what.types, mz, peaks.intensity[origin])
    heavy = [k.corrected(line) for k in near]
    made = weigh(peaks, found, ion, what.types, what.formulas, what.listed, what.multiplier, what.ppm, heavy, spread,
                 mz, peaks.strength[origin], origin)
    return made, 1.0 / times[made.peak]


def _best_atoms(
    found: Matches, ion: np.ndarray, verdict: Verdict, what: Search, heavy: list[Partners], n: int
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Of each peak, how sure its best candidate is and how many atoms of each element it has."""
    best = best_of(verdict.probability, found.peak, n)
    has = np.flatnonzero(best >= 0)
    sure, atoms = np.zeros(n), {}
    sure[has] = verdict.probability[best[has]]
    for element in {k.element for k in heavy}:
        atoms[element] = np.zeros(n)
        rows = best[has]
        atoms[element][has] = ion_atoms(what.formulas.symbols, found.counts[rows], ion[rows], what.types, element)
    return sure, atoms
