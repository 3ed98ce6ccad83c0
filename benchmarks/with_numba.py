"""The problem as machine code by numba: right-hand side and banded Jacobian of the ODE, pH by a scalar Newton."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.equations import SCALAR_PYTHON, lines, reduced
from benchmarks.rhizosphere import Problem

WHOLE = """
def newton(y, h, p, c):
    for _ in range(50):
        r, s = constraint(y, h, p, c)
        step = r / s
        h -= step
        if abs(step) < 1e-12:
            break
    return h

def rhs(t, y, out, ph, p, data, below, here, above):
    cells, n = data.shape[0], {n}
    for i in range(cells):
        mine = y[i * n : (i + 1) * n]
        ph[i] = newton(mine, ph[i], p, data[i])
        rates(t, mine, ph[i], p, data[i], out[i * n : (i + 1) * n])
        for j in range({mobile}):
            change = here[j, i] * mine[j]
            if i > 0:
                change += below[j, i] * y[(i - 1) * n + j]
            if i + 1 < cells:
                change += above[j, i] * y[(i + 1) * n + j]
            out[i * n + j] += change / data[i, 0]

def jac(t, y, jj, ph, p, data, below, here, above, work):
    cells, n = data.shape[0], {n}
    for i in range(cells):
        mine = y[i * n : (i + 1) * n]
        ph[i] = newton(mine, ph[i], p, data[i])
        slopes(t, mine, ph[i], p, data[i], work)
        for a in range(n):
            for b in range(n):
                jj[i * n + a, i * n + b] = work[a, b] - work[a, n] * work[n, b] / work[n, n]
        for j in range({mobile}):
            jj[i * n + j, i * n + j] += here[j, i] / data[i, 0]
            if i > 0:
                jj[i * n + j, (i - 1) * n + j] = below[j, i] / data[i, 0]
            if i + 1 < cells:
                jj[i * n + j, (i + 1) * n + j] = above[j, i] / data[i, 0]
"""


def _function(head: str, body: list[str]) -> str:
    return f"def {head}:\n" + "".join(f"    {line}\n" for line in body)


def make(problem: Problem) -> dict[str, Any]:
    """`rhs`, `jac` and their arguments, compiled."""
    import numba

    system = problem.system
    n = len(system.unknowns) - 1
    model = reduced(system)
    symbols = {u: f"y[{k}]" for k, u in enumerate(system.unknowns[:n])} | {system.unknowns[n]: "h", "t": "t"}
    symbols |= {q: f"p[{k}]" for k, q in enumerate(system.parameters)}
    symbols |= {q: f"c[{k}]" for k, q in enumerate(system.cell_data)}
    slopes = {f"out[{i}, {j}]": v for (i, j), v in model.by_state.items()}
    slopes |= {f"out[{i}, {n}]": v for i, v in model.by_constraint.items()}
    slopes |= {f"out[{n}, {j}]": v for j, v in model.constraint_by_state.items()} | {f"out[{n}, {n}]": model.slope}
    rates = {f"out[{i}]": r for i, r in enumerate(model.rates)}
    text = _function("rates(t, y, h, p, c, out)", lines(rates, symbols, SCALAR_PYTHON))
    text += _function("slopes(t, y, h, p, c, out)", lines(slopes, symbols, SCALAR_PYTHON))
    body = lines({"r": model.constraint, "s": model.slope}, symbols, SCALAR_PYTHON)
    text += _function("constraint(y, h, p, c)", [*body, "return r, s"])
    text += WHOLE.format(n=n, mobile=len(system.mobile))
    space: dict[str, Any] = {"math": math}
    exec(compile(text, "<the problem>", "exec"), space)
    for name in ("rates", "slopes", "constraint", "newton", "rhs", "jac"):
        space[name] = numba.njit(space[name], fastmath=False, error_model="numpy")
    return space


def arguments(problem: Problem) -> tuple[Any, ...]:
    """What every call takes beside time and state."""
    t = problem.transport
    coupling = list(t.still)
    if t.flowing is not None:
        coupling = [a + b for a, b in zip(t.still, t.flowing, strict=True)]
    data = np.ascontiguousarray(np.array([problem.cell_data[k] for k in problem.system.cell_data]).T)
    p = np.array([problem.parameters[k] for k in problem.system.parameters])
    return (np.array(problem.y0[-1]), p, data, *(np.ascontiguousarray(x) for x in coupling))
