"""Random forests that say which variables matter, how sure that is, and which p they print."""

from __future__ import annotations

from rhizolith.analysis.lazy_doors import lazy

__getattr__ = lazy(
    __name__,
    {
        "regress": "importance",
        "classify": "importance",
        "decide": "shadow_decision",
    },
)
