"""Keeps the list of indices: a function that carries the decorator is in it, with its unit, meaning and source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
Grade = Literal["measured", "fitted", "assumed"]
GRADES = {
    "measured": "arithmetic on what was measured, by a published definition",
    "fitted": "rests on a regression, a calibration factor or a model made on other samples",
    "assumed": "rests on a convention or an inference that no measurement settles",
}


@dataclass(frozen=True)
class Index:
    """One index: what it is called, its unit, what low and high values mean, and where it comes from.

    `source` holds keys of references.bib, or a sentence that begins with `assumed:`. `grade` says how firmly it stands
    (see GRADES). `caution` is what critics of the method say; a report prints it beside the result.
    """

    name: str
    unit: str
    meaning: str
    source: tuple[str, ...]
    field: str
    function: Callable[..., Any]
    caution: tuple[str, ...] = ()
    grade: Grade = "measured"

    @property
    def call(self) -> str:
        """How it is called from Python."""
        return f"rhizolith.indices.{self.field}.{self.function.__name__}"

    @property
    def definition(self) -> str:
        """How it is computed: the first paragraph of the function's own words."""
        return " ".join((self.function.__doc__ or "").strip().partition("\n\n")[0].split())

    def __str__(self) -> str:
        return f"{self.name} [{self.unit}]: {self.meaning} ({self.grade}; {'; '.join(self.source)})"


_FOUND: dict[str, Index] = {}


def index(
    name: str,
    unit: str,
    meaning: str,
    source: str | tuple[str, ...],
    caution: tuple[str, ...] = (),
    grade: Grade | None = None,
) -> Callable[[F], F]:
    """Mark a pure function of arrays as an index; nothing else is needed to register it.

    Without a grade it is `assumed` where a source says so, else `measured`.
    """
    sources = (source,) if isinstance(source, str) else source
    graded: Grade = grade or ("assumed" if any(s.startswith("assumed:") for s in sources) else "measured")

    def remember(function: F) -> F:
        known = _FOUND.get(name)
        if known and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"two indices are called {name!r}: {known.call} and {function.__name__}")
        field = function.__module__.rpartition(".")[2]
        _FOUND[name] = Index(name, unit, meaning, sources, field, function, caution, graded)
        return function

    return remember


def indices() -> dict[str, Index]:
    """Every index by name, in alphabetical order; reads each file of this room."""
    here = Path(__file__).parent
    for path in sorted(here.glob("*.py")):
        if path.stem not in ("__init__", "registry"):
            import_module(f"{__package__}.{path.stem}")
    return dict(sorted(_FOUND.items()))
