"""The four ways rhizolith says no, each in words a soil scientist can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it stands, what it is, and what to do about it."""

    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n    fix: {self.fix}" if self.fix else head


class RhizolithError(Exception):
    """Base of every error that rhizolith raises on purpose."""


class InputError(RhizolithError):
    """What the user gave cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ModelError(RhizolithError):
    """A model cannot be assembled: a reaction that does not balance, a rate that cannot be traced."""


class RunError(RhizolithError):
    """A run cannot go on; the message says where, when, why and what to try; `kept` holds what was reached."""

    def __init__(self, message: str, kept: Any = None) -> None:
        self.kept = kept
        super().__init__(message)
