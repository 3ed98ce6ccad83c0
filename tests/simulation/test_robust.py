"""What keeps runs on their feet: flow that draws no cell empty, reactions that end, balances in logarithms."""

import numpy as np
import pytest

from rhizolith.chemistry import choose, read_database, speciate
from rhizolith.chemistry.rows import algebraic_rows
from rhizolith.kernels import Graph, evaluate, limit
from rhizolith.knowledge import tables
from rhizolith.mechanisms.interface import Process
from rhizolith.mechanisms.stoichiometry import Reaction
from rhizolith.simulation.grid import cylinder
from rhizolith.simulation.log_rows import log_rows
from rhizolith.simulation.transport import advective, diffusive, face_conductance
from rhizolith.simulation.used_up import SCARCE, ending
from rhizolith.simulation.water import steady_rate_flow


@pytest.mark.parametrize("uptake", [1e-13, 1e-10])
def test_flow_draws_no_cell_empty(uptake):
    """Neighbours only ever add: an empty cell between full ones fills, however fast the water."""
    grid = cylinder(2e-4, 5e4, 25, 5e-5)
    effective = np.full(25, 1e-12)
    flow = steady_rate_flow(grid, uptake)
    still, moving = diffusive(grid, effective), advective(grid, flow, face_conductance(grid, effective))
    below, here, above = (a + b for a, b in zip(still, moving, strict=True))
    assert below[1:].min() >= -1e-18 and above[:-1].min() >= -1e-18
    y = np.ones(25)
    y[7] = 0.0
    gained = here * y + below * np.append(0, y[:-1]) + above * np.append(y[1:], 0)
    assert gained[7] > 0
    assert abs(gained @ grid.volumes) < 1e-12 * np.abs(gained * grid.volumes).sum()


def test_slow_flow_keeps_its_second_order_weights():
    grid = cylinder(2e-4, 5e4, 25, 5e-5)
    flow = steady_rate_flow(grid, 1e-13)
    plenty = face_conductance(grid, np.full(25, 1e-9))
    for central, weighed in zip(advective(grid, flow), advective(grid, flow, plenty), strict=True):
        assert np.array_equal(central, weighed)


def reaction(rate, unknowns):
    return Reaction(Process("", rate, "made_up", "made up"), {}, unknowns)


def test_a_reaction_ends_with_a_reactant_that_its_rate_law_forgot():
    g = Graph()
    sugar, constant = g.symbol("Glc"), g.symbol("k")
    asks, forgets = constant * limit(sugar, 0.1), constant * sugar
    kept, ended = ending(
        g, [reaction(asks, {"Glc": -1.0, "H+": -2.0}), reaction(forgets, {"NH4+": -0.2, "Glc": -1.0})],
        ["H+", "Glc", "NH4+"],
    )  # fmt: skip
    assert kept.process.rate.same(asks)
    at = {"k": 1.0, "Glc": 1.0, "NH4+": np.array([-1e-6, 0.0, SCARCE, 1.0])}
    (rate,) = evaluate([ended.process.rate], at)
    assert rate[0] == rate[1] == 0
    assert rate[2] == pytest.approx(0.5, rel=1e-3) and rate[3] == pytest.approx(1.0, rel=2e-4)


def test_asking_for_an_activity_is_asking_for_the_reactant():
    g = Graph()
    rate = g.symbol("ln:Fe+2") * 2.0
    (kept,) = ending(g, [reaction(rate, {"Fe+2": -1.0})], ["Fe+2"])
    assert kept.process.rate.same(rate)


def test_logarithmic_balances_hold_where_the_water_is_at_equilibrium():
    names = ["Ca+2", "CO3-2", "Fe+3", "Cl-"]
    s, g = choose(read_database(*tables.DATABASES), names), Graph()
    totals = {c: g.symbol(c) for c in s.components}
    chemistry = algebraic_rows(
        s, g, list(totals.values()), [g.symbol(f"ln:{c}") for c in s.components], g.symbol("ionic_strength")
    )
    rows = log_rows(chemistry, totals)
    assert rows["H+"].same(chemistry.rows[s.components.index("H+")]), "protons count with both signs"
    given = {"Ca+2": 1e-3, "CO3-2": 2e-3, "Fe+3": 1e-12, "Cl-": 1e-3}
    water = speciate(s, given, pH=7.0, water_activity=False)
    values = dict(chemistry.parameters) | {"ionic_strength": water.ionic_strength[0]}
    for i, c in enumerate(s.components):
        values |= {c: 1e3 * water.totals[0, i], f"ln:{c}": water.ln_activity[0, i]}
    for c, found in zip(rows, evaluate(list(rows.values()), values), strict=True):
        assert abs(float(found)) < 1e-10, c
    # a thousandth of the iron: the row is off by ln 1000, a straight line away
    (off,) = evaluate([rows["Fe+3"]], values | {"Fe+3": values["Fe+3"] * 1e-3})
    assert float(off) == pytest.approx(-np.log(1000), rel=1e-9)
