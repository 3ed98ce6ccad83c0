"""Diversity against R/vegan on three published tables, and at its limits."""

import csv
import gzip

import numpy as np
import pytest

from rhizolith.errors import InputError
from rhizolith.indices import diversity

COLUMNS = {
    "observed": diversity.richness,
    "shannon": diversity.shannon,
    "simpson_gini": diversity.simpson,
    "invsimpson": diversity.inverse_simpson,
    "pielou": diversity.pielou,
    "chao1": diversity.chao1,
    "ace": diversity.ace,
    "fisher": diversity.fisher_alpha,
    "goods_coverage": diversity.goods_coverage,
    "rarefied_richness_min": diversity.rarefied_richness,
}


def table(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as f:
        return list(csv.reader(f))


def trees(shared):
    rows = table(shared / "eco/vegan_classics/BCI.csv")[1:]
    return np.array([r[1:] for r in rows], float).T, shared / "eco/vegan_classics/BCI"


def microbes(shared):
    rows = table(shared / "eco/phyloseq_soilrep/otu_counts.csv.gz")
    return np.array([r[1:] for r in rows[1:]], float), shared / "eco/phyloseq_soilrep"


@pytest.mark.parametrize("data", [trees, microbes])
def test_vegan_is_reproduced(shared, data):
    counts, folder = data(shared)
    reference = table(folder / "reference_R/alpha_diversity.csv")
    for name, function in COLUMNS.items():
        expected = np.array([float(r[reference[0].index(name)]) for r in reference[1:]])
        # vegan's own root search for Fisher's alpha stops at about 1e-6
        tolerance = 2e-5 if name == "fisher" else 1e-9
        assert np.abs(function(counts) / expected - 1).max() < tolerance, name


def test_even_communities_by_head():
    even = np.full(8, 5.0)
    assert diversity.shannon(even) == pytest.approx(np.log(8)) and diversity.shannon(even, base=2) == pytest.approx(3)
    assert diversity.pielou(even) == pytest.approx(1) and diversity.inverse_simpson(even) == pytest.approx(8)
    assert np.isnan(diversity.pielou([7, 0, 0])) and diversity.simpson([7, 0, 0]) == 0
    assert np.isnan(diversity.shannon([0, 0, 0]))


def test_unseen_kinds_are_estimated_from_counts_only():
    for function in (diversity.chao1, diversity.ace, diversity.goods_coverage, diversity.fisher_alpha):
        with pytest.raises(InputError, match="not counts"):
            function([0.2, 0.3, 0.5])
    with pytest.raises(InputError, match="negative"):
        diversity.shannon([-1, 2])


def test_faith_counts_each_branch_once():
    tree = "((a:1,b:2):3,(c:4,d:5):6);"
    assert diversity.faith_pd([1, 1, 0, 0], list("abcd"), tree) == pytest.approx(6)
    assert diversity.faith_pd([[3], [0], [1], [0]], list("abcd"), tree)[0] == pytest.approx(14)
