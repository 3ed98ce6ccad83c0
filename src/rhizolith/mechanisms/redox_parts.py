"""How far the reduction of a mineral is from equilibrium, for the rate laws that stop there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rhizolith.kernels import exp, minimum
from rhizolith.knowledge.estimate import Estimate
from rhizolith.mechanisms.interface import Here, Mineral, measured
from rhizolith.mechanisms.rate_parts import eased

LN10 = 2.302585092994046
FARADAY_PER_GAS_CONSTANT = 11604.518
"""K V⁻¹ (CODATA 2018)"""

COUPLES: Mapping[str, Estimate] = {
    "iron": measured(13.02, "", 12.9, 13.1, "Parkhurst2013: phreeqc.dat, Fe+3 + e- = Fe+2", "log10 K"),
    "oxygen": measured(86.06, "", 85.9, 86.2, "Parkhurst2013: phreeqc.dat, O2 + 4 H+ + 4 e- = 2 H2O", "log10 K"),
}
"""log10 K of the couples behind reducible minerals at 25 °C; their change with temperature is left out."""


def log_distance(here: Here, mineral: Mineral) -> Any:
    """ln Q − ln K per electron of `mineral + n e- + protons = metal(II)`; negative while reduction can go on.

    Put together from the saturation of the mineral and the couples Fe+3/Fe+2 and O2/H2O, so that it follows the
    database and the temperature of the run wherever those know better.
    """
    distance: Any = here.log_saturation(mineral.phase)
    if iron := mineral.yields("Fe+3"):
        constant = LN10 * here.use("couple.iron", COUPLES["iron"])
        distance = distance + iron * (here.log_activity("Fe+2") - here.log_activity("Fe+3") - constant)
    if oxygen := mineral.yields("O2"):
        constant = LN10 * here.use("couple.oxygen", COUPLES["oxygen"])
        distance = distance - oxygen * (here.log_activity("O2") + 4 * here.log_activity("H+") + constant)
    return distance / mineral.electrons


def drive(distance: Any) -> Any:
    """1 − Q/K of a reaction at ln(Q/K) = `distance`: 1 far from equilibrium, smoothly 0 at it and beyond."""
    return eased(1.0 - exp(minimum(distance, 0.0)))


def harvest(here: Here, distance: Any, potential: Any) -> Any:
    """Share of a respiration that its energy pays for: F_T = 1/(1 + exp(ΔG/RT + F ΔΨ/RT)), ΔG per electron.

    ΔΨ (V) is the potential that a cell holds across its membrane (LaRowe et al. 2012). Between 0 and 1, smooth.
    """
    argument = distance + FARADAY_PER_GAS_CONSTANT * potential / here.temperature
    return 1.0 / (1.0 + exp(minimum(argument, 60.0)))
