"""Assignment on lists with known answers: recall, noise, stated against true error rates, drift, honesty."""

import numpy as np
import pandas as pd
import pytest
from made_up_spectrum import molecules, names, peak_list, shared

from rhizolith.errors import InputError
from rhizolith.molecules import assign, candidates

N3S1 = "C1-50 H1-100 O1-30 N0-3 S0-1"
HARD = "C1-50 H1-100 O0-30 N0-11 S0-4 P0-3"


def score(peaks: pd.DataFrame, got: pd.DataFrame) -> dict[str, float]:
    mono = (peaks.kind == "mono").to_numpy()
    accepted = (got.kind == "monoisotopic").to_numpy()
    right = accepted & mono & (got.formula.to_numpy(object) == names(peaks))
    dom, noise = mono & (peaks.source == "dom").to_numpy(), (peaks.kind == "noise").to_numpy()
    some = accepted | (got.kind == "isotopologue").to_numpy()
    return {
        "dom": right[dom].mean(), "metabolites": right[mono & ~dom].mean() if (mono & ~dom).any() else 1.0,
        "noise": some[noise].mean(), "wrong": 1 - right.sum() / max(accepted.sum(), 1),
    }


def true_rate(peaks: pd.DataFrame, got: pd.DataFrame, stated: float) -> tuple[float, float]:
    """True share of wrong ones among the candidates with a q value up to `stated`, and the largest q value there."""
    chosen = ((got.q_value <= stated) & (got.kind != "isotopologue") & (got.candidate != "")).to_numpy()
    right = (peaks.kind == "mono").to_numpy() & (got.candidate.to_numpy(object) == names(peaks))
    return 1 - right[chosen].mean(), float(got.q_value.to_numpy()[chosen].max())


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return molecules()


@pytest.mark.parametrize(
    "seed, noise, drift, offset", [(1, 1500, 0, 0), (2, 1500, 3, 0), (3, 4000, -4, 2), (4, 1000, 0, -6)]
)
def test_molecules_are_found_noise_is_not_and_the_stated_rate_is_the_true_one(truth, seed, noise, drift, offset):
    peaks = peak_list(truth, seed, noise, drift, offset)
    got = assign(peaks.mz, peaks.intensity, N3S1)
    s = score(peaks, got)
    assert s["dom"] >= 0.99 and s["noise"] <= 0.03
    assert s["metabolites"] >= 0.95 or noise > 1500  # isolated molecules drown in three times the noise
    for stated in (0.01, 0.05, 0.1):
        true, reached = true_rate(peaks, got, stated)
        assert reached / 1.5 <= true <= reached * 1.5, (stated, reached, true)


@pytest.mark.parametrize("name", ["dom_seed1", "dom_met_seed1", "dom_met_drift3_seed1"])
def test_open_lists_with_known_answers(name):
    peaks = pd.read_csv(shared(f"synthetic-truth/{name}.csv"), keep_default_na=False)
    got = assign(peaks.mz, peaks.intensity, N3S1)
    s = score(peaks, got)
    assert s["dom"] >= 0.99 and s["metabolites"] >= 0.95 and s["noise"] <= 0.03, s
    true, reached = true_rate(peaks, got, 0.1)
    assert reached / 1.5 <= true <= reached * 1.5


def test_hard_list_with_many_candidates_a_peak():
    """CHNOSP: about four candidates a peak. The rate still holds, at 1, 5 and 10 %."""
    peaks = pd.read_csv(shared("synthetic-truth/dom_met_CHNOSP_seed2.csv"), keep_default_na=False)
    got = assign(peaks.mz, peaks.intensity, HARD)
    for stated in (0.01, 0.05, 0.1):
        true, reached = true_rate(peaks, got, stated)
        assert reached / 1.5 <= true <= reached * 1.5
    assert score(peaks, got)["dom"] >= 0.99


def test_a_rate_asked_for_is_the_rate_given(truth):
    peaks = peak_list(truth, 5, 4000)
    got = assign(peaks.mz, peaks.intensity, N3S1, fdr=0.05)
    accepted = got[got.kind == "monoisotopic"]
    assert accepted.q_value.max() == pytest.approx(0.05, rel=0.05)
    assert 0.05 / 1.5 <= score(peaks, got)["wrong"] <= 0.05 * 1.5


def test_noise_alone_gets_no_formulas_and_a_reason():
    rng = np.random.default_rng(1)
    got = assign(rng.uniform(150, 900, 3000), np.exp(rng.normal(14, 0.3, 3000)), N3S1)
    assert (got.kind == "monoisotopic").sum() <= 3
    assert (got.loc[got.kind != "monoisotopic", "reason"] != "").sum() + (got.kind == "isotopologue").sum() >= 2997
    assert "not recalibrated" in got.attrs["summary"]


def test_rows_keep_their_order_and_absent_peaks_their_place(truth):
    peaks = peak_list(truth, 6).sample(frac=1, random_state=1)
    mz, intensity = peaks.mz.to_numpy(), peaks.intensity.to_numpy().copy()
    intensity[:3] = [0, np.nan, -1]
    got = assign(mz, intensity, N3S1)
    assert np.array_equal(got.mz, mz)
    assert list(got.reason[:3]) == ["no intensity"] * 3
    sure = (got.kind == "monoisotopic") & (peaks.kind == "mono").to_numpy()
    assert (got.formula[sure].to_numpy() == names(peaks)[sure]).mean() > 0.99


def test_heavy_twins_name_their_light_peak(truth):
    peaks = peak_list(truth, 7)
    got = assign(peaks.mz, peaks.intensity, N3S1)
    twin = (peaks.kind == "13C").to_numpy()
    assert (got.kind[twin] == "isotopologue").mean() > 0.98
    both = np.flatnonzero(twin & (got.kind == "isotopologue").to_numpy() & (got.isotope == "13C").to_numpy())
    light = got.isotope_of.to_numpy()[both]
    assert (peaks.of.to_numpy()[light] == peaks.of.to_numpy()[both]).mean() > 0.99
    assert got.formula.iloc[both].str.contains(r"\[13C\]").mean() > 0.95


def test_an_absent_34s_partner_speaks_against_sulfur():
    """A list without sulfur: strong peaks, whose 34S partners would show, get no formula with sulfur."""
    base = molecules(3, 3000, 0)
    base = base[base.S == 0]
    peaks = peak_list(base, 3, 500)
    got = assign(peaks.mz, peaks.intensity, "C1-50 H1-100 O1-30 N0-2 S0-2")
    strong = (peaks.intensity > np.quantile(peaks.intensity, 0.9)).to_numpy() & (peaks.kind == "mono").to_numpy()
    assert (got.S[strong] > 0).sum() == 0


def test_the_same_list_gives_the_same_answer(truth):
    peaks = peak_list(truth, 8)
    first, second = (assign(peaks.mz, peaks.intensity, N3S1) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize(
    "mz, intensity, options, said",
    [
        ([200.0, 201.0], [1.0], {}, "one intensity a peak"),
        ([200.0, np.nan], [1.0, 1.0], {}, "above zero"),
        ([200.0], [np.inf], {}, "infinite"),
        (["a"], [1.0], {}, "not a number"),
        ([200.0], [1.0], {"elements": "C1-50 Xx0-2"}, "Xx"),
        ([200.0], [1.0], {"charge": 2}, "charge"),
        ([200.0], [1.0], {"ppm": 0}, "tolerance"),
        ([200.0], [1.0], {"known": ["C6Q"]}, "C6Q"),
        ([200.0], [1.0], {"adducts": ["[M+X]-"]}, "not known"),
    ],
)
def test_bad_input_is_named(mz, intensity, options, said):
    with pytest.raises(InputError, match=said):
        assign(mz, intensity, **options)


@pytest.mark.parametrize("n", [0, 1, 2, 30])
def test_tiny_lists_work(n):
    got = assign(np.linspace(150, 400, n), np.ones(n), N3S1)
    assert len(got) == n and list(got.columns[:4]) == ["mz", "intensity", "kind", "formula"]


def test_the_hard_list_beats_every_single_rule():
    """Nearest mass, fewest heteroatoms, fewest S then P then N: each is worse, for all and for metabolites."""
    peaks = pd.read_csv(shared("synthetic-truth/dom_met_CHNOSP_seed2.csv"), keep_default_na=False)
    right = assign(peaks.mz, peaks.intensity, HARD).candidate.to_numpy(object) == names(peaks)
    found = candidates(peaks.mz, HARD, 1.0)
    near = found.error_ppm.abs()
    rules = (near, 10 * (found.N + found.S + found.P) + near, 100 * (found.S + found.P) + 10 * found.N + near)
    mono = (peaks.kind == "mono").to_numpy()
    odd = mono & (peaks.source != "dom").to_numpy()
    for rule in rules:
        best = found.assign(rule=rule).sort_values("rule").drop_duplicates("row").set_index("row").formula
        chosen = np.full(len(peaks), "", dtype=object)
        chosen[best.index] = best
        for group in (mono, odd):
            assert right[group].mean() > (chosen == names(peaks))[group].mean()


def test_lists_without_organic_matter_keep_their_stated_rate():
    """Isolated molecules only: no series to lean on, and still at most the stated share of wrong formulas."""
    peaks = peak_list(molecules(3, dom=1, metabolites=900), 3, 600)
    got = assign(peaks.mz, peaks.intensity, N3S1)
    for stated in (0.05, 0.1):
        true, reached = true_rate(peaks, got, stated)
        assert true <= 1.5 * reached
    assert score(peaks, got)["metabolites"] > 0.9


def test_metabolites_alone_in_wide_ranges_keep_their_stated_rate():
    """930 literature metabolites alone, up to 11 N, 4 S, 3 P, on scales that are off; the lists together."""
    truth = pd.read_csv(shared("synthetic-truth/truth_formulas_dom_plus_metabolites_CHNOSP.csv"), keep_default_na=False)
    truth = truth[truth.source != "dom"].reset_index(drop=True)
    wrong, said = np.zeros(3), np.zeros(3)
    lists = (1, 600, 0, 0), (2, 600, 3, 0), (3, 1500, 0, -2), (4, 200, -4, 8), (5, 600, 0, 0)
    for seed, noise, drift, offset in lists:
        peaks = peak_list(truth, seed, noise, drift, offset)
        got = assign(peaks.mz, peaks.intensity, HARD)
        assert (got.candidate.to_numpy(object) == names(peaks))[(peaks.kind == "mono").to_numpy()].mean() > 0.9
        for k, stated in enumerate((0.01, 0.05, 0.1)):
            true, reached = true_rate(peaks, got, stated)
            wrong[k] += true
            said[k] += reached
    assert (wrong <= 1.5 * said).all() and (wrong >= said / 1.5).all(), (wrong, said)


@pytest.mark.parametrize("elements", [N3S1, "C1-50 H1-100 O0-30 N0-5 S0-2 P0-2"])
def test_metabolites_that_lie_outside_the_ranges_do_not_pass_for_others(elements):
    """A third of the molecules has more N, S or P than is searched: their neighbours inside are not given for them."""
    truth = pd.read_csv(shared("synthetic-truth/truth_formulas_dom_plus_metabolites_CHNOSP.csv"), keep_default_na=False)
    truth = truth[truth.source != "dom"].reset_index(drop=True)
    wrong = said = 0.0
    for seed in (1, 2):
        peaks = peak_list(truth, seed, 600)
        got = assign(peaks.mz, peaks.intensity, elements)
        true, reached = true_rate(peaks, got, 0.05)
        wrong, said = wrong + true, said + reached
        assert (got.reason == "a formula outside the element ranges fits better; widen them").sum() > 50
    assert wrong <= 1.5 * said


def test_odd_lists_never_crash():
    """Repeated, integer, huge and tiny masses, zero and enormous intensities: a row a peak, or an error in words."""
    rng = np.random.default_rng(0)
    for turn in range(40):
        n = int(rng.integers(0, 150))
        mz = rng.uniform(50, 1500, n) * (10.0 ** rng.uniform(-3, 3, n) if turn % 5 == 1 else 1.0)
        mz = np.round(mz) + 1 if turn % 5 == 2 else np.full(n, 300.1) if turn % 5 == 3 else mz
        intensity = 10.0 ** rng.uniform(-3, 12, n) * (1e250 if turn % 7 == 0 else 1.0)
        intensity[rng.random(n) < 0.2] = rng.choice([0, np.nan, -5.0])
        elements = [N3S1, "C1-20 H1-40", "C0-10 H0-10 O0-5 Cl0-2 Br0-1 Na0-1", "C1-50 H1-100 O0-30 13C0-1"][turn % 4]
        got = assign(mz, intensity, elements, ppm=10 ** rng.uniform(-1, 1), charge=(-1, 1)[turn % 2], sn=turn % 3)
        assert len(got) == n


def test_a_tolerance_that_cuts_into_the_scatter_is_said(truth):
    wide, fine = (peak_list(truth, 9, 1000, sd=sd) for sd in ((0.5, 0.5), (0.12, 0.18)))
    assert "try ppm=" in assign(wide.mz, wide.intensity, N3S1).attrs["summary"]
    assert "try ppm=" not in assign(fine.mz, fine.intensity, N3S1).attrs["summary"]


@pytest.mark.parametrize("elements, told", [(N3S1, True), (HARD, False), ("C1-50 H1-100 O1-30", False)])
def test_ranges_that_let_molecules_outside_pass_for_others_are_said(truth, elements, told):
    peaks = peak_list(truth, 9, 1000)
    assert ("widen to N0-11" in assign(peaks.mz, peaks.intensity, elements).attrs["summary"]) is told
    assert "widen to N0-11" not in assign(peaks.mz[:5], peaks.intensity[:5], elements).attrs["summary"]


def test_stated_rates_with_molecules_outside_the_ranges_are_as_far_off_as_the_summary_says():
    """Twice the stated 1 %; searched in all ranges it is less, though on these lists still 1.3 to 1.6 times."""
    name = "synthetic-truth/truth_formulas_dom_plus_metabolites_CHNOSP.csv"
    everything = pd.read_csv(shared(name), keep_default_na=False)
    peaks = peak_list(everything, 77)
    narrow, wide = (true_rate(peaks, assign(peaks.mz, peaks.intensity, e), 0.01) for e in (N3S1, HARD))
    assert 1.5 < narrow[0] / narrow[1] < 3
    assert wide[0] / wide[1] < 0.85 * narrow[0] / narrow[1]
