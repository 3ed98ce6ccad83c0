"""Where every element was at the start, what crossed the rim, and where it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rhizolith.simulation.run import Run

Array = NDArray[np.float64]
UNCOUNTED = ("H", "O")
"""Water is an infinite reservoir inside reactions, so its elements have no budget; charge stands for protons."""

LEAST = 1e-3
"""Share of an element's stock that counts as moved in any run (our choice)."""


def contents(run: Run) -> dict[str, dict[str, float]]:
    """Unknown → mol of each element (and charge) in one mole of it; unknowns that hold nothing are left out."""
    words = run.model.words
    found = {}
    for name in run.model.system.unknowns:
        if name.startswith("ln:") or name == "ionic_strength":
            continue
        held = words.composition(name.split("@")[0])
        found[name] = {e: n for e, n in held.items() if e not in UNCOUNTED and n}
    return found


def capacity(run: Run, name: str) -> Array:
    """What one unit of an unknown amounts to in each cell, mol: water, air or dry soil in the cell."""
    data, mobile = run.cell_data, run.model.system.mobile
    kind = "bulk_density" if name not in mobile else "air_content" if name.endswith("(g)") else "water_content"
    return np.asarray(data[kind] * run.grid.volumes)


def change(run: Run, held: Mapping[str, Mapping[str, float]]) -> tuple[dict[str, float], ...]:
    """Of each element, mol: what came to be in the soil, what was there first, what changed place on the way.

    Differences are taken before sums, so that a large stock does not drown a small change.
    """
    index = {n: i for i, n in enumerate(run.model.system.unknowns)}
    y = run.trajectory.y
    gained: dict[str, float] = {}
    stock: dict[str, float] = {}
    shifted: dict[str, float] = {}
    for name, elements in held.items():
        i, size = index[name], capacity(run, name)
        net, first = float(size @ (y[-1, i] - y[0, i])), abs(float(size @ y[0, i]))
        about = float(np.abs(np.diff(y[:, i], axis=0) @ np.diag(size)).sum()) / 2
        for element, n in elements.items():
            gained[element] = gained.get(element, 0.0) + n * net
            stock[element] = stock.get(element, 0.0) + abs(n) * first
            shifted[element] = shifted.get(element, 0.0) + abs(n) * about
    return gained, stock, shifted


def crossed(run: Run, held: Mapping[str, Mapping[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
    """(what came in less what left, what moved at all) of each element, mol, from the integrals of the processes.

    An element moves when it crosses the rim or goes from one pool to another; a mole counts once.
    """
    entered: dict[str, float] = {}
    moved: dict[str, float] = {}
    integrals = run.trajectory.integrals[-1] @ run.grid.volumes
    for reaction, extent in zip(run.model.reactions, integrals, strict=False):
        net: dict[str, float] = {}
        gross: dict[str, float] = {}
        for unknown, nu in reaction.unknowns.items():
            for element, n in held[unknown].items():
                net[element] = net.get(element, 0.0) + nu * n * extent
                gross[element] = gross.get(element, 0.0) + abs(nu * n * extent) / 2
        for element, amount in gross.items():
            moved[element] = moved.get(element, 0.0) + amount + abs(net[element]) / 2
            if reaction.process.boundary:
                entered[element] = entered.get(element, 0.0) + net[element]
    return entered, moved


def balance(run: Run) -> dict[str, float]:
    """(initial + in − out − present) / moved of each element and of charge.

    Moved: through processes and the rim, or between cells if that is more; at least a thousandth of the stock, so
    that an element which only lies there is not judged by the rounding of its stock.
    """
    held = contents(run)
    gained, stock, shifted = change(run, held)
    entered, moved = crossed(run, held)
    result = {}
    for element in sorted(stock, key=lambda e: (e == "charge", e)):
        size = max(moved.get(element, 0.0), shifted[element], LEAST * stock[element])
        result[element] = (entered.get(element, 0.0) - gained[element]) / size if size else 0.0
    return result
