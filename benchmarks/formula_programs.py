"""Programs that give peaks their formulas: the same list, ranges and tolerance, each in a process of its own.

Each script reads a list (mz, intensity, sn, rp) and writes its candidates (peak, C, H, O, N, S; best: the formula it
stands by). Times are processor time of what turns a list in memory into formulas, with tables of masses at hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.children import ROOT
from benchmarks.peers import HOME, MEMORY_PYTHON, MEMORY_R, answer, has_r, python_with, r_environment

ATOMS = list("CHONS")
RANGES = "C1-50 H1-100 O1-30 N0-3 S0-1"
MASS = {"C": 12.0, "H": 1.00782503223, "O": 15.99491461957, "N": 14.00307400443, "S": 31.9720711744}  # Wang2021
HEAVY = {"13C": 1.00335483507, "34S": 1.9957959}  # heavy less light isotope, Da (Wang2021)
OURS = """
import json, statistics, sys, time
import pandas as pd
from rhizolith.molecules import assign, candidates
p = pd.read_csv(sys.argv[1])
assign(p.mz, p.intensity, {ranges!r})
took = []
for _ in range(5):
    start = time.process_time()
    got = assign(p.mz, p.intensity, {ranges!r})
    took.append(time.process_time() - start)
{memory}
every = candidates(p.mz.to_numpy(), {ranges!r}, 1.0, rules="reference")
every["peak"] = p.mz.reset_index().groupby("mz")["index"].first()[every.mz].to_numpy()
best = got[got.kind == "monoisotopic"][list("CHONS")].rename_axis("peak").reset_index()
pd.concat([every.assign(best=0), best.assign(best=1)])[["peak", *"CHONS", "best"]].to_csv(sys.argv[2], index=False)
print(json.dumps({{"cpu": statistics.median(took), "peak": peak[0]}}))
"""
# All peaks, both ends of the window at 1 ppm, a warm formula database; what CoreMS calls its default otherwise.
COREMS = """
import json, sys, time, pathlib
import pandas as pd
from corems.mass_spectrum.input.massList import ReadMassList
from corems.molecular_id.search.molecularFormulaSearch import SearchMolecularFormulas
p, folder = pd.read_csv(sys.argv[1]), pathlib.Path(sys.argv[3])
t = pd.DataFrame({{"m/z": p.mz, "Peak Height": p.intensity, "S/N": p.sn, "Resolving Power": p.rp}})
t.to_csv(folder / "list.csv", index=False)
ms = ReadMassList(folder / "list.csv").get_mass_spectrum(-1, auto_process=False)
ms.settings.noise_threshold_method = "relative_abundance"
ms.settings.noise_threshold_min_relative_abundance = 0
ms.process_mass_spec()
s = ms.molecular_search_settings
s.url_database = f"sqlite:///{{folder / 'formulas.sqlite'}}"
s.error_method, s.min_ppm_error, s.max_ppm_error = "None", -1, 1
s.min_dbe, s.max_dbe, s.min_hc_filter, s.max_hc_filter, s.min_oc_filter, s.max_oc_filter = 0, 50, 0.3, 3, 0, 1.2
s.use_min_peaks_filter, s.isProtonated, s.isRadical, s.isAdduct, s.db_jobs = False, True, False, False, 1
s.usedAtoms = {{"C": (1, 50), "H": (1, 100), "O": (1, 30), "N": (0, 3), "S": (0, 1)}}
took = []
for _ in range(int(sys.argv[5])):
    start = time.process_time()
    SearchMolecularFormulas(ms, first_hit=False).run_worker_mass_spectrum()
    took.append(time.process_time() - start)
{memory}
at, rows = {{round(mz, 8): k for k, mz in enumerate(p.mz)}}, []
for one in ms:
    best = one.best_molecular_formula_candidate if len(one) else None
    for k, f in enumerate(one):
        if not f.is_isotopologue:
            d = f.to_dict()
            rows.append([at[round(one.mz_exp, 8)], *(int(d.get(e, 0) or 0) for e in "CHONS"), 0])
            if f is best:
                rows.append([*rows[-1][:-1], 1])
pd.DataFrame(rows, columns=["peak", *"CHONS", "best"]).to_csv(sys.argv[2], index=False)
print(json.dumps({{"cpu": min(took), "peak": peak[0]}}))
"""
NOMSPECTRA = """
import json, statistics, sys, time
import pandas as pd
from nomspectra.spectrum import Spectrum
p, table = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[4])
table = table[table["13C"] + table["34S"] == 0][["C", "H", "O", "N", "S", "mass"]].sort_values("mass")
took = []
for _ in range(3):
    s = Spectrum(table=pd.DataFrame({{"mass": p.mz, "intensity": p.intensity}}))
    start = time.process_time()
    s.assign(generated_bruttos_table=table, rel_error=1.0, sign="-")
    took.append(time.process_time() - start)
{memory}
got = s.table[s.table["assign"].astype(bool)]
got = got.merge(p.reset_index(names="peak")[["peak", "mz"]], left_on="mass", right_on="mz")
got.assign(best=1)[["peak", *"CHONS", "best"]].astype(int).to_csv(sys.argv[2], index=False)
print(json.dumps({{"cpu": statistics.median(took), "peak": peak[0]}}))
"""
UME = """
suppressMessages({{library(ume); library(data.table)}}); setDTthreads(1)
a <- commandArgs(TRUE)
p <- fread(a[1]); lib <- fread(a[4]); lib[, c("C", "H", "O", "N", "S") := NULL]
pl <- data.table(mz = p$mz, i_magnitude = p$intensity, s_n = p$sn, res = p$rp, file_id = 1L, peak_id = seq_len(nrow(p)))
took <- c()
for (i in 1:3) {{
  one <- copy(pl); two <- copy(lib)
  start <- proc.time()
  got <- suppressWarnings(suppressMessages(ume_assign_formulas(one, two, pol = "neg", ma_dev = 1)))
  took <- c(took, sum((proc.time() - start)[1:2]))
}}
{memory}
got <- got[, .(peak = peak_id - 1L, C = `12C`, H = `1H`, O = `16O`, N = `14N`, S = `32S`, away = abs(ppm))]
best <- got[order(away)][!duplicated(peak)]
fwrite(rbind(got[, best := 0L], best[, best := 1L])[, away := NULL], a[2])
cat("\\n", sprintf('{{"cpu": %f, "peak": %f}}', median(took), peak), "\\n", sep = "")
"""
MFASSIGNR = """
suppressMessages(library(MFAssignR))
a <- commandArgs(TRUE); p <- read.csv(a[1])
start <- proc.time()
f <- IsoFiltR(data.frame(mass = p$mz, abund = p$intensity), SN = 0)
got <- MFAssign_RMD(f$Mono, f$Iso, "neg", lowMW = 100, highMW = 1000, Nx = 3, Sx = 1, ppm_err = 1, H_Cmin = 0.3,
                    H_Cmax = 3, O_Cmax = 1.2)
took <- sum((proc.time() - start)[1:2])
{memory}
u <- got$Unambig
out <- data.frame(peak = match(round(u$exp_mass, 7), round(p$mz, 7)) - 1, u[, c("C", "H", "O", "N", "S")], best = 1)
write.csv(out, a[2], row.names = FALSE)
cat("\\n", sprintf('{{"cpu": %f, "peak": %f}}', took, peak), "\\n", sep = "")
"""


def _ours() -> list[str]:
    return [sys.executable, "-c", OURS.format(ranges=RANGES, memory=MEMORY_PYTHON)]


def _python(requirement: str, script: str) -> list[str]:
    return [python_with(requirement), "-c", script.format(memory=MEMORY_PYTHON)]


def _r(package: str, script: str) -> list[str]:
    has_r(package)
    return ["Rscript", "-e", script.format(memory=MEMORY_R)]


PROGRAMS: dict[str, Callable[[], list[str]]] = {
    "ours": _ours,
    "CoreMS 4.1": lambda: _python("corems==4.1.0", COREMS),
    "NOMspectra 1.0": lambda: _python("nomspectra==1.0.0", NOMSPECTRA),
    "UME": lambda: _r("ume", UME),
    "MFAssignR": lambda: _r("MFAssignR", MFASSIGNR),
}
"""name → the words that start it; Missing where it cannot be had"""


def run(name: str, peaks: pd.DataFrame, folder: Path, times: int = 2) -> tuple[dict[str, Any], pd.DataFrame]:
    """CPU seconds and peak memory (MB) of one program on one list, and what it found; `times` is for CoreMS."""
    words = PROGRAMS[name]()
    listed, out, table = folder / "list.csv", folder / "out.csv", folder / "formulas.csv"
    peaks[["mz", "intensity", "sn", "rp"]].to_csv(listed, index=False)
    if not table.exists():
        formulas().to_csv(table, index=False)
    env = {**r_environment(), "PYTHONPATH": str(ROOT / "src")} if name == "ours" else r_environment()
    env |= {key: "1" for key in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    used = answer([*words, *map(str, (listed, out, HOME / "corems", table, times))], env)
    return used, pd.read_csv(out)


def formulas(heaviest: float = 1001.0) -> pd.DataFrame:
    """Every formula of the ranges that the common rules allow, and its one-13C and one-34S twins, as UME lists them.

    Rules: 0.3 ≤ H/C ≤ 3, O/C ≤ 1.2, whole rings and double bonds from 0 to 50.
    """
    rings = np.arange(1, 51)[:, None, None, None, None], np.arange(1, 101)[None, :, None, None, None]
    c, h, o, n, s = np.broadcast_arrays(
        *rings, np.arange(1, 31)[None, None, :, None, None], np.arange(4)[None, None, None, :, None], np.arange(2)
    )
    twice = 2 + 2 * c - h + n
    mass = sum(MASS[e] * k for e, k in zip(ATOMS, (c, h, o, n, s), strict=True))
    kept = (twice >= 0) & (twice <= 100) & (twice % 2 == 0) & (h >= 0.3 * c) & (h <= 3 * c) & (o <= 1.2 * c)
    kept &= mass <= heaviest
    light = pd.DataFrame({e: k[kept] for e, k in zip(ATOMS, (c, h, o, n, s), strict=True)} | {"mass": mass[kept]})
    light["13C"], light["34S"] = 0, 0
    with_13c = light.assign(**{"13C": 1, "mass": light["mass"] + HEAVY["13C"]})
    with_34s = light[light.S > 0].assign(**{"34S": 1, "mass": light["mass"] + HEAVY["34S"]})
    table = pd.concat([light, with_13c, with_34s]).sort_values("mass", ignore_index=True)
    table["12C"], table["32S"] = table.C - table["13C"], table.S - table["34S"]
    table["1H"], table["14N"], table["16O"], table["15N"], table["31P"] = table.H, table.N, table.O, 0, 0
    parts = [np.where(table[e] > 0, e + table[e].astype(str).where(table[e] > 1, ""), "") for e in "CHNOS"]
    table["mf"] = parts[0] + parts[1] + parts[2] + parts[3] + parts[4]
    return table.assign(vkey=np.arange(1, len(table) + 1))
