"""`make bench`: everything measured in one go, printed as a table and written as JSON."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import chemistry, children, formulas, many, statistics
from benchmarks.desolve import prepare_desolve
from benchmarks.matched import Matched, match
from benchmarks.rhizosphere import Problem, problem
from benchmarks.solvers import Failed, Missing, prepare_cvode, prepare_idas, prepare_ours, prepare_scipy
from benchmarks.table import Row, text, write

PEERS = {
    "CVODE, banded, numba right-hand side and Jacobian": (prepare_cvode, 4.0),
    "CasADi IDAS, exact sparse derivatives": (prepare_idas, 12.0),
    "SciPy BDF, NumPy, sparsity given": (prepare_scipy, 50.0),
    "R deSolve vode, banded": (prepare_desolve, 80.0),
}
"""name → (how to prepare it, times slower than ours it should be)"""


def say(line: str) -> None:
    """Progress, apart from the table."""
    print(line, file=sys.stderr, flush=True)


def tried(what: str, measure: Callable[[], Any]) -> Any:
    """The measurement, or None with a message where a peer is missing or does not arrive."""
    try:
        return measure()
    except Missing as missing:
        say(f"{what}: skipped, {missing} is not installed")
    except Failed as failed:
        say(f"{what}: failed, {failed}")
    return None


def single(p: Problem) -> tuple[list[Row], Matched | None]:
    """One run, 30 days, matched error."""
    ours = prepare_ours(p)
    reference, _ = ours(1e-8)
    mine = match(ours, reference)
    say(f"ours: tolerance {mine.tolerance:g}, error {mine.error:.1e}, {mine.cpu:.4f} s")
    rows = [Row("One run of 30 days", mine.cpu * 1e3, "ms CPU", note=f"error {mine.error:.0e}")]
    cvode: Matched | None = None
    for name, (prepare, bar) in PEERS.items():
        theirs: Matched | None = tried(name, lambda prepare=prepare: match(prepare(p), reference))  # type: ignore[misc]
        cvode = theirs if prepare is prepare_cvode else cvode
        note = "not measured" if theirs is None else f"{theirs.cpu:.2f} s at tolerance {theirs.tolerance:g}"
        note += "" if theirs is None else f", error {theirs.error:.0e}"
        rows.append(Row(f"  {name}", theirs.cpu / mine.cpu if theirs else None, "x ours", bar, note=note))
        say(f"{name}: {note}")
    return rows, cvode


def ensembles(cvode: Matched | None) -> Iterable[Row]:
    """Many parameter sets."""
    rate = many.ours_per_second()
    theirs = None if cvode is None else tried("CVODE", lambda: many.cvode_per_second(cvode.tolerance))
    cores = os.cpu_count()
    yield Row("Ensemble of 64 parameter sets", rate, "runs/s", note=f"{cores} threads, from CPU time")
    note = "not measured" if theirs is None else f"{theirs:.2f} runs/s in {cores} processes, from CPU time"
    yield Row(
        "  beside CVODE in as many processes as cores", None if theirs is None else rate / theirs, "x", 4.0, note=note
    )
    wide = many.batch(512, threads=cores or 1, spread=3 * many.SPREAD)
    yield Row("  failed of 512 at three times the spread", float(len(wide.failed)), "runs", 0.0, False)


def processes() -> Iterable[Row]:
    """Cold starts and peak memory; everything is compiled by a first round."""
    for code in (children.STANDARD, children.SOIL):
        children.child(code)
    cold = [children.child(children.STANDARD) for _ in range(3)]
    best = min(cold, key=lambda c: c.cpu)
    yield Row(
        "Cold process to finished run, standard problem", best.cpu, "s CPU", 1.0, False, f"{best.wall:.2f} s wall"
    )
    soil = min((children.child(children.SOIL) for _ in range(3)), key=lambda c: c.cpu)
    yield Row("Cold process to finished run, a real soil", soil.cpu, "s CPU", note=f"{soil.wall:.2f} s wall")
    yield Row("Peak memory of the demo", children.demo().peak, "MB", 600.0, False)
    yield Row("Peak memory of one run", soil.peak, "MB", 300.0, False)
    yield Row("Peak memory of a batch of 256", children.child(children.BATCH).peak, "MB", 1000.0, False)


def waters() -> Iterable[Row]:
    """Chemistry alone."""
    rate = chemistry.ours()
    theirs = tried("phreeqcrm", chemistry.theirs)
    yield Row("Speciations of 100,000 waters", rate, "/s CPU")
    note = "not measured" if theirs is None else f"{theirs:,.0f} /s"
    yield Row(
        "  beside phreeqcrm, one thread, same database", None if theirs is None else rate / theirs, "x", 5.0, note=note
    )


PARTS = ("processes", "solvers", "waters", "formulas", "statistics")


def measured(parts: Sequence[str]) -> Iterable[Row]:
    """The rows of the parts asked for."""
    fresh = list(processes()) if "processes" in parts else []  # first: a child's peak counts its parent's at birth
    if "solvers" in parts:
        p = problem()
        print(f"{len(p.system.unknowns) - 1} species and pH in {p.y0.shape[1]} cells, ", end="")
        print(f"{len(p.system.quadratures)} processes")
        rows, cvode = single(p)
        yield from rows
        yield from ensembles(cvode)
    yield from fresh
    if "waters" in parts:
        yield from waters()
    if "formulas" in parts:
        yield from formulas.rows(say)
    if "statistics" in parts:
        yield from statistics.rows(say)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"some of {', '.join(PARTS)}; all where none is named")
    parser.add_argument("-o", default="out/bench.json", help="where the table goes as JSON")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(PARTS)}")
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    rows = []
    for row in measured(chosen.parts or PARTS):
        say(text([row]).splitlines()[-1])
        rows.append(row)
    print("\n" + text(rows))
    write(rows, Path(chosen.o))


if __name__ == "__main__":
    main()
