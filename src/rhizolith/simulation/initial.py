"""The state a run starts from: water, gas, minerals and exchangers consistent with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhizolith.chemistry.activity import LN10
from rhizolith.chemistry.rows import solve_exchange
from rhizolith.chemistry.speciation import Water, speciate
from rhizolith.errors import InputError, Problem, RunError
from rhizolith.knowledge import tables
from rhizolith.simulation.assemble import TYPICAL, Model, particulate_carbon

MOST_CARBONATE = 1.0
"""activity of CO3-2 beyond which the activity models mean nothing: several moles per kg of water (our choice)"""
CLOSING = ("Cl-", "Na+", "SO4-2", "Ca+2")


@dataclass(frozen=True)
class Start:
    """Unknowns of one cell before the root does anything, and which component closed the charge."""

    values: NDArray[np.float64]
    closed_with: str
    water: Water


def start(model: Model) -> Start:
    """A consistent state; InputError when the charge of the water cannot be closed."""
    soil = model.scenario.soil
    totals = {c: soil.solution.get(c, TYPICAL.get(c, 1e-7)) / 1e3 for c in model.speciation.components if c != "H+"}
    fixed = _fixed_activities(model)
    water, closing = _close(model, totals, fixed)
    ln_a = dict(zip(model.speciation.components, water.ln_activity[0], strict=True))
    state = {c: float(t) * 1e3 for c, t in zip(model.speciation.components, water.totals[0], strict=True)}
    state |= {f"ln:{c}": float(v) for c, v in ln_a.items()} | {"ionic_strength": float(water.ionic_strength[0])}
    state |= soil.minerals | {f"{a.mineral}/{a.organic}/{a.bond}/{a.arrangement}": a.carbon for a in soil.associations}
    state |= {"enzyme": 0.01 * soil.biomass, "particulate": particulate_carbon(soil)}
    state |= {guild: share * soil.biomass for guild, share in tables.guilds().items()}
    warm = 8.205736608e-5 * model.scenario.temperature
    for gas, key in (("O2(g)", "oxygen_pressure"), ("CO2(g)", "carbon_dioxide_pressure")):
        state[gas] = model.parameters.get(f"gas_exchange.{key}", 0.0) / warm
    for name, (cations, capacity) in model.exchangers.items():
        site, amounts = solve_exchange(cations, ln_a, model.parameters[capacity])
        state[f"ln:site@{name}"] = site
        state |= {f"{c}@{name}": q for c, q in amounts.items()}
    return Start(np.array([state[n] for n in model.system.unknowns]), closing, water)


def _fixed_activities(model: Model) -> dict[str, tuple[str, float]]:
    """Metals held by the most soluble of their minerals, gases by the soil air."""
    s, soil = model.speciation, model.scenario.soil
    ln_h = -soil.pH * LN10
    fixed: dict[str, tuple[str, float]] = {}
    for metal in ("Fe+3", "Al+3"):
        best = None
        for mineral in model.scene.minerals:
            nu, ln_k, _ = s.phases[mineral.phase]
            n = nu[s.index(metal)]
            if n <= 0:
                continue
            known = {"H+": ln_h, "H4SiO4": np.log(soil.solution.get("H4SiO4", TYPICAL["H4SiO4"]) / 1e3)}
            rest = [(c, v) for c, v in zip(s.components, nu, strict=True) if v and c != metal]
            if all(c in known for c, _ in rest):
                value = (ln_k - sum(v * known[c] for c, v in rest)) / n
                best = value if best is None else max(best, value)
        if best is not None and metal not in soil.solution:
            fixed[metal] = (metal, float(np.exp(min(best, np.log(1e-3)))))
    if model.scene.gases:
        for gas, component, key in (("O2", "O2", "oxygen_pressure"), ("CO2", "CO3-2", "carbon_dioxide_pressure")):
            i = s.species.index(gas)
            ln_solubility = s.phases[f"{gas}(g)"][1] + s.ln_k[i]
            fixed[gas] = (component, float(model.parameters[f"gas_exchange.{key}"] * np.exp(ln_solubility)))
    ln_co3 = np.log(fixed["CO2"][1]) - s.ln_k[s.species.index("CO2")] - 2 * ln_h if "CO2" in fixed else -np.inf
    if ln_co3 > np.log(MOST_CARBONATE):
        what = f"at pH {soil.pH:g} its water would draw more carbonate from soil air than can dissolve"
        fix = "lower the pH or the carbon dioxide of soil air, or close the soil with `open_to_air: false`"
        raise InputError(Problem(f"soil {soil.name}", what, fix))
    if "calcite" in soil.minerals and "CO2" in fixed and "Ca+2" not in soil.solution:
        fixed["Ca+2"] = ("Ca+2", float(np.exp(min(s.phases["Calcite"][1] - ln_co3, np.log(0.05)))))
    return fixed


def _close(model: Model, totals: dict[str, float], fixed: dict[str, tuple[str, float]]) -> tuple[Water, str]:
    soil = model.scenario.soil
    for closing in (soil.closing,) if soil.closing else CLOSING:
        if closing not in model.speciation.components or closing in {component for component, _ in fixed.values()}:
            continue
        try:
            species = {k: v for k, v in fixed.items()}
            water = speciate(
                model.speciation, totals, pH=soil.pH, activities={s: (c, a) for s, (c, a) in species.items()},
                charge=closing, water_activity=False,
            )  # fmt: skip
        except RunError:
            continue
        if (water.molality >= 0).all() and abs(water.charge[0]) < 1e-9:
            return water, closing
    raise InputError(
        Problem(
            f"soil {soil.name}", f"its charge cannot be closed at pH {soil.pH:g}",
            "check the concentrations of the soil solution and the pH, or name another ion under `closing`",
        )
    )  # fmt: skip
