"""Every table that vegan and microeco left beside the open data: distances, ordinations, tests, of each data set."""

from __future__ import annotations

import json
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist, squareform
from shared_data import MAIZE, SHARED, VARESPEC, here, maize

from rhizolith.analysis import community
from rhizolith.analysis.community.dissimilarity import hellinger

SETS = ("maize", "varespec")
KINDS = {
    "bray": "bray_relative", "bray_counts": "bray_raw", "jaccard": "jaccard_binary", "aitchison": "aitchison_pseudo1",
}  # fmt: skip
SOIL = SHARED / "eco" / "phyloseq_soilrep"


@cache
def data_set(name: str) -> Any:
    """Counts, design, measured numbers, Bray–Curtis distances, R's folder and its summary."""
    if name == "maize":
        counts, design = maize()
        folder = MAIZE / "reference_R"
    else:
        counts = pd.read_csv(VARESPEC / "varespec.csv", index_col=0)
        design = pd.read_csv(VARESPEC / "varechem.csv", index_col=0)
        folder = VARESPEC / "varespec" / "reference_R"
    summary = json.loads((folder / "summary.json").read_text())
    numbers = design[summary["numeric_variables"]]
    d = community.distances(counts)
    return SimpleNamespace(counts=counts, design=design, numbers=numbers, d=d, folder=folder, summary=summary)


def table(s: Any, name: str) -> pd.DataFrame:
    """One of R's tables."""
    return pd.read_csv(s.folder / name, index_col=0)


def close(ours: Any, theirs: Any, atol: float = 1e-8) -> None:
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    assert ours.shape == theirs.shape and ours.size
    assert np.abs(ours - theirs).max() <= atol


def agree(ours: float, n: int, theirs: float, m: int) -> None:
    """Two p of n and m shuffles: four standard errors √(p (1 − p)(1/n + 1/m)), and the step of each."""
    p = (ours * n + theirs * m) / (n + m)
    assert abs(ours - theirs) <= 4 * np.sqrt(p * (1 - p) * (1 / n + 1 / m)) + 1 / n + 1 / m


@here
@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", KINDS)
def test_distances(name, kind):
    s = data_set(name)
    close(community.distances(s.counts, kind), table(s, f"dist_{KINDS[kind]}.csv.gz"))


@here
@pytest.mark.parametrize("name", SETS)
def test_principal_coordinates_and_fitted_vectors(name):
    s = data_set(name)
    axes, values = table(s, "pcoa_bray_relative_axes.csv"), table(s, "pcoa_bray_relative_eig.csv")
    got = community.pcoa(s.d)
    ours = got.axes.iloc[:, : axes.shape[1]]
    signs = np.sign((ours.to_numpy() * axes.to_numpy()).sum(axis=0))
    close(ours * signs, axes)
    close(np.sort(got.eigenvalues)[::-1], np.sort(values["eig"])[::-1])
    vectors = table(s, "envfit_on_pcoa.csv")
    fitted = community.vectors(got.axes.iloc[:, :2] * signs[:2], s.numbers)
    close(fitted["r2"], vectors["r2"])
    close(fitted.iloc[:, :2], vectors.iloc[:, :2])
    for variable, p in vectors["p"].items():
        agree(fitted.loc[variable, "p"], 999, p, 999)


@here
@pytest.mark.parametrize("name", SETS)
def test_dispersion_and_similarity(name):
    s = data_set(name)
    reference = table(s, "betadisper_distances.csv")
    got = community.dispersion(s.d, reference["group"].tolist())
    close(got.distances, reference["dist_to_centroid"], 1e-3)
    assert got.f == pytest.approx(s.summary["betadisper_F"], abs=1e-3)
    agree(got.p, 999, s.summary["betadisper_p"], 999)
    mean = got.distances.groupby(reference["group"].to_numpy()).mean()
    for group, expected in s.summary["betadisper_group_distances"].items():
        assert mean[group] == pytest.approx(expected, abs=1e-3)
    similar = community.anosim(s.d, reference["group"].tolist())
    assert similar.r == pytest.approx(s.summary["anosim_R"], abs=1e-8)
    agree(similar.p, 999, s.summary["anosim_p"], 999)


@here
@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("axes", [2, 3])
def test_scaling(name, axes):
    """Stress no more than 0.001 above metaMDS's, and where it is equal the same places."""
    s = data_set(name)
    got = community.nmds(s.d, axes)
    theirs = s.summary[f"nmds_stress_k{axes}"]
    assert got.stress < theirs + 1e-3
    if abs(got.stress - theirs) < 1e-4:
        assert community.procrustes(table(s, f"nmds_k{axes}_points.csv"), got.points).m2 < 0.01


ADONIS = [
    ("maize", "CropFert_terms", "Cropping*Fertilization", "terms"),
    ("maize", "CropFert_margin", "Cropping*Fertilization", "margin"),
    ("maize", "CompCropFert_terms", "Compartment + Cropping*Fertilization", "terms"),
    ("maize", "CompCropFert_margin", "Compartment + Cropping*Fertilization", "margin"),
    ("varespec", "AlPK_terms", "Al + P + K", "terms"),
    ("varespec", "AlPK_margin", "Al + P + K", "margin"),
]


def same_permanova(got: pd.DataFrame, reference: pd.DataFrame) -> None:
    """Every row of adonis2: sums, R² and F to 1e-8, p within what shuffles allow."""
    got = got.loc[reference.index]
    close(got["df"], reference["Df"])
    close(got["ss"], reference["SumOfSqs"])
    close(got["r2"], reference["R2"])
    tested = reference["F"].notna()
    close(got["f"][tested], reference["F"][tested])
    for term, p in reference["Pr(>F)"].dropna().items():
        agree(got.loc[term, "p"], 999, p, 999)


@here
@pytest.mark.parametrize(("name", "file", "formula", "by"), ADONIS)
def test_permanova(name, file, formula, by):
    s = data_set(name)
    design = s.design.set_axis(s.d.index)
    same_permanova(community.permanova(s.d, design, formula, by=by), table(s, f"adonis2_{file}.csv"))


@here
def test_permanova_of_a_wide_table():
    """16,825 taxa in 56 soils."""
    counts = pd.read_csv(SOIL / "otu_counts.csv.gz", index_col=0).T
    design = pd.read_csv(SOIL / "samples.csv", index_col=0).loc[counts.index]
    d = community.distances(counts)
    for by in ("terms", "margin"):
        reference = pd.read_csv(SOIL / "reference_R" / f"adonis2_WarmClip_{by}.csv", index_col=0)
        same_permanova(community.permanova(d, design, "warmed*clipped", by=by), reference)


# vegan 2.6-4 on d, `reference_R/dist_bray_relative.csv.gz`, and m, `samples.csv`: set.seed(1);
# adonis2(d ~ Cropping * Fertilization, m, strata = m$Compartment, permutations = 9999, by = "terms")
# adonis2(d ~ Cropping * Fertilization + Compartment, m, strata = m$Compartment, permutations = 9999, by = "margin")
# adonis2(d ~ pH + NO3 + Compartment, m, permutations = 9999, by = "margin")
# adonis2(d ~ Cropping * Fertilization, m, permutations = 9999, by = NULL)
STRATA = [
    ("Cropping*Fertilization", {"blocks": "Compartment"}, {
        "Cropping": (0.01696170662969, 1.306396376782, 0.0496),
        "Fertilization": (0.25016711378782, 9.633977823620, 1e-4),
        "Cropping:Fertilization": (0.03175766282610, 1.222992961641, 0.0278)}),
    ("Cropping*Fertilization + Compartment", {"blocks": "Compartment", "by": "margin"}, {
        "Compartment": (0.3525601127778, 53.609248292894, 1e-4),
        "Cropping:Fertilization": (0.0317576628261, 2.414488153853, 0.0076)}),
    ("pH + NO3 + Compartment", {"by": "margin"}, {
        "pH": (0.02925904016938, 3.113515391733, 0.0193), "NO3": (0.06894621792018, 7.336710618449, 1e-4),
        "Compartment": (0.35256011277778, 37.516655751192, 1e-4)}),
    ("Cropping*Fertilization", {"by": "model"}, {"Model": (0.2988864832436, 4.604067589461, 1e-4)}),
]  # fmt: skip


@here
@pytest.mark.parametrize(
    ("formula", "options", "expected"), STRATA, ids=["strata", "strata_margin", "numbers", "model"]
)
def test_permanova_in_strata(formula, options, expected):
    s = data_set("maize")
    got = community.permanova(s.d, s.design, formula, n=4999, **options)
    for term, (r2, f, p) in expected.items():
        assert got.loc[term, "r2"] == pytest.approx(r2, abs=1e-8)
        assert got.loc[term, "f"] == pytest.approx(f, abs=1e-8)
        agree(got.loc[term, "p"], 4999, p, 9999)


@here
def test_permanova_of_a_split_plot():
    """Strata of error by hand from vegan's sums of squares: `adonis2(d ~ Cropping + Fertilization + cf + Plant_ID, m,
    by = "terms")`, cf the two together, and for what varies within plants `adonis2(d ~ Cropping * Fertilization +
    Plant_ID + Compartment * Cropping * Fertilization, m, strata = m$Plant_ID, permutations = 999, by = "terms")`."""
    s = data_set("maize")
    got = community.permanova(s.d, s.design, "Cropping*Fertilization*Compartment", plots="Plant_ID")
    between, left = 0.15042497463153 / 24, 0.13847285187286 / 24
    shares = {"Cropping": (1, 0.01696170662969, between), "Fertilization": (2, 0.25016711378782, between),
              "Cropping:Fertilization": (2, 0.03175766282610, between), "Compartment": (1, 0.3525601127778, left),
              "Cropping:Compartment": (1, 0.01014722517947, left),
              "Fertilization:Compartment": (2, 0.03448754666907, left),
              "Cropping:Fertilization:Compartment": (2, 0.01502080562567, left)}  # fmt: skip
    for term, (df, r2, error) in shares.items():
        assert got.loc[term, "r2"] == pytest.approx(r2, abs=1e-8)
        assert got.loc[term, "f"] == pytest.approx(r2 / df / error, abs=1e-8)
    # those within plants as vegan prints them, p of 999 shuffles within plants
    inside = {"Cropping:Compartment": (1.758708663925, 0.164), "Fertilization:Compartment": (2.988676512627, 0.040),
              "Cropping:Fertilization:Compartment": (1.301696795222, 0.247)}  # fmt: skip
    for term, (f, p) in inside.items():
        assert got.loc[term, "f"] == pytest.approx(f, abs=1e-8)
        agree(got.loc[term, "p"], 999, p, 999)
    # one treatment of whole plants: p of adonis2(d ~ Cropping, m, permutations = how(plots = Plots(strata = m$Plant_ID,
    # type = "free"), within = Within(type = "none"), nperm = 9999))
    agree(
        community.permanova(s.d, s.design, "Cropping", plots="Plant_ID", n=4999).loc["Cropping", "p"], 4999, 0.298, 9999
    )


@here
@pytest.mark.parametrize("name", SETS)
def test_redundancy_analysis(name):
    s = data_set(name)
    got = community.rda(hellinger(s.counts), s.numbers.set_axis(s.counts.index))
    for ours, theirs in ((got.total, "total_inertia"), (got.constrained, "constrained"), (got.r2, "R2"), (got.f, "F"),
                         (got.adjusted, "adjR2")):  # fmt: skip
        assert ours == pytest.approx(s.summary[f"rda_{theirs}"], abs=1e-8)
    agree(got.p, 999, s.summary["rda_p"], 999)
    values = table(s, "rda_hellinger_eig.csv").reset_index()
    close(got.eigenvalues, values.loc[values["type"] == "constrained", "eig"])
    free = values.loc[values["type"] != "constrained", "eig"]
    close(got.residual_eigenvalues[: len(free)], free)
    margin = table(s, "rda_hellinger_margin.csv")
    tested = margin["F"].notna()
    close(got.terms.loc[margin.index[tested], "f"], margin["F"][tested])
    close(got.terms.loc[margin.index[tested], "inertia"], margin["Variance"][tested])
    close(got.vif, table(s, "rda_vif.csv")["vif"])
    for options, theirs in (({}, "dbrda"), ({"positive": True}, "capscale")):
        of_distances = community.dbrda(s.d, s.numbers.set_axis(s.d.index), n=9, **options)
        assert of_distances.constrained == pytest.approx(s.summary[f"{theirs}_constrained"], abs=1e-8)
    assert community.dbrda(s.d, s.numbers.set_axis(s.d.index), n=9).total == pytest.approx(
        s.summary["dbrda_total"], abs=1e-8
    )


# Spearman's by `e <- dist(m[[v]]); mantel(d, round(e / max(e), 11), "spearman")` of vegan: not rounded, as in the
# stored table, ties between distances of one variable are broken by the 16th digit (pH of the pastures has ten
# distances, R sees 23, and r is 0.082 instead of 0.047)
RANKED = {
    "maize": {
        "pH": 0.098360537775759, "NO3": 0.13822989285593, "NH4": -0.088114515526584, "TN": 0.066548595258308,
        "SOM": 0.036565424997515, "AP": 0.18764094408333, "AK": -0.010650426099427, "EC": 0.077164026745742,
        "MN": 0.052336541164865, "MC": 0.14373960626526, "Resp": -0.012175727460271},
    "varespec": {
        "N": 0.17652307724639, "P": 0.16930714559585, "K": 0.22860646582497, "Ca": 0.13031809772067,
        "Mg": -0.00070575768996095, "S": 0.13969460946642, "Al": 0.2737002281384, "pH": 0.04743413243239},
}  # fmt: skip


@here
@pytest.mark.parametrize("name", SETS)
def test_mantel_of_each_variable(name):
    s = data_set(name)
    z = (s.numbers - s.numbers.mean()) / s.numbers.std()
    for variable, row in table(s, "mantel_each_variable.csv").iterrows():
        other = squareform(pdist(z[[variable]]))
        got = community.mantel(s.d, other)
        assert got.r == pytest.approx(row["r_pearson"], abs=1e-8)
        agree(got.p, 999, row["p_pearson"], 999)
        assert community.mantel(s.d, other, method="spearman").r == pytest.approx(RANKED[name][variable], abs=1e-8)
    every = squareform(pdist(z))
    for method in ("pearson", "spearman"):
        assert community.mantel(s.d, every, method=method).r == pytest.approx(
            s.summary[f"mantel_all_env_{method}"], abs=1e-8
        )
    agree(community.mantel(s.d, every).p, 999, s.summary["mantel_all_env_p"], 999)
    first, rest = (squareform(pdist(z[list(part)])) for part in (z.columns[:1], z.columns[1:]))
    partial = community.mantel(s.d, first, rest)
    assert partial.r == pytest.approx(s.summary["partial_mantel_first_given_rest"], abs=1e-8)


@here
def test_groups_and_links_are_those_of_microeco():
    """microeco 2.3.1 on raw counts: PERMANOVA of groups and of each pair, Mantel of each variable."""
    s = data_set("maize")
    folder = MAIZE / "reference_microeco"
    d = community.distances(s.counts, "bray_counts")
    whole = pd.read_csv(folder / "manova_group.csv", index_col=0).rename_axis("term")
    same_permanova(community.permanova(d, s.design, "Group"), whole.drop(columns="Significance"))
    pairs = pd.read_csv(folder / "manova_pairwise.csv")
    assert len(pairs) == 15
    for row in pairs.itertuples():
        kept = s.design["Group"].isin(row.Groups.split(" vs "))
        got = community.permanova(d.loc[kept, kept], s.design[kept], "Group").loc["Group"]
        assert (got["f"], got["r2"]) == pytest.approx((row.F, row.R2), abs=1e-8)
        agree(got["p"], 999, pairs.loc[row.Index, "p.value"], 999)
    links = pd.read_csv(folder / "mantel.csv").set_index("Variables")
    for variable, row in links.iterrows():
        if variable in s.numbers:
            z = s.numbers[[variable]] / s.numbers[variable].std()
            got = community.mantel(d, squareform(pdist(z)))
            assert got.r == pytest.approx(row["Correlation coefficient"], abs=1e-8)
            agree(got.p, 999, row["p.value"], 999)
