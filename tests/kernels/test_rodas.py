"""The integrator: order, constraints, conservation, and that data never recompiles."""

import numpy as np
import pytest

from rhizolith.kernels import CellSystem, Graph, cos, exp, machine, maximum, sin
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.rodas import Transport, integrate


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("RHIZOLITH_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


def robertson():
    g = Graph()
    a, b, c = (g.symbol(n) for n in "abc")
    one = g.constant(1)
    rows = (-0.04 * a + 1e4 * b * c, 0.04 * a - 1e4 * b * c - 3e7 * b * b, a + b + c - 1)
    processes = {"first": 0.04 * a, "back": 1e4 * b * c, "last": 3e7 * b * b}
    return CellSystem(g, (), ("a", "b", "c"), rows, {(0, 0): one, (1, 1): one}, (), (), (1, 1e-4, 1), processes)


def test_robertson_as_a_constrained_system():
    run = integrate(
        compile_system(robertson()),
        np.array([[1.0], [0], [0]]),
        [0, 0.4, 40, 4e4],
        {},
        {},
        rtol=1e-8,
        atol=1e-10,
        max_step=1e9,
    )
    # Hairer & Wanner (1996), Solving Ordinary Differential Equations II: values at 0.4 and 40
    assert run.y[1, :, 0] == pytest.approx([0.98517211, 3.3863954e-5, 0.014794023], rel=1e-6)
    assert run.y[2, :, 0] == pytest.approx([0.7158271, 9.185535e-6, 0.2841637], rel=1e-6)
    first, back, last = run.integrals[:, :, 0].T
    assert np.allclose(run.y[:, 0, 0], 1 - first + back, atol=1e-12)  # attribution is exact
    assert np.allclose(run.y[:, 1, 0], first - back - last, atol=1e-12)


@pytest.mark.parametrize("stiffness, largest", [(1.0, 0.2), (20.0, 0.05)])
def test_order_in_time_is_four(stiffness, largest):
    g = Graph()
    y, t, rate = (g.symbol(n) for n in ("y", "t", "rate"))
    system = CellSystem(g, ("y",), (), (-rate * (y - cos(t)) - sin(t),), {(0, 0): g.constant(1)}, ("rate",), (), (1.0,))
    compiled = compile_system(system)
    errors = []
    for h in (largest, largest / 2, largest / 4):
        run = integrate(
            compiled, np.array([[1.0]]), [0, 2.0], {"rate": stiffness}, {}, rtol=1e3, atol=1e3, max_step=h, first_step=h
        )
        errors.append(abs(run.y[-1, 0, 0] - np.cos(2.0)))
    assert np.log2(errors[0] / errors[2]) / 2 > 3.6


def chain():
    g = Graph()
    u = [g.symbol(f"u{i}") for i in range(3)]
    z, k = g.symbol("z"), g.symbol("k")
    rows = (-u[0] * k, u[0] * k - u[1] * 1e-4 * z, u[1] * 1e-4 * z, z - exp(-u[2]))
    mass = {(i, i): g.constant(1) for i in range(3)}
    return CellSystem(g, ("u0", "u1", "u2"), ("z",), rows, mass, ("k",), (), (1.0,) * 4, {"decay": u[0] * k})


def test_diffusion_with_reaction_and_a_constraint():
    cells, rate = 50, 1e-3
    width = 1 / cells
    x = (np.arange(cells) + 0.5) * width
    conductance = np.array([1e-4, 2e-4, 3e-4])[:, None] / width**2
    below, above = np.repeat(conductance, cells, 1), np.repeat(conductance, cells, 1)
    below[:, 0] = above[:, -1] = 0
    y0 = np.array([1 + np.cos(np.pi * x), 0 * x, 0 * x, 0 * x + 1])
    run = integrate(
        compile_system(chain()),
        y0,
        np.linspace(0, 5000, 11),
        {"k": rate},
        {},
        Transport((below, -(below + above), above)),
        rtol=1e-7,
        atol=1e-9,
    )
    decay = (2 * np.sin(np.pi * width / 2) / width) ** 2 * 1e-4  # of the discrete cosine
    exact = np.exp(-rate * 5000) * (1 + np.exp(-decay * 5000) * np.cos(np.pi * x))
    assert np.abs(run.y[-1, 0] - exact).max() < 1e-7 * exact.max()
    assert np.allclose(run.y[:, :3].sum((1, 2)), cells, rtol=1e-13)
    assert np.allclose(run.y[:, 0].sum(1) + run.integrals[:, 0].sum(1), cells, rtol=1e-13)
    assert np.abs(run.y[-1, 3] - np.exp(-run.y[-1, 2])).max() < 1e-8


def test_new_parameters_and_a_second_process_compile_nothing():
    machine._loaded.clear()
    integrate(compile_system(chain()), np.ones((4, 1)), [0, 10.0], {"k": 1e-3}, {})
    machine._loaded.clear()
    before = machine.compilations
    compiled = compile_system(chain())
    for k in (1e-3, 2e-3):
        integrate(compiled, np.ones((4, 1)), [0, 10.0], {"k": k}, {})
    assert machine.compilations == before


def test_a_damaged_cache_is_rebuilt():
    compile_system(chain())
    for file in machine.cache_folder().glob("*.npz"):
        file.write_bytes(b"nonsense")
    machine._loaded.clear()
    run = integrate(compile_system(chain()), np.ones((4, 1)), [0, 10.0], {"k": 1e-3}, {})
    assert run.finished


def test_a_run_that_cannot_go_on_says_where():
    g = Graph()
    y = g.symbol("boom")
    system = CellSystem(g, ("boom",), (), (y * y,), {(0, 0): g.constant(1)}, (), (), (1.0,))
    run = integrate(compile_system(system), np.array([[1.0]]), [0, 2.0], {}, {})
    assert run.outcome == "step too small" and "boom" in run.stopped_at
    assert run.times[-1] == 0.0


def test_a_bend_in_the_forcing_costs_few_steps():
    """Half a sine by day and none by night: a step that begins where the sun rises must see the sunny side."""
    g = Graph()
    y, t = g.symbol("y"), g.symbol("t")
    light = maximum(sin((t / 86400 - 0.25) * (2 * np.pi)), 0.0)
    system = CellSystem(g, ("y",), (), (1e-3 * (light - y),), {(0, 0): g.constant(1)}, (), (), (1.0,))
    bends = np.arange(0.25, 10, 0.5) * 86400
    run = integrate(
        compile_system(system), np.zeros((1, 1)), [0, 864000.0], {}, {}, rtol=1e-5, atol=1e-7, breakpoints=bends
    )
    assert run.statistics["rejected"] <= 0.1 * run.statistics["steps"]
    w, k = 2 * np.pi / 86400, 1e-3  # y' = k (sin(wτ) - y) from sunrise (y ~ 0) for half a day, then decay to midnight
    dusk = k * w / (k * k + w * w) * (1 + np.exp(-k * 43200))
    assert run.y[-1, 0, 0] == pytest.approx(dusk * np.exp(-k * 21600), abs=1e-6)


def test_an_amount_that_is_taken_from_nothing_is_named():
    """A sink that does not stop at zero: no step leads on, and the amount is at fault, not what follows it quickly."""
    g = Graph()
    food, follower = g.symbol("food"), g.symbol("follower")
    rows = (g.constant(-1.0), g.constant(1.0), 1e3 * (food - follower))
    mass = {(i, i): g.constant(1) for i in range(3)}
    system = CellSystem(g, (), ("food", "eater", "follower"), rows, mass, (), (), (1.0,) * 3, {}, (True, True, False))
    run = integrate(compile_system(system), np.array([[1.0], [0.0], [1.0]]), [0, 2.0], {}, {}, max_step=1.0)
    assert not run.finished
    assert run.stopped_at.endswith("food") and float(run.stopped_at.split()[2]) == pytest.approx(1.0, abs=2e-3)
