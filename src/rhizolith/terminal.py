"""How the command line talks: words to people on the error stream, facts to machines, questions about paths."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rhizolith.errors import InputError, Problem


def say(text: str) -> None:
    """Words for a person: to the terminal's error stream, and only when one is watching."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


def tell(as_json: bool, facts: dict[str, Any], text: str) -> None:
    """The outcome: facts for machines, a sentence for people."""
    print(json.dumps(facts, ensure_ascii=False) if as_json else text)


def results_folder(path: Path, holds: tuple[str, ...], overwrite: bool) -> Path:
    """A folder that results may go into; InputError when that would destroy something. Nothing is made yet."""
    if path.exists() and not path.is_dir():
        raise InputError(Problem(str(path), "this is a file, not a folder", "name another folder after -o"))
    above = next(p for p in (path, *path.absolute().parents) if p.exists())
    if not above.is_dir():
        raise InputError(Problem(str(path), f"{above} is a file: no folder can be in it", "name another after -o"))
    if not os.access(above, os.W_OK | os.X_OK):
        raise InputError(Problem(str(path), f"nothing may be written into {above}", "name another folder after -o"))
    there = [name for name in holds if (path / name).exists()]
    if there and not overwrite:
        what = f"there is already a {there[0]} in this folder"
        raise InputError(Problem(str(path), what, "name another folder after -o, or add --overwrite"))
    return path


def made_folder(path: Path) -> Path:
    """A folder that results can go into; made only after the input was found good."""
    results_folder(path, (), overwrite=True).mkdir(parents=True, exist_ok=True)
    return path


def new_folder(path: Path) -> Path:
    """A folder made for something new; InputError where one of this name already holds anything, which is kept."""
    results_folder(path, (), overwrite=True)
    if path.is_dir() and any(path.iterdir()):
        what = "this folder is not empty, and nothing in it is overwritten"
        raise InputError(Problem(str(path), what, "name another folder after -o, or delete this one"))
    return made_folder(path)


def page_path(path: Path) -> Path:
    """Where a page goes; InputError when something that is no page of ours stands there."""
    to = path / "report.html" if path.is_dir() or not path.suffix else path
    results_folder(to.parent, (), overwrite=True)
    if to.is_file():
        with to.open("rb") as file:
            ours = b"rhizolith" in file.read(20_000)
        if not ours:
            raise InputError(Problem(str(to), "this file is no page of rhizolith", "name another file after -o"))
    return to


def input_file(path: Path) -> Path:
    """An input that can be read as a file; InputError tells what there is instead."""
    if path.is_dir():
        inside = sorted(p.name for p in path.glob("*.y*ml"))[:5]
        fix = f"name a file in it: {', '.join(inside)}" if inside else "name a file"
        raise InputError(Problem(str(path), "this is a folder, not a file", fix))
    if not path.is_file():
        near = sorted(p.name for p in path.parent.glob("*.y*ml"))[:5] if path.parent.is_dir() else []
        fix = f"there is: {', '.join(near)}" if near else "check the spelling; `rhizolith new` writes a template"
        if not path.parent.is_dir():
            fix = f"there is no folder {path.parent} either"
        raise InputError(Problem(str(path), "there is no such file", fix))
    return path


def pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """`NAME=VALUE`, as often as an option was given, as a mapping; InputError where one is written otherwise."""
    split = [word.partition("=") for word in given or ()]
    problems = [
        Problem(option, f"{''.join(word)!r} names no column and unit", f"write it like {option} BG='umol g-1 h-1'")
        for word in split
        if not word[0].strip() or not word[2].strip()
    ]
    if problems:
        raise InputError(problems)
    return {name.strip(): value.strip() for name, _, value in split}


@contextmanager
def progress(words: str) -> Iterator[Callable[[float], None]]:
    """A bar while a terminal is watching, silence otherwise."""
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    share = TextColumn("{task.percentage:>3.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), share, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=1.0)
        yield lambda share: bar.update(task, completed=share)


@contextmanager
def naming() -> Iterator[Callable[[str], None]]:
    """The part of a work that has begun, while a terminal is watching; silence otherwise."""
    if not sys.stderr.isatty():
        yield lambda words: None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield lambda words: status.update(words)


def table(rows: list[dict[str, Any]]) -> None:
    """Rows for a person where a terminal is watching, tab-separated for pipes."""
    if not sys.stdout.isatty():
        print("\t".join(rows[0]))
        print("\n".join("\t".join(str(v) for v in row.values()) for row in rows))
        return
    from rich.console import Console
    from rich.table import Table

    shown = Table(*rows[0], box=None, header_style="bold", pad_edge=False)
    for row in rows:
        shown.add_row(*(str(v) for v in row.values()))
    Console().print(shown)


def refuse(error: InputError) -> None:
    """Every problem, to people in words and to machines as JSON."""
    if "--json" in sys.argv:
        rows = [{"where": p.where, "what": p.what, "fix": p.fix} for p in error.problems]
        print(json.dumps({"problems": rows}, ensure_ascii=False))
        return
    count = len(error.problems)
    print("1 problem:" if count == 1 else f"{count} problems:", file=sys.stderr)
    for problem in error.problems:
        print(f"  {problem}", file=sys.stderr)
