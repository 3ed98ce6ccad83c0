"""Community statistics beside vegan, where R has it: the same table, agreement and time; and resampled path models."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.solvers import Failed, Missing
from benchmarks.table import Row

VEGAN = """
suppressMessages(library(vegan)); library(jsonlite, quietly = TRUE)
folder <- commandArgs(TRUE)[1]
counts <- read.csv(file.path(folder, "counts.csv"), row.names = 1)
design <- read.csv(file.path(folder, "design.csv"), row.names = 1, stringsAsFactors = TRUE)
d <- vegdist(decostand(counts, "total"), "bray")
cpu <- function(f) { best <- Inf; for (i in 1:3) { t <- system.time(r <- f())[["user.self"]]; best <- min(best, t) }
  list(time = best, result = r) }
a <- cpu(function() adonis2(d ~ plant * amendment, data = design, by = "terms", permutations = 999))
b <- cpu(function() betadisper(d, design$plant))
n <- cpu(function() metaMDS(d, k = 2, trace = 0, autotransform = FALSE))
m <- cpu(function() mantel(d, dist(counts[, 1]), permutations = 999))
cat(toJSON(list(r2 = a$result$R2, f = a$result$F[1:3], adonis = a$time, distances = unname(b$result$distances),
  dispersion = b$time, stress = n$result$stress, nmds = n$time, mantel = m$result$statistic, mantel_time = m$time),
  digits = NA, auto_unbox = TRUE))
"""


def made_up(samples: int = 60, taxa: int = 400) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts and a 2 × 2 design."""
    rng = np.random.default_rng(0)
    plant, amendment = np.tile([0, 1], samples // 2), np.repeat([0, 1], samples // 2)
    logs = rng.normal(1, 2, taxa) + 0.7 * rng.normal(size=(samples, taxa)) + plant[:, None] * (np.arange(taxa) < 60)
    names = [f"s{i}" for i in range(samples)]
    counts = pd.DataFrame(rng.poisson(np.exp(logs)), names, [f"t{i}" for i in range(taxa)])
    design = pd.DataFrame({"plant": plant.astype(str), "amendment": amendment.astype(str)}, names)
    return counts.loc[:, counts.sum() > 0], design.replace({"0": "no", "1": "yes"})


def best(work: Callable[[], object], times: int = 5) -> float:
    """Least CPU seconds of several."""
    took = []
    for _ in range(times):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took)


def vegan(counts: pd.DataFrame, design: pd.DataFrame) -> dict:
    """What vegan says of the same tables; Missing without R, vegan or jsonlite."""
    if shutil.which("Rscript") is None:
        raise Missing("R")
    with tempfile.TemporaryDirectory() as folder:
        counts.to_csv(Path(folder) / "counts.csv")
        design.to_csv(Path(folder) / "design.csv")
        (Path(folder) / "vegan.R").write_text(VEGAN)
        done = subprocess.run(["Rscript", f"{folder}/vegan.R", folder], capture_output=True, text=True, timeout=600)
    if done.returncode:
        if "there is no package" in done.stderr:
            raise Missing("vegan or jsonlite")
        raise Failed(done.stderr.strip()[-300:])
    return json.loads(done.stdout)


def beside_vegan() -> Iterable[Row]:
    """Agreement and time; ours alone where vegan is missing."""
    from rhizolith.analysis import community

    counts, design = made_up()
    with threadpool_limits(1):
        d = community.distances(counts)
        table = community.permanova(d, design, "plant*amendment")
        spread, scaling = community.dispersion(d, design["plant"].tolist()), community.nmds(d, 2)
        gradient = np.abs(np.subtract.outer(*[counts.iloc[:, 0].to_numpy(float)] * 2))
        times = {
            "permanova": best(lambda: community.permanova(d, design, "plant*amendment")),
            "nmds": best(lambda: community.nmds(d, 2), 3),
            "mantel": best(lambda: community.mantel(d, gradient)),
        }
        r = community.mantel(d, gradient).r
    try:
        theirs = vegan(counts, design)
    except (Missing, Failed):
        theirs = None
    yield Row("PERMANOVA, 999 permutations, 60 samples", 1e3 * times["permanova"], "ms CPU", 20.0, False)
    yield Row("NMDS, 60 samples", times["nmds"], "s CPU", 0.5, False)
    if theirs is None:
        return
    yield Row("  vegan adonis2", theirs["adonis"] / times["permanova"], "x ours")
    yield Row("  vegan metaMDS", theirs["nmds"] / times["nmds"], "x ours", note=f"stress {theirs['stress']:.5f} there")
    yield Row("  vegan mantel", theirs["mantel_time"] / times["mantel"], "x ours")
    gaps = [np.abs(table["r2"].to_numpy() - theirs["r2"]), np.abs(table["f"].to_numpy()[:3] - theirs["f"])]
    off = max(each.max() for each in gaps)
    yield Row("  adonis2: largest difference of R² and F", float(off), "", 1e-8, False)
    gap = np.abs(spread.distances.to_numpy() - theirs["distances"]).max()
    yield Row("  betadisper: largest difference of a distance", float(gap), "", 1e-3, False)
    yield Row("  metaMDS: our stress less theirs", scaling.stress - theirs["stress"], "", 1e-3, False)
    yield Row("  mantel: difference of r", abs(r - theirs["mantel"]), "", 1e-8, False)


def path_models() -> Iterable[Row]:
    """5,000 resamples of a model as large as the customary example: 250 samples, 27 indicators, 6 variables."""
    from rhizolith.analysis import paths

    rng = np.random.default_rng(0)
    names = ["image", "expectation", "quality", "value", "satisfaction", "loyalty"]
    latents = np.cumsum(rng.normal(size=(250, 6)), axis=1)
    sizes = [5, 5, 5, 4, 4, 4]
    blocks = {n: [f"{n}{i}" for i in range(k)] for n, k in zip(names, sizes)}
    data = pd.DataFrame(
        {c: latents[:, j] + rng.normal(size=250) for j, n in enumerate(names) for c in blocks[n]}
    )  # fmt: skip
    inner = "\n".join(f"{b} ~ {a}" for a, b in pairwise(names)) + "\nloyalty ~ image"
    full = paths.fit(data, inner, blocks, scheme="centroid")
    with threadpool_limits(1):
        took = best(lambda: paths.bootstrap(full, n=5000))
    yield Row("PLS path model, 5,000 resamples with BCa", took, "s CPU", 0.3, False, "R plspm took 19.5 s, stated")


def rows() -> list[Row]:
    """Everything in this file."""
    return [*beside_vegan(), *path_models()]
