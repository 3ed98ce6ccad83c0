"""Sections with figures and sources, on one self-contained page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def report(
    *results: Any, to: str | Path | None = None, figures: bool = False, progress: Callable[[float], None] | None = None
) -> str:
    """Write one self-contained HTML page about any number of results, and return it.

    A result is a Dataset or DataTree with `attrs["made_by"]`, or the path of one on disk. `to` names
    the file; `figures` puts every figure beside it as SVG, PDF and CSV, and `progress` is told the share of them
    that is done. Raises InputError when a result was made by nothing that has sections.
    """
    from rhizolith.reporting.page import build, write

    page = build(results)
    if to is not None:
        write(page, Path(to), figures, progress)
    return page.html


def cite(*results: Any, style: str = "text") -> str:
    """The sources that results rest on, as a list to read (`text`) or as BibTeX (`bibtex`)."""
    from rhizolith.reporting.bibliography import citations

    return citations(results, style)
