"""Guards: arithmetic coupling and double dipping are caught where they were planted, and only there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rhizolith.analysis.guards import Ancestry, Derived, coupling, honest
from rhizolith.errors import InputError

ENZYMES = Ancestry.of(
    [
        Derived("c_over_n", ("BG", "NAG"), lambda c, n: c / n),
        Derived("c_over_p", ("BG", "AP"), lambda c, p: c / p),
        Derived("length", ("c_over_n", "c_over_p"), lambda x, y: np.hypot(x, y)),
    ]
)


def plates(n: int = 80, seed: int = 0) -> pd.DataFrame:
    """Enzyme activities that have nothing to do with one another."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.lognormal(3, 0.6, (n, 4)), columns=["BG", "NAG", "AP", "pH"])


def test_ancestors_are_followed_through_computed_columns():
    assert ENZYMES.measured("length") == {"BG", "NAG", "AP"}
    assert ENZYMES.shared("c_over_n", "c_over_p") == {"BG"}
    table = ENZYMES.coupled(["c_over_n", "c_over_p", "pH"])
    assert list(table[["a", "b", "shared"]].iloc[0]) == ["c_over_n", "c_over_p", "BG"] and len(table) == 1


def test_a_correlation_made_by_arithmetic_lies_in_its_null_and_a_real_one_does_not():
    table = plates()
    got = coupling("c_over_n", "c_over_p", table, ENZYMES, n=199)
    assert got.r > 0.25 and got.null_low < got.r < got.null_high and got.p > 0.05
    assert "arithmetic alone" in repr(got)
    table["AP"] = table["NAG"] * 1.02 ** np.random.default_rng(1).normal(size=80)
    assert coupling("c_over_n", "c_over_p", table, ENZYMES, n=199).p <= 0.01


def test_circles_and_doubles_are_refused():
    with pytest.raises(InputError, match="from itself"):
        Ancestry.of([Derived("a", ("b",), np.sqrt), Derived("b", ("a",), np.sqrt)])
    with pytest.raises(InputError, match="not in the table"):
        coupling("c_over_n", "c_over_p", plates().drop(columns="AP"), ENZYMES)


def test_results_say_what_they_were_made_of_but_not_how():
    made = xr.Dataset({"CN": ("sample", [8.0, 9.0], {"made_from": "SOC, TN"})})
    measured = xr.Dataset({n: ("sample", [1.0, 2.0]) for n in ("SOC", "SOC_sd", "pH")})
    known = Ancestry.of_results(xr.DataTree.from_dict({"/soil": made, "/measured": measured}))
    assert set(known.derived) == {"soil/CN", "measured/SOC", "measured/pH"}
    assert known.shared("soil/CN", "measured/SOC") == {"SOC"} and not known.shared("soil/CN", "measured/pH")
    with pytest.raises(InputError, match="not known here"):
        known.compute("soil/CN", {"SOC": np.ones(2), "TN": np.ones(2)})


def best(table: pd.DataFrame, y: np.ndarray) -> list[str]:
    """The five features that go best with the response: the usual double dip."""
    return list(table.corrwith(pd.Series(y, table.index)).abs().sort_values().index[-5:])


def fit(train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame, y_test: np.ndarray) -> float:
    slope = np.linalg.lstsq(np.column_stack([np.ones(len(y)), train]), y, rcond=None)[0]
    return float(np.corrcoef(np.column_stack([np.ones(len(y_test)), test]) @ slope, y_test)[0, 1])


def test_features_picked_from_noise_look_good_only_to_themselves():
    rng = np.random.default_rng(2)
    noise = pd.DataFrame(rng.normal(size=(30, 200)), columns=[f"m{i}" for i in range(200)])
    y = rng.normal(size=30)
    got = honest(noise.reset_index(drop=True), y, best, fit, n=40)
    assert got.naive > 0.7
    assert abs(got.honest) < 0.3
    assert got.p > 0.05 and got.null > 0.7


def test_a_real_signal_survives():
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.normal(size=(60, 50)), columns=[f"m{i}" for i in range(50)])
    got = honest(table, 2 * table["m7"] + 0.3 * rng.normal(size=60), best, fit, n=40)
    assert got.honest > 0.8 and got.chosen["m7"] == 1.0 and got.p < 0.05


def test_features_that_only_tell_blocks_apart_are_worth_nothing_where_blocks_are_left_out():
    rng = np.random.default_rng(5)
    block = np.repeat(np.arange(8), 4)
    code = rng.normal(size=(8, 30))[block]  # every feature is the same within a block
    table = pd.DataFrame(code + 0.01 * rng.normal(size=code.shape), columns=[f"m{i}" for i in range(30)])
    y = rng.normal(size=8)[block] + 0.1 * rng.normal(size=32)
    alone = honest(table, y, best, fit, n=40)
    whole = honest(table, y, best, fit, n=40, blocks=block)
    assert alone.honest > 0.5 and whole.honest < 0.3
    assert alone.p < 0.05 and whole.p > 0.05
    with pytest.raises(InputError, match="at least 4 blocks"):
        honest(table, y, best, fit, n=4, blocks=np.repeat([0, 1], 16))
