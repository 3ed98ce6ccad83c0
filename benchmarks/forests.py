"""Random forests beside R's randomForest and rfPermute and scikit-learn: importances, p, time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers import answer, has_r, r_environment, why_not
from benchmarks.solvers import Failed, Missing
from benchmarks.table import Row

TREES, SHUFFLES, FORESTS = 500, 99, 40
R_FORESTS = """
suppressMessages(library(randomForest)); library(jsonlite, quietly = TRUE)
d <- read.csv(commandArgs(TRUE)[1]); set.seed(1)
took <- c(); all <- c(); fit <- c()
for (i in 1:40) {
  took <- c(took, sum(system.time(r <- randomForest(y ~ ., d, ntree = 500, importance = TRUE))[1:2]))
  all <- cbind(all, importance(r, type = 1, scale = FALSE)[, 1]); fit <- c(fit, tail(r$rsq, 1))
}
cat(toJSON(list(time = median(took), rise = rowMeans(all), sd = apply(all, 1, sd), fit = mean(fit)), digits = NA,
    auto_unbox = TRUE))
"""
R_PERMUTED = """
suppressMessages(library(rfPermute)); library(jsonlite, quietly = TRUE)
d <- read.csv(commandArgs(TRUE)[1]); set.seed(1)
took <- c(); p <- c(); null <- c()
for (i in 1:3) {
  took <- c(took, sum(system.time(r <- rfPermute(y ~ ., data = d, ntree = 500, num.rep = 99))[1:2]))
  p <- rbind(p, r$pval[, "%IncMSE", "unscaled"]); null <- cbind(null, r$null.dist$unscaled[, "%IncMSE", ])
}
cat("\\n", toJSON(list(time = median(took), p = unname(p), null = unname(t(null))), digits = NA, auto_unbox = TRUE),
    "\\n", sep = "")
"""


def made_up() -> tuple[pd.DataFrame, pd.Series]:
    """60 samples, 10 variables of which two matter."""
    rng = np.random.default_rng(0)
    x = pd.DataFrame(rng.normal(size=(60, 10)), columns=[f"x{i}" for i in range(10)])
    return x, pd.Series(x["x0"] + 0.5 * x["x1"] + rng.normal(size=60), name="y")


def _r(package: str, script: str, x: pd.DataFrame, y: pd.Series, say: Callable[[str], None]) -> dict[str, Any] | None:
    try:
        for needed in (package, "jsonlite"):
            has_r(needed)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            x.assign(y=y).to_csv(path, index=False)
            return answer(["Rscript", "-e", script, str(path)], r_environment())
    except (Missing, Failed) as why:
        say(f"{package}: {why_not(why)}")
        return None


def _times(work: Callable[[int], Any], count: int) -> tuple[float, list[Any]]:
    took, got = [], []
    for k in range(count):
        start = time.process_time()
        got.append(work(k))
        took.append(time.process_time() - start)
    return median(took), got


def p_apart(ours: np.ndarray, theirs: np.ndarray, forests: np.ndarray, null: np.ndarray, n: int) -> np.ndarray:
    """Differences of two mean p (runs × variables each) in their standard errors.

    A p is uncertain twice: by its n shuffles, p (1 − p) / n, and by the one forest whose importance they are held
    against, which is the variance of the p that `forests` (forests × variables) have among importances of shuffled
    responses (`null`). Of a variable that does not matter the second is the larger.
    """
    each = (null[None] >= forests[:, None]).mean(axis=1)
    p = (ours.mean(axis=0) + theirs.mean(axis=0)) / 2
    variance = each.var(axis=0, ddof=1) + p * (1 - p) / n
    return (ours.mean(axis=0) - theirs.mean(axis=0)) / np.sqrt(variance * (1 / len(ours) + 1 / len(theirs)))


def beside_sklearn(x: pd.DataFrame, y: pd.Series, ours: float, fit: float) -> Iterable[Row]:
    """scikit-learn grows the forest and shuffles each variable in all samples, for it has no out-of-bag importance."""
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance

    def one(seed: int) -> float:
        options: dict[str, Any] = {"min_samples_split": 6, "max_features": x.shape[1] // 3, "oob_score": True}
        forest = RandomForestRegressor(TREES, random_state=seed, **options).fit(x, y)
        permutation_importance(forest, x, y, n_repeats=1, random_state=seed)
        return float(forest.oob_score_)

    theirs, fits = _times(one, 3)
    note = f"out-of-bag R² {np.mean(fits):.3f} there, {fit:.3f} here"
    yield Row("  scikit-learn, a forest and shuffled variables", theirs / ours, "x ours", note=note)


def rows(say: Callable[[str], None]) -> Iterable[Row]:
    """One forest, and p by shuffled responses."""
    from rhizolith.analysis import forest
    from rhizolith.analysis.forest.out_of_bag import grow

    x, y = made_up()
    table, response = x.to_numpy(), y.to_numpy()
    grow(table, response, "regression", 5, 0)  # compiled now, or taken from the cache on disk
    single, grown = _times(lambda k: grow(table, response, "regression", TREES, k), FORESTS)
    same: dict[str, Any] = {"trees": TREES, "repeats": 1, "n": SHUFFLES, "own": False}  # what rfPermute does, no more
    whole, tested = _times(lambda k: forest.regress(x, y, seed=1000 * k, **same), 3)
    fit = float(np.mean([g.fit for g in grown]))
    yield Row("Forest of 500 trees with importances, 60 samples, 10 variables", 1e3 * single, "ms CPU")
    theirs = _r("randomForest", R_FORESTS, x, y, say)
    if theirs is not None:
        yield Row("  R randomForest", theirs["time"] / single, "x ours", note=f"R² {theirs['fit']:.3f}, here {fit:.3f}")
        mine = np.array([g.raw for g in grown])
        spread = np.sqrt(mine.var(axis=0, ddof=1) / FORESTS + np.array(theirs["sd"]) ** 2 / FORESTS)
        away = float(np.abs((mine.mean(axis=0) - theirs["rise"]) / spread).max())
        yield Row("  R randomForest: largest difference of %IncMSE", away, "standard errors", 3.0, False)
    yield from beside_sklearn(x, y, single, fit)
    yield Row("Forest p by 99 shuffled responses, 500 trees", whole, "s CPU")
    theirs = _r("rfPermute", R_PERMUTED, x, y, say)
    if theirs is None:
        yield Row("  rfPermute, same trees and shuffles", None, "x ours", 1.0, note="not run")
        return
    yield Row(
        "  rfPermute, same trees and shuffles", theirs["time"] / whole, "x ours", 1.0, note=f"{theirs['time']:.1f} s"
    )
    mine = np.array([t.table["p"].reindex(x.columns) for t in tested])
    apart = p_apart(mine, np.array(theirs["p"]), np.array([g.raw for g in grown]), np.array(theirs["null"]), SHUFFLES)
    gap = np.abs(mine.mean(axis=0) - np.mean(theirs["p"], axis=0)).max()
    note = f"means of 3 runs, {gap:.2f} apart at most"
    yield Row("  rfPermute: largest difference of p", float(np.abs(apart).max()), "standard errors", 3.0, False, note)
