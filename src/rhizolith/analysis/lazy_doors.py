"""Rooms whose functions are loaded when first asked for, so that importing a room costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy(room: str, doors: Mapping[str, str]) -> Callable[[str], Any]:
    """A module's `__getattr__`: `doors` maps each name to the file of the room that holds it."""

    def get(name: str) -> Any:
        if name not in doors:
            raise AttributeError(f"{room.rpartition('.')[2]} has no {name!r}; it has {', '.join(doors)}")
        return getattr(import_module(f"{room}.{doors[name]}"), name)

    return get
