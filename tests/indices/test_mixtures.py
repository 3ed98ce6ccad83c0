"""Indices of a sample, against R/vegan values on 20 soil extracts and against all pairs written out."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhizolith.indices import diversity, formulas, lability, mixtures, van_krevelen
from rhizolith.indices.mscc import mscc


@pytest.fixture(scope="module")
def soil(shared):
    """20 extracts: samples, atoms by formula, intensity formula × sample, and the reference table."""
    folder = shared / "ms/ftms12T-soil-plant"
    with (folder / "example12T_data.csv").open() as f:
        rows = list(csv.DictReader(f))
    with (folder / "ftms12T_sample_metrics_gold.csv").open() as f:
        gold = list(csv.DictReader(f))
    samples = [r["SampleID"] for r in gold]
    intensity = np.array([[float(r[s]) for s in samples] for r in rows])
    number = {e: np.array([float(r[e]) for r in rows]) for e in ("C", "H", "O", "N", "S", "P", "C13", "Mass")}
    keep = (number["C"] > 0) & (number["C13"] == 0) & (number["Mass"] >= 200) & (number["Mass"] <= 900)
    keep &= (intensity > 0).sum(axis=1) >= 2
    names = {"carbon": "C", "hydrogen": "H", "oxygen": "O", "nitrogen": "N", "sulfur": "S", "phosphorus": "P"}
    return {name: number[e][keep] for name, e in names.items()}, intensity[keep], gold


def test_soil_extracts_agree_with_r_to_the_last_digit(soil):
    atoms, intensity, gold = soil
    assert len(intensity) == 6498
    traits = {
        "NOSC_w": formulas.nosc(**atoms),
        "AImod_w": formulas.ai_mod(**atoms),
        "DBE_w": formulas.dbe(**atoms),
        "HC_w": formulas.h_to_c(**atoms),
        "OC_w": formulas.o_to_c(**atoms),
        "GFE_w": formulas.gibbs_cox(**atoms),
    }
    found = {name: mixtures.weighted_mean(x, intensity) for name, x in traits.items()}
    found |= {
        "richness": diversity.richness(intensity),
        "shannon": diversity.shannon(intensity),
        "simpson": diversity.simpson(intensity),
        "MLBL_n": mixtures.mlb_l(intensity, **atoms),
        "MLBL_w": mixtures.mlb_wl(intensity, **atoms),
        "Rao_absdiff_NOSC": mixtures.rao_q(traits["NOSC_w"], intensity),
        "RaoVar_NOSC": mixtures.rao_variance(traits["NOSC_w"], intensity),
    }
    for name, values in found.items():
        expected = np.array([float(r[name]) for r in gold])
        assert np.abs(values / expected - 1).max() < 1e-12, name


def test_each_formula_agrees_with_ftmsranalysis_where_it_follows_the_definition(shared):
    with (shared / "ms/ftms12T-soil-plant/gold_ftmsRanalysis_emeta.csv").open() as f:
        rows = [r for r in csv.DictReader(f) if r["C"] != "0"]
    names = {"carbon": "C", "hydrogen": "H", "oxygen": "O", "nitrogen": "N", "sulfur": "S", "phosphorus": "P"}
    atoms = {name: np.array([float(r[e]) for r in rows]) for name, e in names.items()}
    assert len(rows) == 10959
    for column, values in (("NOSC", formulas.nosc(**atoms)), ("GFE", formulas.gibbs_cox(**atoms))):
        assert np.abs(values - np.array([float(r[column]) for r in rows])).max() < 1e-9
    classes = mscc(**atoms)
    mismatch = [
        (r["bs3_class"], str(c))
        for r, c in zip(rows, classes)
        if r["P"] != "0" and r["bs3_class"].lower().replace("protein", "peptide") != c
    ]
    assert not mismatch  # with phosphorus both follow the paper
    # the N/P rule at P = 0: 78 % others there
    assert sum(r["bs3_class"] == "Other" for r in rows) == 8548
    assert (classes == "other").sum() == 1483
    two = van_krevelen.overlapping("kim_2003", atoms["carbon"], atoms["hydrogen"], atoms["oxygen"]) > 1
    assert 0.02 < two.mean() < 0.04


def test_boxes_agree_with_ftmsranalysis(shared):
    with (shared / "ms/ftms12T-soil-plant/gold_ftmsRanalysis_emeta.csv").open() as f:
        rows = [r for r in csv.DictReader(f) if r["C"] != "0"]
    C, H, Ox = (np.array([float(r[e]) for r in rows]) for e in "CHO")
    words = {"Cond": "condensed", "Unsat": "unsaturated"}

    def theirs(column):
        for r in rows:
            named = (" ".join(words.get(w, w.lower()) for w in n.split()) for n in r[column].split(";"))
            yield set(named) - {"other"}

    for column, scheme in (("bs1_class", "kim_2003"), ("bs2_class", "tfaily_2017")):
        inside = van_krevelen.inside(scheme, C, H, Ox)
        ours = [{name for name, yes in inside.items() if yes[k]} for k in range(len(rows))]
        differ = sum(a != b for a, b in zip(ours, theirs(column)))
        assert differ == 0, (scheme, differ)


values = st.lists(st.floats(-4, 4), min_size=2, max_size=12)


@given(values, st.data())
def test_rao_by_sorting_equals_all_pairs(traits, data):
    weights = data.draw(st.lists(st.floats(0.01, 100), min_size=len(traits), max_size=len(traits)))
    x, p = np.array(traits), np.array(weights) / sum(weights)
    assert mixtures.rao_q(x, weights) == pytest.approx(np.sum(np.abs(x[:, None] - x) * np.outer(p, p)), abs=1e-12)
    pairs = np.sum((x[:, None] - x) ** 2 * np.outer(p, p)) / 2
    assert mixtures.rao_variance(x, weights) == pytest.approx(pairs, abs=1e-12)


def test_weights_ignore_the_scale_of_a_sample():
    x = np.array([1.0, 2.0, 4.0])
    assert mixtures.weighted_mean(x, [[1, 10], [1, 10], [2, 20]]) == pytest.approx([2.75, 2.75])
    assert np.isnan(mixtures.weighted_mean(x, [0, 0, 0]))
    assert mixtures.weighted_mean(np.array([np.nan, 2.0, 4.0]), [5, 1, 1]) == pytest.approx(3)


def test_labile_under_every_scheme_with_its_stability(soil):
    atoms, intensity, _ = soil
    shares = lability.labile_share(intensity, **atoms)
    assert set(shares) == {*lability.SCHEMES, "mlb"}
    assert all(((s >= 0) & (s <= 1)).all() for s in shares.values())
    assert shares["mlb"] == pytest.approx(mixtures.mlb_wl(intensity, **atoms) / 100)
    spread = np.ptp(list(shares.values()), axis=0)
    assert (spread > 0.05).all()  # the schemes do not agree on how much is labile
    assert -1 <= lability.labile_rank_stability(intensity, **atoms) <= 1
    sugar, coal = dict(carbon=6, hydrogen=12, oxygen=6), dict(carbon=20, hydrogen=10, oxygen=4)
    assert lability.labile_votes(**sugar) > 0.8 and lability.labile_votes(**coal) == 0
    assert lability.labile_stability(**coal) == 1


def test_lambda_is_nearly_nosc_restated_and_says_so(soil):
    from scipy.stats import spearmanr

    from rhizolith.indices.lambda_theory import lambda_cue
    from rhizolith.indices.registry import indices

    atoms, intensity, _ = soil
    oxidation = mixtures.weighted_mean(formulas.nosc(**atoms), intensity)
    efficiency = mixtures.weighted_mean(lambda_cue(**atoms), intensity)
    assert abs(spearmanr(oxidation, efficiency).statistic) > 0.8
    assert any("NOSC restated" in text for text in indices()["lambda CUE"].caution)
