"""PLS path models beside R plspm: the same table, coefficients and time of resampling."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import pandas as pd

from benchmarks.peers import answer, has_r, r_environment, why_not
from benchmarks.solvers import Failed, Missing
from benchmarks.table import Row

NAMES = ["image", "expectation", "quality", "value", "satisfaction", "loyalty"]
BLOCKS = {n: [f"{n}{i}" for i in range(k)] for n, k in zip(NAMES, [5, 5, 5, 4, 4, 4], strict=True)}
INNER = "\n".join(f"{b} ~ {a}" for a, b in pairwise(NAMES)) + "\nloyalty ~ image"
PLSPM = """
suppressMessages(library(plspm)); library(jsonlite, quietly = TRUE)
d <- read.csv(commandArgs(TRUE)[1])
m <- matrix(0, 6, 6); for (i in 2:6) m[i, i - 1] <- 1; m[6, 1] <- 1
size <- c(5, 5, 5, 4, 4, 4); blocks <- split(1:27, rep(1:6, size))
dimnames(m) <- list(unique(sub("[0-9]+$", "", names(d))), unique(sub("[0-9]+$", "", names(d))))
modes <- rep("A", 6)
one <- sum(system.time(f <- plspm(d, m, unname(blocks), modes, scheme = "centroid"))[1:2])
many <- sum(system.time(plspm(d, m, unname(blocks), modes, scheme = "centroid", boot.val = TRUE, br = 1000))[1:2])
cat(toJSON(list(paths = f$path_coefs, loadings = f$outer_model$loading, r2 = f$inner_summary$R2, time = many - one),
    digits = NA, auto_unbox = TRUE))
"""


def made_up() -> pd.DataFrame:
    """As large as the customary example: 250 samples, 27 indicators, 6 variables."""
    rng = np.random.default_rng(0)
    latents = np.cumsum(rng.normal(size=(250, 6)), axis=1)
    return pd.DataFrame({c: latents[:, j] + rng.normal(size=250) for j, n in enumerate(NAMES) for c in BLOCKS[n]})


def rows(say: Callable[[str], None]) -> Iterable[Row]:
    """5,000 resamples, and R's coefficients."""
    from rhizolith.analysis import paths

    data = made_up()
    full = paths.fit(data, INNER, BLOCKS, scheme="centroid")
    took = []
    for _ in range(6):
        start = process_time()
        paths.bootstrap(full, n=5000)
        took.append(process_time() - start)
    ours = median(took[1:])
    yield Row("PLS path model, 5,000 resamples with BCa", ours, "s CPU", 0.3, False)
    try:
        for needed in ("plspm", "jsonlite"):
            has_r(needed)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            data.to_csv(path, index=False)
            theirs = answer(["Rscript", "-e", PLSPM, str(path)], r_environment())
    except (Missing, Failed) as why:
        say(f"plspm: {why_not(why)}")
        yield Row("  R plspm", None, "x ours", note="not run; 19.5 s on another machine")
        return
    note = f"{5 * theirs['time']:.1f} s, from 1,000 resamples, percentile intervals"
    yield Row("  R plspm", 5 * theirs["time"] / ours, "x ours", note=note)
    parts = ((full.paths, theirs["paths"]), (full.loadings, theirs["loadings"]), (full.r2, theirs["r2"]))
    gap = max(float(np.abs(np.asarray(mine, float) - np.asarray(others, float)).max()) for mine, others in parts)
    yield Row("  R plspm: largest difference of paths, loadings and R²", gap, "", 1e-8, False)
