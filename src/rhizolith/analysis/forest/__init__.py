"""Random forests that say which variables matter, how sure that is, and which p they print."""

from __future__ import annotations

from typing import Any

_DOORS = {
    "regress": "rhizolith.analysis.forest.importance",
    "classify": "rhizolith.analysis.forest.importance",
    "decide": "rhizolith.analysis.forest.shadow_decision",
}


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"forest has no {name!r}; it has {', '.join(_DOORS)}")
    from importlib import import_module

    return getattr(import_module(_DOORS[name]), name)
