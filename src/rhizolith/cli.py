"""The verbs of rhizolith in a terminal: `rhizolith simulate scenario.yaml -o out`. No science in here.

Exit codes: 0 done, 1 the run failed, 2 bad input, 130 stopped by Ctrl-C (what was finished is kept).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from rhizolith import __version__
from rhizolith.errors import InputError, ModelError, Problem, RunError

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130

app = typer.Typer(
    name="rhizolith",
    help="Which mineral-organic associations break around a root, by which mechanism, and where the carbon goes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Out = Annotated[Path, typer.Option("-o", "--out", help="Folder for the results.", show_default=True)]
AsJson = Annotated[bool, typer.Option("--json", help="Say what was done as JSON, for machines.")]
Figures = Annotated[bool, typer.Option("--figures", help="Put every figure beside the page as SVG, PDF and CSV.")]


def _say(text: str) -> None:
    """Words for a person: to the terminal's error stream, and only when one is watching."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


def _tell(as_json: bool, facts: dict[str, Any], text: str) -> None:
    """The outcome: facts for machines, a sentence for people."""
    print(json.dumps(facts, ensure_ascii=False) if as_json else text)


def _folder(path: Path) -> Path:
    """A folder that results can go into; made only after the input was found good."""
    if path.exists() and not path.is_dir():
        raise InputError(Problem(str(path), "this is a file, not a folder", "name another folder after -o"))
    path.mkdir(parents=True, exist_ok=True)
    return path


def _file(path: Path) -> Path:
    """An input that can be read as a file."""
    if path.is_dir():
        raise InputError(Problem(str(path), "this is a folder, not a file", "name a file in it"))
    if not path.is_file():
        near = sorted(p.name for p in path.parent.glob("*.y*ml"))[:3] if path.parent.is_dir() else []
        fix = f"beside it: {', '.join(near)}" if near else "check the spelling; `rhizolith new` writes a template"
        raise InputError(Problem(str(path), "there is no such file", fix))
    return path


@contextmanager
def _progress(words: str) -> Iterator[Callable[[float], None]]:
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


def _simulate(scenario: Any, out: Path, page: str, figures: bool, as_json: bool) -> None:
    """Run one scenario and write its result and its page; a run that stopped early keeps what it has."""
    from rhizolith.reporting import report
    from rhizolith.simulation import simulate, write_run

    try:
        with _progress(f"simulating {scenario.name}") as step:
            result = simulate(scenario, progress=step)
    except RunError as error:
        if error.kept is None:
            raise
        result = error.kept
    folder = _folder(out)
    run = folder / "run.nc"
    write_run(result, run)
    _say("writing the page")
    report(result, to=folder / page, figures=figures)
    outcome = str(result.attrs.get("outcome", ""))
    facts = {"outcome": outcome, "run": str(run), "report": str(folder / page)}
    _tell(as_json, facts, f"{outcome}\n{folder / page}\n{run}")
    _say(f"next: open {folder / page} in a browser; `rhizolith cite {run}` lists its sources")
    if outcome.lower().startswith("stopped"):
        raise typer.Exit(STOPPED)
    if not outcome.lower().startswith("finished"):
        raise typer.Exit(FAILED)


@app.command()
def demo(out: Out = Path("out/demo"), as_json: AsJson = False, figures: Figures = False) -> None:
    """Simulate the rhizosphere of a real soil for 30 days and make one page of it."""
    from rhizolith.description.scenario import Scenario

    _simulate(Scenario.read(_template("demo")), out, "index.html", figures, as_json)


@app.command()
def simulate(
    scenario: Annotated[Path, typer.Argument(help="Scenario as YAML; `rhizolith new scenario` writes one.")],
    out: Out = Path("out"),
    as_json: AsJson = False,
    figures: Figures = False,
) -> None:
    """Solve one scenario: OUT/run.nc and OUT/report.html."""
    path = _file(scenario)
    from rhizolith.description.scenario import Scenario

    _simulate(Scenario.read(path), out, "report.html", figures, as_json)


@app.command()
def assess(
    soil: Annotated[Path, typer.Argument(help="Soil as YAML, or the name of one that ships with rhizolith.")],
    out: Out = Path("out"),
    as_json: AsJson = False,
) -> None:
    """Say what a soil holds and how vulnerable it is: OUT/spectrum.csv, OUT/inventory.csv, OUT/report.html."""
    from rhizolith.assessment.files import assess_to

    facts, data = assess_to(soil, _folder, out)
    if data is not None:
        from rhizolith.reporting import report as write

        write(data, to=out / "report.html")
        facts["report"] = str(out / "report.html")
    _tell(as_json, facts, "\n".join(facts.values()))


@app.command()
def claims(out: Out = Path("out"), as_json: AsJson = False) -> None:
    """Hold every claim that can be tested against rules, simulation and data: OUT/claims.csv."""
    from rhizolith.assessment.files import claims_to

    facts = claims_to(_folder(out))
    _tell(as_json, facts, "\n".join(facts.values()))


@app.command()
def report(
    results: Annotated[list[Path], typer.Argument(help="Results (run.nc, or the folders they are in).")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The page to write.")] = Path("report.html"),
    as_json: AsJson = False,
    figures: Figures = False,
) -> None:
    """Make the page again from results on disk; several results share one page."""
    from rhizolith.reporting import report as write

    to = out / "report.html" if out.is_dir() or not out.suffix else out
    write(*results, to=to, figures=figures)
    _tell(as_json, {"report": str(to)}, str(to))


@app.command()
def cite(
    results: Annotated[list[Path], typer.Argument(help="Results (run.nc, or the folders they are in).")],
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX.")] = False,
) -> None:
    """List the works that results rest on."""
    from rhizolith.reporting import cite as cited

    print(cited(*results, style="bibtex" if bibtex else "text"))


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A file, or a folder whose YAML files are all checked.")],
    as_json: AsJson = False,
) -> None:
    """Check an input without running anything: every problem at once, with its line and a fix."""
    files = sorted(p for p in path.rglob("*") if p.suffix in (".yaml", ".yml")) if path.is_dir() else [_file(path)]
    if not files:
        raise InputError(Problem(str(path), "there is nothing to check in this folder", "put YAML files into it"))
    problems: list[Problem] = []
    found: dict[str, str] = {}
    for file in files:
        try:
            found[str(file)] = _kind(file)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    _tell(as_json, {"checked": found}, "\n".join(f"{file}: a good {kind}" for file, kind in found.items()))


def _kind(path: Path) -> str:
    """Read a description as what it is; returns `scenario` or `soil`."""
    from rhizolith.description.scenario import Scenario, Soil

    try:
        top = [line.split(":")[0] for line in path.read_text(encoding="utf-8").splitlines() if line[:1].isalpha()]
    except UnicodeDecodeError as error:
        fix = "give a YAML file saved as UTF-8"
        raise InputError(Problem(str(path), "this is not a text file", fix)) from error
    if "soil" in top:
        Scenario.read(path)
        return "scenario"
    Soil.read(path)
    return "soil"


def _template(name: str) -> Path:
    from importlib.resources import files

    folder = Path(str(files("rhizolith.description"))) / "templates"
    path = folder / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yaml"))) or "none"
        raise InputError(Problem("new", f"there is no template called {name!r}", f"there are: {known}"))
    return path


@app.command()
def new(
    kind: Annotated[str, typer.Argument(help="soil or scenario.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write; printed where none is named.")] = None,
) -> None:
    """Write a commented template to start from."""
    text = _template(kind).read_text(encoding="utf-8")
    if out is None:
        print(text, end="")
        return
    if out.exists():
        raise InputError(Problem(str(out), "there is already something of this name", "name another file after -o"))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    print(out)
    _say(f"next: fill it in, then `rhizolith check {out}`")


@app.command()
def show(
    kind: Annotated[str, typer.Argument(help="What to list: mechanisms, minerals, soils, parameters, sources …")],
    name: Annotated[str, typer.Argument(help="Only rows that contain this.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what rhizolith knows, each with its source."""
    from rhizolith.reporting.catalogue import listed

    rows = [r for r in listed(kind) if not name or name.lower() in " ".join(map(str, r.values())).lower()]
    if not rows:
        raise InputError(Problem(f"show {kind}", f"nothing contains {name!r}", f"`rhizolith show {kind}` lists all"))
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    elif sys.stdout.isatty():
        _table(rows)
    else:
        print("\t".join(rows[0]))
        print("\n".join("\t".join(str(v) for v in row.values()) for row in rows))


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*rows[0], box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(str(v) for v in row.values()))
    Console().print(table)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        print(f"rhizolith {__version__}")
        raise typer.Exit()


def _refused(error: InputError) -> int:
    """Every problem, to people in words and to machines as JSON."""
    if "--json" in sys.argv:
        rows = [{"where": p.where, "what": p.what, "fix": p.fix} for p in error.problems]
        print(json.dumps({"problems": rows}, ensure_ascii=False))
    else:
        count = len(error.problems)
        print("1 problem:" if count == 1 else f"{count} problems:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
    return BAD_INPUT


def main() -> None:
    """Run the command line and leave with the code that says how it went."""
    try:
        code = app(standalone_mode=False) or DONE
    except InputError as error:
        code = _refused(error)
    except (RunError, ModelError) as error:
        print(f"failed: {error}", file=sys.stderr)
        code = FAILED
    except (KeyboardInterrupt, typer.Abort):
        print("stopped; nothing was half-written", file=sys.stderr)
        code = STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        code = DONE
    except OSError as error:
        print(f"failed: {error.strerror or error}: {error.filename or ''}", file=sys.stderr)
        code = FAILED
    except Exception as error:
        if not hasattr(error, "show"):  # a mistake on the command line, of a class that typer keeps to itself
            raise
        error.show()
        code = BAD_INPUT
    sys.exit(code)


if __name__ == "__main__":
    main()
