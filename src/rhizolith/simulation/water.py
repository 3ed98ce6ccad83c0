"""Water on its way to the root: the steady-rate flow that carries solutes with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rhizolith.simulation.grid import Grid

Array = NDArray[np.float64]


def steady_rate_flow(grid: Grid, uptake: float) -> Array:
    """Water drawn evenly from the whole shell flows to the root; m³ s⁻¹ outwards through each face (negative).

    `uptake`: m³ of water per s, per m of root (cylinder) or per m² (slab). Every volume of soil gives the same share,
    so the flow through a face is the uptake times the share of the soil that lies behind it. The same amount of
    solute-free water enters evenly from above, so that the water content stays as described.
    Source: the steady-rate approximation of de Willigen & van Noordwijk (1987), for solutes Nye & Tinker (1977).
    """
    if grid.geometry == "batch":
        return np.zeros(grid.cells + 1)
    behind = np.concatenate([np.cumsum(grid.volumes[::-1])[::-1], [0.0]])
    return -uptake * behind / behind[0]
