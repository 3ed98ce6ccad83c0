"""Diffusion and mass flow between neighbouring cells, as the linear coefficients the engine takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rhizolith.kernels.rodas import Transport
from rhizolith.simulation.grid import Grid

Array = NDArray[np.float64]


def face_conductance(grid: Grid, effective: Array) -> Array:
    """m³ s⁻¹ through each inner face per unit of concentration difference.

    `effective`: diffusion coefficient of each cell relative to the whole cross-section (m² s⁻¹). The two half cells
    are resistances in series; in a cylinder each is that of a ring, ln(r2/r1)/(2π D), exact for a steady flow.
    """
    inner = grid.faces[1:-1]
    if grid.geometry == "cylinder":
        before = np.log(inner / grid.centres[:-1]) / (2 * np.pi)
        behind = np.log(grid.centres[1:] / inner) / (2 * np.pi)
    else:
        before = (inner - grid.centres[:-1]) / grid.areas[1:-1]
        behind = (grid.centres[1:] - inner) / grid.areas[1:-1]
    resistance = before / np.maximum(effective[:-1], 1e-300) + behind / np.maximum(effective[1:], 1e-300)
    return np.asarray(1 / resistance)


def diffusive(grid: Grid, effective: Array) -> tuple[Array, Array, Array]:
    """(below, here, above) [cell], s⁻¹: what each cell gains per unit concentration of its neighbours and itself."""
    below, above = np.zeros(grid.cells), np.zeros(grid.cells)
    conductance = face_conductance(grid, effective)
    above[:-1] = conductance / grid.volumes[:-1]
    below[1:] = conductance / grid.volumes[1:]
    return below, -below - above, above


def advective(grid: Grid, flow: Array, conductance: Array | None = None) -> tuple[Array, Array, Array]:
    """(below, here, above) [cell], s⁻¹, of water flowing through the inner faces.

    `flow`: m³ s⁻¹ outwards through each of the faces [cell + 1]; the outermost two carry no solute (roots take up
    what their own uptake says, and no water crosses the rim). The concentration on a face is interpolated
    linearly between the two centres: second order on a stretched grid. Where that would let the flow carry away more
    than diffusion brings back (cell Péclet number above 2), the cell downstream weighs no more than `conductance`
    (m³ s⁻¹, of each inner face) allows, so that no concentration is drawn below zero.
    """
    below, here, above = (np.zeros(grid.cells) for _ in range(3))
    through = flow[1:-1]
    share = (grid.centres[1:] - grid.faces[1:-1]) / np.diff(grid.centres)
    if conductance is not None:
        most = conductance / np.maximum(np.abs(through), 1e-300)
        share = np.where(through < 0, np.minimum(share, most), 1 - np.minimum(1 - share, most))
    own, next_ = through * share, through * (1 - share)
    here[:-1] -= own / grid.volumes[:-1]
    above[:-1] -= next_ / grid.volumes[:-1]
    below[1:] += own / grid.volumes[1:]
    here[1:] += next_ / grid.volumes[1:]
    return below, here, above


def make_transport(
    grid: Grid,
    effective: Sequence[Array],
    moves: Sequence[bool],
    flow: Array,
    relative: Callable[[float], tuple[float, float]] | None = None,
) -> Transport | None:
    """Transport of all mobile unknowns, or None in a batch.

    effective: one array [cell] per unknown (m² s⁻¹, whole cross-section); moves: whether the unknown goes with the
    water; flow: m³ s⁻¹ outwards through each face [cell + 1] at relative flow 1; relative: s(t) and
    its derivative where the model does not say itself how the flow changes in time.
    """
    if grid.cells == 1 or not len(effective):
        return None
    still = [diffusive(grid, e) for e in effective]
    stacked = tuple(np.array([row[k] for row in still]) for k in range(3))
    if not np.any(flow[1:-1]):
        return Transport(stacked)  # type: ignore[arg-type]
    carried = [advective(grid, flow if m else 0 * flow, face_conductance(grid, e)) for e, m in zip(effective, moves)]
    flowing = tuple(np.array([row[k] for row in carried]) for k in range(3))
    return Transport(stacked, flowing, flow=relative)  # type: ignore[arg-type]
