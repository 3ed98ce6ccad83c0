"""Peak lists with known answers: organic matter on its lattice, scattered metabolites, heavy twins and noise."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

# Masses of the 2012 evaluation (Da), on purpose not those of the code under test.
MASS = {"C": 12.0, "H": 1.00782503223, "N": 14.00307400443, "O": 15.99491461957, "S": 31.9720711744,
        "P": 30.97376199842}
PROTON = 1.00782503223 - 5.48579909065e-4
SHARED = Path(os.environ.get("RHIZOLITH_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "data" / "ms"


def shared(name: str) -> Path:
    """A file of the open mass spectra, or the test is skipped."""
    if not (SHARED / name).exists():
        pytest.skip("skipped: shared data absent")
    return SHARED / name


def molecules(seed: int = 1, dom: int = 4000, metabolites: int = 300) -> pd.DataFrame:
    """Formulas and intensities: organic matter dense on the C, H, O, N, S lattice and scattered molecules beside it."""
    rng = np.random.default_rng(seed)
    axes = (np.arange(6, 46), np.arange(0, 28), np.arange(2, 26), np.arange(4), np.arange(2))
    c, dbe, o, n, s = (g.ravel() for g in np.meshgrid(*axes, indexing="ij"))
    h = 2 * c + 2 + n - 2 * dbe
    typical = np.exp(-0.5 * (((o / c - 0.47) / 0.16) ** 2 + ((h / c - 1.1) / 0.28) ** 2 + ((c - 21) / 8) ** 2))
    typical *= np.array([1, 0.5, 0.15, 0.05])[n] * np.array([1, 0.12])[s]
    kept = (h > 0.3 * c) & (h <= 2.2 * c) & (o <= 1.1 * c)
    # Presence is sharp: inside its region organic matter is nearly complete.
    kept &= rng.random(len(c)) < 1 / (1 + np.exp(-8 * (np.log(np.maximum(typical, 1e-9)) + 2.2)))
    rows = np.flatnonzero(kept)
    rows = rng.choice(rows, min(dom, len(rows)), replace=False)
    table = pd.DataFrame({"C": c, "H": h, "N": n, "O": o, "S": s}).iloc[rows]
    table["intensity"] = typical[rows] ** 0.5 * np.exp(rng.normal(15.5, 0.7, len(rows)))
    c = rng.integers(6, 32, 4 * metabolites)
    odd = pd.DataFrame({"C": c, "N": rng.integers(0, 4, len(c)), "O": rng.integers(1, 12, len(c)),
                        "S": rng.choice(2, len(c), p=(0.9, 0.1))})
    odd["H"] = 2 * c + 2 + odd.N - 2 * rng.integers(0, np.maximum(c * 2 // 3, 2))
    odd = odd[(odd.H > 0.4 * odd.C) & (odd.H < 2.6 * odd.C) & (odd.O <= 1.1 * odd.C)][:metabolites]
    odd["intensity"] = np.exp(rng.normal(15.3, 0.6, len(odd)))
    both = pd.concat([table.assign(source="dom"), odd.assign(source="metabolite")], ignore_index=True)
    both["P"] = 0
    return both.drop_duplicates(list("CHNOSP")).reset_index(drop=True)


def peak_list(
    truth: pd.DataFrame, seed: int = 1, noise: int = 1500, drift: float = 0.0, offset: float = 0.0,
    sd: tuple[float, float] = (0.12, 0.18),
) -> pd.DataFrame:
    """[M-H]- peaks with mass errors, 13C and 34S twins above the detection limit, noise; `drift` in ppm at m/z 900."""
    rng = np.random.default_rng(seed)
    f, i = truth[list("CHNOSP")].to_numpy(int), truth.intensity.to_numpy(float)
    m = f @ np.array([MASS[e] for e in "CHNOSP"]) - PROTON
    limit = np.quantile(i, 0.02)
    which = np.arange(len(m))
    parts = [(m, i, "mono", which)]
    for kind, step, share in (("13C", 1.0033548351, f[:, 0] * 0.0107 / 0.9893), ("34S", 1.995795826, f[:, 4] * 0.0447)):
        strength = i * share * np.exp(rng.normal(0, 0.12, len(m)))
        parts.append((np.where(strength > limit, m + step, np.nan), strength, kind, which))
    weak = limit * np.exp(rng.normal(0.4, 0.3, noise))
    parts.append((rng.uniform(150, 900, noise), weak, "noise", np.full(noise, -1)))
    peaks = pd.concat([pd.DataFrame({"mz": a, "intensity": b, "kind": k, "of": w}) for a, b, k, w in parts])
    peaks = peaks[(peaks.intensity > limit) & peaks.mz.between(150, 900)].sort_values("mz").reset_index(drop=True)
    error = rng.normal(0, 1, len(peaks)) * (sd[0] + sd[1] * np.sqrt(limit / peaks.intensity))
    peaks["mz"] *= 1 + 1e-6 * (error + offset + drift * ((peaks.mz - 150) / 750) ** 2)
    peaks = peaks[np.append(True, np.diff(peaks.mz) > peaks.mz.iloc[1:] ** 2 / 4e8)].reset_index(drop=True)
    for e in (*"CHNOSP", "source"):
        blank = "" if e == "source" else 0
        peaks[e] = np.where(peaks.of >= 0, truth[e].to_numpy(object)[np.maximum(peaks.of, 0)], blank)
    return peaks


def names(peaks: pd.DataFrame) -> np.ndarray:
    """The true formula of each peak in the order C H N O S P."""
    columns = [np.where(peaks[e].to_numpy(int) > 0, e, "").astype(object)
               + np.array([str(n) if n > 1 else "" for n in peaks[e].to_numpy(int)], dtype=object) for e in "CHNOSP"]
    return np.sum(columns, axis=0)
