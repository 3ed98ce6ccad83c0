"""One self-contained page made of the sections that fit each result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from rhizolith.errors import InputError, Problem
from rhizolith.reporting.figure import Panel
from rhizolith.reporting.figure_files import whole, write_figures
from rhizolith.reporting.section import Section, kinds, sections_for

RESULTS = ("run.nc", "results.nc", "assessment.nc")


@dataclass(frozen=True)
class Page:
    """The finished page and the panels on it."""

    html: str
    panels: tuple[Panel, ...]


def opened(result: Any) -> Any:
    """A result as itself; a path as the result on disk."""
    if not isinstance(result, str | Path):
        return result
    path = Path(result)
    if path.is_dir():
        held = [path / name for name in RESULTS if (path / name).is_file()]
        if not held:
            what = f"this folder holds no result ({', '.join(RESULTS)})"
            raise InputError(Problem(str(result), what, "name the folder that was given after -o"))
        path = held[0]
    if not path.is_file():
        fix = f"give one of {', '.join(RESULTS)}, or the folder it is in"
        raise InputError(Problem(str(result), "there is no such result file", fix))
    import xarray as xr

    try:
        with xr.open_datatree(path, engine="h5netcdf", decode_times=False) as tree:
            found = tree.load()
        return found if found.children else found.to_dataset()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        fix = f"give one of {', '.join(RESULTS)} that rhizolith wrote"
        raise InputError(Problem(str(result), "this is not a result that can be read", fix)) from error


def _view(made_by: str, result: Any) -> Any:
    if made_by == "simulate":
        from rhizolith.reporting.run import Run

        return Run(result)
    return result


def _sections(result: Any) -> list[Section]:
    made_by = str(getattr(result, "attrs", {}).get("made_by", ""))
    found = sections_for(made_by)
    if not found:
        what = f"made by {made_by!r}" if made_by else "without made_by"
        raise InputError(Problem("result", f"a result {what} has no report", f"reports exist for {', '.join(kinds())}"))
    return found


def _anchored(html: Markup, before: str) -> Markup:
    """The same piece with other anchors, so that two results of one kind fit on one page."""
    return Markup(re.sub(r'(\sid="|href="#|url\(#)', rf"\1{before}", html))


def build(results: Iterable[Any]) -> Page:
    """Render every result's sections, in order, onto one page. Raises InputError where a result has none."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    chapters: list[dict[str, Any]] = []
    panels: list[Panel] = []
    title = ""
    for result in (opened(r) for r in results):
        view = _view(str(result.attrs.get("made_by", "")), result)
        pieces = [(s, piece) for s in _sections(result) if (piece := s.body(view)) is not None]
        panels += [panel for _, piece in pieces for panel in piece.panels]
        name = str(getattr(view, "title", result.attrs.get("title", "Result")))
        title = title or name
        number = len(chapters) + 1
        bodies = [(s, _anchored(piece.html, f"r{number}-") if number > 1 else piece.html) for s, piece in pieces]
        chapters.append({"title": name, "number": number, "pieces": bodies})
    if not chapters:
        raise InputError(Problem("report", "there is nothing to report", "give at least one result"))
    house = Environment(
        loader=PackageLoader("rhizolith.reporting"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    source = house.loader.get_source  # type: ignore[union-attr]
    html = house.get_template("page.html").render(
        title=title, chapters=chapters, css=source(house, "page.css")[0], js=source(house, "page.js")[0]
    )
    return Page(html, tuple(panels))


def write(page: Page, to: Path, figures: bool = False, progress: Callable[[float], None] | None = None) -> None:
    """Put the page at `to`, whole or not at all; with `figures`, each panel beside it as SVG, PDF and CSV.

    `figures/89mm` and `figures/183mm` hold them at the widths of one and two printed columns. `progress` is told the
    share of the figures that is done.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    whole(to, page.html)
    if figures:
        write_figures(page.panels, to.parent / "figures", progress)
