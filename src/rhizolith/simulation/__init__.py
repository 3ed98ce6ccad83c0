"""The ring of soil around a root: grid, transport, balance and solve."""

from __future__ import annotations

from typing import Any

_DOORS = {"simulate": "rhizolith.simulation.run", "write_run": "rhizolith.simulation.write"}

__all__ = ["simulate", "write_run"]


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"rhizolith.simulation has no {name!r}; it has {', '.join(_DOORS)}")
    from importlib import import_module

    return getattr(import_module(_DOORS[name]), name)
