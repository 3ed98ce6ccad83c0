"""What numerical libraries warn of while an experiment is computed, as notes on its page, not lines in a terminal."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from rhizolith.errors import Problem

_WORDS = {
    "constant": ("some numbers were all alike, where a test needs them to differ", "look for constant columns"),
    "nearly identical": ("some numbers were nearly alike, where a test needs them to differ", "look for such columns"),
    "slice": ("a mean was taken of nothing: a quantity is missing in a whole group", "look for empty groups"),
    "divide": ("a number was divided by zero; the result is missing", "look for zeros where none can be"),
    "invalid value": ("a result could not be computed and is missing", "look for zeros, negative or missing values"),
    "overflow": ("a number grew beyond all bounds; the result is missing", "look for huge values"),
    "converge": ("an iteration had not settled when it was stopped", "read the result it belongs to with caution"),
}


@contextmanager
def heard() -> Iterator[list[Problem]]:
    """A list that holds, once the block is left, a problem for each kind of warning in it; filters stay as they are."""
    notes: list[Problem] = []
    with warnings.catch_warnings(record=True) as said:
        try:
            yield notes
        finally:
            kinds = [w for w in said if not issubclass(w.category, DeprecationWarning | FutureWarning | ImportWarning)]
            notes += dict.fromkeys(_note(str(w.message)) for w in kinds)


def _note(message: str) -> Problem:
    low = message.casefold()
    plain = " ".join(message.split())[:160], "read on with care"
    what, fix = next((w for key, w in _WORDS.items() if key in low), plain)
    return Problem("computation", what, fix)
