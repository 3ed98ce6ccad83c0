"""The standard problem: thirty species in fifty rings of soil around a root, with pH as an algebraic unknown.

A problem for solvers, not for science: the structure of a rhizosphere (fast gas exchange and iron oxidation beside
slow minerals, diel exudation, mineral-organic associations, one microbial guild) with round numbers, all of them
assumed. It is written once, as a graph; every solver gets its equations from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.kernels import CellSystem, Graph, exp, limit, maximum, sin
from rhizolith.kernels.rodas import Transport
from rhizolith.simulation.grid import cylinder
from rhizolith.simulation.transport import make_transport

Array = NDArray[np.float64]
DAY = 86_400.0
DAYS = 30
CELLS = 50
MOBILE = ("Dom", "Ox", "Glc", "Ala", "O2", "Fe2", "Fe3", "Al", "Ca", "Dic", "P", "N", "Alk")
POOLS = (
    "ferrihydrite", "goethite", "gibbsite", "calcite", "on_ferrihydrite", "in_ferrihydrite", "on_goethite",
    "on_gibbsite", "by_calcium", "sorbed_P", "sorbed_Ox", "exchanged_Ca", "exchanged_N", "microbes", "enzyme",
    "necromass", "litter",
)  # fmt: skip
"""mol m⁻³ soil; organic ones mol C"""
PARAMETERS = {
    "k1": 4.5e-4, "k2": 4.7e-8, "kw": 1e-8, "ox1": 56.0, "ox2": 0.054, "p2": 6.2e-5, "acid": 2e-3, "sites": 30.0,
    "exude_glc": 2e-8, "exude_ox": 2e-8, "exude_ala": 6e-9, "uptake_p": 4e-10, "uptake_n": 3e-9, "uptake_ca": 1e-9,
    "half_p": 2e-3, "half_n": 0.05, "half_ca": 0.5, "gas": 0.02, "o2_air": 0.27, "co2_air": 0.05,
    "fh_acid": 2e-10, "fh_ox": 3e-9, "fh_red": 4e-9, "fh_pre": 1e-4, "gt_acid": 1e-11, "gt_ox": 1e-10, "gt_red": 1e-10,
    "gb_acid": 3e-9, "gb_ox": 2e-9, "al_pre": 2e-4, "fe_ox": 40.0, "cc": 1e-6, "cc_ion": 3e-3,
    "bind": 3e-5, "leave": 2e-6, "trap": 0.2, "full_fh": 0.3, "full_gt": 0.05, "full_gb": 0.1, "full_ca": 20.0,
    "bind_p": 1e-3, "leave_p": 1e-5, "full_p": 0.2, "bind_ox": 3e-4, "leave_ox": 3e-4, "swap_ca": 1e-4, "hold_ca": 30.0,
    "swap_n": 1e-4, "hold_n": 5.0, "grow": 4e-5, "half_c": 0.05, "half_o2": 0.01, "cue": 0.45, "die": 6e-7,
    "make_enzyme": 2e-7, "lose_enzyme": 3e-7, "cut": 3e-5, "half_cut": 50.0, "cut_held": 2e-7, "inhibit": 0.01,
    "acid_out": 0.7,
}  # fmt: skip
"""s, mol, m³ soil or water, all assumed: round numbers of a plausible order."""


@dataclass(frozen=True)
class Problem:
    """A model with everything a run needs."""

    system: CellSystem
    parameters: dict[str, float]
    cell_data: dict[str, Array]
    transport: Transport
    y0: Array
    """[unknown, cell]"""
    times: Array
    bends: Array
    """s, when day begins and ends"""


def _alkalinity(s: dict[str, Any], p: Any, h: Any) -> Any:
    """mol charge m⁻³ of everything that has given off protons, less the protons themselves."""
    carbonate = s["Dic"] * (p["k1"] * h + 2 * p["k1"] * p["k2"]) / (h * h + p["k1"] * h + p["k1"] * p["k2"])
    oxalate = s["Ox"] * (p["ox1"] * h + 2 * p["ox1"] * p["ox2"]) / (h * h + p["ox1"] * h + p["ox1"] * p["ox2"])
    phosphate = s["P"] * p["p2"] / (p["p2"] + h)
    return carbonate + oxalate + phosphate + p["sites"] * p["acid"] / (p["acid"] + h) + p["kw"] / h - h


def _minerals(s: dict[str, Any], p: Any, h: Any) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """Rates (mol m⁻³ soil s⁻¹) and what each turns into what: dissolution, precipitation, iron redox."""
    acid = exp(0.5 * s["ln_h"])
    free_ox = s["Ox"] * p["ox1"] * p["ox2"] / (h * h + p["ox1"] * h + p["ox1"] * p["ox2"])
    hungry = limit(s["microbes"], 1.0) * p["inhibit"] / (p["inhibit"] + maximum(s["O2"], 0.0))
    bare = p["full_fh"] * s["ferrihydrite"] / (p["full_fh"] * s["ferrihydrite"] + s["on_ferrihydrite"] + 1e-6)
    rates = {
        "ferrihydrite_acid": p["fh_acid"] * s["ferrihydrite"] * acid * bare,
        "ferrihydrite_oxalate": p["fh_ox"] * s["ferrihydrite"] * limit(free_ox, 0.05) * bare,
        "ferrihydrite_reduced": p["fh_red"] * s["ferrihydrite"] * hungry,
        "goethite_acid": p["gt_acid"] * s["goethite"] * acid,
        "goethite_oxalate": p["gt_ox"] * s["goethite"] * limit(free_ox, 0.05),
        "goethite_reduced": p["gt_red"] * s["goethite"] * hungry,
        "gibbsite_acid": p["gb_acid"] * s["gibbsite"] * acid,
        "gibbsite_oxalate": p["gb_ox"] * s["gibbsite"] * limit(free_ox, 0.05),
        "iron_precipitates": p["fh_pre"] * maximum(s["Fe3"], 0.0) / (1.0 + 20.0 * free_ox),
        "aluminium_precipitates": p["al_pre"] * maximum(s["Al"] - 0.01, 0.0) / (1.0 + 20.0 * free_ox),
        "iron_oxidized": p["fe_ox"] * s["Fe2"] * s["O2"] * exp(-0.25 * s["ln_h"]) * 1e-4,
        "calcite_dissolves": p["cc"] * limit(s["calcite"], 0.1)
        * (1.0 - s["Ca"] * s["Dic"] * p["k1"] * p["k2"] / (h * h + p["k1"] * h) / p["cc_ion"]),
    }  # fmt: skip
    iron = {"Fe3": 1.0, "Alk": 0.0}
    what = {
        "ferrihydrite_acid": {"ferrihydrite": -1.0, **iron}, "ferrihydrite_oxalate": {"ferrihydrite": -1.0, **iron},
        "ferrihydrite_reduced": {"ferrihydrite": -1.0, "Fe2": 1.0, "Alk": 2.0, "Dom": -0.25, "Dic": 0.25},
        "goethite_acid": {"goethite": -1.0, **iron}, "goethite_oxalate": {"goethite": -1.0, **iron},
        "goethite_reduced": {"goethite": -1.0, "Fe2": 1.0, "Alk": 2.0, "Dom": -0.25, "Dic": 0.25},
        "gibbsite_acid": {"gibbsite": -1.0, "Al": 1.0}, "gibbsite_oxalate": {"gibbsite": -1.0, "Al": 1.0},
        "iron_precipitates": {"Fe3": -1.0, "ferrihydrite": 1.0},
        "aluminium_precipitates": {"Al": -1.0, "gibbsite": 1.0},
        "iron_oxidized": {"Fe2": -1.0, "O2": -0.25, "ferrihydrite": 1.0, "Alk": -2.0},
        "calcite_dissolves": {"calcite": -1.0, "Ca": 1.0, "Dic": 1.0, "Alk": 2.0},
    }  # fmt: skip
    return rates, what


def _associations(s: dict[str, Any], p: Any, released: Any) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """Binding, leaving and exchange of organic matter and ions on surfaces."""

    def bind(full: Any, held: Any) -> Any:
        return p["bind"] * s["Dom"] * maximum(full - held, 0.0)

    hidden = limit(s["in_ferrihydrite"], 1.0) * s["in_ferrihydrite"] / (s["ferrihydrite"] + 1.0)
    rates = {
        "binds_ferrihydrite": bind(p["full_fh"] * s["ferrihydrite"], s["on_ferrihydrite"])
        - p["leave"] * s["on_ferrihydrite"] * (1.0 + 5.0 * limit(s["Ox"], 0.5)),
        "binds_goethite": bind(p["full_gt"] * s["goethite"], s["on_goethite"]) - p["leave"] * s["on_goethite"],
        "binds_gibbsite": bind(p["full_gb"] * s["gibbsite"], s["on_gibbsite"]) - p["leave"] * s["on_gibbsite"],
        "binds_calcium": bind(p["full_ca"] * limit(s["Ca"], 1.0), s["by_calcium"]) - 3.0 * p["leave"] * s["by_calcium"],
        "trapped": p["trap"] * p["fh_pre"] * maximum(s["Fe3"], 0.0) * limit(s["Dom"], 1.0),
        "freed": hidden * released,
        "phosphate_sorbs": p["bind_p"] * s["P"] * maximum(p["full_p"] * s["ferrihydrite"] - s["sorbed_P"], 0.0)
        - p["leave_p"] * s["sorbed_P"],
        "oxalate_sorbs": p["bind_ox"] * s["Ox"] - p["leave_ox"] * s["sorbed_Ox"],
        "calcium_exchanges": p["swap_ca"] * (p["hold_ca"] * s["Ca"] - s["exchanged_Ca"]),
        "ammonium_exchanges": p["swap_n"] * (p["hold_n"] * s["N"] - s["exchanged_N"]),
    }
    what = {
        "binds_ferrihydrite": {"Dom": -1.0, "on_ferrihydrite": 1.0},
        "binds_goethite": {"Dom": -1.0, "on_goethite": 1.0},
        "binds_gibbsite": {"Dom": -1.0, "on_gibbsite": 1.0}, "binds_calcium": {"Dom": -1.0, "by_calcium": 1.0},
        "trapped": {"Dom": -1.0, "in_ferrihydrite": 1.0}, "freed": {"Dom": 1.0, "in_ferrihydrite": -1.0},
        "phosphate_sorbs": {"P": -1.0, "sorbed_P": 1.0}, "oxalate_sorbs": {"Ox": -1.0, "sorbed_Ox": 1.0},
        "calcium_exchanges": {"Ca": -1.0, "exchanged_Ca": 1.0}, "ammonium_exchanges": {"N": -1.0, "exchanged_N": 1.0},
    }  # fmt: skip
    return rates, what


def _life(
    s: dict[str, Any], p: Any, h: Any, light: Any, area: Any
) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """Root, microbes and air."""
    air = limit(s["O2"], p["half_o2"]) * limit(s["N"], 0.01)
    co2 = s["Dic"] * h * h / (h * h + p["k1"] * h + p["k1"] * p["k2"])
    eat = {c: p["grow"] * s["microbes"] * limit(s[c], p["half_c"]) * air for c in ("Glc", "Ala", "Ox")}
    cut = {c: p["cut"] * s["enzyme"] * s[c] / (p["half_cut"] + maximum(s[c], 0.0)) for c in ("litter", "necromass")}
    rates: dict[str, Any] = {f"eats_{c}": rate for c, rate in eat.items()}
    rates |= {f"cuts_{c}": rate for c, rate in cut.items()}
    rates |= {
        "eats_Dom": 0.2 * p["grow"] * s["microbes"] * limit(s["Dom"], 5.0) * air,
        "dies": p["die"] * s["microbes"], "makes_enzyme": p["make_enzyme"] * s["microbes"],
        "loses_enzyme": p["lose_enzyme"] * s["enzyme"],
        "cuts_held": p["cut_held"] * s["on_ferrihydrite"] * limit(s["enzyme"], 0.5),
        "exudes_Glc": area * p["exude_glc"] * (0.3 + light), "exudes_Ox": area * p["exude_ox"] * (0.3 + light),
        "exudes_Ala": area * p["exude_ala"] * (0.3 + light),
        "takes_P": area * p["uptake_p"] * limit(s["P"], p["half_p"]),
        "takes_N": area * p["uptake_n"] * limit(s["N"], p["half_n"]),
        "takes_Ca": area * p["uptake_ca"] * limit(s["Ca"], p["half_ca"]),
        "air_O2": p["gas"] * (p["o2_air"] - s["O2"]), "air_CO2": p["gas"] * (p["co2_air"] - co2),
    }  # fmt: skip
    whole, lost, n = 0.45, 0.55, 0.1
    fed = {"microbes": whole, "Dic": lost, "O2": -lost}
    what = {
        "eats_Glc": {"Glc": -1.0, "N": -n * whole, "Alk": -n * whole, **fed},
        "eats_Ala": {"Ala": -1.0, "N": 1 / 3 - n * whole, "Alk": 1 / 3 - n * whole, **fed},
        "eats_Ox": {"Ox": -0.5, "N": -n * whole, "Alk": -n * whole, **fed},
        "eats_Dom": {"Dom": -1.0, "N": -n * whole, "Alk": -n * whole, **fed},
        "dies": {"microbes": -1.0, "necromass": 1.0}, "makes_enzyme": {"microbes": -1.0, "enzyme": 1.0},
        "loses_enzyme": {"enzyme": -1.0, "Dom": 1.0}, "cuts_litter": {"litter": -1.0, "Dom": 1.0},
        "cuts_necromass": {"necromass": -1.0, "Dom": 1.0, "N": n, "Alk": n},
        "cuts_held": {"on_ferrihydrite": -1.0, "Dom": 1.0}, "exudes_Glc": {"Glc": 1.0}, "exudes_Ox": {"Ox": 1.0},
        "exudes_Ala": {"Ala": 1.0}, "takes_P": {"P": -1.0, "Alk": -1.0}, "takes_N": {"N": -1.0, "Alk": -0.7},
        "takes_Ca": {"Ca": -1.0, "Alk": -1.4}, "air_O2": {"O2": 1.0}, "air_CO2": {"Dic": 1.0},
    }  # fmt: skip
    return rates, what


def equations() -> CellSystem:
    """The model as a graph; integrals of all processes are kept."""
    g = Graph()
    s: dict[str, Any] = {n: g.symbol(n) for n in (*MOBILE, *POOLS, "ln_h")}
    p = {n: g.symbol(n) for n in PARAMETERS}
    theta, area, t = g.symbol("water_content"), g.symbol("root_area"), g.symbol("t")
    h = exp(s["ln_h"])
    light = maximum(sin((t / DAY - 0.25) * (2 * np.pi)), 0.0)
    rates, what = _minerals(s, p, h)
    dissolved = [r for n, r in rates.items() if n.startswith("ferrihydrite")]
    for more_rates, more_what in (_associations(s, p, sum(dissolved, g.constant(0))), _life(s, p, h, light, area)):
        rates |= more_rates
        what |= more_what
    rows = {n: g.constant(0) for n in (*MOBILE, *POOLS)}
    for name, changes in what.items():
        for unknown, n in changes.items():
            rows[unknown] = rows[unknown] + n * rates[name]
    rows["ln_h"] = _alkalinity(s, p, h) - s["Alk"]
    mass = {(i, i): theta if i < len(MOBILE) else g.constant(1) for i in range(len(MOBILE) + len(POOLS))}
    scales = [0.1] * len(MOBILE) + [1.0] * len(POOLS) + [1.0]
    return CellSystem(
        g, MOBILE, (*POOLS, "ln_h"), tuple(rows.values()), mass, tuple(PARAMETERS), ("water_content", "root_area"),
        tuple(scales), {n: g.lift(r) for n, r in rates.items()},
        tuple(n not in ("Alk", "ln_h") for n in (*MOBILE, *POOLS, "ln_h")),
    )  # fmt: skip


START = {
    "Dom": 3.0, "Ox": 1e-3, "Glc": 1e-3, "Ala": 1e-3, "O2": 0.27, "Fe2": 1e-4, "Fe3": 1e-3, "Al": 0.01, "Ca": 1.0,
    "Dic": 0.08, "P": 2e-3, "N": 0.1, "Alk": 0.0, "ferrihydrite": 100.0, "goethite": 300.0, "gibbsite": 80.0,
    "calcite": 0.5, "on_ferrihydrite": 24.0, "in_ferrihydrite": 40.0, "on_goethite": 10.0, "on_gibbsite": 6.0,
    "by_calcium": 5.0, "sorbed_P": 4.0, "sorbed_Ox": 1e-3, "exchanged_Ca": 30.0, "exchanged_N": 0.5, "microbes": 20.0,
    "enzyme": 1.0, "necromass": 60.0, "litter": 800.0, "ln_h": float(np.log(1e-3)),
}  # fmt: skip
"""mol m⁻³ water or soil; pH 6"""


def problem(cells: int = CELLS, days: float = DAYS) -> Problem:
    """The standard problem, or a smaller one of the same kind."""
    system = equations()
    grid = cylinder(2e-4, 5e4, cells, 5e-5)
    ones = np.ones(cells)
    wet = 0.3 * 0.25
    effective = [1e-9 * wet * ones + (2e-5 * 0.02 * ones if n == "O2" else 0.0) for n in MOBILE]
    flow = -2e-8 * grid.areas[0] * np.ones(cells + 1)
    transport = make_transport(grid, effective, [True] * len(MOBILE), flow)
    assert transport is not None
    data = {"water_content": 0.3 * ones, "root_area": grid.root_area}
    start = dict(START)
    start["Alk"] = float(_alkalinity({**start}, PARAMETERS, np.exp(start["ln_h"])))
    y0 = np.array([[start[n]] for n in system.unknowns]) * ones
    bends = np.arange(0.25, days, 0.5) * DAY
    return Problem(system, dict(PARAMETERS), data, transport, y0, np.arange(0, days + 0.5) * DAY, bends)
