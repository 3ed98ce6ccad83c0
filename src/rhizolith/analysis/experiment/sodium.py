"""Whether sodium adsorption ratios are those of soils, and how far their regression to exchange sites is stretched."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rhizolith.errors import Problem

MOST = 100.0
"""(mmol(c) L-1)^0.5 that the median of a soil hardly exceeds; assumed: a soil is sodic above 13 (Richards1954)."""


def sodium_problems(held: Mapping[str, np.ndarray]) -> list[Problem]:
    """One remark where the median SAR lies above those of soils; values as in `soil`, one a sample."""
    sar = np.asarray(held.get("SAR", ()), float)
    high = np.isfinite(sar) & (sar > MOST)
    if not len(sar) or not high.any() or np.nanmedian(sar) <= MOST:
        return []
    divalent = np.asarray(held["soluble_Ca"], float) + np.asarray(held["soluble_Mg"], float)
    what = (
        f"SAR is {np.nanmin(sar):.3g} to {np.nanmax(sar):.3g} (mmol(c) L-1)^0.5, above {MOST:g} in {high.sum()} of "
        f"{np.isfinite(sar).sum()} samples; soils hardly exceed {MOST:g} (assumed), a soil is sodic above 13. Ca "
        f"and Mg together are {np.nanmin(divalent):.2g} to {np.nanmax(divalent):.2g} mmol(c) L-1: close to "
        "nothing, so that their error is the error of the ratio. ESP_from_SAR is stretched beyond its soils"
    )
    fix = (
        "check that Na, Ca and Mg are all in mmol(c) L-1 (not mg L-1) and above detection; alkaline residues "
        "can be so, then compare ranks rather than values, and measure exchangeable sodium"
    )
    return [Problem("soil/SAR", what, fix)]
