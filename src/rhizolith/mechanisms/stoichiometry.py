"""Reads reaction equations over pools and dissolved species, balances them, refuses what does not balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rhizolith.errors import ModelError
from rhizolith.mechanisms.interface import Here, Mechanism, Process, Scene

TOLERANCE = 1e-9
"""Largest imbalance of an element, relative to the largest amount of it in the reaction."""


class Vocabulary(Protocol):
    """What names mean: composition of anything, and how a species is made of transported components."""

    def composition(self, name: str) -> Mapping[str, float]:
        """Atoms of each element, and the charge under `charge`."""

    def unknowns(self, name: str) -> Mapping[str, float]:
        """The unknowns that change when one mole of `name` is made; nothing for water, which is always there."""

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

    def __str__(self) -> str:
        sides = [
            " + ".join(f"{abs(n):.4g} {k}" for k, n in self.names.items() if n * s > 0) or "nothing" for s in (-1, 1)
        ]
        return f"{self.process.name}: {sides[0]} = {sides[1]}"


def assemble(scene: Scene, mechanisms: Iterable[Mechanism], here: Here, vocabulary: Vocabulary) -> tuple[Reaction, ...]:
    """Every reaction of every mechanism in a scene, balanced; ModelError naming each equation that is not."""
    reactions: list[Reaction] = []
    wrong: list[str] = []
    for mechanism in mechanisms:
        for process in mechanism.processes(scene, here):
            try:
                reactions.append(balance(process, vocabulary))
            except ModelError as error:
                wrong.append(str(error))
    names = [r.process.name for r in reactions]
    wrong += [f"two processes are called {n!r}" for n in dict.fromkeys(names) if names.count(n) > 1]
    if wrong:
        raise ModelError("\n".join(wrong))
    return tuple(reactions)


def balance(process: Process, words: Vocabulary) -> Reaction:
    """The reaction of a process, its free species' coefficients found; ModelError naming what does not balance.

    Every element and the charge have to be the same on both sides. A process across the boundary of the soil has one
    side outside, so only its charge is held.
    """
    where = f"{process.mechanism}: the equation {process.equation!r}"
    try:
        names = words.read(process.equation)
        atoms = {name: words.composition(name) for name in [*names, *process.free]}
    except (ValueError, KeyError) as error:
        raise ModelError(f"{where} cannot be read: {str(error).strip(chr(34))}") from None
    if process.free:
        names = _complete(names, process.free, atoms, where)
    checked = {"charge"} if process.boundary else {e for name in names for e in atoms[name]}
    wrong = []
    for element in sorted(checked):
        counts = [n * atoms[name].get(element, 0.0) for name, n in names.items()]
        if abs(sum(counts)) > TOLERANCE * max(sum(map(abs, counts)), 1.0):
            left, right = (
                sum(abs(n) * atoms[name].get(element, 0.0) for name, n in names.items() if n * s > 0) for s in (-1, 1)
            )
            wrong.append(f"{element}: left {left:.6g}, right {right:.6g}")
    if wrong:
        raise ModelError(f"{where} does not balance ({'; '.join(wrong)})")
    unknowns: dict[str, float] = {}
    for name, n in names.items():
        for unknown, m in words.unknowns(name).items():
            unknowns[unknown] = unknowns.get(unknown, 0.0) + n * m
    return Reaction(process, names, {u: n for u, n in unknowns.items() if abs(n) > 1e-14})


def _complete(
    names: dict[str, float], free: tuple[str, ...], atoms: Mapping[str, Mapping[str, float]], where: str
) -> dict[str, float]:
    """Find the one set of coefficients of the free species that balances; ModelError when there is none or many."""
    elements = sorted({e for n in [*names, *free] for e in atoms[n]})
    matrix = np.array([[atoms[f].get(e, 0.0) for f in free] for e in elements])
    rest = -np.array([sum(n * atoms[k].get(e, 0.0) for k, n in names.items()) for e in elements])
    coefficients, _, rank, _ = np.linalg.lstsq(matrix, rest, rcond=None)
    missing = matrix @ coefficients - rest
    if np.abs(missing).max() > 1e-8:
        left = "; ".join(f"{e}: {-m:+.6g} too much on the left" for e, m in zip(elements, missing) if abs(m) > 1e-8)
        raise ModelError(f"{where} cannot be completed with {', '.join(free)} ({left})")
    if rank < len(free):
        raise ModelError(f"{where} can be completed with {', '.join(free)} in more than one way; name fewer of them")
    total = dict(names)
    for name, n in zip(free, coefficients, strict=True):
        total[name] = total.get(name, 0.0) + float(n)
    return {k: n for k, n in total.items() if abs(n) > 1e-12}
