"""Guards against answers that the arithmetic, and not nature, has given."""

from __future__ import annotations

from typing import Any

_DOORS = {
    "Ancestry": "rhizolith.analysis.guards.ancestry",
    "Derived": "rhizolith.analysis.guards.ancestry",
    "coupling": "rhizolith.analysis.guards.coupled",
    "honest": "rhizolith.analysis.guards.whole_pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"guards has no {name!r}; it has {', '.join(_DOORS)}")
    from importlib import import_module

    return getattr(import_module(_DOORS[name]), name)
