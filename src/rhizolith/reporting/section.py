"""What a section is: one function of a result that returns a piece of the page."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from rhizolith.reporting.figure import Panel


@dataclass(frozen=True)
class Piece:
    """What a section puts on the page, and the panels in it (for those who want them as files)."""

    html: Markup
    panels: tuple[Panel, ...] = ()


Body = Callable[[Any], Piece | None]

_known: list[Section] = []


@dataclass(frozen=True)
class Section:
    """A titled piece of the page about results of one kind. `body` returns None where there is nothing to say."""

    made_by: str
    order: float
    title: str
    name: str
    body: Body


def section(made_by: str, order: float, title: str) -> Callable[[Body], Body]:
    """Register a function of a result as a section of the pages about results that `made_by` made."""

    def keep(body: Body) -> Body:
        name = getattr(body, "__name__", title).replace("_", "-")
        _known.append(Section(made_by, order, title, name, body))
        return body

    return keep


@cache
def _load() -> None:
    from rhizolith.reporting import sections

    for file in pkgutil.iter_modules(sections.__path__):
        importlib.import_module(f"{sections.__name__}.{file.name}")


def sections_for(made_by: str) -> list[Section]:
    """The sections of one kind of result, in their order on the page; loads every file of `sections/`."""
    _load()
    return sorted((s for s in _known if s.made_by == made_by), key=lambda s: s.order)


def kinds() -> list[str]:
    """Everything that has at least one section."""
    _load()
    return sorted({s.made_by for s in _known})
