"""By how many steps of 36 mDa a mass scale is off, told by the contaminants that every negative spectrum holds.

Organic matter repeats with CH4 for O, so that a scale off by a multiple of that distance fits its lattice as well. The
surfactants and fatty acids of laboratories do not repeat: they tower over their neighbours with two hydrogens more or
less (one carbon more or less for the acids), and only on the right scale do they stand where they belong.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from rhizolith.molecules.formula import mass, parse
from rhizolith.molecules.isotopes import table

STEP = 0.0363855  # Da: CH4 against O
REACH = 2.5  # ppm
TALLEST = 3.0  # natural log; no single contaminant decides
LEAST = 7.0  # summed ln of height over neighbours; seven open lists reach 8 to 20 on their scale, 4.6 off it
CLEAR = 4.0  # assumed: how far the next best step must stay below


@cache
def marks(charge: int) -> tuple[tuple[float, float], ...]:
    """Neutral mass (Da) of each contaminant, and the distance (Da) of the neighbours that it towers over."""
    return tuple(
        (mass(parse(r["formula"])), mass(parse(r["beside"]))) for r in table("contaminants.csv")
        if int(r["charge"]) == charge
    )


def heights(mz: np.ndarray, intensity: np.ndarray, shift: float, steps: np.ndarray) -> np.ndarray:
    """How far contaminants tower over their neighbours (summed ln) when `steps` × 36 mDa are added to a sorted scale.

    `shift` is the ion's mass (Da); of ions other than [M-H]- nothing is known: zeros.
    """
    known = np.array(marks(-1)) if abs(shift + 1.00728) < 1e-4 else np.zeros((0, 2))
    if not len(known) or not len(mz):
        return np.zeros(len(steps))
    floor = 0.5 * float(np.quantile(intensity, 0.01))
    places = known[:, :1] + shift + np.array([0.0, 1.0, -1.0]) * known[:, 1:]  # contaminants × itself, above, below
    wanted = places[None, :, :] - STEP * steps[:, None, None]
    first = np.searchsorted(mz, wanted * (1 - 1e-6 * REACH))
    last = np.searchsorted(mz, wanted * (1 + 1e-6 * REACH))
    tall = np.full(wanted.shape, floor)
    for k in range(int((last - first).max(initial=0))):
        here = first + k < last
        tall = np.where(here, np.maximum(tall, intensity[np.minimum(first + k, len(mz) - 1)]), tall)
    ratio = np.log(tall[..., 0] / tall[..., 1:].max(axis=2))
    return np.clip(ratio, -1.0, TALLEST).sum(axis=1)


def settle(mz: np.ndarray, intensity: np.ndarray, shift: float, farthest: float) -> int | None:
    """The steps of 36 mDa, up to `farthest` Da, by which a sorted scale is too low; None where none stands out."""
    most = int(farthest / STEP)
    height = heights(mz, intensity, shift, np.arange(-most, most + 1))
    best = int(height.argmax())
    if height[best] < LEAST or np.delete(height, best).max() > height[best] - CLEAR:
        return None
    return best - most
