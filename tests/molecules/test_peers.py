"""The same lists as other programs: candidates, noise, heavy twins and formulas side by side."""

import numpy as np
import pandas as pd
import pytest
from made_up_spectrum import shared

from rhizolith.molecules import assign, candidates, read_peaks
from rhizolith.molecules.formula import parse, write
from rhizolith.molecules.noise import noise

N3S1 = "C1-50 H1-100 O1-30 N0-3 S0-1"
ESFA = "corems-srfa-esfa/ESFA_15T_3sFID_calibrated.txt"


@pytest.fixture(scope="module")
def esfa() -> pd.DataFrame:
    peaks = read_peaks(shared(ESFA))
    return assign(peaks.mz, peaks.intensity, N3S1)


def test_candidates_are_those_of_corems():
    """Within ± 1 ppm: per peak the same set of formulas for at least 99.9 % of the peaks."""
    gold = pd.read_csv(shared("corems-srfa-esfa/gold_corems4.1.0_esfa15T_N3S1_1ppm.csv"))
    gold = gold[gold["Is Isotopologue"] == 0]
    theirs = gold.groupby("m/z")["Molecular Formula"].agg(lambda f: {write(parse(x)) for x in f})
    ours = candidates(theirs.index.to_numpy(), N3S1, 1.0, rules="reference").groupby("mz")["formula"].agg(set)
    same = [theirs[mz] == ours.get(mz, set()) for mz in theirs.index]
    assert len(same) == 5250 and np.mean(same) >= 0.999


def test_formulas_agree_with_mfassignr(esfa):
    gold = pd.read_csv(shared("corems-srfa-esfa/gold_mfassignr1.1.2_esfa15T_unambig.csv"))
    theirs = pd.Series([write(parse(f)) for f in gold.formula], index=gold.exp_mass.round(6))
    ours = esfa.set_index(esfa.mz.round(6))
    both = ours.loc[ours.index.intersection(theirs.index)]
    accepted = both[both.kind == "monoisotopic"]
    assert len(accepted) >= 0.98 * len(theirs)
    assert (accepted.formula == theirs[accepted.index]).mean() >= 0.999


def test_heavy_twins_of_corems_are_found(esfa):
    gold = pd.read_csv(shared("corems-srfa-esfa/gold_corems4.1.0_esfa15T_N3S1_1ppm.csv"))
    theirs = set(gold[(gold["Is Isotopologue"] == 1) & (gold["13C"] > 0)]["m/z"].round(6))
    ours = set(esfa[esfa.kind == "isotopologue"].mz.round(6))
    assert len(theirs & ours) >= 0.97 * len(theirs)


def test_noise_level_is_the_published_one():
    """346.0706, the expected value in the test of KMDNoise."""
    peaks = read_peaks(shared("mfassignr-raw-neg-ml/raw_neg_ml.csv"))
    found = noise(peaks.mz.to_numpy(), peaks.intensity.to_numpy())
    assert round(found.level, 4) == 346.0706 and found.known


def test_a_noisy_uncalibrated_list_is_read_as_mfassignr_reads_it():
    """Raw_Neg_ML at six times the noise and 3 ppm: 5,341 formulas there, over 5,000 shared; neither is the truth."""
    peaks = read_peaks(shared("mfassignr-raw-neg-ml/raw_neg_ml.csv"))
    gold = read_peaks(shared("mfassignr-raw-neg-ml/rawneg_unambig.csv"))
    got = assign(peaks.mz, peaks.intensity, N3S1, ppm=3, sn=6)
    both = got[got.kind == "monoisotopic"].merge(gold, on="intensity")
    assert len(both) > 5000 and (both.formula_x == both.formula_y).mean() >= 0.999
    # Their run names no sulfur: within its own ranges the two agree throughout.
    same = assign(peaks.mz, peaks.intensity, "C1-50 H1-100 O1-30 N0-3", ppm=3, sn=6)
    both = same[same.kind == "monoisotopic"].merge(gold, on="intensity")
    assert len(both) > 5000 and (both.formula_x == both.formula_y).mean() >= 0.999
    weak = peaks.intensity < 6 * 346.07
    assert (got.reason[weak.to_numpy()] == "weaker than the noise level asked for").all()
