"""Community statistics: vegan's numbers, what geometry guarantees, error rates, refusals."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skbio
from scipy.spatial.distance import pdist, squareform
from shared_data import MAIZE, VARESPEC, here, maize

from rhizolith.analysis import community
from rhizolith.analysis.community.redundancy import partition
from rhizolith.analysis.model_terms import expand
from rhizolith.analysis.permutations import shuffles
from rhizolith.errors import InputError

R = MAIZE / "reference_R"
ATLAS = Path(skbio.__file__).parent / "stats" / "composition" / "tests" / "data"
atlas = pytest.mark.skipif(not ATLAS.exists(), reason="skipped: this scikit-bio came without its reference data")


def close(ours, theirs, atol=1e-8):
    assert np.abs(np.asarray(ours, float) - np.asarray(theirs, float)).max() < atol


@here
@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("bray", "bray_relative"),
        ("bray_counts", "bray_raw"),
        ("jaccard", "jaccard_binary"),
        ("aitchison", "aitchison_pseudo1"),
    ],
)
def test_distances_are_those_of_vegan(kind, file):
    reference = pd.read_csv(R / f"dist_{file}.csv.gz", index_col=0)
    close(community.distances(maize()[0], kind), reference)


@here
@pytest.mark.parametrize("by", ["terms", "margin"])
@pytest.mark.parametrize(
    ("file", "formula"),
    [("CropFert", "Cropping*Fertilization"), ("CompCropFert", "Compartment + Cropping*Fertilization")],
)
def test_permanova_is_adonis2(file, formula, by):
    counts, design = maize()
    reference = pd.read_csv(R / f"adonis2_{file}_{by}.csv", index_col=0)
    got = community.permanova(community.distances(counts), design, formula, by=by).loc[reference.index]
    close(got["r2"], reference["R2"])
    close(got["ss"], reference["SumOfSqs"])
    tested = reference["F"].notna()
    close(got["f"][tested], reference["F"][tested])
    close(got["p"][tested], reference["Pr(>F)"][tested], 0.08)


@here
def test_dispersion_scaling_and_similarity_are_those_of_vegan():
    counts, design = maize()
    d = community.distances(counts)
    summary = json.loads((R / "summary.json").read_text())
    spread = community.dispersion(d, design["Group"])
    close(spread.distances, pd.read_csv(R / "betadisper_distances.csv", index_col=0)["dist_to_centroid"], 1e-3)
    assert spread.f == pytest.approx(summary["betadisper_F"], abs=1e-3)
    for axes in (2, 3):
        assert community.nmds(d, axes).stress < summary[f"nmds_stress_k{axes}"] + 1e-3
    assert community.anosim(d, design["Group"]).r == pytest.approx(summary["anosim_R"], abs=1e-12)
    coordinates = community.pcoa(d)
    axes = pd.read_csv(R / "pcoa_bray_relative_axes.csv", index_col=0)
    close(coordinates.axes.iloc[:, :5].abs(), axes.abs())
    numbers = design[summary["numeric_variables"]]
    fitted = community.vectors(coordinates.axes.iloc[:, :2], numbers)
    close(fitted["r2"], pd.read_csv(R / "envfit_on_pcoa.csv", index_col=0)["r2"])


@here
def test_redundancy_analysis_is_that_of_vegan():
    counts, design = maize()
    summary = json.loads((R / "summary.json").read_text())
    numbers = design[summary["numeric_variables"]]
    from rhizolith.analysis.community.dissimilarity import hellinger

    got = community.rda(hellinger(counts), numbers)
    for ours, theirs in ((got.total, "total_inertia"), (got.constrained, "constrained"), (got.r2, "R2"), (got.f, "F")):
        assert ours == pytest.approx(summary[f"rda_{theirs}"], abs=1e-10)
    assert got.adjusted == pytest.approx(summary["rda_adjR2"], abs=1e-10)
    eigen = pd.read_csv(R / "rda_hellinger_eig.csv")
    close(got.eigenvalues, eigen[eigen["type"] == "constrained"]["eig"])
    margin = pd.read_csv(R / "rda_hellinger_margin.csv", index_col=0)
    tested = margin["F"].notna()
    close(got.terms.loc[margin.index[tested], "f"], margin["F"][tested])
    # `anova(rda(Y ~ term + Condition(the others)), permutations = 9999)` of vegan shuffles residuals as this package
    # does (its `by = "margin"` the raw table). Two p of m and k shuffles: standard error √(p (1 − p)(1/m + 1/k)), four
    # of them are allowed
    vegan = {"pH": 0.3701, "NO3": 0.6266, "NH4": 0.5315, "TN": 0.2258, "SOM": 0.1732, "AP": 0.2110}
    for term, p in vegan.items():
        error = np.sqrt(p * (1 - p) * (1 / got.permutations + 1 / 9999))
        assert abs(got.terms.loc[term, "p"] - p) <= 4 * error, term
    close(got.vif, pd.read_csv(R / "rda_vif.csv", index_col=0)["vif"], 1e-6)
    d = community.distances(counts)
    assert community.dbrda(d, numbers).constrained == pytest.approx(summary["dbrda_constrained"], abs=1e-10)
    real = community.dbrda(d, numbers, positive=True)
    assert real.constrained == pytest.approx(summary["capscale_constrained"], abs=1e-10)


def test_partial_mantel_by_residuals_is_not_fooled_where_both_follow_the_third():
    """Distances that follow a third bend with it alike: shuffled samples call a quarter of such pairs related here."""
    wrong = {"samples": 0, "residuals": 0}
    for seed in range(60):
        rng = np.random.default_rng(seed)
        z = 2 * rng.normal(size=20)
        a, b = (z + rng.normal(size=20) for _ in range(2))
        one, other, third = (squareform(pdist(v[:, None])) for v in (a, b, z))
        for shuffle in wrong:
            found = community.mantel(one, other, third, shuffle=shuffle, n=99)
            wrong[shuffle] += found.p <= 0.05
            assert found.r == pytest.approx(community.mantel(one, other, third, n=1).r, abs=1e-9)
    assert wrong["samples"] >= 10 and wrong["residuals"] <= 7
    tied = squareform(pdist((z + a)[:, None]))
    assert community.mantel(one, tied, third, shuffle="residuals", n=99).p <= 0.02
    bray = community.distances(pd.DataFrame(rng.poisson(20, size=(20, 30))))  # not Euclidean
    assert community.mantel(bray, other, third, shuffle="residuals", n=9).r == pytest.approx(
        community.mantel(bray, other, third, n=9).r, abs=1e-9
    )
    with pytest.raises(InputError, match="dimensions"):
        community.mantel(one, other, bray, shuffle="residuals")
    with pytest.raises(InputError, match="residuals need"):
        community.mantel(one, other, shuffle="residuals")


@here
def test_mantel_and_procrustes_are_those_of_vegan():
    counts, design = maize()
    d = community.distances(counts)
    summary = json.loads((R / "summary.json").read_text())
    names = summary["numeric_variables"]
    z = (design[names] - design[names].mean()) / design[names].std()
    environment = squareform(pdist(z))
    assert community.mantel(d, environment).r == pytest.approx(summary["mantel_all_env_pearson"], abs=1e-10)
    ranked = community.mantel(d, environment, method="spearman")
    assert ranked.r == pytest.approx(summary["mantel_all_env_spearman"], abs=1e-10)
    partial = community.mantel(d, squareform(pdist(z[names[:1]])), squareform(pdist(z[names[1:]])))
    assert partial.r == pytest.approx(summary["partial_mantel_first_given_rest"], abs=1e-10)
    both = json.loads((R / "microbiome_metabolome.json").read_text())
    metabolites = pd.read_csv(MAIZE / "metabolite_abundance.csv.gz", index_col=0).T.loc[counts.index]
    other = squareform(pdist(np.log10(metabolites + 1)))
    first, second = community.pcoa(d).axes.iloc[:, :5], community.pcoa(other).axes.iloc[:, :5]
    fit = community.procrustes(first, second)
    assert fit.m2 == pytest.approx(both["procrustes_m2"], abs=1e-10)


@here
def test_the_lichen_pastures_too():
    counts = pd.read_csv(VARESPEC / "varespec.csv", index_col=0)
    chemistry = pd.read_csv(VARESPEC / "varechem.csv", index_col=0)
    folder = VARESPEC / "varespec" / "reference_R"
    d = community.distances(counts)
    close(d, pd.read_csv(folder / "dist_bray_relative.csv.gz", index_col=0))
    reference = pd.read_csv(folder / "adonis2_AlPK_terms.csv", index_col=0)
    got = community.permanova(d, chemistry.set_axis(d.index), list(reference.index[:-2]))
    close(got["r2"], reference["R2"])


def groups_table(effect: float, seed: int, n: int = 20) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of 30 taxa in two groups; the second has `effect` more log units of the first ten."""
    rng = np.random.default_rng(seed)
    base = rng.normal(3, 1, 30)
    group = np.repeat(["a", "b"], n // 2)
    logs = base + 0.5 * rng.normal(size=(n, 30)) + np.where((group == "b")[:, None] & (np.arange(30) < 10), effect, 0)
    table = pd.DataFrame(rng.poisson(np.exp(logs)), columns=[f"t{i}" for i in range(30)])
    return table, pd.DataFrame({"group": group})


def test_permanova_holds_its_error_rate_and_sees_an_effect():
    p = [
        community.permanova(community.distances(t), g, "group", n=99, seed=i).loc["group", "p"]
        for i in range(100)
        for t, g in [groups_table(0.0, i)]
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.12  # binomial(100, 0.05) exceeds 12 once in 700
    table, design = groups_table(1.0, 1)
    assert community.permanova(community.distances(table), design, "group").loc["group", "p"] == 0.001


def test_shuffles_stay_within_blocks_and_every_order_is_one():
    labels = ["x"] * 4 + ["y"] * 6
    drawn = shuffles(10, 50, labels)
    assert (np.sort(drawn, axis=1) == np.arange(10)).all()
    assert (drawn[:, :4] < 4).all()
    assert len(np.unique(drawn, axis=0)) > 40


def test_shares_of_sequential_terms_add_up_and_formulas_expand():
    table, design = groups_table(1.0, 2)
    design["depth"] = np.tile(["top", "sub"], 10)
    got = community.permanova(community.distances(table), design, "group*depth", n=9)
    assert got.loc[["group", "depth", "group:depth", "Residual"], "r2"].sum() == pytest.approx(1)
    assert expand("a*b + c") == [("a",), ("b",), ("c",), ("a", "b")]
    assert expand("a*b*c")[-1] == ("a", "b", "c") and len(expand("a*b*c")) == 7


def test_scaling_finds_the_map_behind_straight_distances():
    places = pd.DataFrame(np.random.default_rng(0).normal(size=(25, 2)))
    found = community.nmds(squareform(pdist(places)) ** 2, 2)
    assert found.stress < 0.01
    assert community.procrustes(places, found.points).m2 < 0.001


def test_variation_is_shared_out_completely():
    table, design = groups_table(1.0, 3)
    rng = np.random.default_rng(0)
    sets = {"x": pd.DataFrame({"g": (design["group"] == "b") * 1.0}), "y": pd.DataFrame(rng.normal(size=(20, 2)))}
    shares = partition(np.log(table + 1), sets)
    assert shares.sum() == pytest.approx(1)
    assert shares["x"] > 0.05 and abs(shares["y"]) < 0.1


def test_differential_taxa_are_the_planted_ones():
    table, design = groups_table(1.5, 4, 40)
    found = community.differential(table, design, "group")
    hits = set(found[found["q"] < 0.05]["taxon"])
    planted = {f"t{i}" for i in range(10)}
    assert len(hits & planted) >= 8 and len(hits - planted) <= 3


def test_differential_taxa_change_against_the_first_level_of_a_category():
    table, design = groups_table(1.5, 4, 40)
    turned = design.assign(group=pd.Categorical(design["group"], categories=["b", "a"]))
    one, other = (community.differential(table, d, "group", method="ancombc_t") for d in (design, turned))
    assert set(one["contrast"]) == {"group: b"} and set(other["contrast"]) == {"group: a"}
    close(one["log2_change"], -other["log2_change"], 1e-6)


@atlas
def test_differential_taxa_are_those_of_the_r_package():
    """ANCOMBC of R on the gut communities of a thousand people, as kept by scikit-bio."""
    counts = pd.read_csv(ATLAS / "atlas_feature_table.csv", index_col=0)
    people = pd.read_csv(ATLAS / "atlas_meta_data.csv", index_col=0)
    first = (people["bmi"] != "lean") | (people["region"] != "CE")  # the first sample sets the levels to compare with
    order = people.index[np.argsort(first, kind="stable")]
    found = community.differential(counts.loc[order], people.loc[order], "age + region + bmi", prevalence=0.0)
    theirs = pd.read_csv(ATLAS / "atlas_ancombc_main.tsv", sep="\t")
    theirs["contrast"] = theirs["Covariate"].str.replace(r"\[T\.([^\]]*)\]", r": \1", regex=True)
    both = found.merge(theirs, left_on=["taxon", "contrast"], right_on=["FeatureID", "contrast"])
    assert len(both) == len(found) == (theirs["Covariate"] != "Intercept").sum()
    close(both["log2_change"] * np.log(2), both["Log(FC)"], 1e-3)
    close(both["se"] * np.log(2), both["SE"], 1e-3)
    close(both["p"], both["pvalue"], 1e-3)


def test_deseq2_finds_the_planted_taxa_or_says_what_to_install():
    table, design = groups_table(1.5, 4, 40)
    if find_spec("pydeseq2") is None:
        with pytest.raises(InputError, match="pip install rhizolith\\[deseq2\\]"):
            community.differential(table, design, "group", method="deseq2")
        return
    found = community.differential(table, design, "group", method="deseq2")
    assert len(set(found[found["q"] < 0.05]["taxon"]) & {f"t{i}" for i in range(10)}) >= 8


def test_a_network_finds_planted_modules():
    rng = np.random.default_rng(5)
    drivers = rng.normal(size=(60, 2))
    logs = 4 + np.repeat(drivers, 15, axis=1) + 0.3 * rng.normal(size=(60, 30))
    table = pd.DataFrame(rng.poisson(np.exp(logs)), columns=[f"t{i}" for i in range(30)])
    net = community.network(table, threshold=0.5)
    modules = net.nodes["module"]
    assert modules[[f"t{i}" for i in range(15)]].nunique() == 1
    assert modules["t0"] != modules["t20"]


def test_nonsense_is_refused_in_words():
    table, design = groups_table(0.0, 0)
    d = community.distances(table)
    with pytest.raises(InputError, match="did you mean group"):
        community.permanova(d, design, "grup")
    with pytest.raises(InputError, match="single level"):
        community.permanova(d, design.assign(group="a"), "group")
    with pytest.raises(InputError, match="missing for"):
        community.permanova(d, design.assign(group=[None, *design["group"][1:]]), "group")
    with pytest.raises(InputError, match="leave no sample"):
        community.permanova(d, design.assign(group=range(20)).astype(str), "group")
    bad = table.astype(object)
    bad.iloc[0, 0], bad.iloc[1, 1], bad.iloc[2, :] = "n.d.", -3, 0
    with pytest.raises(InputError) as caught:
        community.distances(bad)
    assert len(caught.value.problems) == 3
    with pytest.raises(InputError, match="unknown"):
        community.distances(table, "brai")
    with pytest.raises(InputError, match="symmetric"):
        community.pcoa(np.triu(d.to_numpy()))
