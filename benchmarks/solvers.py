"""The peers, each as a function of problem and tolerance that returns states at the output times and CPU seconds.

Every `prepare_…` compiles once and returns `run(tolerance) -> (states [time, unknown, cell], CPU seconds)`; it raises
`Missing` where the peer is not installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.equations import NUMPY, lines, reduced
from benchmarks.rhizosphere import DAY, Problem
from benchmarks.with_numba import arguments, make

Array = NDArray[np.float64]
Run = Callable[[float], tuple[Array, float]]
FLOOR = 1e-2
"""Absolute tolerance over relative, in units of each unknown's scale: the same for all."""


class Missing(Exception):
    """A peer that is not installed here."""


class Failed(Exception):
    """A peer that did not reach the end."""


def prepare_ours(problem: Problem) -> Run:
    """Rodas4P on emitted kernels, lanes are cells."""
    from rhizolith.kernels.compiled import compile_system
    from rhizolith.kernels.rodas import integrate

    p = problem
    compiled = compile_system(p.system)

    def run(tolerance: float) -> tuple[Array, float]:
        start = time.process_time()
        done = integrate(
            compiled, p.y0, p.times.tolist(), p.parameters, p.cell_data, p.transport,
            rtol=tolerance, atol=tolerance * FLOOR, breakpoints=p.bends.tolist(),
        )  # fmt: skip
        took = time.process_time() - start
        if not done.finished:
            raise Failed(done.sentence)
        return done.y[:, :-1], took

    return run


def _absolute(problem: Problem, tolerance: float) -> Array:
    """Per unknown in the order cell by cell."""
    return np.tile(tolerance * FLOOR * np.array(problem.system.scales[:-1]), problem.y0.shape[1])


def _by_cell(problem: Problem, y: Array) -> Array:
    n, cells = len(problem.system.unknowns) - 1, problem.y0.shape[1]
    return np.swapaxes(np.asarray(y).reshape(-1, cells, n), 1, 2)


def prepare_cvode(problem: Problem) -> Run:
    """CVODE's BDF, banded, right-hand side and Jacobian by numba (scikit-sundae)."""
    try:
        from sksundae.cvode import CVODE

        code = make(problem)
    except ImportError as error:
        raise Missing("scikit-sundae or numba") from error
    n, given = len(problem.system.unknowns) - 1, arguments(problem)
    work = np.zeros((n + 1, n + 1))
    rhs, jac = code["rhs"], code["jac"]
    y0 = np.ascontiguousarray(problem.y0[:-1].T).ravel()

    def run(tolerance: float) -> tuple[Array, float]:
        ph, *rest = given
        warm = ph.copy()
        solver = CVODE(
            lambda t, y, yp: rhs(t, y, yp, warm, *rest), jacfn=lambda t, y, yp, jj: jac(t, y, jj, warm, *rest, work),
            rtol=tolerance, atol=_absolute(problem, tolerance), linsolver="band", lband=n, uband=n,
            max_num_steps=200_000, max_step=DAY,
        )  # fmt: skip
        start = time.process_time()
        done = solver.solve(problem.times, y0)
        took = time.process_time() - start
        if not done.success:
            raise Failed(str(done.message))
        return _by_cell(problem, done.y), took

    return run


def prepare_idas(problem: Problem) -> Run:
    """IDAS on the index-1 system, exact sparse derivatives (CasADi)."""
    try:
        import casadi as ca
    except ImportError as error:
        raise Missing("casadi") from error
    dae = _casadi_dae(problem, ca)
    n = len(problem.system.unknowns) - 1
    y0, z0 = np.ascontiguousarray(problem.y0[:-1].T).ravel(), problem.y0[-1]

    def run(tolerance: float) -> tuple[Array, float]:
        options: dict[str, Any] = {
            "reltol": tolerance, "abstol": float(_absolute(problem, tolerance).min()), "max_num_steps": 200_000,
            "max_step_size": DAY, "linear_solver": "csparse", "calc_ic": False,
        }  # fmt: skip
        solver = ca.integrator("run", "idas", dae, 0.0, problem.times[1:], options)
        start = time.process_time()
        try:
            done = solver(x0=y0, z0=z0)
        except RuntimeError as error:
            raise Failed(str(error).splitlines()[-1]) from error
        took = time.process_time() - start
        return _by_cell(problem, np.vstack([y0, np.array(done["xf"]).T]).reshape(-1, len(z0) * n)), took

    return run


def _casadi_dae(problem: Problem, ca: Any) -> dict[str, Any]:
    system, (_, p, data, below, here, above) = problem.system, arguments(problem)
    n, cells, mobile = len(system.unknowns) - 1, problem.y0.shape[1], len(system.mobile)
    t, x, z = ca.SX.sym("t"), ca.SX.sym("x", n * cells), ca.SX.sym("z", cells)
    nodes, model = system.graph.nodes, reduced(system)
    from rhizolith.kernels.derivative import reachable

    outputs = [*model.rates, model.constraint]
    calls = {
        "exp": ca.exp,
        "log": ca.log,
        "sqrt": ca.sqrt,
        "sin": ca.sin,
        "cos": ca.cos,
        "max": ca.fmax,
        "min": ca.fmin,
    }
    calls |= {
        "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
        "neg": lambda a: -a, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "where": ca.if_else,
    }  # fmt: skip
    ode, alg = [], []
    for i in range(cells):
        leaf = {u: x[i * n + k] for k, u in enumerate(system.unknowns[:n])} | {system.unknowns[n]: z[i], "t": t}
        leaf |= dict(zip(system.parameters, p, strict=True)) | dict(zip(system.cell_data, data[i], strict=True))
        value: dict[int, Any] = {}
        for k in reachable(outputs):
            op, *args = nodes[k]
            given = args[0] if op == "const" else leaf[args[0]] if op == "sym" else None
            value[k] = ca.SX(given) if given is not None else calls[op](*(value[a] for a in args))
        rates = [value[o.index] for o in outputs]
        for j in range(mobile):
            change = here[j, i] * x[i * n + j]
            change += below[j, i] * x[(i - 1) * n + j] if i > 0 else 0
            change += above[j, i] * x[(i + 1) * n + j] if i + 1 < cells else 0
            rates[j] = rates[j] + change / data[i, 0]
        ode += rates[:n]
        alg.append(rates[n])
    return {"t": t, "x": x, "z": z, "ode": ca.vertcat(*ode), "alg": ca.vertcat(*alg)}


def prepare_scipy(problem: Problem) -> Run:
    """SciPy's BDF, right-hand side in NumPy over all cells, sparsity pattern given."""
    from scipy.integrate import solve_ivp
    from scipy.sparse import lil_matrix

    system = problem.system
    n, cells, mobile = len(system.unknowns) - 1, problem.y0.shape[1], len(system.mobile)
    model = reduced(system)
    symbols = {u: f"y[{k}]" for k, u in enumerate(system.unknowns[:n])} | {system.unknowns[n]: "h", "t": "t"}
    symbols |= {q: f"p[{k}]" for k, q in enumerate(system.parameters)}
    symbols |= {q: f"c[{k}]" for k, q in enumerate(system.cell_data)}
    rates = lines({f"out[{i}]": r for i, r in enumerate(model.rates)}, symbols, NUMPY)
    constraint = lines({"r": model.constraint, "s": model.slope}, symbols, NUMPY)
    text = "def rates(t, y, h, p, c, out):\n" + "".join(f"    {s}\n" for s in rates)
    text += "def constraint(y, h, p, c):\n" + "".join(f"    {s}\n" for s in [*constraint, "return r, s"])
    space: dict[str, Any] = {"np": np}
    exec(compile(text, "<the problem>", "exec"), space)
    first, p, data, below, here, above = arguments(problem)
    c, ph = np.ascontiguousarray(data.T), first.copy()

    def rhs(t: float, flat: Array) -> Array:
        y = flat.reshape(cells, n).T
        for _ in range(50):
            r, s = space["constraint"](y, ph, p, c)
            ph[:] -= r / s
            if np.abs(r / s).max() < 1e-12:
                break
        out = np.empty((n, cells))
        space["rates"](t, y, ph, p, c, out)
        mine = y[:mobile]
        change = here * mine
        change[:, 1:] += below[:, 1:] * mine[:, :-1]
        change[:, :-1] += above[:, :-1] * mine[:, 1:]
        out[:mobile] += change / c[0]
        return out.T.ravel()

    pattern = lil_matrix((n * cells, n * cells))
    touched = set(model.by_state) | {(i, j) for i in model.by_constraint for j in model.constraint_by_state}
    for i in range(cells):
        for a, b in touched | {(j, j) for j in range(mobile)}:
            pattern[i * n + a, i * n + b] = 1
        for j in range(mobile):
            for other in (i - 1, i + 1):
                if 0 <= other < cells:
                    pattern[i * n + j, other * n + j] = 1
    y0 = np.ascontiguousarray(problem.y0[:-1].T).ravel()

    def run(tolerance: float) -> tuple[Array, float]:
        ph[:] = first
        start = time.process_time()
        done = solve_ivp(
            rhs, (0, problem.times[-1]), y0, method="BDF", t_eval=problem.times, rtol=tolerance,
            atol=_absolute(problem, tolerance), jac_sparsity=pattern.tocsr(), max_step=DAY,
        )  # fmt: skip
        took = time.process_time() - start
        if not done.success:
            raise Failed(done.message)
        return _by_cell(problem, done.y.T), took

    return run
