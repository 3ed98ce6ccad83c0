"""A run as its report reads it: the Dataset with the few derived quantities that several sections share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
import yaml

FAMILIES = ("dissolution", "desorption", "depolymerization")
GRADES = ("measured", "fitted", "assumed")
"""Grades of evidence, strongest first."""


@dataclass(frozen=True)
class Run:
    """A run and what follows from it by sums alone."""

    data: xr.Dataset

    def listed(self, name: str) -> list[Any]:
        """An attribute that holds a list, as JSON or as itself; empty where the run carries none."""
        found = self.data.attrs.get(name, [])
        if isinstance(found, str):
            found = json.loads(found) if found.strip().startswith(("[", "{")) else [found] if found else []
        return list(found.values()) if isinstance(found, dict) else list(found)

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """What was asked for; empty where it cannot be read."""
        found = yaml.safe_load(str(self.data.attrs.get("scenario", ""))) or {}
        return found if isinstance(found, dict) else {}

    @property
    def title(self) -> str:
        """What the user calls the run."""
        return str(self.data.attrs.get("title") or self.scenario.get("title") or "A rhizosphere")

    def called(self, part: str) -> str:
        """What the scenario calls its soil or its root; empty where it does not say."""
        found = self.scenario.get(part)
        return str((found.get("name") if isinstance(found, dict) else found) or "")

    @cached_property
    def seconds(self) -> np.ndarray:
        """Time since the start, s."""
        time = self.data["time"].values
        if np.issubdtype(time.dtype, np.number):
            return np.asarray(time - time[0], dtype=float)
        return (time - time[0]) / np.timedelta64(1, "s")

    @property
    def days(self) -> np.ndarray:
        """Time since the start, d."""
        return self.seconds / 86400.0

    @property
    def batch(self) -> bool:
        """Whether there is no space in it: one well-mixed kilogram of soil."""
        return self.data.sizes.get("radius", 1) == 1

    @property
    def per(self) -> str:
        """What an amount in this run belongs to."""
        return "kg soil" if self.batch else "m root"

    @cached_property
    def mechanisms(self) -> list[str]:
        """Mechanisms that disrupt, family by family."""
        names = [str(m) for m in self.data["mechanism"].values]
        order = {name: i for i, name in enumerate(FAMILIES)}
        disrupts = [m for m in names if self.family(m) in order or float(self.gross.sel(mechanism=m).sum()) > 0]
        return sorted(disrupts, key=lambda m: (order.get(self.family(m), len(order)), names.index(m)))

    @property
    def associations(self) -> list[str]:
        """Associations, those of one mineral side by side."""
        names = [str(a) for a in self.data["association"].values]
        minerals = list(dict.fromkeys(name.split("/")[0] for name in names))
        return sorted(names, key=lambda name: minerals.index(name.split("/")[0]))

    def family(self, mechanism: str) -> str:
        """The family of a mechanism: dissolution, desorption or depolymerization."""
        if "family" in self.data.coords:
            return str(self.data["family"].sel(mechanism=mechanism).values)
        return "other"

    @cached_property
    def gross(self) -> xr.DataArray:
        """Carbon disrupted over the whole run, by association and mechanism, mol C per m root."""
        return self.data["disrupted"].isel(time=-1)

    @cached_property
    def stock(self) -> xr.DataArray:
        """Carbon in each association at the start, mol C per m root."""
        held = self.data["association_carbon"].isel(time=0)
        return (held * self.data["soil_mass"]).sum("radius")

    @cached_property
    def spectrum(self) -> xr.DataArray:
        """Computed vulnerability: the fraction of each association's first carbon that each mechanism disrupted.

        Gross: carbon that associates again and is disrupted again counts twice, so it can exceed 1. NaN where
        an association held nothing at the start.
        """
        return self.gross / self.stock.where(self.stock > 0)

    @cached_property
    def assumed(self) -> list[dict[str, Any]]:
        """Every value that is not the user's."""
        return [row for row in self.listed("assumed") if isinstance(row, dict)]

    def grounds(self, mechanism: str) -> list[dict[str, Any]]:
        """The values that a mechanism rests on, weakest first."""
        own = [r for r in self.assumed if str(r.get("name", "")).startswith(f"{mechanism}.")]
        return sorted(own, key=lambda r: -GRADES.index(r["grade"]) if r.get("grade") in GRADES else -len(GRADES))

    def grade(self, mechanism: str) -> str:
        """The weakest grade of evidence among a mechanism's values; `assumed` where none is known."""
        rows = self.grounds(mechanism)
        return str(rows[0].get("grade", "assumed")) if rows else "assumed"
