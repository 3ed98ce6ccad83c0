"""All formulas within a tolerance of each peak, and what speaks for each beside its relatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from rhizolith.molecules import families, ions
from rhizolith.molecules.evidence import Candidates
from rhizolith.molecules.features import static
from rhizolith.molecules.formula import write_many
from rhizolith.molecules.isotopes import isotopes
from rhizolith.molecules.partners import Partners, find
from rhizolith.molecules.rules import Rule
from rhizolith.molecules.space import DEFAULT, FormulaSpace, Matches, space
from rhizolith.molecules.spectrum import Spectrum, check

ALONE = -2.5  # assumed: ln odds of an adduct whose main ion is not in the list
ACCOMPANIED = 1.0  # assumed: and of one whose main ion is


def candidates(
    mz: ArrayLike, elements: str | Mapping[str, tuple[int, int] | int] = DEFAULT, ppm: float = 1.0, charge: int = -1,
    *, adducts: Sequence[str] | None = None, rules: str | Sequence[Rule] = "default",
) -> pd.DataFrame:
    """Every formula within ± `ppm` of each m/z: the plain list, judged by nothing but mass and chemical rules.

    One row a candidate: `row` (which m/z), `formula`, `ion`, `error_ppm`, atom counts. Raises InputError.
    """
    m, _, _ = check(mz, np.ones(np.size(mz)))
    types = ions.choose(list(adducts) if adducts is not None else None, charge)
    formulas = space(elements, rules, float(m.max(initial=100.0)) + 50)
    found, ion = search(formulas, m, np.full(len(m), ppm), types)
    table = pd.DataFrame({
        "row": found.peak, "mz": m[found.peak], "formula": write_many(formulas.symbols, found.counts),
        "ion": np.array([t.name for t in types], dtype=object)[ion], "error_ppm": found.error,
    })
    for k, symbol in enumerate(formulas.symbols):
        table[symbol] = found.counts[:, k]
    return table


def search(
    formulas: FormulaSpace, mz: np.ndarray, window: np.ndarray, types: Sequence[ions.Adduct]
) -> tuple[Matches, np.ndarray]:
    """Candidates of all ion types together, in the order of the peaks; and which ion type each is."""
    found = [formulas.search(mz - t.shift, window, mz) for t in types]
    if len(found) == 1:
        return found[0], np.zeros(len(found[0]), dtype=int)
    ion = np.repeat(np.arange(len(found)), [len(f) for f in found])
    joined = Matches(*(np.concatenate([getattr(f, n) for f in found]) for n in ("peak", "counts", "error")))
    order = np.argsort(joined.peak, kind="stable")
    return joined.take(order), ion[order]


def weigh(
    peaks: Spectrum, found: Matches, ion: np.ndarray, types: Sequence[ions.Adduct], formulas: FormulaSpace,
    listed: np.ndarray, multiplier: np.ndarray, ppm: float, heavy: Sequence[Partners], spread: float,
    mz: np.ndarray | None = None, strength: np.ndarray | None = None, origin: np.ndarray | None = None,
) -> Candidates:
    """Features and fixed evidence of candidates; `mz`, `strength`, `origin` (the peak) are those of decoys."""
    m = peaks.mz if mz is None else mz
    s = peaks.strength if strength is None else strength
    names = families.keys(found.counts, multiplier)
    fixed = np.log(np.maximum(2 * ppm * peaks.precision.density(found.error, s[found.peak]), 1e-12))
    for kind in heavy:
        if not kind.twice:
            atoms = ion_atoms(formulas.symbols, found.counts, ion, types, kind.element)
            fixed += kind.evidence(found.peak, atoms, spread)
    if len(types) > 1:
        fixed += _company(peaks, m[found.peak], ion, types)
        names = names + ion * np.int64(2_862_933_555_777_941_757 >> 2)
    x = static(formulas.symbols, found.counts, m[found.peak], s[found.peak],
               np.isin(families.keys(found.counts, multiplier), listed).astype(float), (ion > 0).astype(float))
    return Candidates(found.peak if origin is None else origin[found.peak], found.peak, names, x, fixed)


def _company(peaks: Spectrum, mz: np.ndarray, ion: np.ndarray, types: Sequence[ions.Adduct]) -> np.ndarray:
    """ln odds from whether the main ion of an adduct's molecule is in the list too."""
    shift = np.array([t.shift for t in types])
    main = mz - shift[ion] + shift[0]
    reach = 3 * peaks.precision.sd(np.full(len(main), 4.0)) * 1e-6 * main
    there = np.searchsorted(peaks.mz, main + reach, side="right") > np.searchsorted(peaks.mz, main - reach)
    return np.where(ion == 0, 0.0, np.where(there, ACCOMPANIED, ALONE))


def element_counts(symbols: Sequence[str], counts: np.ndarray, element: str) -> np.ndarray:
    """Atoms of an element in each row."""
    return counts @ np.array([1.0 * (isotopes()[s].element == element) for s in symbols])


def ion_atoms(
    symbols: Sequence[str], counts: np.ndarray, ion: np.ndarray, types: Sequence[ions.Adduct], element: str
) -> np.ndarray:
    """Atoms of an element in each ion: those of the molecule and of the adduct."""
    return element_counts(symbols, counts, element) + np.array([t.atoms(element) for t in types], dtype=float)[ion]


def decoy_masses(
    peaks: Spectrum, origin: np.ndarray, ppm: float, rng: np.random.Generator
) -> np.ndarray:
    """Wrong masses: each peak of `origin` moved by more than the tolerance, and by up to 0.1 Da.

    Small moves keep the mass defect, so that decoys look like unknown molecules; large ones look like noise.
    """
    m = peaks.mz[origin]
    low = np.log(3 * ppm * 1e-6 * m)
    size = np.exp(rng.uniform(low, np.maximum(np.log(0.1), low + 0.5)))
    return m + np.where(rng.random(len(m)) < 0.5, -size, size)


def partners_of(
    peaks: Spectrum, symbols: Sequence[str], types: Sequence[ions.Adduct], mz: np.ndarray | None = None,
    intensity: np.ndarray | None = None,
) -> list[Partners]:
    """Heavy partners of the peaks, or of decoys at other masses; chloride of an adduct has them too."""
    queries = None if mz is None or intensity is None else (mz, intensity)
    elements = [*symbols, *(["Cl"] if any(t.atoms("Cl") for t in types) else [])]
    return find(peaks.mz, peaks.intensity, peaks.limit, peaks.precision, elements, queries)
