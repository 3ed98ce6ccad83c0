"""Paths between latent variables by partial least squares: what blocks of measurements say of each other.

A path model describes association along arrows that the user drew. It is never evidence that the arrows are causes.
"""

from __future__ import annotations

from typing import Any

_DOORS = {
    "fit": "rhizolith.analysis.paths.path_fit",
    "bootstrap": "rhizolith.analysis.paths.resampling",
    "compare": "rhizolith.analysis.paths.rivals",
    "groups": "rhizolith.analysis.paths.group_difference",
    "read": "rhizolith.analysis.paths.template",
}


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"paths has no {name!r}; it has {', '.join(_DOORS)}")
    from importlib import import_module

    return getattr(import_module(_DOORS[name]), name)
