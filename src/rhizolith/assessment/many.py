"""Many soils at once: one row in, one row out, in chunks, each with its intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rhizolith.assessment.draws import Draws, shared_draws
from rhizolith.assessment.exposure import exposure
from rhizolith.assessment.inventory import Inventory, associations, take_inventory
from rhizolith.assessment.measured import Measured
from rhizolith.assessment.soil_table import PLACE, measured_of, read_table
from rhizolith.assessment.susceptibility import mechanisms, susceptibility
from rhizolith.knowledge import evidence

SAMPLES, CHUNK = 200, 200
LEVELS = {"low": 0.05, "": 0.5, "high": 0.95}


def assess_table(
    table: Any, setting: Mapping[str, str] | None = None, samples: int = SAMPLES, seed: int = 1, chunk: int = CHUNK
) -> Any:
    """One row a soil: mineral-held carbon, the part minerals account for (`protected_carbon`), what they could hold
    (`mineral_capacity`), carbon of each association and vulnerability to each mechanism, each with
    its 5 to 95 % range (`…_low`, `…_high`), the mechanism that comes first, and how many samples say so.

    `vulnerability_rank` orders the soils of the table, 1 the most vulnerable, with its own range: ranks are taken
    sample by sample. Coordinates of the table are kept. `table` is a path or a DataFrame, see `soil_table`. What is
    not possible is set aside and named in the column
    `set_aside`. Memory does not grow with the number of soils but for the result. The ranks are a hypothesis.
    """
    import pandas as pd

    frame = read_table(table) if isinstance(table, str | Path) else table
    soils, aside = measured_of(frame, dict(setting or {}))
    draws = shared_draws(samples, seed)
    whole = np.empty((len(soils), samples), dtype=np.float32)
    parts = [pd.DataFrame(block) for block in blocks(soils, draws, chunk, whole)]
    out = pd.concat(parts, ignore_index=True)
    out = out.assign(**_spread("vulnerability_rank", ranks(whole)))
    out.insert(0, "soil", list(soils.names))
    for place, names in PLACE.items():
        if (column := next((n for n in names if n in frame), None)) is not None:
            out[place] = pd.to_numeric(frame[column], errors="coerce").to_numpy()
    out["measured"] = np.sum([soils.given(k) for k in soils.values], axis=0)
    out["set_aside"] = aside
    return out


def blocks(soils: Measured, draws: Draws, chunk: int, whole: np.ndarray) -> Iterator[dict[str, np.ndarray]]:
    """Column → values, for one chunk of soils after the other; fills `whole`, (soils, samples) of vulnerability."""
    for start in range(0, len(soils), chunk):
        rows = slice(start, start + chunk)
        yield _block(soils.part(rows), draws, whole[rows])


def ranks(whole: np.ndarray) -> np.ndarray:
    """(soils, samples) place of each soil among all, 1 the largest, sample by sample: soils share their draws."""
    out = np.empty(whole.shape, dtype=np.int32)
    for i in range(whole.shape[1]):
        out[np.argsort(-whole[:, i], kind="stable"), i] = np.arange(1, len(whole) + 1)
    return out


def by_mechanism(soils: Measured, draws: Draws) -> tuple[np.ndarray, np.ndarray, Inventory]:
    """Vulnerability weighted by carbon (soils, samples, mechanisms), formation (soils, samples), and the inventory."""
    inventory = take_inventory(soils, draws)
    exposed, nodes = exposure(soils, draws)
    carbon = inventory.carbon + 1e-6 * inventory.capacity
    share = (carbon / np.maximum(carbon.sum(axis=-1, keepdims=True), 1e-12)).astype(np.float32)
    by = np.empty_like(exposed)
    for m, mechanism in enumerate(mechanisms()):
        susceptible = susceptibility(inventory, draws, [mechanism])[..., 0]
        by[..., m] = exposed[..., m] * np.einsum("nsa,nsa->ns", share, susceptible)
    formed = np.einsum("nsa,nsa->ns", share, susceptibility(inventory, draws, ["formation"])[..., 0])
    return by, formed * nodes["rhizodeposition"], inventory


def _block(soils: Measured, draws: Draws, whole: np.ndarray) -> dict[str, np.ndarray]:
    by, formed, inventory = by_mechanism(soils, draws)
    whole[:] = by.mean(axis=-1)
    first = by.argmax(axis=-1)
    counts = np.stack([(first == m).sum(axis=1) for m in range(by.shape[-1])], axis=1)
    out = _spread("mineral_held_carbon", inventory.held)
    out |= _spread("protected_carbon", inventory.carbon[..., :-1].sum(axis=-1))
    out |= _spread("mineral_capacity", inventory.capacity[..., :-1].sum(axis=-1))
    for a, name in enumerate(associations()):
        out |= _spread(f"carbon_{name}", inventory.carbon[..., a])
    for m, name in enumerate(mechanisms()):
        out |= _spread(f"vulnerability_{name}", by[..., m])
    out |= _spread("vulnerability", whole)
    out |= _spread("formation", formed)
    out["first_mechanism"] = np.array(mechanisms(), dtype=object)[counts.argmax(axis=1)]
    out["first_share"] = counts.max(axis=1) / draws.size
    return out


def _spread(name: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """`name_low`, `name`, `name_high`: quantiles over the samples."""
    ordered = np.sort(values, axis=1)
    last = values.shape[1] - 1
    return {f"{name}_{k}" if k else name: ordered[:, round(p * last)] for k, p in LEVELS.items()}


def as_dataset(table: Any) -> Any:
    """The table as a Dataset that `rhizolith.report` makes a page of."""
    from rhizolith import __version__

    out = table.to_xarray()
    about = {"made_by": "assess_table", "version": __version__, "title": f"{len(table)} soils, ranked"}
    out.attrs |= about | {"caveat": evidence.CAVEAT, "scale": "soil layer"}
    return out
