"""What was put into the bundled pot experiment: the mean of every quantity in every treatment, and its noise.

Soil and microbes come from the simulator (`pot_means`). The rest comes from the models stated here, fed with simulated
quantities where nature would: enzymes, exuded carbon, guilds and pH. Their constants are chosen to look like an
alkaline residue under reclamation and stand for no measurement (assumed).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rhizolith.description.experiment.pot_means import TREATMENTS, UNITS, simulated

SIMULATED = "simulator"
NOISE = {
    "pH": 0.08, "SOC": 0.04, "MAOC": 0.03, "DOC": 0.12, "NH4": 0.15, "soluble_Fe": 0.15, "soluble_Na": 0.05,
    "soluble_Ca": 0.12, "soluble_Mg": 0.12, "MBC": 0.12, "MBN": 0.14, "respiration": 0.12, "growth": 0.12,
}  # fmt: skip
"""Spread among pots of a treatment: in pH units, else relative. Pots of a block share half of it again (assumed)."""
STATED = {"TN": ("g kg-1", 0.30, 1.05, 2.0, 0.06), "TP": ("g kg-1", 0.45, 1.0, 1.1, 0.06)}
"""quantity → unit, mean without treatment, factor by the plant, factor by the amendment, noise (assumed)."""
ENZYMES = {
    "BG": (8.0, 30.0, 1.0), "NAG": (3.0, 9.0, 0.7), "LAP": (5.0, 12.0, 0.75), "phosphatase": (25.0, 75.0, 0.6),
}  # fmt: skip
"""enzyme → activity bound to minerals from before (nmol g-1 h-1), activity per mg kg-1 of simulated enzyme carbon, and
factor of the latter where the amendment brings nitrogen and phosphorus (assumed)."""
ENZYME_NOISE = 0.10
SHOOT = {"planted": 2.0, "planted_amended": 5.0}
"""g dry mass of a pot (assumed)"""
SHOOT_NOISE = 0.15
DETECTION = {"soluble_Fe": 0.005}
"""mg kg-1 below which the laboratory writes `<` (assumed)"""


@dataclass(frozen=True)
class Planted:
    """One planted quantity: `means` by treatment, `origin` (where they are from), noise that is added or multiplied."""

    name: str
    unit: str
    means: dict[str, float]
    origin: str
    noise: float
    how: str = "times"


def treatment(plant: int, amendment: int) -> str:
    """The name of a treatment, of the four of pot_means."""
    return TREATMENTS[plant + 2 * amendment]


@cache
def quantities() -> dict[str, Planted]:
    """Every planted quantity of the soil table, the plates and the plants."""
    known = simulated()
    found = [
        Planted(q, UNITS[q][0], known[q], SIMULATED, noise, "add" if q == "pH" else "times")
        for q, noise in NOISE.items()
    ]
    for name, (unit, base, plant, amendment, noise) in STATED.items():
        means = {treatment(p, a): base * plant**p * amendment**a for p in (0, 1) for a in (0, 1)}
        words = f"stated: {base:g} {unit}, times {plant:g} with the plant, times {amendment:g} with the amendment"
        found.append(Planted(name, unit, means, words, noise))
    for name, (before, each, fed) in ENZYMES.items():
        means = {t: before + each * known["enzyme"][t] * (fed if "amended" in t else 1.0) for t in TREATMENTS}
        words = f"stated: {before:g} + {each:g} per mg kg-1 of simulated enzyme carbon, times {fed:g} where amended"
        found.append(Planted(name, "nmol g-1 h-1", means, words, ENZYME_NOISE))
    found.append(Planted("shoot", "g", dict(SHOOT), "stated", SHOOT_NOISE))
    return {p.name: p for p in found}


@cache
def groups() -> dict[str, tuple[dict[str, float], str]]:
    """Groups of molecules and taxa: factor of their intensity or share by treatment, and where it comes from."""
    known = simulated()

    def by(rule: str) -> dict[str, float]:
        return {
            "labile formulas": {t: 1 + known["exuded"][t] / 200 for t in TREATMENTS},
            "lignin-like formulas": {t: 1.6 if "amended" in t else 1.0 for t in TREATMENTS},
            "plant metabolites": {t: 1 + known["exuded"][t] / 80 for t in TREATMENTS},
            "Bacteroidota": {t: known[FAST][t] / known[FAST]["bare"] for t in TREATMENTS},
            **{f"genes of {s}": _enriched(known[g]) for s, g in GUILDS.items()},
            "16S rRNA genes": {t: SLOW_COPIES + (FAST_COPIES - SLOW_COPIES) * known[FAST][t] for t in TREATMENTS},
            "Gemmatimonadota": {t: 10 ** (0.2 * (known["pH"][t] - known["pH"]["bare"])) for t in TREATMENTS},
        }[rule]

    return {name: (by(name), words) for name, words in GROUPS.items()}


def _enriched(share: dict[str, float]) -> dict[str, float]:
    """Abundance of genes that every genome has once and those of a guild twice, relative to the bare pot."""
    return {t: (1 + share[t]) / (1 + share["bare"]) for t in TREATMENTS}


FAST = "guild_growth_yield"
GUILDS = {
    "resource use": FAST, "resource acquisition": "guild_resource_acquisition",
    "stress tolerance": "guild_stress_tolerance",
}  # fmt: skip
"""strategy of genes → simulated guild whose genomes hold twice as many of them (assumed)"""
SLOW_COPIES, FAST_COPIES = 1.5, 4.0
"""16S rRNA genes a genome, of others and of the fast-growing guild (assumed)"""
GROUPS = {
    "labile formulas": "stated: 1 + simulated exuded carbon / 200 mg kg-1",
    "lignin-like formulas": "stated: 1.6 where amended",
    "plant metabolites": "stated: 1 + simulated exuded carbon / 80 mg kg-1; the twelve named features",
    "Bacteroidota": "simulated share of the fast-growing guild, relative to the bare pot; weights before closure",
    **{f"genes of {s}": f"stated: twice in genomes of the simulated guild ({g[6:].replace('_', ' ')}), once in others"
       for s, g in GUILDS.items()},
    "16S rRNA genes": f"stated: {FAST_COPIES:g} a genome in the simulated fast guild, {SLOW_COPIES:g} in others",
    "Gemmatimonadota": "stated: tenfold for five units of simulated pH; weights before closure",
}  # fmt: skip
