"""The mass scale is found again, whatever its error; where it cannot be, that is said."""

import numpy as np
import pytest
from made_up_spectrum import molecules, peak_list, shared

from rhizolith.molecules import assign, calibrate, read_peaks

PROTON_LOST = -1.00727645215
N3S1 = "C1-50 H1-100 O1-30 N0-3 S0-1"


@pytest.fixture(scope="module")
def peaks():
    return peak_list(molecules(2, 3000), 2, 1500)


ERRORS = {
    "none": lambda m: 0 * m,
    "constant": lambda m: 0 * m + 9.0,
    "drift": lambda m: -5 + 8 * ((m - 150) / 750) ** 2,
    "bend": lambda m: np.where(m < 450, -2.0, -2 + (m - 450) / 100),
    "jump": lambda m: np.where(m < 500, 1.0, 5.0),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_of_every_shape_are_removed(peaks, name):
    true = ERRORS[name](peaks.mz.to_numpy())
    measured = (peaks.mz * (1 + 1e-6 * true)).to_numpy()
    found = calibrate(measured, peaks.intensity.to_numpy(), PROTON_LOST)
    left = found.at(measured) - true
    inside = (peaks.mz.between(170, 800) & ~peaks.mz.between(460, 540)).to_numpy()  # a jump is followed in 40 m/z
    assert np.sqrt(np.mean(left[inside] ** 2)) < 0.08
    assert found.points > 500 and found.coverage > 0.7


def test_a_scale_stretched_by_hundreds_of_ppm_is_found_again(peaks):
    """As a cyclotron without its second calibration term: error quadratic in m/z, 0.1 to 0.4 Da."""
    m = peaks.mz.to_numpy()
    stretched = m + 0.4 - 2.3e-6 * (m - 560) ** 2
    lost = assign(stretched, peaks.intensity, N3S1)
    assert (lost.kind == "monoisotopic").sum() == 0 and "anchor" in lost.attrs["summary"]
    known = int(np.argmax(peaks.intensity))
    got = assign(stretched, peaks.intensity, N3S1, anchor=(stretched[known], m[known]))
    mono = (peaks.kind == "mono").to_numpy() & peaks.mz.between(170, 800).to_numpy()
    left = 1e6 * (got.calibrated_mz.to_numpy()[mono] / m[mono] - 1)
    assert np.sqrt(np.mean(left**2)) < 0.1


def test_an_open_spectrum_off_by_a_thousand_ppm():
    """Elliott soil fulvic acid, uncalibrated; its strongest peaks are those of the calibrated list. No ion is given."""
    raw = read_peaks(shared("corems-srfa-esfa/ESI_NEG_ESFA.ascii"))
    known = read_peaks(shared("corems-srfa-esfa/ESFA_15T_3sFID_calibrated.txt"))
    reference = assign(known.mz, known.intensity, N3S1)
    got = assign(raw.mz, raw.intensity, N3S1)
    strongest = reference[reference.kind == "monoisotopic"].nlargest(200, "intensity")
    assert strongest.formula.isin(set(got.formula[got.kind == "monoisotopic"])).mean() > 0.97
    assert "contaminants" in got.attrs["calibration"]


OFF = {
    "36 mDa": lambda m: m + 0.0364, "-73 mDa": lambda m: m - 0.0728, "20 mDa": lambda m: m + 0.02,
    "20 ppm": lambda m: m * (1 + 20e-6), "500 ppm": lambda m: m * (1 + 500e-6),
    "stretched": lambda m: m + 0.4 - 2.3e-6 * (m - 560) ** 2,
}


@pytest.mark.parametrize("name", OFF)
@pytest.mark.parametrize("file", ["Auto_SRFA_QC.csv", "ESI_NEG_SRFA_UnCal_Unassign.csv"])
def test_contaminants_settle_open_lists_that_are_moved_far_off(file, name):
    """Two open lists of another fulvic acid, on scales moved by what fits the lattice and by what does not."""
    peaks = read_peaks(shared(f"corems-srfa-esfa/{file}")).sort_values("mz")
    mz, intensity = peaks.mz.to_numpy(), peaks.intensity.to_numpy()
    true = calibrate(mz, intensity, PROTON_LOST).apply(mz)
    left = 1e6 * (calibrate(OFF[name](true), intensity, PROTON_LOST).apply(OFF[name](true)) / true - 1)
    assert np.quantile(np.abs(left), 0.95) < 0.1


@pytest.mark.parametrize("name", ["20 mDa", "500 ppm", "stretched"])
def test_without_contaminants_a_far_off_scale_stays_open_and_nothing_is_assigned(peaks, name):
    got = assign(OFF[name](peaks.mz.to_numpy()), peaks.intensity, N3S1)
    assert (got.kind == "monoisotopic").sum() == 0 and "anchor" in got.attrs["summary"]


def test_without_molecules_there_is_no_calibration():
    rng = np.random.default_rng(1)
    found = calibrate(np.sort(rng.uniform(150, 900, 4000)), rng.lognormal(14, 0.5, 4000), PROTON_LOST)
    assert found.method == "none" and "polarity" in found.reason
    assert str(found).startswith("not recalibrated")


def test_a_wrong_polarity_is_noticed(peaks):
    """Read as [M+H]+ the same list needs a bent curve of several ppm; that is said, and right lists are not doubted."""
    wrong = assign(peaks.mz, peaks.intensity, N3S1, charge=1)
    assert "better as negative ions" in wrong.attrs["summary"]
    for true in ERRORS.values():
        right = assign(peaks.mz * (1 + 1e-6 * true(peaks.mz.to_numpy())), peaks.intensity, N3S1)
        assert "is the charge right" not in right.attrs["summary"]


def test_scattered_molecules_do_not_bend_the_scale():
    """Without series chance has room for a winding curve of many ppm; a scale that was right must stay right."""
    odd = peak_list(molecules(3, dom=1, metabolites=900), 3, 500)
    found = calibrate(odd.mz.to_numpy(), odd.intensity.to_numpy(), PROTON_LOST)
    assert np.abs(found.at(odd.mz.to_numpy())).max() < 0.3


@pytest.mark.parametrize("name", ["none", "constant", "drift"])
def test_the_scale_of_scattered_molecules_is_found_too(name):
    """900 isolated molecules among 600 noise peaks: no series, and the scale is still straightened."""
    odd = peak_list(molecules(4, dom=1, metabolites=900), 4, 600)
    true = ERRORS[name](odd.mz.to_numpy())
    measured = (odd.mz * (1 + 1e-6 * true)).to_numpy()
    left = calibrate(measured, odd.intensity.to_numpy(), PROTON_LOST).at(measured) - true
    assert np.sqrt(np.mean(left[(odd.kind == "mono").to_numpy()] ** 2)) < 0.2
