"""Do the tests keep their word? Error rates, coverage and power on made-up experiments whose truth is known.

`python -m validation.error_rates [repeats]` writes docs/understand/error_rates.md (about twenty minutes on one core);
`python -m validation.error_rates [repeats] NAME…` makes these rows anew and keeps the others of the page.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits

from rhizolith.analysis import community, compare, forest, metabolites, paths
from rhizolith.analysis.compare.effect_sizes import hedges
from validation.error_rate_cases import CASES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "understand" / "error_rates.md"
BLOCKS = {"Soil": ["s1", "s2", "s3"], "Microbes": ["m1", "m2"], "Plant": ["p1", "p2"]}


def pots(rng: np.random.Generator, effect: float, n: int = 24) -> tuple[pd.DataFrame, np.ndarray, pd.DataFrame]:
    """Design, a skewed quantity and a community in 2 × 2 pots; the plant shifts both by `effect` spreads."""
    plant, amendment = np.tile([0, 1], n // 2), np.repeat([0, 1], n // 2)
    design = pd.DataFrame(
        {"plant": np.where(plant, "grass", "bare"), "amendment": np.where(amendment, "gypsum", "none")}
    )
    y = np.exp(0.5 * rng.normal(size=n)) + 0.6 * effect * plant
    logs = rng.normal(3, 1, 25) + 0.6 * rng.normal(size=(n, 25)) + 0.6 * effect * plant[:, None] * (np.arange(25) < 8)
    return design, y, pd.DataFrame(rng.poisson(np.exp(logs)), columns=[f"t{i}" for i in range(25)])


def normal(rng: np.random.Generator, effect: float) -> float:
    design, _, _ = pots(rng, 0.0)
    y = rng.normal(size=len(design)) + effect * (design["plant"] == "grass")
    return float(compare.factorial(y, design, "plant*amendment", n=9).table.loc["plant", "p"])


def skewed(rng: np.random.Generator, effect: float) -> float:
    design, y, _ = pots(rng, effect)
    return float(compare.factorial(y, design, "plant*amendment", n=9).table.loc["plant", "p"])


def shuffled(rng: np.random.Generator, effect: float) -> float:
    design, y, _ = pots(rng, effect)
    return float(compare.factorial(y, design, "plant*amendment", n=99, seed=None).table.loc["plant", "p_shuffled"])


def permanova(rng: np.random.Generator, effect: float) -> float:
    design, _, counts = pots(rng, effect)
    d = community.distances(counts)
    return float(community.permanova(d, design, "plant*amendment", n=99, seed=None).loc["plant", "p"])


def spread(rng: np.random.Generator, effect: float) -> float:
    design, _, counts = pots(rng, 0.0)
    noisy = counts * np.exp(
        0.4 * effect * rng.normal(size=counts.shape) * (design["plant"] == "grass").to_numpy()[:, None]
    )
    return float(community.dispersion(community.distances(noisy), design["plant"].tolist(), n=99, seed=None).p)


def mantel(rng: np.random.Generator, effect: float) -> float:
    _, y, counts = pots(rng, 0.0)
    gradient = counts["t0"] * effect + counts["t0"].std() * rng.normal(size=len(y))
    other = np.abs(np.subtract.outer(gradient.to_numpy(), gradient.to_numpy()))
    return float(community.mantel(community.distances(counts), other, n=99, seed=None).p)


def forest_fit(rng: np.random.Generator, effect: float) -> float:
    x = pd.DataFrame(rng.normal(size=(24, 5)), columns=list("abcde"))
    y = effect * x["a"] + rng.normal(size=24)
    return forest.regress(x, y, trees=20, repeats=1, n=39, seed=int(rng.integers(1e9))).fit_p


def opls(rng: np.random.Generator, effect: float) -> float:
    table = pd.DataFrame(rng.normal(size=(16, 30)), columns=[f"m{i}" for i in range(30)])
    table.iloc[8:, :4] += effect
    return metabolites.discriminate(table, ["a"] * 8 + ["b"] * 8, components=1, n=39, seed=None).p


def family(rng: np.random.Generator, effect: float) -> float:
    values = rng.normal(size=30) + np.repeat([effect, 0, 0, 0, 0], 6)
    return float(compare.pairs(values, np.repeat(list("abcde"), 6), method="tukey").pairs["p"].min())


def chain(rng: np.random.Generator, effect: float, n: int = 60) -> pd.DataFrame:
    soil = rng.normal(size=n)
    microbes = 0.6 * soil + 0.8 * rng.normal(size=n)
    plant = effect * soil + 0.5 * microbes + 0.7 * rng.normal(size=n)
    latents = (("s", 3, soil), ("m", 2, microbes), ("p", 2, plant))
    return pd.DataFrame({f"{k}{i + 1}": v + 0.3 * rng.normal(size=n) for k, size, v in latents for i in range(size)})


def path(rng: np.random.Generator, effect: float) -> float:
    """p of an arrow from a block that has nothing to do with the others when effect is 0."""
    data = chain(rng, 0.0)
    air = rng.normal(size=len(data))
    for name in ("a1", "a2"):
        data[name] = air + 0.3 * rng.normal(size=len(data))
    for name in BLOCKS["Plant"]:
        data[name] += 0.5 * effect * air
    blocks = {**BLOCKS, "Air": ["a1", "a2"]}
    found = paths.bootstrap(data, "Microbes ~ Soil; Plant ~ Microbes + Air", blocks, n=499, seed=None)
    return float(found.paths.loc[("Air", "Plant"), "p"])


def mediated(rng: np.random.Generator, effect: float) -> float:
    """p of an arrow beside a true mediator that is measured with noise."""
    data = chain(rng, 0.5 * effect)
    found = paths.bootstrap(data, "Microbes ~ Soil; Plant ~ Soil + Microbes", BLOCKS, n=299, seed=None)
    return float(found.paths.loc[("Soil", "Plant"), "p"])


TESTS: dict[str, tuple[Callable[[np.random.Generator, float], float], str]] = {
    "analysis of variance, F": (normal, "24 pots, normal values"),
    "the same where values are skewed": (skewed, "24 pots, lognormal values"),
    "analysis of variance, shuffled residuals": (shuffled, "24 pots, lognormal values"),
    "Tukey, any pair of five groups": (family, "5 × 6 pots"),
    "PERMANOVA": (permanova, "24 pots, 25 taxa"),
    "dispersion": (spread, "24 pots, 25 taxa"),
    "Mantel": (mantel, "24 pots, 25 taxa"),
    "forest, fit": (forest_fit, "24 samples, 5 variables"),
    "OPLS-DA, Q²": (opls, "2 × 8 samples, 30 features"),
    "PLS path, bootstrap": (path, "60 samples, 9 indicators"),
    "the same beside a noisy mediator": (mediated, "60 samples, 7 indicators"),
} | CASES
MORE = {"Mantel": 2000}
"""Rows that rest on more experiments than asked for."""


NAMED = {
    "percentile": "PLS path, percentile",
    "BCa": "PLS path, BCa",
    "consistent": "consistent path, percentile, the causes' own 0.6",
    "g": "Hedges' g",
    "mean": "mean, Student's t",
}
INTERVALS = tuple(NAMED.values())


def coverage(repeats: int) -> list[tuple[str, str, float, int]]:
    """Share of 95 % intervals that hold the truth."""
    rng = np.random.default_rng(7)
    large = paths.fit(chain(np.random.default_rng(0), 0.0, 200_000), "Microbes ~ Soil; Plant ~ Microbes", BLOCKS)
    truth = large.paths.loc["Microbes", "Soil"]
    inside = {"percentile": 0, "BCa": 0, "g": 0, "mean": 0, "consistent": 0}
    for _ in range(repeats):
        found = paths.bootstrap(chain(rng, 0.0), "Microbes ~ Soil; Plant ~ Microbes", BLOCKS, n=499, seed=None)
        row = found.paths.loc[("Soil", "Microbes")]
        inside["percentile"] += row["low"] <= truth <= row["high"]
        inside["BCa"] += row["bca_low"] <= truth <= row["bca_high"]
        clear = paths.consistent(found.estimate, n=499, seed=None).paths.loc[("Soil", "Microbes")]
        inside["consistent"] += clear["low"] <= 0.6 <= clear["high"]
        _, low, high = hedges(rng.normal(0.8, 1, 30), rng.normal(0, 1, 30))
        inside["g"] += low <= 0.8 <= high
        x = rng.normal(size=60)
        half = stats.t.ppf(0.975, 59) * x.std(ddof=1) / np.sqrt(60)
        inside["mean"] += abs(x.mean()) <= half
    return [(NAMED[k], "n 60", v / repeats, repeats) for k, v in inside.items()]


def rates(repeats: int, names: Sequence[str]) -> list[tuple[str, str, int, list[float]]]:
    """Share of p ≤ 0.05 at effects 0, 0.5, 1 and 2."""
    rows = []
    for name in names:
        test, size = TESTS[name]
        found, first = [], max(repeats, MORE.get(name, 0))
        for effect in (0.0, 0.5, 1.0, 2.0):
            rng = np.random.default_rng(int(1000 * effect) + 1)
            count = first if effect == 0 else max(repeats // 4, 20)
            found.append(float(np.mean([test(rng, effect) <= 0.05 for _ in range(count)])))
        rows.append((name, size, first, found))
        print(name, found, flush=True)
    return rows


def line(name: str, size: str, count: int, found: Sequence[float]) -> str:
    """A row of the page; marked where chance does not allow it in 95 of 100 rows."""
    low, high = stats.binom.ppf([0.025, 0.975], count, 0.05) / count
    mark = "" if low <= found[0] <= high else " **(outside)**"
    powers = " | ".join("" if np.isnan(f) else f"{f:.0%}" for f in found[1:])
    return f"| {name} | {size} | {count} | {found[0]:.1%}{mark} | {powers} |"


def kept_lines() -> dict[str, str]:
    """Rows of the page as it is, by their first cell."""
    rows = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("| ")]
    return {row.split("|")[1].strip(): row for row in rows}


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    chosen = sys.argv[2:] or list(TESTS)
    held = kept_lines() if len(sys.argv) > 2 else {}
    with threadpool_limits(1):
        held |= {row[0]: line(*row) for row in rates(repeats, chosen)}
        if not sys.argv[2:]:
            held |= {r[0]: f"| {r[0]} | {r[1]} | {r[2]:.1%} | {r[3]} |" for r in coverage(repeats)}
    write_page(held, repeats)
    print(PAGE)


def write_page(held: dict[str, str], repeats: int) -> None:
    """The page from its rows."""
    low, high = stats.binom.ppf([0.025, 0.975], repeats, 0.05) / repeats
    tested = [held[name] for name in TESTS if name in held]
    outside = sum("(outside)" in row for row in tested)
    lines = [
        "# Do the tests keep their word?",
        "",
        "Made-up experiments whose truth is known. With no effect a test at 0.05 should cry wolf in 5 % of them; "
        f"with {repeats} experiments, between {low:.1%} and {high:.1%} is what chance allows in 95 of 100 rows: "
        f"of {len(tested)} rows {0.05 * len(tested):.1f} lie outside by chance alone; {outside} do.",
        "Effects are in units of the noise between samples. Made by `python -m validation.error_rates`; do not edit.",
        "",
        "| test | experiment | experiments | no effect | 0.5 | 1 | 2 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *tested,
        "",
        f"Effects other than none rest on {max(repeats // 4, 20)} experiments each. Where several tests are made at "
        "once (pairs of groups, features, taxa), the rate is that of any of them: what Tukey's test holds exactly and "
        "the false discovery rate too where nothing is true.",
        "",
        "A path between latent variables is judged against the value that 200,000 samples give, not the one between "
        "the true latent variables: scores carry the noise of their indicators, so paths between them are closer to 0. "
        "An arrow drawn beside a true mediator takes up what that noise hides, so its error rate is above nominal: "
        "the model, not the bootstrap, is wrong there. Consistent paths (Dijkstra and Henseler 2015) are cleared of "
        "that noise; the page of an experiment shows both and says which to trust.",
        "",
        "| interval (95 %) | size | holds the truth | repeats |",
        "| --- | --- | --- | --- |",
        *[row for name, row in held.items() if name in INTERVALS],
    ]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
