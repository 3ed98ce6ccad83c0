"""Tables as messy as users make them: nothing crashes, and no sample is dropped without a word.

RHIZOLITH_FUZZ=10000 turns more examples than the everyday run.
"""

import os

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messy_tables import broken, table

from rhizolith.description.experiment.open_file import open_bytes
from rhizolith.errors import InputError

MANY = int(os.environ.get("RHIZOLITH_FUZZ", "150"))
FUZZ = settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))


@FUZZ
@given(st.integers(0, 2**40))
def test_no_sample_is_dropped_from_a_messy_table(seed):
    raw, samples = table(seed)
    tables = open_bytes(raw, "messy.csv")
    found = {s for t in tables for s in t.samples}
    assert set(samples) <= found
    for t in tables:
        numbers = t.values.select_dtypes("number").to_numpy()
        assert not np.isinf(numbers.astype(float)).any()
        assert all(p.where and p.what and p.fix for p in t.problems)


@FUZZ
@given(st.integers(0, 2**40))
def test_a_damaged_file_is_refused_or_read_never_a_crash(seed):
    try:
        open_bytes(broken(seed), "broken.csv")
    except InputError as error:
        assert error.problems


@FUZZ
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(raw):
    for start in (b"", b"\x1f\x8b", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"{", b"("):
        try:
            open_bytes(start + raw, "any")
        except InputError as error:
            assert error.problems
