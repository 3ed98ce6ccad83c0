"""Shuffles that the design allows: whole plots, within plots, within blocks; as vegan and permute have them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from shared_data import MAIZE, here

from rhizolith.analysis import community
from rhizolith.analysis.exchangeable import arrangements, least_p
from rhizolith.analysis.permutations import shuffles
from rhizolith.analysis.study.factors import choose_factors
from rhizolith.analysis.study.plots import find_plots


def plants(rng: np.random.Generator, count: int = 12, inside: int = 3, strength: float = 1.0):
    """A community of `inside` compartments of each plant: plants differ, two crops and the compartments do not matter
    to the plants' own difference; design and distances."""
    plant = np.repeat(np.arange(count), inside)
    design = pd.DataFrame(
        {"plant": [f"p{i}" for i in plant], "crop": np.where(plant % 2, "a", "b"),
         "part": np.tile(["bulk", "rhizo", "root"], count)}
    )  # fmt: skip
    logs = 3 + strength * rng.normal(size=(count, 15))[plant] + 0.5 * rng.normal(size=(len(plant), 15))
    return design, community.distances(pd.DataFrame(rng.poisson(np.exp(logs))))


@here
def test_shuffles_of_plots_and_within_plots_are_those_of_vegan():
    """adonis2 of vegan 2.6, Bray–Curtis of the ninety maize samples, `how(plots = Plots(strata = Plant_ID, type =
    "free"), within = Within(type = "none"), nperm = 9999)` for what differs between plants, `D ~ Plant_ID +
    Compartment` with `how(blocks = Plant_ID)` for what varies within. F of a single term between plots is a
    monotone function of its sum of squares in both, so p must agree: two p of m
    and k shuffles differ by √(p (1 − p)(1/m + 1/k)) in one standard error, four are allowed."""
    counts = pd.read_csv(MAIZE / "asv_counts.csv.gz", index_col=0).T
    design = pd.read_csv(MAIZE / "samples.csv", index_col=0).loc[counts.index]
    d = community.distances(counts)
    m = 999
    for factor, ss, p in (("Cropping", 0.0853, 0.3316), ("Fertilization", 1.1191, 1e-4)):
        row = community.permanova(d, design, factor, plots="Plant_ID", n=m).loc[factor]
        assert row["ss"] == pytest.approx(ss, abs=5e-5) and row["error"] == "between plots"
        assert abs(row["p"] - p) <= 4 * np.sqrt(p * (1 - p) * (1 / m + 1 / 9999)) + 1 / (m + 1)
    inside = community.permanova(d, design, "Compartment", plots="Plant_ID", n=m).loc["Compartment"]
    assert inside["f"] == pytest.approx(143.3383, abs=5e-5) and inside["df_error"] == 58
    assert inside["arrangements"] == pytest.approx(2.210739e23, rel=1e-6)  # numPerms of permute
    assert inside["p"] == 1 / (m + 1)


def test_arrangements_are_counted_and_bound_p():
    assert arrangements(list("aabb")) == 6 and least_p(list("aabb"), None, 999) == pytest.approx(2 / 6)
    assert arrangements(list("ab") * 4, np.repeat(list("wxyz"), 2)) == 16
    assert least_p(list("ab") * 4, np.repeat(list("wxyz"), 2), 999) == pytest.approx(2 / 16)
    assert least_p(list("aaaabbbb"), None, 9) == 0.1
    design = pd.DataFrame({"x": list("aabb")})
    d = np.abs(np.subtract.outer([0, 0.1, 5.0, 5.2], [0, 0.1, 5.0, 5.2]))
    row = community.permanova(d, design, "x", n=9999).loc["x"]
    assert row["p"] == pytest.approx(row["least_p"], abs=4 * np.sqrt(2 / 9 / 9999))


def test_a_plant_effect_is_no_effect_of_the_crop():
    """Twelve plants that differ, crops that do not: freely shuffled samples find the crop far too often."""
    rng = np.random.default_rng(4)
    free, kept, inside = [], [], []
    for _ in range(60):
        design, d = plants(rng)
        free.append(community.permanova(d, design, "crop", n=39, seed=None).loc["crop", "p"])
        both = community.permanova(d, design, "crop * part", plots="plant", n=39, seed=None)
        kept.append(both.loc["crop", "p"])
        inside += [both.loc["part", "p"], both.loc["crop:part", "p"]]
    # binomial(60, 0.05) exceeds 9 once in 1,000; two terms within plots make it 120 and 14
    assert np.mean(np.array(free) <= 0.05) > 0.3
    assert np.sum(np.array(kept) <= 0.05) <= 9 and np.sum(np.array(inside) <= 0.05) <= 14


def test_plots_that_lack_a_sample_are_not_judged_by_it():
    """Compartments differ strongly and every plant of crop a lacks one: the crop must not look different for it."""
    rng = np.random.default_rng(8)
    p = []
    for _ in range(40):
        design, _ = plants(rng)
        x = rng.normal(size=len(design)) + 6 * (design["part"] == "root") + rng.normal(size=12).repeat(3)
        kept = ~((design["crop"] == "a") & (design["part"] == "root") & (design["plant"].str[1:].astype(int) > 3))
        d = np.abs(np.subtract.outer(x[kept].to_numpy(), x[kept].to_numpy()))
        found = community.permanova(d, design[kept].reset_index(drop=True), "crop + part", plots="plant", n=39)
        p.append(found.loc["crop", "p"])
    assert np.sum(np.array(p) <= 0.05) <= 7  # binomial(40, 0.05) exceeds 7 once in 1,000


def test_spread_mantel_and_ordinations_keep_to_blocks():
    rng = np.random.default_rng(2)
    design, d = plants(rng)
    groups = (design["crop"] + design["part"]).tolist()
    spread = community.dispersion(d, groups, plots=design["plant"], n=99)
    assert set(spread.strata.index) == {"between plots", "within plots"}
    assert spread.p == pytest.approx(min(1, 2 * spread.strata["p"].min()))
    level = rng.normal(size=12).repeat(3)
    x = level + 0.1 * rng.normal(size=36)
    other = np.abs(np.subtract.outer(x, x))
    pure = np.abs(np.subtract.outer(level, level))
    assert community.mantel(pure, other, n=199).p < 0.01
    assert community.mantel(pure, other, n=199, blocks=design["plant"]).p == 1.0  # nothing is left within plants
    one, two = pd.DataFrame({"a": x}), pd.DataFrame({"a": level})
    assert community.procrustes(one, two, n=199).p < 0.01
    assert community.procrustes(one, two, n=199, blocks=design["plant"]).p == 1.0
    free = community.rda(one, two.rename(columns={"a": "v"}), n=199)
    noise = pd.DataFrame({"v": level + 0.1 * rng.normal(size=36)})
    assert free.p < 0.01 < community.rda(one, noise, n=199, blocks=design["plant"]).p


def test_a_partial_redundancy_analysis_is_that_of_residuals():
    """Blocks taken out: the share and F of a linear model with block columns (here one response, so an F test)."""
    rng = np.random.default_rng(3)
    block = np.repeat(list("abcd"), 5)
    v = rng.normal(size=20)
    y = v + np.repeat([0, 3, 6, 9], 5) + rng.normal(size=20)
    got = community.rda(pd.DataFrame({"y": y}), pd.DataFrame({"v": v}), blocks=block, n=99)
    inside = [z - pd.Series(z).groupby(block).transform("mean").to_numpy() for z in (y, v)]
    r2 = np.corrcoef(*inside)[0, 1] ** 2
    assert got.r2 == pytest.approx(r2) and got.f == pytest.approx(r2 / (1 - r2) * 15)


def test_samples_of_one_plant_are_found_without_a_shared_quantity():
    rng = np.random.default_rng(0)
    design, _ = plants(rng)
    values = pd.DataFrame({"genes": rng.normal(size=36)})
    found = find_plots(design, values, choose_factors(design))
    assert found is not None and found.column == "plant" and found.repeated == ()
    single = design.assign(plant=[f"s{i}" for i in range(36)])
    assert find_plots(single, values, choose_factors(single)) is None


def test_shuffles_within_blocks_stay_there():
    labels = np.array(list("aabbbcc"))
    for order in shuffles(7, 50, labels):
        assert (labels[order] == labels).all()
