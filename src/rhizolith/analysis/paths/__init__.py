"""Paths between latent variables by partial least squares: what blocks of measurements say of each other.

A path model describes association along arrows that the user drew. It is never evidence that the arrows are causes.
"""

from __future__ import annotations

from rhizolith.analysis.lazy_doors import lazy

__getattr__ = lazy(
    __name__,
    {
        "fit": "path_fit",
        "bootstrap": "resampling",
        "consistent": "consistent_paths",
        "compare": "rivals",
        "groups": "group_difference",
        "read": "template",
    },
)
