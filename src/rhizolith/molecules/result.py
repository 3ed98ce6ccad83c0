"""The table of an assignment: one row a peak, in the order the peaks were given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rhizolith.molecules.evidence import Verdict, q_values
from rhizolith.molecules.features import NAMES
from rhizolith.molecules.formula import ORDER, write_many
from rhizolith.molecules.ions import Adduct
from rhizolith.molecules.partners import Partners
from rhizolith.molecules.space import Matches
from rhizolith.molecules.spectrum import Spectrum, measurable
from rhizolith.molecules.twins import Twins

DEFAULT_FDR = 0.01
SURE = 0.6  # assumed: least probability of a formula that is given without a rate asked for
OUTSIDE = "a formula outside the element ranges fits better; widen them"
BEYOND = "its m/z or intensity is beyond what instruments measure"
MENTIONED = 0.05  # alternatives less probable than this are not listed


def best_of(value: np.ndarray, peak: np.ndarray, n: int) -> np.ndarray:
    """Row of the highest value of each of `n` peaks, −1 where a peak has none."""
    best = np.full(n, -1)
    order = np.argsort(value, kind="stable")
    best[peak[order]] = order
    return best


def result(
    mz: np.ndarray, intensity: np.ndarray, peaks: Spectrum, found: Matches, ion: np.ndarray,
    types: Sequence[Adduct], symbols: tuple[str, ...], verdict: Verdict, pairs: Twins, heavy: Sequence[Partners],
    fdr: float | None, beyond: np.ndarray | None = None,
) -> pd.DataFrame:
    """Decide each peak and write what was decided and why; `beyond` is the probability of a formula out of range."""
    n = len(peaks)
    best = best_of(verdict.probability, found.peak, n)
    has = best >= 0
    probability = _at(verdict.probability, best, 0.0)
    twin = (verdict.twin > 0.5) & (verdict.twin > probability)
    mono = has & ~twin
    q = np.full(n, np.nan)
    q[mono] = q_values(probability[mono])
    q[twin] = q_values(verdict.twin[twin])
    some = np.bincount(found.peak, verdict.probability, n)
    kind = np.full(n, "unassigned", dtype=object)
    kind[mono & (some > 0.5)] = "ambiguous"
    kind[mono & ((probability >= SURE) & (q <= DEFAULT_FDR) if fdr is None else q <= fdr)] = "monoisotopic"
    kind[twin & (q <= (fdr or DEFAULT_FDR))] = "isotopologue"
    names = np.full(n, "", dtype=object)
    if has.any():
        names[has] = write_many(symbols, found.counts[best[has]])
    is_mono, is_twin = kind == "monoisotopic", kind == "isotopologue"
    error = np.where(mono, _at(found.error, best, 0.0), np.nan)
    columns = {
        "mz": mz, "intensity": intensity, "kind": _spread(kind, peaks, len(mz), "unassigned"),
        "formula": _spread(np.where(is_mono, names, ""), peaks, len(mz), ""),
        "ion": _spread(np.where(is_mono, _ion_names(types, ion, best), ""), peaks, len(mz), ""),
        "error_ppm": _spread(error, peaks, len(mz), np.nan),
        "confidence": _spread(np.where(twin, verdict.twin, probability), peaks, len(mz), 0.0),
        "q_value": _spread(q, peaks, len(mz), np.nan),
        "candidates": _spread(np.bincount(found.peak, minlength=n), peaks, len(mz), 0),
        "candidate": _spread(np.where(has & ~twin, names, ""), peaks, len(mz), ""),
        "alternatives": _spread(_alternatives(found, verdict, symbols, best, n), peaks, len(mz), ""),
        "calibrated_mz": _spread(peaks.mz, peaks, len(mz), np.nan),
    }
    for symbol in [*ORDER, *(s for s in symbols if s not in ORDER)]:
        atoms = found.counts[:, symbols.index(symbol)] if symbol in symbols else np.zeros(len(found), dtype=np.int16)
        columns[symbol] = _spread(np.where(is_mono, _at(atoms, best, 0), 0), peaks, len(mz), 0)
    table = pd.DataFrame(columns)
    _write_twins(table, peaks, pairs, heavy, is_twin, is_mono, found, best, symbols)
    table["reason"] = _reasons(table, peaks.calibration.method == "open")
    if beyond is not None and (beyond > 0.5).any():
        out = _spread(beyond > 0.5, peaks, len(mz), False)
        table.loc[out & table["kind"].isin(["unassigned", "ambiguous"]), "reason"] = OUTSIDE
    lowest = float(probability[is_mono].min(initial=1.0))
    table.attrs = summary(table, peaks, verdict, lowest)
    return table


def _reasons(table: pd.DataFrame, lost_scale: bool) -> np.ndarray:
    """Why a peak has no formula of its own."""
    kind, many = table["kind"], table["alternatives"] != ""
    reason = np.full(len(table), "", dtype=object)
    open_ = (kind == "ambiguous").to_numpy()
    reason[open_ & many] = "several formulas fit; see alternatives"
    reason[open_ & ~many.to_numpy()] = "one formula fits but is not sure enough"
    lost = (kind == "unassigned").to_numpy()
    reason[lost] = "its candidates have no more support than chance"
    reason[lost & (table["candidates"] == 0).to_numpy()] = "no formula of these elements lies within the tolerance"
    if lost_scale:
        reason[lost] = "the mass scale is not known; see the calibration"
    reason[table["calibrated_mz"].isna().to_numpy()] = "weaker than the noise level asked for"
    reason[~measurable(table["mz"].to_numpy(float), table["intensity"].to_numpy(float))] = BEYOND
    reason[~(table["intensity"] > 0).to_numpy()] = "no intensity"
    return reason


def summary(table: pd.DataFrame, peaks: Spectrum, verdict: Verdict, lowest: float) -> dict:
    """What was done and found, as attributes of the table."""
    counts = {k: int(n) for k, n in table["kind"].value_counts().items()}
    mono = table["kind"] == "monoisotopic"
    number = int(mono.sum())
    decoy = verdict.decoy_odds / (1 + verdict.decoy_odds)
    wrong = float(verdict.decoy_weight[decoy >= lowest].sum())
    said = (
        f"{number} of {len(table)} peaks have a formula, {counts.get('isotopologue', 0)} are heavy isotopes of others, "
        f"{counts.get('ambiguous', 0)} are ambiguous, {counts.get('unassigned', 0)} unassigned; {peaks.calibration}"
    )
    said += f"; {peaks.warning}" if peaks.warning else ""
    if not number:
        said += "; no formula at all: check the polarity (charge), the element ranges and the tolerance (ppm)"
    return {
        "made_by": "assign", "summary": said, "counts": counts, "calibration": str(peaks.calibration),
        "precision": str(peaks.precision),
        "reasons": {k: int(n) for k, n in table.loc[table["reason"] != "", "reason"].value_counts().items()},
        "expected_wrong": float((1 - table.loc[mono, "confidence"]).mean()) if number else 0.0,
        "decoy_wrong": wrong / number if number else 0.0,
        "learned": dict(zip(NAMES, (round(float(w), 4) for w in verdict.weights))),
        "units": {"mz": "Da/e", "calibrated_mz": "Da/e", "error_ppm": "ppm", "confidence": "1", "q_value": "1"},
        "sources": ["Wang2021", "Meija2016", "Kind2007", "Hawkes2020"],
    }


def _at(values: np.ndarray, best: np.ndarray, empty: float) -> np.ndarray:
    """Values of the best candidate of each peak; `empty` where there is none."""
    return np.append(values, np.asarray(empty, dtype=values.dtype))[best]  # −1 takes the last one


def _spread(values: np.ndarray, peaks: Spectrum, n: int, empty: object) -> np.ndarray:
    """Values of the usable peaks, put back where these stood in the list."""
    out = np.full(n, empty, dtype=object if isinstance(empty, str) else np.asarray(values).dtype)
    out[peaks.row] = values
    return out


def _ion_names(types: Sequence[Adduct], ion: np.ndarray, best: np.ndarray) -> np.ndarray:
    return np.array([t.name for t in types], dtype=object)[_at(ion, best, 0)]


def _alternatives(found: Matches, verdict: Verdict, symbols: Sequence[str], best: np.ndarray, n: int) -> np.ndarray:
    """Other candidates that remain possible, as `C10H12O5 0.31; C9H8N2O4 0.10`."""
    out = np.full(n, "", dtype=object)
    rows = np.flatnonzero(verdict.probability > MENTIONED)
    rows = rows[best[found.peak[rows]] != rows]
    rows = rows[np.lexsort((-verdict.probability[rows], found.peak[rows]))]
    for peak, name, p in zip(found.peak[rows], write_many(symbols, found.counts[rows]), verdict.probability[rows]):
        out[peak] += f"{'; ' if out[peak] else ''}{name} {p:.2f}"
    return out


def _write_twins(
    table: pd.DataFrame, peaks: Spectrum, pairs: Twins, heavy: Sequence[Partners], is_twin: np.ndarray,
    is_mono: np.ndarray, found: Matches, best: np.ndarray, symbols: tuple[str, ...],
) -> None:
    """Fill in which isotope a heavy twin carries, of which peak it is the twin, and its formula if that has one."""
    n = len(table)
    isotope, parent, formula = np.full(n, "", dtype=object), np.full(n, -1), table["formula"].to_numpy(object)
    at = np.flatnonzero(is_twin)
    light, kind = pairs.parent[at], pairs.kind[at]
    isotope[peaks.row[at]] = np.array([k.isotope for k in heavy], dtype=object)[kind] if len(at) else ""
    parent[peaks.row[at]] = peaks.row[light]
    for k, one in enumerate(heavy):
        mine = (kind == k) & is_mono[light]
        if not mine.any():
            continue
        if one.element not in symbols:  # the heavy atom sits in the adduct
            formula[peaks.row[at[mine]]] = formula[peaks.row[light[mine]]]
        else:
            counts = found.counts[best[light[mine]]].astype(int)
            counts[:, symbols.index(one.element)] -= 1 + one.twice
            marked = np.column_stack([counts, np.full(len(counts), 1 + one.twice)])
            formula[peaks.row[at[mine]]] = write_many((*symbols, one.isotope), marked)
    table["isotope"], table["isotope_of"], table["formula"] = isotope, parent, formula
