"""Tables that the figures of a study are drawn from: networks without treatments, unique shares, split effects."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rhizolith.analysis.community.chance_ranks import spearman_p
from rhizolith.analysis.community.cooccurrence import network
from rhizolith.analysis.community.redundancy import rda
from rhizolith.analysis.community.unique_shares import unique_shares
from rhizolith.analysis.paths.path_fit import fit
from rhizolith.analysis.paths.resampling import bootstrap
from rhizolith.analysis.study.chain import split
from rhizolith.analysis.study.factors import choose_factors
from rhizolith.analysis.study.material import at_rank
from rhizolith.analysis.study.metabolite_changes import heat
from rhizolith.analysis.study.networks import networks
from rhizolith.analysis.study.part import Part
from rhizolith.analysis.study.placed import with_groups
from rhizolith.description.experiment.table import Table
from rhizolith.errors import InputError


def reads(seed: int = 0, n: int = 40, together: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """60 taxa in `n` samples of two treatments; the treatment shifts 20 taxa, a hidden cause moves five others."""
    rng = np.random.default_rng(seed)
    treated = np.arange(n) % 2
    hidden = rng.normal(size=n)
    logs = rng.normal(5, 1, 60)[:, None] + 0.5 * rng.normal(size=(60, n))
    logs[:20] += 2.5 * treated
    logs[20:25] += together * hidden
    names = [f"s{i}" for i in range(n)]
    design = pd.DataFrame({"plant": np.where(treated, "grass", "bare")}, index=names)
    return pd.DataFrame(rng.poisson(np.exp(logs)), [f"t{i}" for i in range(60)], names), design


def test_what_a_treatment_shifts_is_no_edge_once_treatments_are_taken_out():
    table, design = reads()
    plain = network(table.T, threshold=0.6, alpha=0.05)
    clean = network(table.T, threshold=0.6, alpha=0.05, groups=design["plant"])
    assert len(plain.edges) > 100 and len(clean.edges) <= 3


def test_a_hidden_cause_is_found_within_treatments_and_laid_out():
    table, design = reads(1, together=2.0)
    part = networks("16S", table, choose_factors(design), pd.Series("Firmicutes", table.index))
    edges, nodes = part.tables["edges"], part.tables["nodes"]
    planted = {f"t{i}" for i in range(20, 25)}
    assert planted <= set(nodes["taxon"])
    assert edges["a"].isin(planted).mean() > 0.7 and (edges["q"] < 0.05).all()
    assert nodes.set_index("taxon").loc[sorted(planted), "module"].nunique() == 1
    apart = nodes[["x", "y"]].to_numpy()
    gaps = np.linalg.norm(apart[:, None] - apart[None], axis=2)[np.triu_indices(len(nodes), 1)]
    assert np.isfinite(apart).all() and gaps.min() > 0.05


def test_degrees_of_freedom_are_paid_for_each_treatment():
    table, _ = reads(2, n=60)
    groups = pd.Series(np.arange(60) % 5, table.columns)
    paid = network(table.T, threshold=0.0, alpha=1.1, groups=groups)
    r, p = paid.edges["r"].to_numpy(), paid.edges["p"].to_numpy()
    t = np.abs(r) * np.sqrt((60 - 2 - 4) / (1 - r**2))
    assert np.allclose(p, 2 * stats.t.sf(t, 54))
    with pytest.raises(InputError):
        network(table.T, groups=pd.Series(range(60), table.columns))


def test_few_samples_do_not_make_edges_of_nothing():
    """p is that of all 40320 orders of eight samples; Student's t takes the rare ones for up to ten times too rare."""
    orders = np.array(list(permutations(range(8)))) - 3.5
    r = orders @ orders[0] / (orders[0] @ orders[0])
    for size in np.array([42, 62, 74, 78, 82]) / 84:
        exact = (np.abs(r) >= size - 1e-9).mean()
        assert spearman_p(np.array([size, -size]), (8,)) == pytest.approx(exact, rel=0.05)


def test_taking_out_treatments_is_paid_for_by_few_samples_too():
    """Student's p 0.0001 comes half as often again among ranks of 2 × 12 samples, less where treatments are many."""
    rng = np.random.default_rng(7)
    values = rng.normal(size=(24, 3000)).reshape(2, 12, 3000)
    ranks = stats.rankdata((values - values.mean(axis=1, keepdims=True)).reshape(24, 3000), axis=0)
    r = np.sort(np.abs(np.corrcoef(ranks.T)[np.triu_indices(3000, 1)]))[::-1]
    for p in (0.05, 0.01, 0.001, 0.0001):
        assert spearman_p(r[[round(p * len(r))]], (12, 12)) == pytest.approx(p, rel=0.15)
    t = np.sqrt(21 / (1 - r**2)) * r
    assert r[round(0.0001 * len(r))] > r[(t > stats.t.isf(0.00005, 21)).sum()] + 0.005


def test_few_samples_say_so():
    table, design = reads(3, n=10)
    assert "too few" in networks("16S", table, choose_factors(design)).skipped


def test_a_unique_share_is_what_the_whole_model_gains():
    rng = np.random.default_rng(4)
    x = pd.DataFrame(rng.normal(size=(30, 4)), columns=list("abcd"))
    y = pd.DataFrame(x.to_numpy() @ rng.normal(size=(4, 6)) + rng.normal(size=(30, 6)))
    sets = {"soil": x[["a", "b"]], "enzyme": x[["c", "d"]]}
    found = unique_shares(y, sets, n=99).set_index("set")
    whole = rda(y, x, n=9).r2
    assert np.isclose(found.loc["soil", "r2"], whole - rda(y, x[["c", "d"]], n=9).r2)
    assert np.isclose(found.loc["enzyme", "r2"], whole - rda(y, x[["a", "b"]], n=9).r2)
    assert (found["df"] == 2).all() and (found["p"] <= 0.02).all()
    noise = unique_shares(y, {"soil": x, "chance": pd.DataFrame(rng.normal(size=(30, 2)))}, n=199).set_index("set")
    assert noise.loc["chance", "p"] > 0.02


def test_direct_and_indirect_effects_add_up_in_every_resample():
    rng = np.random.default_rng(5)
    a = rng.normal(size=80)
    b = 0.8 * a + rng.normal(size=80)
    c = 0.5 * a + 0.5 * b + rng.normal(size=80)
    table = pd.DataFrame({"a": a, "b": b, "c": c})
    drawn = bootstrap(fit(table, "B ~ A\nC ~ A + B", {"A": ["a"], "B": ["b"], "C": ["c"]}, "A"), n=400)
    effects = split(drawn).set_index(["cause", "effect", "kind"])
    whole = effects["estimate"]["A", "C"]
    assert np.isclose(whole["direct"] + whole["indirect"], whole["total"])
    paths = drawn.paths["estimate"]
    assert np.isclose(whole["indirect"], paths["A", "B"] * paths["B", "C"])
    assert np.allclose(effects.loc[("A", "C", "direct"), ["low", "high"]].astype(float),
                       drawn.paths.loc[("A", "C"), ["low", "high"]].astype(float))  # fmt: skip
    assert ("A", "B", "indirect") not in effects.index
    assert ((effects["low"] <= effects["estimate"]) & (effects["estimate"] <= effects["high"])).all()


def test_heat_is_standardized_and_ordered_by_treatment():
    rng = np.random.default_rng(6)
    logs = pd.DataFrame(rng.normal(10, 2, (12, 40)), [f"s{i}" for i in range(12)], [f"m{i}" for i in range(40)])
    groups = pd.Series(["b", "a"] * 6, logs.index)
    q = pd.DataFrame({"q_moderated": rng.random(40)}, logs.columns)
    found = heat(logs, {"change_x": q}, groups, most=10)
    assert found["feature"].nunique() == 10 and set(found["feature"]) == set(q["q_moderated"].nsmallest(10).index)
    assert np.allclose(found.groupby("feature")["z"].mean(), 0) and np.allclose(found.groupby("feature")["z"].std(), 1)
    assert list(dict.fromkeys(found["group"])) == ["b", "a"]  # as they first appear


def test_places_learn_their_treatment():
    axes = pd.DataFrame({"name": ["s1", "s2", "pH"], "RDA1": [0.1, 0.2, 0.3], "kind": ["site", "site", "arrow"]})
    part = with_groups(Part("links", "", {"rda_axes_16S": axes}), pd.Series({"s1": "bare", "s2": "grass"}))
    assert list(part.tables["rda_axes_16S"]["group"]) == ["bare", "grass", ""]


def test_genera_come_from_columns_and_from_lineages():
    columns = pd.DataFrame({"Phylum": ["p__A", "B"], "Genus": ["g__X", "uncultured"]}, ["t1", "t2"])
    lineage = pd.DataFrame({"Taxon": ["k__Bacteria; p__A; g__X", "k__Bacteria; p__B; g__"]}, ["t1", "t2"])
    for about in (columns, lineage):
        table = Table("t", "counts", pd.DataFrame({"s": [1, 2]}, ["t1", "t2"]), about=about)
        assert list(at_rank(table, None, "phylum")) == ["A", "B"]
        assert list(at_rank(table, None, "genus")) == ["X", "unassigned"]


def test_a_network_is_the_same_in_every_run():
    """Sets of names are ordered anew in every process; modules and places must not follow."""
    code = (
        "import numpy as np, pandas as pd\n"
        "from rhizolith.analysis.study.factors import choose_factors\n"
        "from rhizolith.analysis.study.networks import networks\n"
        "rng = np.random.default_rng(8)\n"
        "names = [f's{i}' for i in range(24)]\n"
        "shared = np.repeat(rng.normal(size=(6, 24)), 6, axis=0)\n"
        "logs = 3 + shared + 0.5 * rng.normal(size=(36, 24))\n"
        "table = pd.DataFrame(rng.poisson(np.exp(logs)), [f'asv{i}' for i in range(36)], names)\n"
        "design = pd.DataFrame({'plant': ['a', 'b'] * 12}, index=names)\n"
        "part = networks('t', table, choose_factors(design))\n"
        "print(part.tables['nodes'].to_csv(), part.tables['summary'].to_csv())\n"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": str(k)},
                       capture_output=True, text=True, check=True).stdout
        for k in (1, 2, 3)
    ]  # fmt: skip
    assert said[0].count("asv") > 20 and said[0] == said[1] == said[2]
