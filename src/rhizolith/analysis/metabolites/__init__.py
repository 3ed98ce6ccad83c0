"""Metabolites that treatments change: tables made comparable, tested singly and together, and how stable that is."""

from __future__ import annotations

from typing import Any

_DOORS = {
    "normalize": "rhizolith.analysis.metabolites.comparable",
    "impute": "rhizolith.analysis.metabolites.comparable",
    "scale": "rhizolith.analysis.metabolites.comparable",
    "remove_drift": "rhizolith.analysis.metabolites.run_order",
    "discriminate": "rhizolith.analysis.metabolites.discrimination",
    "univariate": "rhizolith.analysis.metabolites.one_by_one",
    "key": "rhizolith.analysis.metabolites.key_rule",
}


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"metabolites has no {name!r}; it has {', '.join(_DOORS)}")
    from importlib import import_module

    return getattr(import_module(_DOORS[name]), name)
