"""Community statistics beside vegan, scikit-bio and scikit-learn: the same table, agreement and time."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks import forests, path_models
from benchmarks.peers import answer, has_r, r_environment, why_not
from benchmarks.solvers import Failed, Missing
from benchmarks.table import Row

VEGAN = """
suppressMessages(library(vegan)); library(jsonlite, quietly = TRUE)
folder <- commandArgs(TRUE)[1]
counts <- read.csv(file.path(folder, "counts.csv"), row.names = 1)
design <- read.csv(file.path(folder, "design.csv"), row.names = 1, stringsAsFactors = TRUE)
d <- vegdist(decostand(counts, "total"), "bray")
cpu <- function(f) { t <- c(); for (i in 1:3) { t <- c(t, sum(system.time(r <- f())[1:2])) }
  list(time = median(t), result = r) }
a <- cpu(function() adonis2(d ~ plant * amendment, data = design, by = "terms", permutations = 999))
b <- cpu(function() betadisper(d, design$plant))
n <- cpu(function() metaMDS(d, k = 2, trace = 0, autotransform = FALSE))
m <- cpu(function() mantel(d, dist(counts[, 1]), permutations = 999))
cat(toJSON(list(r2 = a$result$R2, f = a$result$F[1:3], adonis = a$time, distances = unname(b$result$distances),
  dispersion = b$time, stress = n$result$stress, nmds = n$time, mantel = m$result$statistic, mantel_time = m$time),
  digits = NA, auto_unbox = TRUE))
"""
Say = Callable[[str], None]


def made_up(samples: int = 60, taxa: int = 400) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts and a 2 × 2 design."""
    rng = np.random.default_rng(0)
    plant, amendment = np.tile([0, 1], samples // 2), np.repeat([0, 1], samples // 2)
    logs = rng.normal(1, 2, taxa) + 0.7 * rng.normal(size=(samples, taxa)) + plant[:, None] * (np.arange(taxa) < 60)
    names = [f"s{i}" for i in range(samples)]
    counts = pd.DataFrame(rng.poisson(np.exp(logs)), names, [f"t{i}" for i in range(taxa)])
    design = pd.DataFrame({"plant": plant.astype(str), "amendment": amendment.astype(str)}, names)
    return counts.loc[:, counts.sum() > 0], design.replace({"0": "no", "1": "yes"})


def typical(work: Callable[[], object], times: int = 5) -> float:
    """Median CPU seconds of several, after one that is not counted."""
    work()
    took = []
    for _ in range(times):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return median(took)


def vegan(counts: pd.DataFrame, design: pd.DataFrame) -> dict[str, Any]:
    """What vegan says of the same tables; Missing without R, vegan or jsonlite."""
    has_r("vegan")
    has_r("jsonlite")
    with tempfile.TemporaryDirectory() as folder:
        counts.to_csv(Path(folder) / "counts.csv")
        design.to_csv(Path(folder) / "design.csv")
        return answer(["Rscript", "-e", VEGAN, folder], r_environment())


def beside_vegan(say: Say) -> Iterable[Row]:
    """Agreement and time; ours alone where vegan is missing."""
    from rhizolith.analysis import community

    counts, design = made_up()
    d = community.distances(counts)
    table = community.permanova(d, design, "plant*amendment")
    spread, scaling = community.dispersion(d, design["plant"].tolist()), community.nmds(d, 2)
    gradient = np.abs(np.subtract.outer(*[counts.iloc[:, 0].to_numpy(float)] * 2))
    r = community.mantel(d, gradient).r
    permanova = typical(lambda: community.permanova(d, design, "plant*amendment"))
    nmds = typical(lambda: community.nmds(d, 2), 3)
    mantel = typical(lambda: community.mantel(d, gradient))
    yield Row("PERMANOVA, 999 permutations, 60 samples", 1e3 * permanova, "ms CPU", 20.0, False)
    yield Row("NMDS, 60 samples", nmds, "s CPU", 0.5, False)
    yield Row("Mantel, 999 permutations, 60 samples", 1e3 * mantel, "ms CPU")
    try:
        theirs = vegan(counts, design)
    except (Missing, Failed) as why:
        say(f"vegan: {why_not(why)}")
        return
    yield Row("  vegan adonis2", theirs["adonis"] / permanova, "x ours", 1.0)
    yield Row("  vegan metaMDS", theirs["nmds"] / nmds, "x ours", 1.0, note=f"stress {theirs['stress']:.5f} there")
    yield Row("  vegan mantel", theirs["mantel_time"] / mantel, "x ours", 1.0)
    gaps = [np.abs(table["r2"].to_numpy() - theirs["r2"]), np.abs(table["f"].to_numpy()[:3] - theirs["f"])]
    off = max(each.max() for each in gaps)
    yield Row("  adonis2: largest difference of R² and F", float(off), "", 1e-8, False)
    gap = np.abs(spread.distances.to_numpy() - theirs["distances"]).max()
    yield Row("  betadisper: largest difference of a distance", float(gap), "", 1e-3, False)
    yield Row("  metaMDS: our stress less theirs", scaling.stress - theirs["stress"], "", 1e-3, False)
    yield Row("  mantel: difference of r", abs(r - theirs["mantel"]), "", 1e-8, False)


def beside_python() -> Iterable[Row]:
    """scikit-bio and scikit-learn, which are installed with us."""
    from skbio import DistanceMatrix
    from skbio.stats.distance import mantel, permanova
    from sklearn.manifold import MDS

    from rhizolith.analysis import community

    counts, design = made_up()
    d = community.distances(counts)
    square, plant = np.asarray(d, float), design["plant"].tolist()
    matrix = DistanceMatrix(square, counts.index.tolist())
    gradient = np.abs(np.subtract.outer(*[counts.iloc[:, 0].to_numpy(float)] * 2))
    other = DistanceMatrix(gradient, counts.index.tolist())
    one, two = community.permanova(d, design, "plant"), permanova(matrix, plant, permutations=999)
    ours = typical(lambda: community.permanova(d, design, "plant"))
    theirs = typical(lambda: permanova(matrix, plant, permutations=999), 3)
    yield Row("  scikit-bio permanova, one factor", theirs / ours, "x ours", 1.0)
    gap = abs(float(one["f"].iloc[0]) - float(two["test statistic"]))
    yield Row("  scikit-bio permanova: difference of F", gap, "", 1e-8, False)
    r = mantel(matrix, other, permutations=999)[0]
    theirs = typical(lambda: mantel(matrix, other, permutations=999), 3)
    yield Row("  scikit-bio mantel", theirs / typical(lambda: community.mantel(d, gradient)), "x ours", 1.0)
    yield Row("  scikit-bio mantel: difference of r", abs(community.mantel(d, gradient).r - r), "", 1e-8, False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which defaults will change in its next versions
        settings = {"metric": False, "dissimilarity": "precomputed", "normalized_stress": True, "n_init": 20}
        scaling = MDS(2, random_state=0, max_iter=500, **settings)
        theirs = typical(lambda: scaling.fit(square), 1)
    ours = typical(lambda: community.nmds(d, 2), 3)
    note = f"stress {scaling.stress_:.5f} there, {community.nmds(d, 2).stress:.5f} here"
    yield Row("  scikit-learn MDS, monotone, 20 starts", theirs / ours, "x ours", note=note)


def rows(say: Say = print) -> Iterable[Row]:
    """Communities, forests and path models."""
    with threadpool_limits(1):
        yield from beside_vegan(say)
        yield from beside_python()
        yield from forests.rows(say)
        yield from path_models.rows(say)
