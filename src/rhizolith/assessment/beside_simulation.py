"""The rules beside the simulator, for the same soil: do they put the same cells first?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rhizolith.assessment.inventory import diffraction
from rhizolith.assessment.spectrum import Spectrum
from rhizolith.errors import InputError, Problem

DAYS, CELLS = 10, 20
RADIUS, LENGTH_DENSITY = 1.8e-4, 5e4
"""m, m m⁻³: median fine root of GRooT, and a usual topsoil"""


def kind_of(name: str) -> str:
    """The kind of association that one of the simulator's stands for; empty where the rules have none.

    The simulator has no metal–organic complexes and no calcium bridges as associations.
    """
    mineral, _, bond, arrangement = name.split("/")
    if arrangement in ("coprecipitated", "occluded"):
        return "coprecipitated"
    if arrangement == "outer_layer" or (bond == "hydrophobic" and arrangement != "monolayer"):
        return "outer_layer"
    return diffraction().get(mineral, "")


def beside(spectrum: Spectrum, soil: str | Path, days: float = DAYS) -> Any:
    """One row a cell that both have: the rank by the rules with its range, and the rank by simulation.

    The same soil around one fine root with the usual mix of exudates, for `days`. The simulated number is the share of
    a kind's carbon that a mechanism disrupted (gross). A cell is in conflict where the simulated rank lies outside the
    5 to 95 % range of the rules' ranks, unless both say never. `attrs` hold the rank correlation over all cells, and
    in `left_out` the minerals that the simulator has no rate laws for.
    """
    import pandas as pd

    from rhizolith.assessment.simulated_soil import left_out, simulated_soil
    from rhizolith.description.scenario import Root, Scenario
    from rhizolith.simulation.run import simulate

    known_soil, unknown = simulated_soil(soil)
    root = Root(radius=RADIUS, length_density=LENGTH_DENSITY)
    time = {"duration": days * 86400.0, "output_every": 86400.0}
    setup = {"name": "beside", "soil": known_soil, "root": root, "cells": CELLS, **time}
    share = shares(simulate(Scenario.model_validate(setup)))
    kinds, known = spectrum.associations, spectrum.mechanisms
    cells = [(a, m) for a, m in share if a in kinds and m in known]
    if not cells:
        what = "none of the associations that the simulator knows in it has rules"
        raise InputError(Problem(str(soil), what, "give oxalate iron or aluminium, or leave --simulate out"))
    rows = pd.DataFrame(cells, columns=["association", "mechanism"])
    rows.attrs["left_out"] = left_out(spectrum, unknown)
    rules = np.array([spectrum.vulnerability[:, kinds.index(a), known.index(m)] for a, m in cells])
    order = percentiles(rules)
    low, middle, high = np.quantile(order, (0.05, 0.5, 0.95), axis=1)
    simulated = percentiles(np.array([[share[c]] for c in cells]))[:, 0]
    rows = rows.assign(
        rules_low=low, rules=middle, rules_high=high, simulated=simulated, share=[share[c] for c in cells]
    )
    both_zero = (rules.max(axis=1) == 0) & (rows["share"] == 0)
    rows["conflict"] = ((simulated < low) | (simulated > high)) & ~both_zero
    rows.attrs["rank_correlation"] = float(np.corrcoef(percentiles(middle[:, None])[:, 0], simulated)[0, 1])
    rows.attrs["days"] = days
    return rows


def shares(data: Any) -> dict[tuple[str, str], float]:
    """(kind of association, mechanism) → share of its carbon that was disrupted."""
    held: dict[str, list[str]] = {}
    for name in data["association"].values:
        if kind := kind_of(str(name)):
            held.setdefault(kind, []).append(str(name))
    family = data["family"].to_series()
    found = {}
    for kind, names in held.items():
        part = data.sel(association=names)
        stock = float((part["association_carbon"].isel(time=0) * data["soil_mass"]).sum())
        gone = part["disrupted"].isel(time=-1).sum("association").to_series()
        for mechanism, value in gone.items():
            if stock > 0 and family[mechanism] in ("dissolution", "desorption", "depolymerization"):
                found[kind, str(mechanism)] = float(value) / stock
    return found


def percentiles(values: np.ndarray) -> np.ndarray:
    """Each column as percentiles among its rows, ties shared."""
    from scipy.stats import rankdata

    return np.asarray((rankdata(values, axis=0) - 0.5) / len(values))
