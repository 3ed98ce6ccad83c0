"""Meta-metabolomes as trees: distances between formulas, and whether samples differ more than chance lets them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.formulas import ai_mod, dbe, mass
from rhizolith.indices.kendrick import kendrick_defect
from rhizolith.indices.registry import index


@index("MCD distance", "1", "difference of two formulas in composition and structure: 0 the same", "Danczak2020")
def characteristics_distance(
    carbon: ArrayLike,
    hydrogen: ArrayLike,
    oxygen: ArrayLike,
    nitrogen: ArrayLike,
    sulfur: ArrayLike,
    phosphorus: ArrayLike,
) -> np.ndarray:
    """Condensed Euclidean distances of standardized C, H, O, N, S, P, DBE, AImod and KMD (SciPy's pdist order)."""
    from scipy.spatial.distance import pdist

    atoms = (carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus)
    traits = [np.asarray(a, float) for a in atoms]
    traits += [dbe(*atoms), ai_mod(*atoms), kendrick_defect(mass(*atoms))]
    table = np.stack(traits, axis=1)
    spread = table.std(axis=0, ddof=1)
    return pdist((table - table.mean(axis=0))[:, spread > 0] / spread[spread > 0])


@index(
    "TD distance", "1", "transformations between two formulas, 0 to 1; not defined outside the network", "Danczak2020"
)
def transformation_distance(found: np.ndarray, formulas: int) -> np.ndarray:
    """Condensed shortest-path distances over the largest component of `transformations.links`, scaled to 0..1; NaN
    elsewhere.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import shortest_path
    from scipy.spatial.distance import squareform

    from rhizolith.indices.transformations import largest_component

    graph = coo_array((np.ones(len(found)), (found[:, 0], found[:, 1])), shape=(formulas, formulas)).tocsr()
    graph.data[:] = 1
    steps = shortest_path(graph, directed=False, unweighted=True)
    within = np.outer(*[largest_component(found, formulas) == 1] * 2)
    steps[~within] = np.nan
    np.fill_diagonal(steps, 0)
    reached = steps[within]
    return squareform((steps / max(float(reached.max()), 1.0)), checks=False)


@index("TWCD distance", "1", "difference of two formulas weighted by the steps between them", "Danczak2020")
def weighted_distance(characteristics: ArrayLike, transformation: ArrayLike) -> np.ndarray:
    """Product of the MCD and TD distances, condensed; NaN where either is not defined."""
    return np.asarray(characteristics, float) * np.asarray(transformation, float)


@index("tree distance", "1", "height at which two formulas meet in the tree", "Danczak2020")
def tree_distance(distance: ArrayLike) -> np.ndarray:
    """Cophenetic distances of the UPGMA tree of condensed distances, condensed."""
    from scipy.cluster.hierarchy import average, cophenet

    d = np.asarray(distance, float)
    return cophenet(average(d), d)[1]


@index(
    "beta-MNTD", "as the distance", "distance from each formula of one sample to the nearest of the other", "Stegen2012"
)
def beta_mntd(abundance: ArrayLike, distance: ArrayLike) -> np.ndarray:
    """Abundance-weighted mean nearest-taxon distance between samples; `abundance` formula × sample, result sample ×
    sample.
    """
    from scipy.spatial.distance import squareform

    d = np.asarray(distance, float)
    square = squareform(d) if d.ndim == 1 else d
    a = np.nan_to_num(np.asarray(abundance, float))
    shares = a / a.sum(axis=0)
    return _mntd(shares, square)


def _mntd(shares: np.ndarray, square: np.ndarray) -> np.ndarray:
    present = shares > 0
    nearest = np.stack([square[:, here].min(axis=1) for here in present.T], axis=1)  # formula × sample
    one_way = shares.T @ nearest
    return (one_way + one_way.T) / 2


@index("beta-NTI", "standard deviations", "above 2 the samples differ more than chance, below -2 less", "Stegen2012")
def beta_nti(abundance: ArrayLike, distance: ArrayLike, shuffles: int = 999, seed: int = 0) -> np.ndarray:
    """(beta-MNTD - mean of the null)/sd of the null, the null by shuffling formulas over the tips; NaN on the diagonal.

    `distance` condensed or square, formula × formula, usually `tree_distance`; formulas in no sample stay in the pool.
    """
    from scipy.spatial.distance import squareform

    d = np.asarray(distance, float)
    square = squareform(d) if d.ndim == 1 else d
    a = np.nan_to_num(np.asarray(abundance, float))
    shares = a / a.sum(axis=0)
    random = np.random.default_rng(seed)
    null = np.stack([_mntd(shares[random.permutation(len(shares))], square) for _ in range(shuffles)])
    spread = null.std(axis=0, ddof=1)
    result = (_mntd(shares, square) - null.mean(axis=0)) / np.where(spread > 0, spread, np.nan)
    np.fill_diagonal(result, np.nan)
    return result


@index("Raup-Crick", "1", "-1 the samples share more formulas than chance, 1 fewer", "Chase2011")
def raup_crick(present: ArrayLike, shuffles: int = 999, seed: int = 0) -> np.ndarray:
    """Raup-Crick dissimilarity from shared formulas, scaled to -1..1; formulas are drawn by how many samples hold
    them.
    """
    here = np.asarray(present, float) > 0  # formula × sample
    chance = here.mean(axis=1)
    sizes = here.sum(axis=0)
    shared = here.T.astype(float) @ here
    random = np.random.default_rng(seed)
    above, ties = np.zeros_like(shared), np.zeros_like(shared)
    for _ in range(shuffles):
        # Gumbel keys: the k largest are a draw of k without replacement by weight
        keys = np.log(np.maximum(chance, 1e-300))[:, None] + random.gumbel(size=here.shape)
        rank = np.argsort(np.argsort(-keys, axis=0), axis=0)
        drawn = (rank < sizes).astype(float)
        null = drawn.T @ drawn
        above += null > shared
        ties += null == shared
    result = 2 * (above + ties / 2) / shuffles - 1
    np.fill_diagonal(result, 0)
    return result
