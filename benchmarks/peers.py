"""Peers in environments of their own under `.venv/peers`, made on the first call; a peer that cannot be had is Missing.

Python peers come from the package index. R peers come from R's own library where they are installed, else from the
folder of source packages named by RHIZOLITH_PEER_SOURCES (for machines without network), else from CRAN or GitHub.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

from benchmarks.children import ROOT
from benchmarks.solvers import Failed, Missing

HOME = ROOT / ".venv" / "peers"
LIBRARY = HOME / "R"
SOURCES = os.environ.get("RHIZOLITH_PEER_SOURCES", "")
GITHUB = {"MFAssignR": "skschum/MFAssignR/MFAssignR", "plspm": "gastonstat/plspm"}
"""R packages that CRAN does not hold"""
NEEDS = {
    "MFAssignR": ("colorRamps",),
    "plspm": ("tester", "turner", "shape", "diagram", "amap"),
    "rfPermute": ("ggrepel", "kknn", "swfscMisc"),
}
"""what else a folder of sources has to hold, in the order of installation"""
FROM_FOLDER = """if (!requireNamespace('{name}', quietly = TRUE)) install.packages('{path}', lib = '{library}',
repos = NULL, type = 'source', INSTALL_opts = c('--no-docs', '--no-test-load'))"""
FROM_GITHUB = "options(timeout = 60); remotes::install_github('{}', upgrade = 'never', lib = '{}')"
FROM_CRAN = "options(timeout = 60); install.packages('{}', repos = 'https://cloud.r-project.org', lib = '{}')"
MEMORY_PYTHON = "peak = [int(l.split()[1]) / 1024 for l in open('/proc/self/status') if l.startswith('VmHWM')]"
MEMORY_R = 'peak <- as.numeric(gsub("[^0-9]", "", grep("^VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1024'
"""MB, as the process itself sees it"""


@cache
def python_with(requirement: str) -> str:
    """The interpreter of an environment that holds one Python peer."""
    folder = HOME / requirement.split("==")[0].lower()
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    if subprocess.run([str(python), "-m", "pip", "-qq", "show", requirement.split("==")[0]], check=False).returncode:
        pip = [str(python), "-m", "pip", "-qq", "install", requirement]
        if subprocess.run(pip, check=False, capture_output=True).returncode:
            raise Missing(requirement)
    return str(python)


def _r(expression: str) -> bool:
    words = ["Rscript", "-e", expression]
    return subprocess.run(words, env=r_environment(), capture_output=True, check=False, timeout=1200).returncode == 0


def r_environment() -> dict[str, str]:
    """R looks first where the peers are."""
    return {**os.environ, "R_LIBS": f"{LIBRARY}:{os.environ.get('R_LIBS', '')}", "OMP_NUM_THREADS": "1"}


@cache
def has_r(package: str) -> None:
    """Nothing, once R has the package; Missing where it cannot be had."""
    if which("Rscript") is None:
        raise Missing("R")
    there = f"q(status = !requireNamespace('{package}', quietly = TRUE))"
    if _r(there):
        return
    LIBRARY.mkdir(parents=True, exist_ok=True)
    for source in (*NEEDS.get(package, ()), package) if SOURCES else ():
        if (Path(SOURCES) / source).exists():
            _r(FROM_FOLDER.format(name=source, path=Path(SOURCES) / source, library=LIBRARY))
    if not _r(there):
        _r((FROM_GITHUB if package in GITHUB else FROM_CRAN).format(GITHUB.get(package, package), LIBRARY))
    if not _r(there):
        raise Missing(f"R package {package}")


def answer(words: list[str], env: dict[str, str] | None = None, seconds: float = 900) -> dict[str, Any]:
    """Run a script that prints JSON in its last line."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=env, cwd=ROOT, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Failed(f"not done after {seconds:.0f} s") from None
    if done.returncode:
        raise Failed(done.stderr.strip()[-300:] or "no message")
    return json.loads(done.stdout.strip().splitlines()[-1])


def why_not(error: Exception) -> str:
    """Why a peer was not measured."""
    return f"skipped, {error} is not installed" if isinstance(error, Missing) else f"failed, {error}"
