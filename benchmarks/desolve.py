"""R's deSolve on the standard problem: vode with a banded Jacobian, right-hand side in R over all cells."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from shutil import which

import numpy as np
from numpy.typing import NDArray

from benchmarks.equations import R, lines, reduced
from benchmarks.rhizosphere import Problem
from benchmarks.solvers import FLOOR, Failed, Missing, Run, arguments

SCRIPT = """
suppressMessages(library(deSolve))
read <- function(f) as.matrix(read.csv(f, header = FALSE))
p <- read("p.csv")[, 1]; c <- t(read("data.csv")); below <- read("below.csv"); here <- read("here.csv")
above <- read("above.csv"); y0 <- read("y0.csv")[, 1]; h <- read("h.csv")[, 1]; times <- read("times.csv")[, 1]
n <- {n}; cells <- length(h); mobile <- 1:{mobile}; h0 <- h
left <- c(1, 1:(cells - 1)); right <- c(2:cells, cells)
constraint <- function(y, h) {{
{constraint}
  list(r, s)
}}
rhs <- function(t, flat, parms) {{
  y <- matrix(flat, nrow = n); out <- matrix(0, n, cells)
  for (k in 1:50) {{
    rs <- constraint(y, h); step <- rs[[1]] / rs[[2]]
    h <<- h - step
    if (max(abs(step)) < 1e-12) break
  }}
{rates}
  m <- y[mobile, ]
  change <- here * m + below * m[, left] + above * m[, right]
  out[mobile, ] <- out[mobile, ] + sweep(change, 2, c[1, ], "/")
  list(as.vector(out))
}}
rhs(0, y0, NULL); h <- h0
start <- proc.time()
done <- vode(y0, times, rhs, NULL, rtol = {rtol}, atol = rep({rtol} * {floor} * read("scales.csv")[, 1], cells),
             jactype = "bandint", bandup = n, banddown = n, maxsteps = 200000, hmax = 86400)
took <- proc.time() - start
write.table(done[, -1], "out.csv", sep = ",", row.names = FALSE, col.names = FALSE)
cat(sum(took[1:2]), nrow(done), "\\n")
"""


def prepare_desolve(problem: Problem) -> Run:
    """A run starts R anew; only the integration is timed."""
    program = which("Rscript", path="/usr/bin:/usr/local/bin") or which("Rscript")
    asked = [program or "", "-e", "library(deSolve)"]
    if program is None or subprocess.run(asked, capture_output=True, check=False).returncode:
        raise Missing("R with deSolve")
    system = problem.system
    n, cells = len(system.unknowns) - 1, problem.y0.shape[1]
    model = reduced(system)
    symbols = {u: f"y[{k + 1}, ]" for k, u in enumerate(system.unknowns[:n])} | {system.unknowns[n]: "h", "t": "t"}
    symbols |= {q: f"p[{k + 1}]" for k, q in enumerate(system.parameters)}
    symbols |= {q: f"c[{k + 1}, ]" for k, q in enumerate(system.cell_data)}
    constraint = lines({"r": model.constraint, "s": model.slope}, symbols, R)
    rates = lines({f"out[{i + 1}, ]": r for i, r in enumerate(model.rates)}, symbols, R)
    h, p, data, below, here, above = arguments(problem)
    scales = np.array(system.scales[:n])
    y0 = np.ascontiguousarray(problem.y0[:-1].T).ravel()
    tables = {
        "h": h, "p": p, "data": data, "below": below, "here": here, "above": above, "y0": y0, "times": problem.times,
        "scales": scales,
    }  # fmt: skip

    def run(tolerance: float) -> tuple[NDArray[np.float64], float]:
        text = SCRIPT.format(
            n=n, mobile=len(system.mobile), constraint="\n".join(constraint), rates="\n".join(rates), rtol=tolerance,
            floor=FLOOR,
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            for name, table in tables.items():
                np.savetxt(Path(folder) / f"{name}.csv", table, delimiter=",", fmt="%.17g")
            (Path(folder) / "run.R").write_text(text)
            done = subprocess.run([str(program), "run.R"], cwd=folder, capture_output=True, text=True, check=False)
            words = done.stdout.split()
            if done.returncode or int(words[-1]) < len(problem.times):
                raise Failed(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "stopped early")
            y = np.loadtxt(Path(folder) / "out.csv", delimiter=",")
        return np.swapaxes(y.reshape(-1, cells, n), 1, 2), float(words[-2])

    return run
