"""A path model as drawn before any number is seen: blocks of indicators, and arrows between them that never loop."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.errors import InputError, Problem

SCHEMES = ("centroid", "factorial", "path")
MODES = ("A", "B")


@dataclass(frozen=True)
class Design:
    """Latent variables, their indicators and the arrows between them.

    `arrows[i, j]` is true when variable j points at variable i. `blocks[i]` names the indicators of variable i;
    `modes[i]` is A (the indicators reflect it) or B (they form it).
    """

    names: tuple[str, ...]
    arrows: NDArray[np.bool_]
    blocks: tuple[tuple[str, ...], ...]
    modes: tuple[str, ...]
    scheme: str = "path"

    @property
    def columns(self) -> tuple[str, ...]:
        """Indicators in the order of the blocks; one used in two blocks stands twice."""
        return tuple(name for block in self.blocks for name in block)

    @property
    def members(self) -> NDArray[np.bool_]:
        """Indicators × latent variables: who belongs to whom."""
        sizes = [len(block) for block in self.blocks]
        return np.repeat(np.eye(len(sizes), dtype=bool), sizes, axis=0)

    @property
    def ends(self) -> list[bool]:
        """Whether any arrow points at each latent variable."""
        return [bool(row.any()) for row in self.arrows]

    @property
    def order(self) -> tuple[int, ...]:
        """Latent variables from causes to effects."""
        return tuple(topological(self.arrows) or ())

    @property
    def busiest(self) -> int:
        """The largest number of arrows into one latent variable, or of indicators that form one."""
        formed = [len(b) for b, mode in zip(self.blocks, self.modes) if mode == "B"]
        return int(max([1, *self.arrows.sum(axis=1), *formed]))

    def __str__(self) -> str:
        return f"{len(self.names)} latent variables, {len(self.columns)} indicators, {int(self.arrows.sum())} arrows"


def topological(arrows: NDArray[np.bool_]) -> list[int] | None:
    """An order in which causes come first, or None when the arrows loop."""
    left, done = list(range(len(arrows))), []
    while left:
        free = [i for i in left if not any(arrows[i, j] for j in left)]
        if not free:
            return None
        done += free
        left = [i for i in left if i not in free]
    return done


def find_loop(names: Sequence[str], arrows: NDArray[np.bool_]) -> str:
    """One closed chain of arrows, written out."""
    left = set(range(len(names)))
    while free := {i for i in left if not any(arrows[i, j] for j in left)}:
        left -= free
    walk = [min(left)]
    while True:
        walk.append(next(j for j in sorted(left) if arrows[walk[-1], j]))
        if walk[-1] in walk[:-1]:
            chain = walk[walk.index(walk[-1]) :]
            return " → ".join(names[i] for i in reversed(chain))


def parse_arrows(text: str) -> dict[str, list[str]]:
    """`Soil ~ Climate + Plant` line by line (or with `;`): what stands left is explained by what stands right."""
    found: dict[str, list[str]] = {}
    problems = []
    for number, raw in enumerate(re.split(r"[\n;]", text), 1):
        line = raw.split("#")[0].strip()
        if not line:
            continue
        left, tilde, right = line.partition("~")
        causes = [word.strip() for word in right.split("+")]
        if not tilde or not left.strip() or not all(causes):
            problems.append(
                Problem(f"inner model, line {number}", f"`{line}` is not an equation", "write `Soil ~ Climate + Plant`")
            )
            continue
        found.setdefault(left.strip(), []).extend(causes)
    if problems:
        raise InputError(problems)
    return found


def as_equations(inner: Any, names: Sequence[str]) -> dict[str, list[str]]:
    """Any way of writing the arrows as {effect: causes}: text, a mapping, a 0/1 matrix or a labelled one."""
    if isinstance(inner, str):
        return parse_arrows(inner)
    if isinstance(inner, Mapping):
        return {k: [v] if isinstance(v, str) else list(v) for k, v in inner.items()}
    labels = list(getattr(inner, "columns", names))
    rows = list(getattr(inner, "index", labels))
    matrix = np.asarray(inner)
    if matrix.shape != (len(rows), len(labels)) or len(labels) != len(names):
        what = f"the path matrix is {' × '.join(map(str, matrix.shape))}, but there are {len(names)} blocks"
        raise InputError(Problem("inner model", what, "give one row and one column per block"))
    if all(isinstance(r, int | np.integer) for r in rows):
        rows = labels
    return {str(r): [str(c) for c, hit in zip(labels, row) if hit] for r, row in zip(rows, matrix)}


def draw(inner: Any, blocks: Mapping[str, Sequence[str] | str], modes: Any = "A", scheme: str = "path") -> Design:
    """A checked design. InputError names every problem: unknown blocks, loops, empty blocks, unknown modes."""
    names = tuple(blocks)
    parts = tuple((b,) if isinstance(b, str) else tuple(b) for b in blocks.values())
    equations = as_equations(inner, names)
    where = {name: i for i, name in enumerate(names)}
    problems = [Problem(f"block {n}", "has no indicators", "name its columns") for n, b in zip(names, parts) if not b]
    for n, b in zip(names, parts):
        twice = sorted({c for c in b if b.count(c) > 1})
        problems += [Problem(f"block {n}", f"names {c} twice", "name it once") for c in twice]
    arrows = np.zeros((len(names), len(names)), bool)
    for effect, causes in equations.items():
        for name in (effect, *causes):
            if name not in where:
                problems.append(Problem("inner model", f"{name} is not a block", f"the blocks are {', '.join(names)}"))
        for cause in causes:
            if effect in where and cause in where:
                arrows[where[effect], where[cause]] = True
    letters = _modes(modes, names, problems)
    if scheme not in SCHEMES:
        problems.append(Problem("scheme", f"{scheme!r} is unknown", f"use one of {', '.join(SCHEMES)}"))
    problems += _shape_problems(names, arrows)
    if problems:
        raise InputError(problems)
    return Design(names, arrows, parts, letters, scheme)


def _shape_problems(names: tuple[str, ...], arrows: NDArray[np.bool_]) -> list[Problem]:
    """What is wrong with the arrows as a graph."""
    if len(names) < 2:
        return [Problem("blocks", "a path model needs at least two blocks", "add a block")]
    if topological(arrows) is None:
        loop = find_loop(names, arrows)
        fix = "a path model cannot loop: fit the rival directions as separate models and compare them"
        return [Problem("inner model", f"the arrows form a loop: {loop}", fix)]
    lonely = [n for i, n in enumerate(names) if not arrows[i].any() and not arrows[:, i].any()]
    return [Problem("inner model", f"no arrow touches {n}", "connect it or leave the block out") for n in lonely]


def _modes(modes: Any, names: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """One letter per block from a letter, a list or a mapping."""
    if isinstance(modes, str) and modes.upper() in MODES:
        return (modes.upper(),) * len(names)
    given = [modes.get(n, "A") for n in names] if isinstance(modes, Mapping) else list(modes)
    if len(given) != len(names) or any(str(m).upper() not in MODES for m in given):
        problems.append(
            Problem("modes", f"{modes!r} does not give A or B for each of {len(names)} blocks", "A reflects, B forms")
        )
        return ("A",) * len(names)
    return tuple(str(m).upper() for m in given)
