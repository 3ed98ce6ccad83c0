"""All mechanisms in this folder, found by being there, and those that a user loads from a file."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import ModuleType

from rhizolith import mechanisms as folder
from rhizolith.errors import InputError, ModelError, Problem
from rhizolith.mechanisms.interface import Mechanism

_loaded: dict[str, Mechanism] = {}


def _defined_in(module: ModuleType) -> list[Mechanism]:
    kinds = [k for k in vars(module).values() if isinstance(k, type) and issubclass(k, Mechanism)]
    return [k() for k in kinds if k.__module__ == module.__name__ and "name" in vars(k)]


@cache
def _ours() -> dict[str, Mechanism]:
    found: dict[str, Mechanism] = {}
    for file in sorted(m.name for m in pkgutil.iter_modules(folder.__path__)):
        for mechanism in _defined_in(importlib.import_module(f"{folder.__name__}.{file}")):
            if mechanism.name in found:
                raise ModelError(f"two mechanisms are called {mechanism.name!r}; one of them is in {file}.py")
            found[mechanism.name] = mechanism
    return found


def all_mechanisms() -> dict[str, Mechanism]:
    """Name → mechanism, in the order of their names."""
    return dict(sorted({**_ours(), **_loaded}.items()))


def load(path: str | Path) -> list[Mechanism]:
    """Mechanisms defined in a Python file outside the package; from now on they can be named like any other.

    A mechanism of the same name is replaced. InputError when the file is missing or defines none. The file is run
    as Python: load only what you trust.
    """
    path = Path(path)
    spec = importlib.util.spec_from_file_location(f"rhizolith_mechanism_{path.stem}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise InputError(
            Problem(str(path), "is no Python file", "give the path of a .py file that defines a mechanism")
        )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    found = _defined_in(module)
    if not found:
        raise InputError(
            Problem(str(path), "defines no mechanism", "write a class that inherits Mechanism and names itself")
        )
    _loaded.update({m.name: m for m in found})
    return found


def select(include: Iterable[str] | None = None, exclude: Iterable[str] = ()) -> list[Mechanism]:
    """The mechanisms asked for (all when `include` is None); InputError names unknown ones with the closest."""
    known = all_mechanisms()
    wanted, unwanted = list(known) if include is None else list(include), set(exclude)
    unknown = [n for n in [*wanted, *sorted(unwanted)] if n not in known]
    if unknown:
        raise InputError(
            Problem(
                "mechanisms",
                f"{n!r} is no mechanism",
                f"did you mean {', '.join(get_close_matches(n, known, 3, 0.3)) or ', '.join(known)}?",
            )
            for n in unknown
        )
    return [known[n] for n in wanted if n not in unwanted]
