"""Life strategies as measured: what a community does with carbon and enzymes, not what its genes allow."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.registry import index


@index(
    "Y-A-S as measured",
    "standard deviations among samples",
    "positive: more of this strategy than in the mean sample of this experiment; no zero shared with other experiments",
    ("Malik2020", "assumed: one measured trait stands for each strategy"),
    ("Y computed from the same enzymes that make A is tied to it by arithmetic: use a CUE from growth.",),
)
def yas_measured(
    efficiency: ArrayLike | None = None,
    enzymes: ArrayLike | None = None,
    stress: ArrayLike | None = None,
    biomass: ArrayLike | None = None,
) -> dict[str, np.ndarray]:
    """Standard scores of carbon use efficiency (Y), of ln enzyme activity (A) and of ln stress compounds (S).

    Activity (all acquiring enzymes, nmol g⁻¹ h⁻¹) and stress compounds (mg kg⁻¹) are taken per microbial biomass carbon
    where `biomass` is given. What was not measured is left out; a trait that does not vary scores 0.
    """
    out: dict[str, np.ndarray] = {}
    if efficiency is not None:
        out["Y"] = _scores(np.asarray(efficiency, float))
    for name, trait in (("A", enzymes), ("S", stress)):
        if trait is not None:
            amount = np.asarray(trait, float) / (1.0 if biomass is None else np.asarray(biomass, float))
            out[name] = _scores(np.log(np.where(amount > 0, amount, np.nan)))
    return out


def _scores(x: np.ndarray) -> np.ndarray:
    """Distance to the mean in standard deviations, over the samples that have a value."""
    known = x[np.isfinite(x)]
    spread = known.std(ddof=1) if len(known) > 1 else np.nan
    return np.where(np.isfinite(x), (x - known.mean()) / spread if spread > 0 else 0.0 * x, np.nan) if len(known) else x
