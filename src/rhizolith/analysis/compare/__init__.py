"""What treatments did: factorial tests, pairs of groups with letters, sizes of effects with intervals."""

from __future__ import annotations

from typing import Any

_DOORS = {
    "factorial": "rhizolith.analysis.compare.factorial_model",
    "pairs": "rhizolith.analysis.compare.group_pairs",
    "letters": "rhizolith.analysis.compare.group_letters",
    "effects": "rhizolith.analysis.compare.effect_sizes",
    "many": "rhizolith.analysis.compare.many_variables",
}


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"compare has no {name!r}; it has {', '.join(_DOORS)}")
    from importlib import import_module

    return getattr(import_module(_DOORS[name]), name)
