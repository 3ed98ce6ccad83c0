"""What treatments did: factorial tests, pairs of groups with letters, sizes of effects with intervals."""

from __future__ import annotations

from rhizolith.analysis.lazy_doors import lazy

__getattr__ = lazy(
    __name__,
    {
        "factorial": "factorial_model",
        "mixed": "mixed_model",
        "pairs": "group_pairs",
        "letters": "group_letters",
        "effects": "effect_sizes",
        "many": "many_variables",
    },
)
