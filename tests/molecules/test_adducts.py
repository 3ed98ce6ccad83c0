"""Molecules that fly as chloride adducts are found beside those that lost a proton, with their 37Cl twins."""

import numpy as np
import pandas as pd
import pytest
from made_up_spectrum import MASS, molecules, names, peak_list

from rhizolith.molecules import assign
from rhizolith.molecules.ions import adducts

ELECTRON = 5.48579909065e-4
N3S1 = "C1-50 H1-100 O1-30 N0-3 S0-1"


@pytest.fixture(scope="module")
def peaks() -> pd.DataFrame:
    """A list in which 250 molecules show [M+Cl]- too, at half the strength."""
    rng = np.random.default_rng(5)
    peaks = peak_list(molecules(1), 1, 1500)
    rich = peaks[(peaks.kind == "mono") & (peaks.O.astype(int) >= 4) & (peaks.N == 0) & (peaks.S == 0)]
    light = rich.sample(250, random_state=1).copy()
    exact = light[list("CHNOSP")].astype(int).to_numpy() @ np.array([MASS[e] for e in "CHNOSP"])
    light["mz"] = (exact + 34.96885268 + ELECTRON) * (1 + 1e-6 * rng.normal(0, 0.2, len(light)))
    light["intensity"] *= 0.5
    heavy = light.assign(mz=light.mz + 1.9970499, intensity=light.intensity * 0.32, kind="37Cl")
    both = pd.concat([peaks, light.assign(kind="35Cl"), heavy])
    return both[both.intensity >= peaks.intensity.min()].sort_values("mz", ignore_index=True)


def test_adducts_are_found_when_asked_for(peaks):
    got = assign(peaks.mz, peaks.intensity, N3S1, adducts=["[M-H]-", "[M+Cl]-"])
    accepted = (got.kind == "monoisotopic").to_numpy()
    right = accepted & (got.formula.to_numpy(object) == names(peaks)) & (peaks.kind != "noise").to_numpy()
    chloride = (peaks.kind == "35Cl").to_numpy()
    assert (right & (got.ion == "[M+Cl]-").to_numpy())[chloride].mean() > 0.9
    assert right[(peaks.kind == "mono").to_numpy()].mean() > 0.98
    assert accepted[(peaks.kind == "37Cl").to_numpy()].mean() < 0.02
    assert 1 - right.sum() / accepted.sum() < 0.01


def test_shifts_are_sums_of_masses():
    """Checked by hand from the masses of 2012: proton 1.00728, chloride 34.96940, sodium 22.98922 Da."""
    known = adducts()
    assert known["[M-H]-"].shift == pytest.approx(-MASS["H"] + ELECTRON, abs=1e-7)
    assert known["[M+Cl]-"].shift == pytest.approx(34.968852682 + ELECTRON, abs=1e-7)
    assert known["[M+Na]+"].shift == pytest.approx(22.989769282 - ELECTRON, abs=1e-7)
    assert known["[M+NH4]+"].shift == pytest.approx(MASS["N"] + 4 * MASS["H"] - ELECTRON, abs=1e-7)
    assert known["[M+HCOO]-"].shift == pytest.approx(12 + MASS["H"] + 2 * MASS["O"] + ELECTRON, abs=1e-7)
