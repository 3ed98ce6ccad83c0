"""Enzyme vectors, limitation, threshold ratios and CUE from the activities of a plate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rhizolith.analysis.experiment.recipe import PARTS, Quantities, Recipe
from rhizolith.analysis.experiment.threshold_line import ThresholdLine, drawn_n0, threshold_line
from rhizolith.errors import Problem
from rhizolith.indices import carbon_use, enzyme_forms, enzymes

BIOMASS_CN, BIOMASS_CP = 8.6, 60.0  # molar, mean of soils (Cleveland2007); used where biomass was not measured


def _sum(q: Quantities, *names: str) -> np.ndarray:
    """Activities that were measured, added; NaN where none was."""
    given = np.stack([q[n] for n in names if n in q])
    return np.where(np.isnan(given).all(axis=0), np.nan, np.nansum(given, axis=0))


def acquisition(q: Quantities) -> dict[str, np.ndarray]:
    """Activities that acquire C (BG + CBH), N (NAG + LAP) and P, as far as they were measured."""
    return {name: _sum(q, *parts) for name, parts in PARTS.items() if any(p in q for p in parts)}


def _three(q: Quantities) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return q["enzyme_C"], q["enzyme_N"], q["enzyme_P"]


def _threshold(element: str, own: str, mean: float) -> Callable[[Quantities], np.ndarray]:
    def make(q: Quantities) -> np.ndarray:
        ratio = float(np.nanmedian(q[own][0])) if own in q and np.isfinite(q[own][0]).any() else mean
        c, x = q["enzyme_C"], q[f"enzyme_{element}"]
        both = (c[0] > 0) & (x[0] > 0)
        if both.sum() < 3 or np.ptp(c[0][both]) == 0 or np.ptp(x[0][both]) == 0:
            return np.full(c.shape, np.nan)
        n0 = drawn_n0(c[0], x[0], len(c) - 1)[:, None]
        return np.asarray(enzymes.threshold_ratio(c, x, ratio, n0))

    return make


def threshold_lines(q: Quantities) -> list[ThresholdLine]:
    """The lines ln C ~ ln N and ln C ~ ln P over the samples, those that their activities give."""
    held = acquisition(q)
    if "enzyme_C" not in held:
        return []
    others = {e: held[f"enzyme_{e}"][0] for e in ("N", "P") if f"enzyme_{e}" in held}
    found = [threshold_line(e, held["enzyme_C"][0], x) for e, x in others.items()]
    return [line for line in found if line is not None]


def line_problems(lines: Sequence[ThresholdLine]) -> list[Problem]:
    """Lines that cannot carry a threshold ratio: read far beyond the activities with too wide a range."""
    found = []
    for line in lines:
        if not line.readable:
            what = (
                f"TER_C{line.element} rests on the line ln C ~ ln {line.element} (slope {line.slope:.2g}, r "
                f"{line.r:.2f}), read at 1 nmol g-1 h-1, {line.below:.2g} times below the lowest activity: n0 "
                f"{line.n0:.2g} (90 % interval {line.n0_low:.2g} to {line.n0_high:.2g})"
            )
            fix = "its n0 is an extrapolation: compare samples of this work, do not read the ratio as a threshold"
            found.append(Problem("enzymes", what, fix))
    return found


def _availability(element: str, food: str, mean: float) -> Callable[[Quantities], np.ndarray]:
    def make(q: Quantities) -> np.ndarray:
        eea = q["enzyme_C"] / np.where(q[f"enzyme_{element}"] > 0, q[f"enzyme_{element}"], np.nan)
        return carbon_use.nutrient_availability(eea, q[food], mean)

    return make


_CNP = ("enzyme_C", "enzyme_N", "enzyme_P")
FORM = "form: proportions C/(C+P) and C/(C+N); the angle exceeds 45 exactly when that of the ratios does"
ENZYMES = (
    Recipe(
        "vector_length", "enzyme vector length", _CNP,
        lambda q: enzymes.vector_length(*_three(q), form=enzyme_forms.share), FORM,
    ),
    Recipe(
        "vector_angle", "enzyme vector angle", _CNP,
        lambda q: enzymes.vector_angle(*_three(q), form=enzyme_forms.share), FORM,
    ),
    Recipe(
        "limitation", "nutrient limitation class", ("vector_angle",),
        lambda q: enzymes.limitation(q["vector_angle"]), "boundary 45 degrees, by convention",
    ),
    Recipe(
        "TER_CN", "threshold element ratio", ("enzyme_C", "enzyme_N"), _threshold("N", "biomass_CN", BIOMASS_CN),
        "biomass C:N the median measured, else 8.6 (Cleveland2007); n0 from these samples, in the interval",
    ),
    Recipe(
        "TER_CP", "threshold element ratio", ("enzyme_C", "enzyme_P"), _threshold("P", "biomass_CP", BIOMASS_CP),
        "biomass C:P the median measured, else 60 (Cleveland2007); n0 from these samples, in the interval",
    ),
    Recipe(
        "availability_N", "availability of a nutrient", ("enzyme_C", "enzyme_N", "soil_CN"),
        _availability("N", "soil_CN", BIOMASS_CN), "food C:N that of the soil, biomass C:N 8.6 (Cleveland2007)",
    ),
    Recipe(
        "availability_P", "availability of a nutrient", ("enzyme_C", "enzyme_P", "soil_CP"),
        _availability("P", "soil_CP", BIOMASS_CP), "food C:P that of the soil, biomass C:P 60 (Cleveland2007)",
    ),
    Recipe(
        "CUE_enzymes", "CUE by stoichiometry", ("availability_N", "availability_P"),
        lambda q: carbon_use.cue_stoichiometric(q["availability_N"], q["availability_P"]),
    ),
    Recipe(
        "CUE_enzymes_N", "CUE by stoichiometry, one nutrient", ("availability_N",),
        lambda q: carbon_use.cue_one(q["availability_N"]), "nitrogen alone",
    ),
)  # fmt: skip
