"""Guards against answers that the arithmetic, and not nature, has given."""

from __future__ import annotations

from rhizolith.analysis.lazy_doors import lazy

__getattr__ = lazy(
    __name__,
    {
        "Ancestry": "ancestry",
        "Derived": "ancestry",
        "coupling": "coupled",
        "honest": "whole_pipeline",
    },
)
