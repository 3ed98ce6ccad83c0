"""The ring, slab or jar of soil that is simulated, cut into cells whose faces exchange water and solutes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhizolith.errors import InputError, Problem

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """Cells from the root outwards.

    faces: m [cell + 1]; areas: m² of each face [cell + 1]; volumes: m³ [cell]; centres: m [cell], the centroid of
    each cell, where a linear profile equals its mean. Areas and volumes are per m of root in a cylinder, per m² in a
    slab; a batch is one cell of 1 m³ without faces to cross. All soil, solids and pores together.
    """

    geometry: str
    faces: Array
    areas: Array
    volumes: Array
    centres: Array

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.volumes)

    @property
    def root_area(self) -> Array:
        """m² of root surface per m³ of soil in each cell: zero except beside the root."""
        area = np.zeros(self.cells)
        if self.geometry != "batch":
            area[0] = self.areas[0] / self.volumes[0]
        return area

    def __repr__(self) -> str:
        if self.geometry == "batch":
            return "Grid(batch, 1 cell)"
        return f"Grid({self.geometry}, {self.cells} cells, {self.faces[0] * 1e3:g} to {self.faces[-1] * 1e3:g} mm)"


def _log_factor(cells: int, wanted: float) -> float:
    """Log of the factor between neighbours at which `cells` of them are together exp(wanted) times the first.

    Newton's method: the excess rises and is convex in the logarithm, so that from above it falls onto the root.
    """
    x = wanted / (cells - 1)  # the last cell alone is no wider than all together
    for _ in range(100):
        excess = np.log(np.expm1(cells * x) / np.expm1(x)) - wanted
        step = excess / (cells / -np.expm1(-cells * x) - 1 / -np.expm1(-x))
        if abs(step) <= 2e-16 * x:
            break
        x -= step
    return float(x)


def stretched(start: float, end: float, cells: int, first: float | None = None) -> Array:
    """Faces from start to end (m), each cell wider than the one before by the same factor; `first`: width at start.

    Without `first`, or where equal cells are that narrow already, the cells are equal.
    """
    length = end - start
    if first is None or first * cells >= length * (1 - 1e-9) or cells == 1:
        return np.linspace(start, end, cells + 1)
    factor = np.exp(_log_factor(cells, float(np.log(length / first))))
    faces = start + length * (factor ** np.arange(cells + 1) - 1) / (factor**cells - 1)
    faces[-1] = end
    return np.asarray(faces)


def cylinder(root_radius: float, length_density: float, cells: int, first: float | None = None) -> Grid:
    """Soil around one metre of root, out to half the distance to the next root, 1/sqrt(π L_v).

    root_radius: m; length_density: m of root per m³ of soil; first: width (m) of the cell beside the root.
    Raises InputError when the root is thicker than the soil that belongs to it.
    """
    outer = 1 / np.sqrt(np.pi * length_density)
    if not root_radius < outer:
        raise InputError(
            Problem(
                "root",
                f"a root of {root_radius * 1e3:g} mm radius does not fit into its share of the soil,"
                f" {outer * 1e3:g} mm",
                f"check the radius, and the length density of {length_density:g} m of root per m³",
            )
        )
    faces = stretched(root_radius, float(outer), cells, first)
    inner, beyond = faces[:-1], faces[1:]
    volumes = np.pi * (beyond - inner) * (beyond + inner)
    centres = 2 / 3 * (beyond**2 + beyond * inner + inner**2) / (beyond + inner)
    return Grid("cylinder", faces, 2 * np.pi * faces, volumes, centres)


def slab(thickness: float, cells: int, first: float | None = None) -> Grid:
    """Soil behind one m² of a flat root mat or membrane, `thickness` m deep."""
    faces = stretched(0.0, thickness, cells, first)
    return Grid("slab", faces, np.ones(cells + 1), np.diff(faces), 0.5 * (faces[:-1] + faces[1:]))


def batch() -> Grid:
    """One well-stirred m³ of soil or suspension, without a root."""
    one = np.ones(1)
    return Grid("batch", np.array([0.0, 1.0]), np.zeros(2), one, 0.5 * one)
