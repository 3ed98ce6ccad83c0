"""Molecular formulas beside CoreMS: one list, the same ranges and tolerance; and the memory of large lists."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.children import ROOT, child
from benchmarks.solvers import Failed, Missing
from benchmarks.table import Row

SHARED = Path(os.environ.get("RHIZOLITH_SHARED", ROOT.parent / "shared")) / "data" / "ms"
LIST = SHARED / "corems-srfa-esfa" / "ESFA_15T_3sFID_calibrated.txt"
PEER = ROOT / ".venv" / "peers" / "corems"
VERSION = "corems==4.1.0"
RANGES = "C1-50 H1-100 O1-30 N0-3 S0-1"
OURS = """
import json, time
from rhizolith.molecules import assign, read_peaks
p = read_peaks({path!r})
assign(p.mz, p.intensity, {ranges!r})
took = []
for _ in range(5):
    start = time.process_time()
    got = assign(p.mz, p.intensity, {ranges!r})
    took.append(time.process_time() - start)
print(json.dumps({{"cpu": min(took), "formulas": int((got.kind == "monoisotopic").sum())}}))
"""
# All peaks, both ends of the window at 1 ppm, a warm formula database; what CoreMS calls its default otherwise.
THEIRS = """
import json, sys, time, pathlib
import pandas as pd
from corems.mass_spectrum.input.massList import ReadMassList
from corems.molecular_id.search.molecularFormulaSearch import SearchMolecularFormulas
folder = pathlib.Path(sys.argv[2])
t = pd.read_csv(sys.argv[1], sep="\\t", encoding="latin1", index_col=False)
t = pd.DataFrame({"m/z": t["m/z"], "Peak Height": t["I"], "S/N": t["S/N"], "Resolving Power": t["Res."]})
t.to_csv(folder / "list.csv", index=False)
ms = ReadMassList(folder / "list.csv").get_mass_spectrum(-1, auto_process=False)
ms.settings.noise_threshold_method = "relative_abundance"
ms.settings.noise_threshold_min_relative_abundance = 0
ms.process_mass_spec()
s = ms.molecular_search_settings
s.url_database = f"sqlite:///{folder / 'formulas.sqlite'}"
s.error_method, s.min_ppm_error, s.max_ppm_error = "None", -1, 1
s.min_dbe, s.max_dbe, s.min_hc_filter, s.max_hc_filter, s.min_oc_filter, s.max_oc_filter = 0, 50, 0.3, 3, 0, 1.2
s.use_min_peaks_filter, s.isProtonated, s.isRadical, s.isAdduct, s.db_jobs = False, True, False, False, 1
s.usedAtoms = {"C": (1, 50), "H": (1, 100), "O": (1, 30), "N": (0, 3), "S": (0, 1)}
took = []
for _ in range(2):
    start = time.process_time()
    SearchMolecularFormulas(ms, first_hit=False).run_worker_mass_spectrum()
    took.append(time.process_time() - start)
print(json.dumps({"cpu": min(took), "peaks": len(ms)}))
"""
TWENTY_THOUSAND = """
import numpy as np
from rhizolith.molecules import assign
rng = np.random.default_rng(1)
assign(rng.uniform(150, 900, 20_000), rng.lognormal(14, 1, 20_000), "C1-50 H1-100 O0-30 N0-3 S0-1")
"""
TWENTY_SAMPLES = """
import numpy as np, pandas as pd
from rhizolith.molecules import assign_samples, formula_table, read_peaks
p, rng, lists = read_peaks({path!r}), np.random.default_rng(1), []
for k in range(20):
    one = p[rng.random(len(p)) < 0.9]
    lists.append(pd.DataFrame({{"sample": f"s{{k}}", "mz": one.mz * (1 + 1e-7 * rng.normal(size=len(one))),
                               "intensity": one.intensity * rng.lognormal(0, 0.2, len(one))}}))
formula_table(assign_samples(pd.concat(lists), {ranges!r}))
"""


def ours() -> dict[str, float]:
    """CPU seconds and formulas of a warm `assign`, recalibration and error rates included."""
    if not LIST.exists():
        raise Missing("the open data beside the repository")
    code = OURS.format(path=str(LIST), ranges=RANGES)
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    return json.loads(done.stdout.splitlines()[-1])


def corems() -> float:
    """CPU seconds of CoreMS's search alone, in an environment of its own that is made on the first call."""
    python = PEER / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        pip = [str(python), "-m", "pip", "-qq", "install", "--only-binary=:all:", VERSION]
        if subprocess.run(pip, check=False).returncode:
            raise Missing("CoreMS")
    words = [str(python), "-c", THEIRS, str(LIST), str(PEER)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(done.stderr.splitlines()[-1] if done.stderr else "no message")
    return float(json.loads(done.stdout.splitlines()[-1])["cpu"])


def rows(theirs: float | None, mine: dict[str, float] | None) -> Iterable[Row]:
    """Speed beside CoreMS, and peak memory."""
    cpu = None if mine is None else mine["cpu"] * 1e3
    note = "" if mine is None else f"{mine['formulas']:.0f} formulas, all steps"
    yield Row("Formulas of a fulvic acid, 7,082 peaks", cpu, "ms CPU", note=note)
    ratio = None if theirs is None or mine is None else theirs / mine["cpu"]
    note = "not measured" if theirs is None else f"{theirs:.1f} s, search only"
    yield Row("  beside CoreMS 4.1, same ranges and tolerance", ratio, "x", 100.0, note=note)
    yield Row("Peak memory of a list of 20,000 peaks", child(TWENTY_THOUSAND).peak, "MB", 400.0, False)
    if LIST.exists():
        code = TWENTY_SAMPLES.format(path=str(LIST), ranges=RANGES)
        yield Row("Peak memory of twenty samples", child(code).peak, "MB", 1000.0, False)
