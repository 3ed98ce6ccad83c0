"""Metabolites that treatments change: tables made comparable, tested singly and together, and how stable that is."""

from __future__ import annotations

from rhizolith.analysis.lazy_doors import lazy

__getattr__ = lazy(
    __name__,
    {
        "normalize": "comparable",
        "impute": "comparable",
        "scale": "comparable",
        "remove_drift": "run_order",
        "discriminate": "discrimination",
        "univariate": "one_by_one",
        "key": "key_rule",
    },
)
