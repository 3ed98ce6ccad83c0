"""From a laboratory's numbers to a vulnerability spectrum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rhizolith.assessment.draws import shared_draws
from rhizolith.assessment.exposure import exposure
from rhizolith.assessment.from_root import levels_of
from rhizolith.assessment.inventory import take_inventory
from rhizolith.assessment.measured import Measured, from_mapping, read
from rhizolith.assessment.spectrum import Spectrum
from rhizolith.assessment.susceptibility import susceptibility
from rhizolith.errors import InputError, Problem

SAMPLES = 2000


def assess(
    soil: Any, root: Any = None, setting: Mapping[str, str] | None = None, samples: int = SAMPLES, seed: int = 1
) -> Spectrum:
    """Say which associations a soil holds and how vulnerable each is to each mechanism around this root.

    `soil` is a path, the name of a soil that ships with rhizolith, a mapping of numbers (units of the table of inputs:
    g/kg, cmol/kg) or a `Soil`. `setting` states plant, mycorrhiza, nutrient status, water regime and climate; what it
    leaves out is sampled. `root` may be None, a plant's name, or a `Root`, whose rates are read as levels beside those
    of the usual fine root. Raises InputError with every problem.
    """
    stated = dict(setting or {})
    if root is not None and "plant" not in stated and isinstance(root, str):
        stated["plant"] = root
    if not 50 <= samples <= 200_000:
        raise InputError(Problem("samples", f"{samples} samples", "take between 50 and 200 000"))
    return spectrum_of(_rooted(_measured(soil, stated), root), samples, seed)


def spectrum_of(soils: Measured, samples: int, seed: int) -> Spectrum:
    """The spectrum of the first of these soils."""
    draws, one = shared_draws(samples, seed), soils.part(slice(0, 1))
    inventory = take_inventory(one, draws)
    exposed, nodes = exposure(one, draws)
    susceptible = susceptibility(inventory, draws)
    formed = susceptibility(inventory, draws, ["formation"])[0, ..., 0]
    return Spectrum(
        one, inventory, susceptible[0], exposed[0], formed * _supply(nodes), dict(nodes), draws.columns, seed
    )


def _rooted(soils: Measured, root: Any) -> Measured:
    """The soils with what a described root says of its triggers."""
    if root is None or isinstance(root, str):
        return soils
    if not (hasattr(root, "exudation") and hasattr(root, "surface")):
        raise InputError(Problem("root", f"{type(root).__name__} is no root", "give a plant's name or a Root"))
    return replace(soils, root=levels_of(root))


def _supply(nodes: Mapping[str, np.ndarray]) -> np.ndarray:
    """(samples, 1) supply of organic matter by the root, which formation needs as disruption needs a trigger."""
    return nodes["rhizodeposition"][0][:, None]


def _measured(soil: Any, setting: Mapping[str, str]) -> Measured:
    if isinstance(soil, Measured):
        return soil
    if isinstance(soil, str | Path):
        return read(soil, setting)
    if isinstance(soil, Mapping):
        held = {k: v for k, v in soil.items() if k != "setting"}
        return from_mapping(held, {**dict(soil.get("setting", {})), **setting}, str(soil.get("name", "soil")))
    if hasattr(soil, "organic_carbon") and hasattr(soil, "pH"):
        from rhizolith.assessment.from_soil import numbers_of

        return from_mapping(numbers_of(soil), setting, str(getattr(soil, "name", "soil")))
    fix = "give a path, the name of a shipped soil, a mapping of numbers or a Soil"
    raise InputError(Problem("soil", f"{type(soil).__name__} is nothing that can be assessed", fix))
