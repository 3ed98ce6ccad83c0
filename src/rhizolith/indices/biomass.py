"""Microbial biomass by chloroform fumigation and extraction, and whether its C:N:P can be that of cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.registry import index

# extracted part of biomass C, N and P: calibrations of the papers cited at each index; laboratories use others too
K_EC, K_EN, K_EP = 0.45, 0.54, 0.40


def _released(fumigated: ArrayLike, control: ArrayLike, extracted: float) -> np.ndarray:
    return (np.asarray(fumigated, float) - np.asarray(control, float)) / extracted


@index(
    "microbial biomass C",
    "mg kg-1",
    "carbon in living cells; negative: the blank exceeds the sample",
    ("Vance1987", "Wu1990"),
    grade="fitted",
)
def biomass_carbon(fumigated: ArrayLike, control: ArrayLike, k_ec: float = K_EC) -> np.ndarray:
    """(fumigated - control extractable C)/k_EC, in the unit of the extracts; k_EC 0.45 unless told."""
    return _released(fumigated, control, k_ec)


@index(
    "microbial biomass N",
    "mg kg-1",
    "nitrogen in living cells; negative: the blank exceeds the sample",
    "Brookes1985",
    grade="fitted",
)
def biomass_nitrogen(fumigated: ArrayLike, control: ArrayLike, k_en: float = K_EN) -> np.ndarray:
    """(fumigated - control total extractable N)/k_EN, k_EN 0.54 unless told."""
    return _released(fumigated, control, k_en)


@index(
    "microbial biomass P",
    "mg kg-1",
    "phosphorus in living cells; negative: the blank exceeds the sample",
    "Brookes1982",
    grade="fitted",
)
def biomass_phosphorus(
    fumigated: ArrayLike, control: ArrayLike, recovery: ArrayLike = 1.0, k_ep: float = K_EP
) -> np.ndarray:
    """(fumigated - control bicarbonate-extractable P)/(k_EP recovery); `recovery` is the part of a P spike found again
    (0..1).
    """
    return _released(fumigated, control, k_ep) / np.asarray(recovery, float)


@dataclass(frozen=True)
class Bounds:
    """Mass ratios: below `possible` no cell can lie, outside `low`..`high` few soils do."""

    ratio: str
    possible: float
    low: float
    high: float
    why: str


# possible: the nucleotide poorest in carbon, AMP (C10H14N5O7P): C:N 1.71; ATP (C10H16N5O13P3): C:P 1.29 by mass.
# low and high: assumed, a factor of about three around the molar 8.6 and 60 of soils (Cleveland2007).
BOUNDS = {
    "C:N": Bounds(
        "C:N", 1.71, 2.5, 25.0, "nucleotides, the molecules of a cell richest in nitrogen, hold 1.7 g C per g N"
    ),
    "C:P": Bounds("C:P", 1.29, 7.0, 75.0, "even ATP holds 1.3 g C per g P"),
}


@index(
    "plausibility of biomass C:N:P",
    "class",
    "plausible, unusual for soil, or impossible for cells",
    ("Cleveland2007", "assumed: plausible is within a factor of three of the mean of soils"),
)
def plausibility(carbon: ArrayLike, other: ArrayLike, ratio: str = "C:N") -> np.ndarray:
    """Class of each sample's biomass mass ratio, `C:N` or `C:P`; a value is never changed or dropped for it."""
    bounds = BOUNDS[ratio]
    c, x = np.asarray(carbon, float), np.asarray(other, float)
    known = (x > 0) & ~np.isnan(c)
    r = c / np.where(known, x, np.nan)
    return np.select(
        [~known, r < bounds.possible, (r < bounds.low) | (r > bounds.high)],
        ["not known", "impossible for cells", "unusual for soil"],
        default="plausible",
    )


def explain(carbon: float, other: float, ratio: str = "C:N") -> str:
    """What is odd about a biomass ratio, and what could cause it, in two sentences; empty when it is plausible."""
    verdict = str(plausibility(carbon, other, ratio))
    if verdict in ("plausible", "not known"):
        return ""
    bounds = BOUNDS[ratio]
    cause = (
        f"{ratio.split(':')[1]} from outside the cells (fertilizer, amendment, sorbed and released by chloroform), "
        "a biomass C near the detection limit, a blank, or a mix-up of units or of the factors k"
        if carbon / other < bounds.low
        else "carbon from roots or litter in the extract, or a mix-up of units or of the factors k"
    )
    return f"Biomass {ratio} {carbon / other:.2g} by mass is {verdict} ({bounds.why}). Look for {cause}."
