"""Communities compared: distances between samples, ordinations, and what of their differences a design explains."""

from __future__ import annotations

from rhizolith.analysis.lazy_doors import lazy

__getattr__ = lazy(
    __name__,
    {
        "distances": "dissimilarity",
        "pcoa": "principal_coordinates",
        "nmds": "monotone_scaling",
        "permanova": "permanova_test",
        "dispersion": "group_dispersion",
        "rda": "redundancy",
        "dbrda": "redundancy",
        "mantel": "matrix_correlation",
        "procrustes": "superposition",
        "vectors": "fitted_vectors",
        "anosim": "rank_similarity",
        "differential": "differential_abundance",
        "network": "cooccurrence",
    },
)
