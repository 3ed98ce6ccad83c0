"""The standard problem with many parameter sets."""

from __future__ import annotations

import os
import time
from statistics import median

import numpy as np

from benchmarks.rhizosphere import Problem, problem
from benchmarks.solvers import FLOOR, prepare_cvode
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.ensemble import Ensemble, Inputs, integrate_ensemble

TOLERANCE = 1e-3
"""Looser ones lose runs far from the standard parameters."""
SPREAD = 0.3
"""Standard deviation of the logarithm of every parameter that is not an equilibrium constant."""
FIXED = ("k1", "k2", "kw", "ox1", "ox2", "p2", "acid", "sites", "o2_air", "co2_air")
"""The initial water is at equilibrium with these."""


def parameter_sets(p: Problem, count: int, spread: float = SPREAD) -> list[dict[str, float]]:
    """Random parameters around the standard ones."""
    rng = np.random.default_rng(11)
    free = [k for k in p.parameters if k not in FIXED]
    return [
        {
            **p.parameters,
            **{k: p.parameters[k] * float(f) for k, f in zip(free, np.exp(rng.normal(0, spread, len(free))))},
        }
        for _ in range(count)
    ]


def batch(count: int, tolerance: float = TOLERANCE, threads: int = 1, spread: float = SPREAD) -> Ensemble:
    """Solve them all at once: integrals of every process over the ring of soil, each day."""
    p = problem()
    runs = [Inputs(p.y0, sets, p.cell_data, p.transport) for sets in parameter_sets(p, count, spread)]
    wanted = {q: p.system.graph.symbol(f"integral:{q}") for q in p.system.quadratures}
    return integrate_ensemble(
        compile_system(p.system), runs, p.times.tolist(), wanted, np.ones(p.y0.shape[1]), rtol=tolerance,
        atol=tolerance * FLOOR, breakpoints=p.bends.tolist(), threads=threads,
    )  # fmt: skip


def ours_per_second(tolerance: float = TOLERANCE, count: int = 64) -> float:
    """Runs a second with all cores busy, from CPU time."""
    batch(8, tolerance)
    start = time.process_time()
    done = batch(count, tolerance, threads=os.cpu_count() or 1)
    took = time.process_time() - start
    assert not done.failed
    return (os.cpu_count() or 1) * count / took


def cvode_per_second(tolerance: float, count: int = 3) -> float:
    """Runs a second with one process a core, from CPU time."""
    p = problem()
    took = []
    for sets in parameter_sets(p, count):
        other = Problem(p.system, sets, p.cell_data, p.transport, p.y0, p.times, p.bends)
        run = prepare_cvode(other)
        run(tolerance)  # numba compiles in the first run
        took.append(run(tolerance)[1])
    return (os.cpu_count() or 1) / median(took)
