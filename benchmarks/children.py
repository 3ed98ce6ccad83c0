"""Fresh processes, for what only they show: peak memory and a cold start."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STANDARD = """
from benchmarks.rhizosphere import problem
from benchmarks.solvers import prepare_ours
p = problem()
prepare_ours(p)(1e-2)
"""
SOIL = """
from rhizolith import Scenario, simulate
simulate(Scenario.read("examples/andosol_root.yaml"))
"""
BATCH = """
from benchmarks.many import batch
assert not batch(256, threads=1).failed
"""
DEMO = """
import sys
from rhizolith.cli import main
sys.argv = ["rhizolith", "demo", "-o", {folder!r}]
main()
"""


@dataclass(frozen=True)
class Child:
    """What a process used."""

    wall: float
    cpu: float
    peak: float
    """MB"""


def child(code: str) -> Child:
    """Run a piece of Python in a process of its own, at the root of the repository."""
    path = os.pathsep.join(filter(None, [str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"a child process failed with {process.returncode}:\n{code}")
    return Child(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def demo() -> Child:
    """The whole demo."""
    with tempfile.TemporaryDirectory() as folder:
        return child(DEMO.format(folder=folder))
