"""What open data say of a claim; nothing is said where the data are not on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Found = tuple[bool | None, str]
SHARED = Path(os.environ.get("RHIZOLITH_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "data"
LEAST = 8
"""rows that a study needs to count"""
REDRAWN = 500
"""times that studies or places are drawn anew"""


def _read(name: str) -> Any:
    import pandas as pd

    path = SHARED / name
    return pd.read_csv(path, low_memory=False) if path.is_file() else None


def ranks(x: np.ndarray) -> np.ndarray:
    """Ranks, ties shared."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(x))


def partial(x: Any, y: Any, given: list[Any]) -> float:
    """Rank correlation of x and y, given others: correlation of the residuals of ranks on ranks."""
    z = np.column_stack([np.ones(len(x)), *(ranks(np.asarray(g)) for g in given)])
    left, right = (ranks(np.asarray(v)) for v in (x, y))
    left, right = (v - z @ np.linalg.lstsq(z, v, rcond=None)[0] for v in (left, right))
    size = float(np.sqrt((left @ left) * (right @ right)))
    return float(left @ right) / size if size > 0 else float("nan")


def decided(told: str, groups: list[Any], measure: Callable[[list[Any]], float]) -> Found:
    """True or false where 5 to 95 % of a number, whole studies or places redrawn, leave zero out; None elsewhere.

    `measure` gives the number for a list of groups: above zero speaks for the claim, below zero against it.
    """
    rng = np.random.default_rng(1)
    picks = rng.integers(0, len(groups), (REDRAWN, len(groups)))
    low, high = np.nanquantile([measure([groups[i] for i in pick]) for pick in picks], (0.05, 0.95))
    told = f"{told} ({low:.2g} to {high:.2g})"
    if low <= 0 <= high:
        return None, f"{told}: too few to decide, the interval holds zero"
    return bool(low > 0), told


def _within(frame: Any, study: str, x: str, y: str, given: list[str]) -> list[float]:
    """Partial rank correlation within each study that has rows enough."""
    found = []
    for _, rows in frame.dropna(subset=[x, y, *given]).groupby(study):
        if len(rows) >= LEAST and rows[x].nunique() > 3 and rows[y].nunique() > 3:
            found.append(partial(rows[x], rows[y], [rows[g] for g in given]))
    return [r for r in found if r == r]


def _israd() -> Any:
    frame = _read("ISRaD/dev/israd_layers_extractable_metals.dev.csv.gz")
    if frame is not None:
        frame["metals"], frame["mid"] = frame.lyr_fe_ox + frame.lyr_al_ox, (frame.lyr_top + frame.lyr_bot) / 2
    return frame


def more_carbon_with_poor_order() -> Found | None:
    """Layers with more oxalate metals hold more organic carbon, given depth, within studies of ISRaD."""
    frame = _israd()
    if frame is None:
        return None
    found = _within(frame, "entry_name", "metals", "lyr_c_org_filled", ["mid"])
    told = f"median rank correlation within {len(found)} studies {np.median(found):.2f}"
    return decided(told, found, lambda r: float(np.median(r)))


def older_with_reactive_metals() -> Found | None:
    """Heavy fractions are older (lower 14C) where there are more oxalate metals, given depth (ISRaD)."""
    frame = _read("ISRaD/dev/israd_fractions_joined.dev.csv.gz")
    if frame is None:
        return None
    frame = frame[frame.frc_property == "heavy"].assign(
        metals=frame.lyr_fe_ox + frame.lyr_al_ox, mid=(frame.lyr_top + frame.lyr_bot) / 2
    )
    frame = frame.dropna(subset=["metals", "frc_14c", "mid"])
    studies = [rows[["metals", "frc_14c", "mid"]].to_numpy() for _, rows in frame.groupby("entry_name")]

    def younger(chosen: list[Any]) -> float:
        metals, age, mid = np.concatenate(chosen).T
        return partial(metals, age, [mid])

    told = f"rank correlation with Δ14C given depth, sign turned, {len(frame)} fractions of {len(studies)} studies "
    return decided(f"{told}{-younger(studies):.2f}", studies, lambda chosen: -younger(chosen))


def oxides_with_rain() -> Found | None:
    """Soils of wet places hold more oxalate iron and aluminium for their clay than those of dry places (SoDaH)."""
    frame = _sodah()
    if frame is None:
        return None
    sites = list(frame.groupby("location_name")[["ratio", "map"]].median().dropna().to_numpy())

    def rises(chosen: list[Any]) -> float:
        ratio, rain = np.array(chosen).T
        return partial(ratio, rain, [])

    told = f"rank correlation of oxalate metals per clay with rainfall {rises(sites):.2f}, {len(sites)} places"
    return decided(told, sites, rises)


def fewer_oxides_where_dry() -> Found | None:
    """Dry places (below 500 mm a year) hold fewer oxalate metals for their clay than the rest (SoDaH)."""
    frame = _sodah()
    if frame is None:
        return None
    sites = frame.groupby("location_name")[["ratio", "map"]].median().dropna()
    dry, rest = sites.ratio[sites["map"] < 500], sites.ratio[sites["map"] >= 500]

    def more(chosen: list[Any]) -> float:
        ratio, rain = np.array(chosen).T
        return float(np.log(np.median(ratio[rain >= 500]) / np.median(ratio[rain < 500])))

    places = list(sites[["ratio", "map"]].to_numpy())
    told = f"median {dry.median():.3g} in {len(dry)} dry places, {rest.median():.3g} in {len(rest)} others; log of the "
    return decided(f"{told}ratio {more(places):.2f}", places, more)


def _sodah() -> Any:
    frame = _read("SoDaH/dev/sodah_subset.dev.csv.gz")
    if frame is not None:
        frame = frame[frame.clay > 1].assign(ratio=lambda f: (f.lyr_fe_ox + f.lyr_al_ox) / f.clay)
    return frame


TESTS: Mapping[str, Callable[[], Found | None]] = {
    f.__name__: f
    for f in (more_carbon_with_poor_order, older_with_reactive_metals, oxides_with_rain, fewer_oxides_where_dry)
}


def say(name: str) -> Found | None:
    """What the data say, None where there is no test or no data."""
    return TESTS[name]() if name.strip() else None
