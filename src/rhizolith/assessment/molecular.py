"""What mass spectra or spectroscopy said of a soil's organic matter, as ordered traits that rules can read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from rhizolith.assessment.measured import Measured
from rhizolith.knowledge import tables


@cache
def traits() -> Mapping[str, tuple[dict[str, str], ...]]:
    """Trait → the measurements that tell of it, with the range over which each is placed on 0..1 (assumed)."""
    found: dict[str, tuple[dict[str, str], ...]] = {}
    for row in tables.rows("evidence_molecular"):
        found[row["trait"]] = (*found.get(row["trait"], ()), row)
    return found


def placed(row: Mapping[str, str], value: np.ndarray) -> np.ndarray:
    """A measurement on 0..1 of its range; beyond the range it stays at the end."""
    low, high = float(row["low"]), float(row["high"])
    if row["scale"] == "log":
        low, high, value = np.log(low), np.log(high), np.log(np.maximum(value, 1e-9))
    return np.asarray(np.clip((value - low) / (high - low), 0, 1), dtype=np.float32)


def unplaced(row: Mapping[str, str], place: np.ndarray) -> np.ndarray:
    """The measurement at a place on 0..1 of its range, the way back of `placed`."""
    low, high = float(row["low"]), float(row["high"])
    if row["scale"] == "log":
        return np.asarray(low * (high / low) ** place)
    return np.asarray(low + place * (high - low))


def told(filled: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Trait → (soils, samples), nan where nobody measured; several measurements of one trait count as their mean."""
    out = {}
    for trait, rows in traits().items():
        parts = np.stack([placed(r, filled[r["key"]]) for r in rows if r["key"] in filled] or [np.full((1, 1), np.nan)])
        count = np.isfinite(parts).sum(axis=0)
        if count.any():
            out[trait] = np.where(count > 0, np.nansum(parts, axis=0) / np.maximum(count, 1), np.nan)
    return out


def measured_keys(soil: Measured, trait: str) -> list[str]:
    """The measurements of a trait that the first soil has."""
    return [r["key"] for r in traits().get(trait, ()) if soil.given(r["key"])[0]]
