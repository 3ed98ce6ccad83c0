"""Ensembles: each lane is the run it would be alone."""

import numpy as np
import pytest

from rhizolith.kernels import CellSystem, Graph, exp, maximum, sin
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.ensemble import Inputs, integrate_ensemble
from rhizolith.kernels.rodas import Transport, integrate

CELLS = 12


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("RHIZOLITH_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


def model():
    """Two solutes and a pool behind a constraint, fed by day and carried by a flow that varies with time."""
    g = Graph()
    u, v, pool, z, k, t, area = (g.symbol(n) for n in ("u", "v", "pool", "z", "k", "t", "area"))
    light = maximum(sin(t / 500.0), 0.0)
    rate = k * u * z
    rows = (area * light - rate, rate - 1e-4 * v, 1e-4 * v, z - exp(-pool))
    mass = {(i, i): g.constant(1) for i in range(3)}
    return CellSystem(
        g, ("u", "v"), ("pool", "z"), rows, mass, ("k",), ("area",), (1.0,) * 4, {"made": rate, "in": area * light},
        (True, True, True, False), 1.0 + light,
    )  # fmt: skip


def transport(speed):
    below, above = np.full((2, CELLS), speed), np.full((2, CELLS), speed)
    below[:, 0] = above[:, -1] = 0
    still = (below, -(below + above), above)
    return Transport(still, tuple(0.1 * x for x in still))


def inputs(k, speed=1e-3):
    y0 = np.ones((4, CELLS))
    y0[2] = 0
    area = np.zeros(CELLS)
    area[0] = 1e-2
    return Inputs(y0, {"k": k}, {"area": area}, transport(speed))


RATES = np.geomspace(1e-4, 1e-1, 19)
TIMES = [0.0, 100.0, 1000.0, 5000.0]
BENDS = np.pi * 500 * np.arange(1, 4)


@pytest.mark.parametrize("threads, apart", [(1, True), (2, True), (2, False)])
def test_every_lane_is_the_run_it_would_be_alone(threads, apart):
    system = model()
    compiled, g = compile_system(system), system.graph
    observables = {"u": g.symbol("u"), "made": g.symbol("integral:made") * 2.0}
    weights = np.array([np.ones(CELLS), np.arange(CELLS)])
    options = {"rtol": 1e-6, "atol": 1e-8, "breakpoints": BENDS}
    runs = [inputs(k, 1e-3 * (1 + i)) for i, k in enumerate(RATES)]
    many = integrate_ensemble(compiled, runs, TIMES, observables, weights, threads=threads, apart=apart, **options)
    assert many.failed == [] and many.names == ("u", "made")
    for i, run in enumerate(runs):
        one = integrate(compiled, run.y0, TIMES, run.parameters, run.cell_data, run.transport, **options)
        assert many.values[i, :, 0] == pytest.approx(one.y[:, 0] @ weights.T, rel=2e-6)
        assert many.values[i, :, 1] == pytest.approx(2 * one.integrals[:, 0] @ weights.T, rel=2e-6, abs=1e-9)


def test_lanes_conserve():
    system = model()
    g = system.graph
    total = sum((g.symbol(n) for n in ("u", "v", "pool")), g.constant(0)) - g.symbol("integral:in")
    runs = [inputs(k) for k in RATES]
    many = integrate_ensemble(compile_system(system), runs, TIMES, {"total": total}, np.ones(CELLS), breakpoints=BENDS)
    assert np.abs(many.values / (2 * CELLS) - 1).max() < 1e-13


@pytest.mark.parametrize("apart", [True, False])
def test_one_bad_run_says_so_and_spoils_no_other(apart):
    compiled = compile_system(model())
    u = {"u": compiled.system.graph.symbol("u")}
    good = [inputs(k) for k in RATES[:5]]
    bad = Inputs(good[2].y0, {"k": np.nan}, good[2].cell_data, good[2].transport)
    alone = integrate_ensemble(compiled, good, TIMES, u, np.ones(CELLS))
    many = integrate_ensemble(compiled, [*good[:2], bad, *good[2:]], TIMES, u, np.ones(CELLS), apart=apart)
    assert many.failed == [2] and many.outcomes[2] == "not finite"
    assert np.isnan(many.values[2, 1:]).all()
    assert np.delete(many.values, 2, axis=0) == pytest.approx(alone.values, rel=1e-6)
