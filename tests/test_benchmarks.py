"""The benchmark measures what it says: peers get the same equations, and the table does not flatter."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.matched import error_of
from benchmarks.rhizosphere import DAY, problem
from benchmarks.solvers import FLOOR
from benchmarks.table import Row, text


def test_the_standard_problem_agrees_with_another_solver_on_its_written_out_equations():
    """SciPy's Radau, on the equations as NumPy source with pH by a scalar Newton; one cell, three days."""
    from benchmarks.equations import NUMPY, lines, reduced
    from scipy.integrate import solve_ivp

    from rhizolith.kernels.compiled import compile_system
    from rhizolith.kernels.rodas import integrate

    p = problem(cells=2, days=2)
    system, n = p.system, len(p.system.unknowns) - 1
    model = reduced(system)
    symbols = {u: f"y[{k}]" for k, u in enumerate(system.unknowns[:n])} | {system.unknowns[n]: "h", "t": "t"}
    symbols |= {k: repr(v) for k, v in p.parameters.items()} | {k: repr(float(v[0])) for k, v in p.cell_data.items()}
    space = {"np": np}
    body = [*lines({"r": model.constraint, "s": model.slope}, symbols, NUMPY), "return r, s"]
    exec("def constraint(y, h):\n" + "".join(f"    {s}\n" for s in body), space)
    rates = lines({f"out[{i}]": r for i, r in enumerate(model.rates)}, symbols, NUMPY)
    exec("def rates(t, y, h, out):\n" + "".join(f"    {s}\n" for s in rates), space)
    ph = [p.y0[n, 0]]

    def rhs(t, y):
        for _ in range(50):
            r, s = space["constraint"](y, ph[0])
            ph[0] -= r / s
            if abs(r / s) < 1e-13:
                break
        out = np.empty(n)
        space["rates"](t, y, ph[0], out)
        return out

    absolute = 1e-9 * np.array(system.scales[:n])
    times = np.array([0.0, 1.0, 2.0]) * DAY
    other = solve_ivp(rhs, (0, times[-1]), p.y0[:n, 0], "Radau", times, rtol=1e-6, atol=absolute, max_step=DAY / 10)
    data = {k: np.full(1, v[0]) for k, v in p.cell_data.items()}
    mine = integrate(
        compile_system(system), p.y0[:, :1], times, p.parameters, data, rtol=1e-6, atol=1e-9, breakpoints=p.bends
    )
    assert error_of(mine.y[:, :n], other.y.T[:, :, None]) < 1e-4
    assert FLOOR > 0


def test_the_error_is_the_worst_unknown_and_leaves_the_start_out():
    reference = np.ones((3, 2, 4))
    y = reference.copy()
    y[0] = 5.0
    y[1:, 1] += 0.01
    assert error_of(y, reference) == pytest.approx(0.01)


def test_a_bar_that_is_missed_is_said_to_be_short():
    shown = text([Row("fast", 3.0, "x", 4.0), Row("small", 3.0, "MB", 4.0, False), Row("unknown", None, "x", 4.0)])
    fast, small, unknown = shown.splitlines()[1:]
    assert "SHORT" in fast and "holds" in small
    assert "SHORT" not in unknown and "holds" not in unknown and "-" in unknown


def test_a_step_that_ended_too_far_from_the_charge_balance_is_taken_back():
    """At a loose tolerance this parameter set steps where no step leads on; alone at half its way it would fail."""
    from benchmarks.many import parameter_sets

    from rhizolith.kernels.compiled import compile_system
    from rhizolith.kernels.rodas import integrate

    p = problem()
    sets = parameter_sets(p, 28)[27]
    loose, tight = (
        integrate(
            compile_system(p.system), p.y0, p.times, sets, p.cell_data, p.transport,
            rtol=tolerance, atol=1e-2 * tolerance, breakpoints=p.bends,
        )
        for tolerance in (1e-2, 1e-5)
    )  # fmt: skip
    assert loose.finished
    assert error_of(loose.y[:, :-1], tight.y[:, :-1]) < 1e-2
