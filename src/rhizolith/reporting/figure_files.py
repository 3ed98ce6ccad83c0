"""Every figure of a page as files: SVG and PDF at the widths of one and two printed columns, its numbers as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from rhizolith.reporting.figure import Panel
from rhizolith.reporting.figure_columns import described
from rhizolith.whole_file import whole_file

COLUMNS = (89, 183)
"""mm; widths of one and of two columns of a printed page"""
INDEX = "README.md"
FEW = 8
"""Figures below which starting a second process costs more than it saves."""
MOST = 4
"""Processes at most: each takes about 0.2 GiB."""

HEAD = """# Figures

One row a figure. `NAME.csv` holds the numbers it was drawn from, one row a point, bar, arrow or cell; `NAME.svg` is
the figure as the page shows it; `{widths}` hold it as SVG and PDF for a printed column of that width. Words
in all of them stay words (font DejaVu Sans), so that they can be edited.
`columns.csv` says what the columns of every CSV mean and in which unit they are.

| figure | files | what it shows |
| --- | --- | --- |
"""


def write_figures(
    panels: Sequence[Panel], folder: Path, progress: Callable[[float], None] | None = None, jobs: int | None = None
) -> list[str]:
    """Write each panel under `folder`, whole or not at all, and an index of them; the names written come back.

    `jobs`: processes, by default one a core, at most four. `progress` is told the share that is done. Stopped
    with Ctrl-C, what is finished stays, and the index lists it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for width in COLUMNS:
        (folder / f"{width}mm").mkdir(exist_ok=True)
    done: list[str] = []
    try:
        for name in _drawn(panels, folder, jobs):
            done.append(name)
            if progress is not None:
                progress(len(done) / len(panels))
    finally:
        there = [p for p in panels if p.name in done]
        whole(folder / INDEX, index(there))
        whole(folder / "columns.csv", described(there).to_csv(index=False))
    return done


def whole(path: Path, content: str | bytes) -> None:
    """Put a file at its place at once: nobody ever finds half of one."""
    with whole_file(path) as file:
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def index(panels: Iterable[Panel]) -> str:
    """The figures of a folder: file, title, what it shows with its n and tests."""
    widths = " and ".join(f"{w}mm/" for w in COLUMNS).replace(" and ", "` and `")
    rows = [f"| {_cell(p.title)} | `{p.name}` | {_cell(p.about)} |\n" for p in panels]
    return HEAD.format(widths=widths) + "".join(rows)


def _cell(words: str) -> str:
    return " ".join(words.replace("|", "\\|").split())


def _drawn(panels: Sequence[Panel], folder: Path, jobs: int | None) -> Iterator[str]:
    """Each panel's files, written; the names in the order in which they are ready."""
    from joblib import Parallel, cpu_count, delayed

    workers = min(jobs or cpu_count(), MOST, max(len(panels) // FEW, 1))
    for panel in panels:
        whole(folder / f"{panel.name}.csv", panel.csv())
        whole(folder / f"{panel.name}.svg", panel.sized(panel.page_svg))
    if workers == 1:
        yield from (_write(panel, folder) for panel in panels)
        return
    largest = sorted(panels, key=lambda p: -len(p.page_svg))  # the longest work first, so that all end together
    yield from Parallel(workers, return_as="generator_unordered", batch_size=1)(
        delayed(_write)(panel, folder) for panel in largest
    )


def _write(panel: Panel, folder: Path) -> str:
    """SVG and PDF of one panel at both widths."""
    for width in COLUMNS:
        svg, pdf = panel.at(width).both()
        whole(folder / f"{width}mm" / f"{panel.name}.svg", svg)
        whole(folder / f"{width}mm" / f"{panel.name}.pdf", pdf)
    return panel.name
