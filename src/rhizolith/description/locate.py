"""Problems found after reading are given the line in which their setting stands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rhizolith.description.document import Document, read_document
from rhizolith.errors import Problem


def located(problems: Iterable[Problem], path: str | Path) -> list[Problem]:
    """The same problems with `where` as file:line; one that names no setting of the file stands at the file."""
    document = read_document(path)
    return [_placed(p, document) for p in problems]


def _placed(problem: Problem, document: Document) -> Problem:
    if problem.where.rpartition(":")[2].isdecimal() or not problem.where:
        return problem  # it knows its line, as those of a database do
    head, _, rest = problem.where.partition(".")
    key = {"water": "soil"}.get(head, "soil" if head.startswith("soil ") else head)
    if key not in document.values:
        return Problem(document.path, f"{problem.where}: {problem.what}", problem.fix)
    below = document.values[key]
    where = below.where(rest) if isinstance(below, Document) and rest in below.values else document.where(key)
    name = problem.where if head == key else key
    return Problem(where, f"{name}: {problem.what}", problem.fix)
