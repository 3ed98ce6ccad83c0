"""The ring of soil around a root, cut into cells, and how what is dissolved moves between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rhizolith.kernels.rodas import Transport

Array = NDArray[np.float64]
Geometry = Literal["cylinder", "slab", "batch"]


@dataclass(frozen=True)
class Grid:
    """Cells from the root surface outward, per metre of root (cylinder), per m² (slab) or one m³ (batch)."""

    geometry: Geometry
    edges: Array
    """m, cells + 1"""

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.edges) - 1

    @property
    def centres(self) -> Array:
        """m: midpoint of each cell."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])

    @property
    def faces(self) -> Array:
        """m² per unit of the geometry, cells + 1"""
        return 2 * np.pi * self.edges if self.geometry == "cylinder" else np.ones_like(self.edges)

    @property
    def volumes(self) -> Array:
        """m³ per unit of the geometry"""
        if self.geometry == "batch":
            return np.ones(1)
        return np.pi * np.diff(self.edges**2) if self.geometry == "cylinder" else np.diff(self.edges)

    @property
    def root_area(self) -> Array:
        """m² of root surface per m³ of soil: only the first cell touches the root."""
        area = np.zeros(self.cells)
        if self.geometry != "batch":
            area[0] = self.faces[0] / self.volumes[0]
        return area


def make_grid(geometry: Geometry, inner: float, outer: float, cells: int, stretch: float = 1.08) -> Grid:
    """Cells that widen by `stretch` from `inner` to `outer` (m)."""
    if geometry == "batch":
        return Grid("batch", np.array([0.0, 1.0]))
    widths = stretch ** np.arange(cells)
    edges = inner + (outer - inner) * np.concatenate([[0.0], np.cumsum(widths) / widths.sum()])
    return Grid(geometry, edges)


def millington_quirk(filled: Array, porosity: Array) -> Array:
    """Diffusion in part of the pores relative to free: filled^(10/3)/porosity² (Millington & Quirk 1961)."""
    return filled ** (10 / 3) / porosity**2


def make_transport(
    grid: Grid,
    effective: Array,
    moves_with_water: Array,
    flow_at_root: float,
    supplied: Array,
    flow: Callable[[float], tuple[float, float]],
) -> Transport | None:
    """Coupling of neighbouring cells, second order in space.

    effective: [mobile, cell] diffusion coefficients (m² s⁻¹) of the concentration in their own phase, per whole soil;
    moves_with_water: [mobile] 1 or 0; flow_at_root: m³ water m⁻² root s⁻¹ towards the root at full flow, constant
    through every cylinder (steady rate), fed from outside with `supplied` [mobile] (mol m⁻³);
    the root lets water in and keeps solutes out. `flow(t)` is the relative flow and its slope.
    """
    if grid.cells == 1:
        return None
    gap = np.diff(grid.centres)
    distance_in = grid.edges[1:-1] - grid.centres[:-1]
    distance_out = grid.centres[1:] - grid.edges[1:-1]
    between = gap / (distance_in / effective[:, :-1] + distance_out / effective[:, 1:])
    conductance = between * grid.faces[1:-1] / gap
    below, here, above = (np.zeros_like(effective) for _ in range(3))
    volume = grid.volumes
    above[:, :-1] = conductance / volume[:-1]
    below[:, 1:] = conductance / volume[1:]
    here[:, :-1] -= conductance / volume[:-1]
    here[:, 1:] -= conductance / volume[1:]
    if flow_at_root == 0:
        return Transport((below, here, above))
    water = flow_at_root * grid.faces[0] * moves_with_water[:, None]
    inner_share = distance_out / gap  # linear interpolation of the concentration at the face
    outer_share = 1 - inner_share
    b, h, a = (np.zeros_like(effective) for _ in range(3))
    h[:, :-1] += water * inner_share / volume[:-1]
    a[:, :-1] += water * outer_share / volume[:-1]
    b[:, 1:] -= water * inner_share / volume[1:]
    h[:, 1:] -= water * outer_share / volume[1:]
    source = np.zeros_like(effective)
    source[:, -1] = water[:, 0] * supplied / volume[-1]
    return Transport((below, here, above), (b, h, a), source, flow)
