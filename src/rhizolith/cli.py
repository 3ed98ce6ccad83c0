"""The verbs of rhizolith in a terminal: `rhizolith simulate scenario.yaml -o out`. No science in here.

Exit codes: 0 done, 1 the run failed, 2 bad input, 130 stopped by Ctrl-C (what was finished is kept).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rhizolith import __version__
from rhizolith.errors import InputError, ModelError, Problem, RunError
from rhizolith.terminal import (
    input_file,
    made_folder,
    naming,
    new_folder,
    page_path,
    pairs,
    progress,
    refuse,
    results_folder,
    say,
    table,
    tell,
)

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130

app = typer.Typer(
    name="rhizolith",
    help="Which mineral-organic associations break around a root, by which mechanism, and where the carbon goes.",
    epilog="Start with: rhizolith demo, or rhizolith new scenario -o my.yaml",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Out = Annotated[Path, typer.Option("-o", "--out", help="Folder for the results.", show_default=True)]
AsJson = Annotated[bool, typer.Option("--json", help="Say what was done as JSON, for machines.")]
Figures = Annotated[
    bool, typer.Option("--figures", help="Put every figure beside the page as SVG, PDF (89 and 183 mm) and CSV.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that are already there.")]
Results = Annotated[list[Path], typer.Argument(help="Results (run.nc, or the folders they are in).")]


def _scenario(path: Path) -> Any:
    """A scenario that can be started; InputError carries every problem with its line."""
    from rhizolith.description.locate import located
    from rhizolith.description.scenario import Scenario
    from rhizolith.simulation.ready import ready

    scenario = Scenario.read(path)
    try:
        ready(scenario)
    except InputError as error:
        raise InputError(located(error.problems, path)) from None
    return scenario


def _simulate(scenario: Any, folder: Path, page: str, figures: bool, as_json: bool) -> None:
    """Run one scenario and write its result and its page; a run that stopped early keeps what it has."""
    from rhizolith.simulation import simulate, write_run

    try:
        with progress(f"simulating {scenario.name}") as step:
            result = simulate(scenario, progress=step)
    except RunError as error:
        if error.kept is None:
            raise
        result = error.kept
    folder.mkdir(parents=True, exist_ok=True)
    run = folder / "run.nc"
    write_run(result, run)
    _paged(result, to=folder / page, figures=figures)
    outcome = str(result.attrs.get("outcome", ""))
    facts = {"outcome": outcome, "run": str(run), "report": str(folder / page)}
    tell(as_json, facts, f"{outcome}\n{folder / page}\n{run}")
    say(f"next: open {folder / page} in a browser; `rhizolith cite {run}` lists its sources")
    if outcome.lower().startswith("stopped"):
        raise typer.Exit(STOPPED)
    if not outcome.lower().startswith("finished"):
        raise typer.Exit(FAILED)


def _paged(*results: Any, to: Path, figures: bool) -> None:
    """Write the page of results, with a bar while its figures are drawn as files."""
    from rhizolith.reporting import report

    if not figures:
        say("writing the page")
        report(*results, to=to)
        return
    with progress("writing the page and its figures") as step:
        report(*results, to=to, figures=True, progress=step)


@app.command()
def demo(out: Out = Path("out/demo"), as_json: AsJson = False, figures: Figures = False) -> None:
    """Simulate the rhizosphere of a real soil for 30 days and make one page of it."""
    folder = results_folder(out, (), overwrite=True)
    _simulate(_scenario(_template("demo")), folder, "index.html", figures, as_json)


@app.command()
def simulate(
    scenario: Annotated[Path, typer.Argument(help="Scenario as YAML; `rhizolith new scenario` writes one.")],
    out: Out = Path("out"),
    as_json: AsJson = False,
    figures: Figures = False,
    overwrite: Overwrite = False,
) -> None:
    """Solve one scenario: OUT/run.nc and OUT/report.html."""
    folder = results_folder(out, ("run.nc",), overwrite)
    _simulate(_scenario(input_file(scenario)), folder, "report.html", figures, as_json)


@app.command()
def assess(
    soil: Annotated[Path, typer.Argument(help="Soil as YAML or by name (show soils); many as CSV, Parquet, .xlsx.")],
    out: Out = Path("out"),
    simulate_too: Annotated[
        bool, typer.Option("--simulate", help="Put the simulator's ranks beside the rules'.")
    ] = False,
    by: Annotated[str, typer.Option(help="Column of classes of a table: also writes modifiers.csv.")] = "",
    measured: Annotated[
        Path | None, typer.Option(help="Your own data by cell: a table of association, mechanism, measured.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a soil holds and how vulnerable it is: OUT/spectrum.csv, OUT/inventory.csv, OUT/report.html."""
    from rhizolith.assessment.files import assess_to

    facts, data = assess_to(soil, made_folder, out, simulate_too, by, measured)
    if data is not None:
        from rhizolith.reporting import report as write

        write(data, to=out / "report.html")
        facts["report"] = str(out / "report.html")
    tell(as_json, facts, "\n".join(facts.values()))


@app.command()
def analyze(
    experiment: Annotated[Path, typer.Argument(help="Folder with the tables of an experiment, or one file.")],
    out: Out = Path("out"),
    as_json: AsJson = False,
    figures: Figures = False,
    permutations: Annotated[int, typer.Option(help="Shuffles of each test; 0 leaves the tests out.")] = 999,
    outcome: Annotated[str | None, typer.Option(help="What the forest and the paths explain; default CUE.")] = None,
    jobs: Annotated[int, typer.Option(help="Processes for the forest.")] = 1,
    unit: Annotated[
        list[str] | None, typer.Option(help="Unit of a column that its table lacks, as BG='umol g-1 h-1'; repeatable.")
    ] = None,
) -> None:
    """Read an experiment, compute every index, test the treatments: OUT/results.nc, OUT/tables, OUT/report.html."""
    from rhizolith.analysis.experiment.analyze import analyze as analyzed
    from rhizolith.analysis.experiment.write_results import write_results

    results_folder(out, (), overwrite=True)  # refused before the work, not after it
    with naming() as begun:
        tree = analyzed(
            experiment, units=pairs("--unit", unit), permutations=permutations, outcome=outcome, jobs=jobs,
            progress=begun, keep=(parts := out / "unfinished"),
        )  # fmt: skip
    made = {name: str(path) for name, path in write_results(tree, made_folder(out)).items()}
    _paged(tree, to=out / "report.html", figures=figures)
    shutil.rmtree(parts, ignore_errors=True)  # until here a stopped run goes on where it stopped
    facts = {"problems": (odd := len(json.loads(tree.attrs["problems"]))), "report": str(out / "report.html"), **made}
    tell(as_json, facts, f"{odd} things were odd in the tables\n{facts['report']}\n{made['indices']}")
    say(f"next: open {facts['report']}; what was odd stands in {made['problems']}")


@app.command()
def claims(
    out: Out = Path("out"),
    draws: Annotated[
        int, typer.Option(min=0, max=1000, help="Repeat the simulations with so many other sets of constants.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Hold every claim that can be tested against rules, simulation and data: OUT/claims.csv, OUT/report.html."""
    from rhizolith.assessment.files import claims_to
    from rhizolith.reporting import report as write

    with progress("trying the claims") as step:
        facts, data = claims_to(made_folder(out), step, draws)
    write(data, to=out / "report.html")
    facts["report"] = str(out / "report.html")
    tell(as_json, facts, "\n".join(facts.values()))


@app.command()
def assign(
    peaks: Annotated[Path, typer.Argument(help="Peak list or report: text, CSV, .pks, .ascii, gzip.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="CSV file for the formulas.")] = Path("formulas.csv"),
    elements: Annotated[str, typer.Option(help="Ranges of the elements.")] = "C1-60 H1-120 O0-35 N0-3 S0-1",
    ppm: Annotated[float, typer.Option(help="Tolerance after recalibration.")] = 1.0,
    charge: Annotated[int | None, typer.Option(help="-1 or 1; by default what the file says, else -1.")] = None,
    fdr: Annotated[float | None, typer.Option(help="Share of wrong formulas allowed; default 0.01.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give the peaks of a mass spectrum their molecular formulas: one row a peak."""
    path = input_file(peaks)
    to = out / "formulas.csv" if out.is_dir() or not out.suffix else out
    if to.exists() and to.samefile(path):
        raise InputError(Problem(str(to), "this is the peak list itself", "name another file after -o"))
    from rhizolith.molecules import assigned_file

    formulas = assigned_file(path, charge, elements=elements, ppm=ppm, fdr=fdr)
    made_folder(to.parent)
    formulas.to_csv(to, index=False)
    said = {k: formulas.attrs[k] for k in ("summary", "layout", "polarity", "counts", "reasons", "expected_wrong")}
    tell(as_json, {**said, "formulas": str(to)}, f"{said['summary']}\n{said['polarity']}\n{to}")


@app.command()
def report(
    results: Results,
    out: Annotated[Path, typer.Option("-o", "--out", help="The page to write.")] = Path("report.html"),
    as_json: AsJson = False,
    figures: Figures = False,
) -> None:
    """Make the page again from results on disk; several results share one page."""
    to = page_path(out)
    _paged(*results, to=to, figures=figures)
    tell(as_json, {"report": str(to)}, str(to))


@app.command()
def cite(
    results: Results,
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
    from rhizolith.description.experiment.experiment import CHOICES

    files = sorted(p for p in path.rglob("*") if p.suffix in (".yaml", ".yml")) if path.is_dir() else [input_file(path)]
    tables = path.is_dir() and (not files or any((path / name).is_file() for name in (CHOICES, "paths.yaml")))
    files = [file for file in files if file != path / CHOICES]
    problems: list[Problem] = []
    found: dict[str, dict[str, str]] = {}
    for file in files:
        try:
            found[str(file)] = _checked(file)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    lines = [f"{file}: a good {what['kind']}\n    {what['holds']}" for file, what in found.items()]
    if tables:
        return _check_tables(path, as_json, found, lines)
    tell(as_json, {"checked": found}, "\n".join(lines))


def _check_tables(folder: Path, as_json: bool, found: dict[str, dict[str, str]], above: list[str]) -> None:
    """What the tables of an experiment are, and everything odd in them with file, sheet and cell."""
    from rhizolith.description.experiment.experiment import Experiment

    read = Experiment.read(folder)
    rows = [{"where": p.where, "what": p.what, "fix": p.fix} for p in read.problems]
    lines = [str(read), *(f"    {t}" for t in read.tables), *(str(p) for p in read.problems)]
    facts: dict[str, Any] = {"checked": str(read), "odd": rows} | ({"beside": found} if found else {})
    tell(as_json, facts, "\n".join([*above, *lines]))


def _checked(path: Path) -> dict[str, str]:
    """Read a description as what it is: its kind and what it holds."""
    from rhizolith.description.document import read_document
    from rhizolith.description.scenario import Soil

    settings = read_document(path).values
    if {"blocks", "inner"} & set(settings):
        from rhizolith.analysis.paths.template import read

        return {"kind": "path model", "holds": read(path).title}
    if settings.get("synthetic"):
        return {"kind": "note", "holds": "what was put into a synthetic experiment; nothing reads it"}
    if {"soil", "root", "duration", "geometry", "mechanisms"} & set(settings):
        return {"kind": "scenario", "holds": str(_scenario(path))}
    return {"kind": "soil", "holds": str(Soil.read(path))}


def _template(name: str) -> Path:
    from importlib.resources import files

    folder = Path(str(files("rhizolith.description"))) / "templates"
    path = folder / f"{name}.yaml"
    if name == "paths":
        return Path(str(files("rhizolith.analysis"))) / "paths" / "templates" / "residue.yaml"
    if not path.is_file():
        known = ", ".join(sorted({*(p.stem for p in folder.glob("*.yaml")), "experiment", "paths"}))
        raise InputError(Problem("new", f"there is no template called {name!r}", f"there are: {known}"))
    return path


@app.command()
def new(
    kind: Annotated[str, typer.Argument(help="soil, scenario, paths (a path model) or experiment.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write; printed where none is named.")] = None,
) -> None:
    """Write a commented template to start from; for an experiment a folder of messy tables with known effects."""
    if kind == "experiment":
        from rhizolith.description.experiment.example import write_example

        folder = new_folder(out or Path("experiment"))
        write_example(folder)
        print(folder)
        say(f"next: `rhizolith analyze {folder}`")
        return
    text = _template(kind).read_text(encoding="utf-8")
    if out is None:
        print(text, end="")
        return
    if out.exists():
        raise InputError(Problem(str(out), "there is already something of this name", "name another file after -o"))
    made_folder(out.parent)
    out.write_text(text, encoding="utf-8")
    print(out)
    say(f"next: fill it in, then `rhizolith check {out}`")


@app.command()
def show(
    kind: Annotated[str, typer.Argument(help="What to list; left out, all that can be listed.")] = "",
    name: Annotated[str, typer.Argument(help="Only rows that contain this.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what rhizolith knows, each with its source: minerals, soils, mechanisms, parameters, sources and more."""
    from rhizolith.reporting.catalogue import kinds, listed

    rows = listed(kind) if kind else [{"show": k} for k in kinds()]
    rows = [r for r in rows if not name or name.lower() in " ".join(map(str, r.values())).lower()]
    if not rows:
        raise InputError(Problem(f"show {kind}", f"nothing contains {name!r}", f"`rhizolith show {kind}` lists all"))
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        table(rows)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        print(f"rhizolith {__version__}")
        raise typer.Exit()


def main() -> None:
    """Run the command line and leave with the code that says how it went."""
    try:
        code = app(standalone_mode=False) or DONE
        if code == STOPPED:  # typer takes Ctrl-C for itself and says nothing
            print("stopped; the files that are there are whole", file=sys.stderr)
    except InputError as error:
        refuse(error)
        code = BAD_INPUT
    except (RunError, ModelError) as error:
        print(f"failed: {error}", file=sys.stderr)
        code = FAILED
    except (KeyboardInterrupt, typer.Abort):
        print("stopped; nothing was half-written", file=sys.stderr)
        code = STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the flush at exit stays silent
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
