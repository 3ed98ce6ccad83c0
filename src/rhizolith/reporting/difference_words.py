"""Differences between levels in words, with effect, interval, test, p and n, to the digits that these carry."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from rhizolith.description.experiment.treatment_name import level_name
from rhizolith.reporting.chances import counted
from rhizolith.reporting.study import unit_written
from rhizolith.reporting.words import listing, number, plain, term, unit_of

SURE = 0.05
"""q or p below which something is called found."""


def difference(
    node: xr.DataTree, tests: pd.DataFrame, estimates: pd.DataFrame, name: str, factor: str, alone: bool = False
) -> str:
    """`pH −1.2 (95 % −1.3 to −1.1), p < 0.001, n 24, Elymus against none`; and whether it hangs on another factor.

    Empty where it was not tested. `alone`: without the name of the quantity and the other factors.
    """
    rows = estimates[(estimates["variable"] == name) & (estimates["factor"] == factor)]
    own = tests[tests["variable"] == name]
    terms: dict[str, dict[Any, Any]] = {str(t["term"]): t for t in own.to_dict("records")}
    if rows.empty or factor not in terms:
        return ""
    row = rows.iloc[int(np.argmax(rows["estimate"].abs() / rows["se"]))]
    test = terms[factor]
    named = [level_name(factor, str(row[k])) for k in ("level", "against")]
    size = _sized(row, unit_written(node, name))
    begin = "" if alone else f"{plain(name)}: "
    words = (
        f"{begin}{named[0]} against {named[1]} {size}; {counted(test)}, "
        f"partial η² {test['eta2']:.2f}, n {test['n']:.0f}"
    )
    joint = "" if alone else hangs_on(tests, name, factor)
    return words + (f" (a mean over the other factors, between whose levels it differs: {joint})" if joint else "")


def hangs_on(tests: pd.DataFrame, name: str, factor: str = "") -> str:
    """Interactions of a quantity with q < 0.05 (those of `factor` where one is given), each with its p."""
    own = tests[(tests["variable"] == name) & tests["term"].astype(str).str.contains(":") & (tests["q"] < SURE)]
    rows = [r for r in own.to_dict("records") if not factor or factor in str(r["term"]).split(":")]
    return listing([f"{term(r['term'])} {counted(r)}" for r in rows]) if rows else ""


def _sized(row: Any, unit: str) -> str:
    """The difference with its unit, or that nobody wrote one."""
    missing = unit == "not given"
    size = within(row["estimate"], row["low"], row["high"], "" if missing or not unit_of(unit) else f" {unit_of(unit)}")
    return f"{size}, unit not given" if missing else size


def within(estimate: float, low: float, high: float, unit: str = "", least: int = 0) -> str:
    """`−0.78 (95 % −0.84 to −0.71)`, all three to the digits that the width of the interval carries."""
    if not (np.isfinite(low) and np.isfinite(high) and high > low):
        return f"{signed(estimate)}{unit} (no interval)"
    digits = max(least, 1 - int(np.floor(np.log10(high - low))))
    if max(abs(v) for v in (estimate, low, high)) >= 1e5:
        e, a, b = (signed(v, 3) for v in (estimate, low, high))
    else:
        e, a, b = (f"{v:+.{digits}f}".replace("-", "−") for v in (estimate, low, high))
    return f"{e}{unit} (95 % interval {a} to {b})"


def signed(value: float, digits: int = 2) -> str:
    return f"+{number(value, digits)}" if value > 0 else number(value, digits)
