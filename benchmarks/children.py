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
PEAK = """
import atexit, pathlib
def note_peak():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    high = [line for line in lines if line.startswith("VmHWM")]
    if high:
        pathlib.Path({note!r}).write_text(str(int(high[0].split()[1]) / 1024))
if pathlib.Path("/proc/self/status").exists():
    atexit.register(note_peak)
"""
"""The process notes its own peak: what the kernel tells the parent includes the parent's memory at the fork."""


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
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "peak"
        process = subprocess.Popen(
            [sys.executable, "-c", PEAK.format(note=str(note)) + code], cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        peak = float(note.read_text()) if note.exists() else used.ru_maxrss / 1024
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"a child process failed with {process.returncode}:\n{code}")
    return Child(time.perf_counter() - start, used.ru_utime + used.ru_stime, peak)


def demo() -> Child:
    """The whole demo."""
    with tempfile.TemporaryDirectory() as folder:
        return child(DEMO.format(folder=folder))
