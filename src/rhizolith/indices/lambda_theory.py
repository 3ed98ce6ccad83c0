"""Growth on a dissolved organic molecule from its formula: the thermodynamic lambda and its carbon use efficiency.

One mole of carbon of biomass CH1.8O0.5N0.2 is made in an anabolic reaction and paid for by lambda turns of the
catabolic
one. Half reactions use HCO3-, NH4+, HPO4-2 and HS-; oxygen accepts the electrons; pH 7 and 25 °C unless told otherwise.
Over soils lambda's CUE is nearly NOSC restated (rank correlation about -0.9): report it beside NOSC, not as new
evidence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rhizolith.indices.cautions import LAMBDA
from rhizolith.indices.formulas import gibbs_cox
from rhizolith.indices.registry import index

# Standard Gibbs energies of formation, kJ/mol, of water, HCO3-, NH4+, HPO4-2, HS-, H+, O2(aq), biomass (per mol C),
# and the two constants of the energy balance, as in Song2020.
FORMATION = {
    "H2O": -237.2,
    "HCO3-": -586.9,
    "NH4+": -79.5,
    "HPO4-2": -1089.1,
    "HS-": 12.0,
    "H+": 0.0,
    "O2": 16.5,
    "X": -67.0,
}
EFFICIENCY = 0.43
SYNTHESIS = 200.0
BIOMASS = (1.0, 1.8, 0.5, 0.2, 0.0, 0.0, 0.0)  # C, H, O, N, S, P, charge
GAS_CONSTANT, TEMPERATURE = 0.008314, 298.15  # kJ/(mol K), K
_ORDER = ("donor", "H2O", "HCO3-", "NH4+", "HPO4-2", "HS-", "H+", "e-", "O2", "X")


def _oxidation(C: np.ndarray, H, Ox, N, S, P, Z) -> np.ndarray:
    """Half reaction that oxidizes one mole of the donor: coefficients in the order of _ORDER, products positive."""
    zero = np.zeros_like(C)
    electrons = 4 * C + H - 2 * Ox - 3 * N - 2 * S + 5 * P - Z
    protons = 5 * C + H - 2 * Ox - 4 * N - S + 7 * P
    return np.stack([zero - 1, Ox - 3 * C - 4 * P, C, N, P, S, protons, electrons, zero, zero])


def _reactions(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, charge, pH):
    """Catabolic and anabolic stoichiometry (species × formula) and their Gibbs energies at `pH`, kJ."""
    given = (carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, charge)
    atoms = np.broadcast_arrays(*(np.atleast_1d(np.asarray(a, float)) for a in given))
    C = np.where(atoms[0] > 0, atoms[0], np.nan)
    donor = _oxidation(C, *atoms[1:])
    reduction = np.zeros_like(donor)  # O2 + 4 H+ + 4 e- = 2 H2O
    for name, n in {"H2O": 2.0, "H+": -4.0, "e-": -4.0, "O2": -1.0}.items():
        reduction[_ORDER.index(name)] = n
    electrons = donor[_ORDER.index("e-")]
    catabolic = donor + electrons / 4 * reduction
    growth = -_oxidation(*(np.broadcast_to(b, C.shape).astype(float) for b in BIOMASS))
    growth[0], growth[-1] = 0, 1
    growth = growth + donor / C
    left = growth[_ORDER.index("e-")]
    with np.errstate(divide="ignore", invalid="ignore"):
        anabolic = growth + np.where(left > 0, left / 4 * reduction, -left / electrons * donor)
    formation = np.array([0.0, *(FORMATION.get(name, 0.0) for name in _ORDER[1:])])
    energy_donor = np.tensordot(formation, donor, 1) - gibbs_cox(*atoms) * C  # formation of the donor, from NOSC
    proton = GAS_CONSTANT * TEMPERATURE * np.log(10.0) * -pH

    def energy(reaction: np.ndarray) -> np.ndarray:
        return np.tensordot(formation, reaction, 1) + reaction[0] * energy_donor + proton * reaction[_ORDER.index("H+")]

    return catabolic, anabolic, energy(catabolic), energy(anabolic)


def _lambda(energy_catabolic: np.ndarray, energy_anabolic: np.ndarray) -> np.ndarray:
    paid = energy_anabolic * np.where(energy_anabolic < 0, EFFICIENCY, 1 / EFFICIENCY)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (paid + SYNTHESIS) / (-energy_catabolic * EFFICIENCY)


@index(
    "lambda",
    "1",
    "turns of catabolism that pay for one mole of biomass carbon: low for rich food, high for poor",
    "Song2020",
    LAMBDA,
    grade="fitted",
)
def lambda_turns(
    carbon: ArrayLike,
    hydrogen: ArrayLike,
    oxygen: ArrayLike,
    nitrogen: ArrayLike = 0,
    sulfur: ArrayLike = 0,
    phosphorus: ArrayLike = 0,
    charge: ArrayLike = 0,
    pH: float = 7.0,
) -> np.ndarray:
    """Moles of donor burnt per mole of biomass carbon made, (dG_an eta^m + 200)/(-dG_cat eta), eta 0.43; NaN without
    carbon.
    """
    *_, catabolic, anabolic = _reactions(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, charge, pH)
    return _lambda(catabolic, anabolic)


@index(
    "lambda CUE",
    "1",
    "carbon kept by growth on a molecule: 0 none, about 0.6 at best; nearly NOSC restated",
    "Song2020",
    LAMBDA,
    grade="fitted",
)
def lambda_cue(
    carbon: ArrayLike,
    hydrogen: ArrayLike,
    oxygen: ArrayLike,
    nitrogen: ArrayLike = 0,
    sulfur: ArrayLike = 0,
    phosphorus: ArrayLike = 0,
    charge: ArrayLike = 0,
    pH: float = 7.0,
) -> np.ndarray:
    """Biomass carbon per donor carbon taken up, with oxygen as the electron acceptor."""
    cat, an, energy_cat, energy_an = _reactions(carbon, hydrogen, oxygen, nitrogen, sulfur, phosphorus, charge, pH)
    turns = _lambda(energy_cat, energy_an)
    donor = np.where(turns > 0, turns * cat[0], 0) + an[0]
    return np.where(np.isnan(turns), np.nan, 1 / (np.abs(donor) * np.asarray(carbon, float)))
