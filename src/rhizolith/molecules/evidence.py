"""How probable each candidate is, learned from the list itself against chance matches.

Every peak is a molecule of the list of candidates, the heavy twin of another peak, or neither. The odds of a candidate
against neither are a product: how well the mass fits (normal error against an even one), what its isotope partners
say, and the ratio of true to chance candidates that look alike. That last ratio is learned by expectation and
maximization: true ones are the candidates weighted by their probability, chance ones are those of decoys, the same
peaks moved to wrong masses and weighted by the probability that the peak is neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rhizolith.molecules import families
from rhizolith.molecules.features import NAMES, WEIGHTS, add_support

ROUNDS = 5
STEPS = 6  # of Newton's method a round
TRUST = 8.0  # assumed: how many clear cases the shipped weights are worth
ENOUGH = 12_000  # candidates of each side to learn from; more adds time only
CAUTION = 0.1  # ln odds taken off, because a list flatters what it taught itself: measured on lists with known answers
LARGEST = 40.0  # natural log of odds
# Mean presence of the nearest relatives: 0.07 to 0.2 in lists of metabolites and thinned ones, 0.5 to 0.8 in organic
# matter; between these two bounds (assumed) the trust in relatives rises.
SCATTERED, FILLED = 0.2, 0.5
RELATIVES = np.array([name.strip("√") in ("near", "far") for name in NAMES])


@dataclass(frozen=True)
class Candidates:
    """Candidates of peaks (real or decoy): `peak`, `formula` (key), `features`, and ln of the fixed evidence.

    `mass` is the number of the searched mass; for decoys `peak` is the peak that the mass was made from.
    """

    peak: np.ndarray
    mass: np.ndarray
    formula: np.ndarray
    features: np.ndarray = field(repr=False)
    fixed: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.peak)


@dataclass(frozen=True)
class Verdict:
    """Probability of each candidate and of each peak being a heavy twin or neither; the weights that were learned."""

    probability: np.ndarray
    twin: np.ndarray
    neither: np.ndarray
    weights: np.ndarray
    decoy_odds: np.ndarray
    decoy_weight: np.ndarray
    filled: float = 1.0  # mean presence of the nearest relatives: 0.5 and more in organic matter


def judge(
    real: Candidates, decoys: Candidates, share: np.ndarray, twins: np.ndarray,
    change: tuple[np.ndarray, np.ndarray], multiplier: np.ndarray, before: Verdict | None = None,
) -> Verdict:
    """Learn what tells true from chance candidates and give each its probability.

    `decoys.peak` is the peak a decoy was made from, `share` one over the number of decoys of that peak; `twins` are
    the odds of each peak being a heavy isotope's; `change` the near and far moves between relatives; `before` a
    verdict on the same candidates to start from.
    """
    peaks = len(twins)
    known, which = np.unique(real.formula, return_inverse=True)
    near, far = (families.relatives(known, known, c, multiplier) for c in change)
    decoy_known, decoy_which = np.unique(decoys.formula, return_inverse=True)
    decoy_near, decoy_far = (families.relatives(decoy_known, known, c, multiplier) for c in change)
    # A formula that a peak has claimed cannot be the chance match of another one.
    same = families.relatives(decoy_known, known, np.zeros((1, len(multiplier)), dtype=np.int64), multiplier)
    beta = np.array(list(WEIGHTS.values())) if before is None else before.weights
    neither = 1 / (1 + twins) if before is None else before.neither
    if before is None:
        probability = np.exp(np.minimum(real.fixed, 4.0))
        probability /= 1 + np.bincount(real.peak, probability, peaks)[real.peak] + twins[real.peak]
    else:
        probability = before.probability
    shown = probability
    for turn in range(ROUNDS):
        present = np.bincount(which, shown, len(known))
        x = add_support(real.features, families.support(near, present)[which], families.support(far, present)[which])
        y = add_support(
            decoys.features, families.support(decoy_near, present)[decoy_which],
            families.support(decoy_far, present)[decoy_which],
        )
        free = 1 - families.support(same, present)[decoy_which]
        weight = neither[decoys.peak] * share * free
        if turn or before is not None:
            beta = learn(x, probability, y, weight, beta)
        odds = np.exp(np.clip(x @ beta + real.fixed - CAUTION, -LARGEST, LARGEST))
        total = np.bincount(real.peak, odds, peaks) + twins
        rivals = np.bincount(which, odds, len(known))[which] - odds
        probability = odds / (1 + total[real.peak] + rivals)
        neither = 1 / (1 + total)
        shown = _present(x, beta, real, twins, probability)
    decoy = np.exp(np.clip(y @ beta + decoys.fixed - CAUTION, -LARGEST, LARGEST))
    masses, first, which_mass = np.unique(decoys.mass, return_index=True, return_inverse=True)
    decoy_odds = np.bincount(which_mass, decoy * free, len(masses))
    weight = (neither[decoys.peak] * share)[first]
    filled = float(probability @ x[:, NAMES.index("near")]) / max(float(probability.sum()), 1e-9)
    return Verdict(probability, twins / (1 + total), neither, beta, decoy_odds, weight, filled)


def _present(
    x: np.ndarray, beta: np.ndarray, real: Candidates, twins: np.ndarray, probability: np.ndarray
) -> np.ndarray:
    """How present each candidate is for its relatives, with as many present in all as are probable.

    In organic matter, where families fill their lattice, presence is the probability. Among scattered molecules the
    support of relatives is left out of it: two series of formulas that differ by a fraction of a millidalton everywhere
    (N6O3 against C8H4S) would otherwise each talk themselves up until one of them looks sure.
    """
    wanted = float(probability.sum())
    filled = float(probability @ x[:, NAMES.index("near")]) / max(wanted, 1e-9)
    trust = float(np.clip((filled - SCATTERED) / (FILLED - SCATTERED), 0, 1))
    if trust == 1 or not len(x):
        return probability
    evidence, low, high = x @ np.where(RELATIVES, trust * beta, beta) + real.fixed, -10.0, 20.0
    for _ in range(12):
        middle = (low + high) / 2
        odds = np.exp(np.clip(evidence + middle, -LARGEST, LARGEST))
        present = odds / (1 + np.bincount(real.peak, odds, len(twins))[real.peak] + twins[real.peak])
        low, high = (middle, high) if present.sum() < wanted else (low, middle)
    return present


def learn(x: np.ndarray, p: np.ndarray, y: np.ndarray, weight: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Weights whose exponential is the ratio of true to chance candidates: logistic regression by Newton's steps.

    `x` (weight `p`) are the true, `y` (weight `weight`) the chance candidates; a ridge holds to the shipped weights.
    """
    start = np.array([WEIGHTS[n] for n in NAMES])
    true, chance = _thin(p), _thin(weight)
    both = np.concatenate([x[true[0]], y[chance[0]]])
    share = np.concatenate([true[1], chance[1]])
    label = np.concatenate([np.ones(len(true[0])), np.zeros(len(chance[0]))])
    ridge = np.full(len(beta), TRUST * 0.05)
    ridge[0] = 0.01  # how many are true is for the list to say

    def height(at: np.ndarray) -> float:
        """Penalized log likelihood."""
        value = share @ (label * (x_at := both @ at)) - share @ np.logaddexp(0, x_at)
        return float(value - 0.5 * ridge @ (at - start) ** 2)

    best = height(beta)
    for _ in range(STEPS):
        q = 1 / (1 + np.exp(-np.clip(both @ beta, -30, 30)))
        slope = both.T @ (share * (label - q)) - ridge * (beta - start)
        curve = (both * (share * q * (1 - q))[:, None]).T @ both + np.diag(ridge)
        move = np.linalg.solve(curve, slope)
        part = 1.0
        while part > 1e-3 and (reached := height(beta + part * move)) < best:
            part /= 2
        if part <= 1e-3:
            break
        beta, gained, best = beta + part * move, reached - best, reached
        if gained < 1e-3:
            break
    return beta


def _thin(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that matter, at most `ENOUGH`, evenly thinned with weights that keep their sum."""
    rows = np.flatnonzero(weight > 1e-3)
    step = -(-len(rows) // ENOUGH) if len(rows) else 1
    return rows[::step], weight[rows[::step]] * step


def q_values(probability: np.ndarray) -> np.ndarray:
    """Expected share of wrong ones among all that are at least as probable."""
    order = np.argsort(-probability, kind="stable")
    q = np.empty(len(probability))
    q[order] = np.maximum.accumulate(np.cumsum(1 - probability[order]) / np.arange(1, len(probability) + 1))
    return q
