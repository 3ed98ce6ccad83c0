"""Reads reaction equations over pools and dissolved species, balances them, refuses what does not balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rhizolith.errors import ModelError
from rhizolith.mechanisms.interface import Process

TOLERANCE = 1e-9
"""Largest imbalance of an element, relative to the largest amount of it in the reaction."""


class Vocabulary(Protocol):
    """What names mean: composition of anything, and how a species is made of transported components."""

    def composition(self, name: str) -> Mapping[str, float]:
        """Atoms of each element, and the charge under `charge`."""

    def unknowns(self, name: str) -> Mapping[str, float]:
        """The unknowns that change when one mole of `name` is made."""

    def read(self, equation: str) -> dict[str, float]:
        """Net coefficient of every name of an equation (products positive)."""


@dataclass(frozen=True)
class Reaction:
    """A balanced process: what one unit of its rate does to every unknown."""

    process: Process
    names: Mapping[str, float]
    """net coefficient of every name in the equation"""
    unknowns: Mapping[str, float]
    """net change of every unknown"""


def balance(process: Process, words: Vocabulary) -> Reaction:
    """The reaction of a process, its free species' coefficients found; ModelError naming what does not balance."""
    try:
        names = words.read(process.equation)
        for name in process.free:
            words.composition(name)
    except (ValueError, KeyError) as error:
        raise ModelError(f"{process.mechanism}: the equation {process.equation!r} cannot be read: {error}") from None
    if process.free:
        names = _complete(names, process, words)
    total: dict[str, float] = {}
    size: dict[str, float] = {}
    for name, n in names.items():
        for element, count in words.composition(name).items():
            total[element] = total.get(element, 0.0) + n * count
            size[element] = size.get(element, 0.0) + abs(n * count)
    checked = ("charge",) if process.boundary else total.keys()
    wrong = [e for e in checked if abs(total.get(e, 0.0)) > TOLERANCE * max(size.get(e, 0.0), 1.0)]
    if wrong:
        listed = ", ".join(f"{e}: {total[e]:+.6g} on the right" for e in wrong)
        raise ModelError(f"{process.mechanism}: {process.equation!r} does not balance ({listed})")
    unknowns: dict[str, float] = {}
    for name, n in names.items():
        for unknown, m in words.unknowns(name).items():
            unknowns[unknown] = unknowns.get(unknown, 0.0) + n * m
    return Reaction(process, names, {u: n for u, n in unknowns.items() if abs(n) > 1e-14})


def _complete(names: dict[str, float], process: Process, words: Vocabulary) -> dict[str, float]:
    """Find the coefficients of the free species, with as few of them as the balance needs."""
    free = [f for f in process.free]
    elements = sorted({e for n in [*names, *free] for e in words.composition(n)})
    matrix = np.array([[words.composition(f).get(e, 0.0) for f in free] for e in elements])
    rest = -np.array([sum(n * words.composition(k).get(e, 0.0) for k, n in names.items()) for e in elements])
    coefficients, *_ = np.linalg.lstsq(matrix, rest, rcond=None)
    missing = matrix @ coefficients - rest
    if np.abs(missing).max() > 1e-8:
        worst = elements[int(np.argmax(np.abs(missing)))]
        raise ModelError(f"{process.mechanism}: {process.equation!r} with {', '.join(free)} leaves {worst} over")
    total = dict(names)
    for name, n in zip(free, coefficients, strict=True):
        total[name] = total.get(name, 0.0) + float(n)
    return {k: n for k, n in total.items() if abs(n) > 1e-12}
