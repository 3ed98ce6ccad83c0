"""Communities compared: distances between samples, ordinations, and what of their differences a design explains."""

from __future__ import annotations

from typing import Any

_DOORS = {
    "distances": "rhizolith.analysis.community.dissimilarity",
    "pcoa": "rhizolith.analysis.community.principal_coordinates",
    "nmds": "rhizolith.analysis.community.monotone_scaling",
    "permanova": "rhizolith.analysis.community.permanova_test",
    "dispersion": "rhizolith.analysis.community.group_dispersion",
    "rda": "rhizolith.analysis.community.redundancy",
    "dbrda": "rhizolith.analysis.community.redundancy",
    "mantel": "rhizolith.analysis.community.matrix_correlation",
    "procrustes": "rhizolith.analysis.community.superposition",
    "vectors": "rhizolith.analysis.community.fitted_vectors",
    "anosim": "rhizolith.analysis.community.rank_similarity",
    "differential": "rhizolith.analysis.community.differential_abundance",
    "network": "rhizolith.analysis.community.cooccurrence",
}


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"community has no {name!r}; it has {', '.join(_DOORS)}")
    from importlib import import_module

    return getattr(import_module(_DOORS[name]), name)
