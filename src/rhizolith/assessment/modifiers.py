"""A range for the disruption of mineral-associated carbon, for models that have none: class × plant × forcing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rhizolith.assessment.draws import shared_draws
from rhizolith.assessment.many import LEVELS, SAMPLES, by_mechanism
from rhizolith.assessment.measured import Measured
from rhizolith.assessment.soil_table import measured_of, read_table
from rhizolith.errors import InputError, Problem

PLANTS: Mapping[str, Mapping[str, str]] = {
    "ectomycorrhizal tree": {"plant": "tree", "mycorrhiza": "ecto"},
    "arbuscular tree": {"plant": "tree", "mycorrhiza": "arbuscular"},
    "arbuscular grass": {"plant": "grass", "mycorrhiza": "arbuscular"},
    "fertilized crop": {"plant": "crop", "mycorrhiza": "arbuscular", "nutrient_status": "fertilized"},
}
FORCINGS: Mapping[str, Mapping[str, str]] = {
    "dry": {"water_regime": "dry"},
    "moist": {"water_regime": "moist"},
    "wet": {"water_regime": "wet"},
    "nutrient-limited": {"nutrient_status": "limited"},
    "compacted": {"compaction": "yes"},
}


def modifiers(table: Any, by: str, samples: int = SAMPLES, seed: int = 1, chunk: int = 200) -> Any:
    """Class × plant × forcing: vulnerability relative to the same soil in a setting of which nothing is known.

    `by` names the column of `table` that holds the class. 5, 50 and 95 % over the soils of a class and the samples,
    which are paired. Ordinal: a modifier above 1 means more disruption than usual, not so many times as much. The
    columns `scale` and `about` travel with it.
    """
    import pandas as pd

    frame = read_table(table) if isinstance(table, str | Path) else table
    if by not in frame:
        held = ", ".join(map(str, frame.columns[:12]))
        raise InputError(Problem("by", f"the table has no column {by!r}", f"it has {held}"))
    soils, _ = measured_of(frame)
    kinds = frame[by].fillna("").astype(str).to_numpy()
    base = _vulnerability(soils, {}, samples, seed, chunk)
    rows = []
    for plant, living in PLANTS.items():
        for forcing, set_to in FORCINGS.items():
            ratio = _vulnerability(soils, {**living, **set_to}, samples, seed, chunk) / np.maximum(base, 1e-3)
            for kind in sorted(set(kinds) - {""}):
                values = ratio[kinds == kind]
                spread = {f"modifier_{k}" if k else "modifier": np.quantile(values, p) for k, p in LEVELS.items()}
                rows.append({by: kind, "plant": plant, "forcing": forcing, "soils": len(values), **spread})
    out = pd.DataFrame(rows)
    out["scale"] = "soil layer"
    out["about"] = "relative to the same soil, setting unknown; ordinal; a hypothesis"
    return out


def modifiers_dataset(table: Any) -> Any:
    """The same as an xarray.Dataset with a dimension for class, plant and forcing."""
    numbers = [c for c in table.columns if c.startswith("modifier") or c == "soils"]
    out = table.set_index([table.columns[0], "plant", "forcing"])[numbers].to_xarray()
    out.attrs |= {"made_by": "modifiers", "about": str(table["about"].iloc[0]) if len(table) else ""}
    for name in numbers:
        out[name].attrs["units"] = "1"
    return out


def _vulnerability(soils: Measured, stated: Mapping[str, str], samples: int, seed: int, chunk: int) -> np.ndarray:
    """(soils, samples) mean vulnerability over all mechanisms in one setting."""
    words = {**soils.setting, **{k: np.full(len(soils), v, dtype=object) for k, v in stated.items()}}
    here = Measured(soils.names, soils.values, words, soils.minerals, soils.title, soils.errors)
    draws = shared_draws(samples, seed)
    parts = []
    for start in range(0, len(here), chunk):
        parts.append(by_mechanism(here.part(slice(start, start + chunk)), draws)[0].mean(axis=-1))
    return np.concatenate(parts)
