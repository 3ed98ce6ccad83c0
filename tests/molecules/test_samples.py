"""Several samples: alignment loses nothing, filters say what they took, absence is only claimed where it shows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_spectrum import molecules, names, peak_list

from rhizolith.errors import InputError
from rhizolith.molecules import align, assign_samples, formula_table, over_blank, presence, replicated

N3S1 = "C1-50 H1-100 O1-30 N0-3 S0-1"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.floats(0.1, 30))
def test_every_peak_lands_in_one_row_and_no_sample_twice(seed, samples, ppm):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, 40, samples)
    lists = {f"s{k}": (rng.uniform(200, 200.05, n), rng.uniform(1, 9, n)) for k, n in enumerate(sizes)}
    table = align(lists, ppm)
    for name, (_, intensity) in lists.items():
        assert sorted(table[name][table[name] > 0]) == sorted(intensity)
    assert table.found.sum() == sum(len(m) for m, _ in lists.values())
    assert (table.spread_ppm <= ppm * (table.found - 1) + 1e-6).all()


def test_peaks_within_the_tolerance_join_and_others_do_not():
    table = align({"a": ([200.0, 300.0], [1, 2]), "b": ([200.0001, 300.01], [3, 4])}, ppm=1)
    assert table.found.tolist() == [2, 1, 1]
    assert table.mz[0] == pytest.approx(200.000075)


def test_blank_and_replicate_filters_do_what_they_say():
    table = align({"blank": ([200, 300], [9, 1]), "a1": ([200, 300, 400], [10, 10, 10]), "a2": ([300], [8])}, 1)
    kept = over_blank(table, ["blank"], ratio=3)
    assert kept.mz.round().tolist() == [300, 400] and "blank" not in kept
    twice = replicated(kept, {"a1": "a", "a2": "a"}, at_least=2)
    assert twice.mz.round().tolist() == [300]
    assert len(twice.attrs["filters"]) == 2 and "1 of 2 rows kept" in twice.attrs["filters"][1]
    with pytest.raises(InputError, match="no sample"):
        over_blank(table, ["nobody"])


def test_absence_is_claimed_only_where_the_peak_would_show():
    """A molecule of 100 in two samples: absent where peaks show from 1 on, unknown where they show from 90 on."""
    seen = {"a": [100.0, 50.0], "b": [100.0, 50.0], "deep": [0, 150.0], "dull": [0, 150.0]}
    table = pd.DataFrame({"mz": [200.0, 210.0], **seen})
    table.attrs = {"samples": ["a", "b", "deep", "dull"]}
    limits = pd.DataFrame({"a": [1.0, 1], "b": [1.0, 1], "deep": [1.0, 1], "dull": [90.0, 90]})
    told = presence(table, limits)
    assert told.loc[0, "a"] == 1 and told.loc[0, "deep"] == 0 and np.isnan(told.loc[0, "dull"])


def test_samples_with_different_calibration_share_their_formulas():
    truth = molecules(1, 2500, 0)
    settings_ = ((1, 0, 0), (2, 2, 1))
    lists = [peak_list(truth, k, 500, drift, offset).assign(sample=f"s{k}") for k, drift, offset in settings_]
    peaks = pd.concat(lists, ignore_index=True)
    table = formula_table(assign_samples(peaks, N3S1))
    assert table.attrs["samples"] == ["s1", "s2"]
    for one in lists:
        true = set(names(one)[(one.kind == "mono").to_numpy()])
        found = set(table.formula[table[one["sample"].iloc[0]] > 0])
        assert len(found & true) >= 0.95 * len(true)
        assert len(found - true) <= 0.02 * len(found)
    assert (table[["C", "H"]] > 0).all().all() and list(table.columns[:8]) == ["formula", "mz", *"CHNOSP"]
