"""All mechanisms in this folder, found by being there."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from rhizolith import mechanisms as folder
from rhizolith.errors import InputError, Problem
from rhizolith.mechanisms.interface import Mechanism

_extra: list[type[Mechanism]] = []


@cache
def _files() -> tuple[str, ...]:
    return tuple(sorted(m.name for m in pkgutil.iter_modules(folder.__path__)))


def all_mechanisms() -> dict[str, Mechanism]:
    """Name → mechanism, in the order of their names."""
    for file in _files():
        importlib.import_module(f"{folder.__name__}.{file}")
    found: dict[str, Mechanism] = {}
    waiting: list[type[Mechanism]] = [Mechanism]  # type: ignore[type-abstract]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if "name" in vars(kind):
                found[kind.name] = kind()
    return dict(sorted(found.items()))


def select(include: Iterable[str] | None = None, exclude: Iterable[str] = ()) -> list[Mechanism]:
    """The mechanisms asked for (all when `include` is None); InputError names unknown ones with the closest."""
    known = all_mechanisms()
    wanted = list(known) if include is None else list(include)
    unknown = [n for n in [*wanted, *exclude] if n not in known]
    if unknown:
        raise InputError(
            Problem(
                "mechanisms",
                f"{n!r} is no mechanism",
                f"did you mean {', '.join(get_close_matches(n, known, 3, 0.3)) or ', '.join(known)}?",
            )
            for n in unknown
        )
    return [known[n] for n in wanted if n not in set(exclude)]
