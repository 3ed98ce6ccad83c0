"""Transformations between formulas and trees of formulas, against pairs written out and known limits."""

import csv

import numpy as np
import pytest
from scipy.spatial.distance import squareform

from rhizolith.indices import dendrograms, transformations
from rhizolith.indices.formula_text import composition


def test_glucose_is_one_hexose_from_cellobiose():
    atoms = composition(["C6H12O6", "C12H22O11", "C6H12O7", "C2H4O2"])
    found = transformations.links(**atoms)
    names = {(a, b): transformations.COMMON[k].name for a, b, k in found.tolist()}
    assert names == {(0, 1): "hexose", (0, 2): "hydroxylation"}
    assert transformations.degree(found, 4).tolist() == [2, 1, 1, 0]
    assert transformations.largest_component(found, 4).tolist() == [1, 1, 1, 0]
    assert transformations.by_group(found) == {"abiotic": 1, "biotic": 1}


def test_links_equal_all_pairs_compared_one_by_one(shared):
    with (shared / "ms/ftms12T-soil-plant/example12T_data.csv").open() as f:
        rows = [r for r in csv.DictReader(f) if r["C"] != "0" and r["C13"] == "0"][::40]
    elements = ("C", "H", "O", "N", "S", "P")
    atoms = np.array([[int(r[e]) for e in elements] for r in rows])
    first = np.unique(atoms, axis=0)
    found = transformations.links(*first.T)
    changes = {t.change: k for k, t in enumerate(transformations.COMMON)}
    pairs = {
        (i, j, changes[tuple(d)])
        for i in range(len(first))
        for j, d in enumerate((first - first[i]).tolist())
        if tuple(d) in changes
    }
    assert {tuple(row) for row in found.tolist()} == pairs
    assert len(pairs) > 20


def test_a_published_key_is_read_by_mass_and_every_row_left_out_has_its_reason(shared):
    with (shared / "ms/metabodirect-keys/transf_key.csv").open() as f:
        rows = list(csv.DictReader(f))
    usable, left_out = transformations.read_key(rows)
    assert len(usable) + len(left_out) == len(rows) == 108
    assert len(usable) == 98
    assert all(p.where and p.what and p.fix for p in left_out)
    named = {t.name: t for t in usable}
    assert named["Methylation_(-H)"].change == (1, 2, 0, 0, 0, 0)
    assert named["Acetylation_(-H2O)"].change == (2, 2, 1, 0, 0, 0)


def test_an_element_outside_the_six_is_refused():
    from rhizolith.errors import InputError

    with pytest.raises(InputError, match="Cl"):
        transformations.transformation("chlorination", "Cl", "H")


@pytest.fixture(scope="module")
def molecules():
    rng = np.random.default_rng(4)
    carbon = rng.integers(8, 30, 40)
    hydrogen, oxygen = (
        (carbon * rng.uniform(0.6, 1.8, 40)).astype(int),
        (carbon * rng.uniform(0.2, 0.8, 40)).astype(int),
    )
    return dict(
        carbon=carbon,
        hydrogen=hydrogen,
        oxygen=oxygen,
        nitrogen=rng.integers(0, 3, 40),
        sulfur=0 * carbon,
        phosphorus=0 * carbon,
    )


def test_characteristics_do_not_depend_on_scale_and_vanish_for_the_same_formula(molecules):
    twice = {k: np.concatenate([v, v[:1]]) for k, v in molecules.items()}
    d = squareform(dendrograms.characteristics_distance(**twice))
    assert d[0, -1] == 0 and (d[~np.eye(len(d), dtype=bool)] >= 0).all()
    tree = squareform(dendrograms.tree_distance(d[np.triu_indices(len(d), 1)]))
    # a UPGMA tree is ultrametric: of three tips the two largest heights are equal
    a, b, c = tree[0, 5], tree[5, 9], tree[0, 9]
    assert sorted((a, b, c))[1] == pytest.approx(max(a, b, c))


def test_steps_through_the_network():
    found = np.array([[0, 1, 0], [1, 2, 0], [2, 3, 0]])
    d = squareform(np.nan_to_num(dendrograms.transformation_distance(found, 5), nan=-1), checks=False)
    assert d[0, 3] == 1 and d[0, 1] == pytest.approx(1 / 3) and d[0, 4] == -1


def test_beta_mntd_by_hand():
    d = np.array([[0, 1, 4], [1, 0, 3], [4, 3, 0]], float)
    a = np.array([[1, 0], [1, 1], [0, 1]], float)  # sample 1: tips 0, 1; sample 2: tips 1, 2
    # from 1 to 2: (1 + 0)/2; from 2 to 1: (0 + 3)/2; mean 1
    assert dendrograms.beta_mntd(a, d) == pytest.approx(np.array([[0, 1], [1, 0]]))


def test_samples_of_twins_have_negative_and_split_samples_positive_beta_nti():
    rng = np.random.default_rng(0)
    twins = np.repeat(10.0 * np.arange(40), 2) + rng.uniform(0, 0.1, 80)
    d = np.abs(twins[:, None] - twins)
    alike, apart = np.zeros((80, 2)), np.zeros((80, 2))
    alike[:40:2, 0] = alike[1:40:2, 1] = 1  # one twin each
    apart[:20, 0] = apart[60:, 1] = 1  # the two ends of the line
    assert dendrograms.beta_nti(alike, d, shuffles=199)[0, 1] < -2
    assert dendrograms.beta_nti(apart, d, shuffles=199)[0, 1] > 2
    assert np.isnan(dendrograms.beta_nti(alike, d, shuffles=19)[0, 0])


def test_raup_crick_ends():
    rng = np.random.default_rng(2)
    same = np.zeros((200, 8))
    for k in range(8):
        block = np.arange(100) if k < 4 else np.arange(100, 200)
        same[rng.choice(block, 40, replace=False), k] = 1
    found = dendrograms.raup_crick(same, shuffles=199)
    assert found[0, 1] < 0 and found[0, 5] > 0.95
    assert (np.diag(found) == 0).all() and np.allclose(found, found.T)
