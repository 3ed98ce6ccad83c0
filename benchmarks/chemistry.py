"""Speciations a second beside PHREEQC (phreeqcrm), one thread, the same database, pH unknown in both."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.solvers import Missing
from rhizolith.chemistry import choose, read_database, speciate

COMPONENTS = {
    "Ca+2": "Ca", "Mg+2": "Mg", "Na+": "Na", "K+": "K", "Cl-": "Cl", "SO4-2": "S(6)", "CO3-2": "C(4)", "Al+3": "Al",
    "H4SiO4": "Si",
}  # fmt: skip
"""ours → PHREEQC's; none of them changes its valence, so that neither program computes a redox equilibrium"""
DATABASE = Path(__file__).parents[1] / "src/rhizolith/knowledge/data/databases/phreeqc.dat"


def waters(count: int) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    """Random totals (mol/kg) and pH."""
    rng = np.random.default_rng(7)
    totals = {c: 10 ** rng.uniform(-7, -5 if c == "Al+3" else -2.3, count) for c in COMPONENTS}
    return totals, rng.uniform(4.0, 9.0, count)


def ours(count: int = 100_000) -> float:
    """Speciations a CPU second: totals closed in charge by chloride or sodium at a known pH, then pH solved for."""
    database = read_database(str(DATABASE))
    s = choose(database, list(COMPONENTS))
    totals, pH = waters(count)
    totals["Cl-"] = np.full(count, 0.05)  # more anions than cations, so that sodium can close
    totals["Na+"] = _closing(s, totals, pH)
    speciate(s, {c: t[:64] for c, t in totals.items()}, charge="H+")
    start = time.process_time()
    water = speciate(s, totals, charge="H+")
    took = time.process_time() - start
    assert np.abs(np.asarray(water.pH) - pH).max() < 1e-5
    return count / took


def _closing(s: Any, totals: dict[str, Any], pH: Any) -> Any:
    known = speciate(s, totals, pH=pH, charge="Na+")
    return np.asarray(known.totals)[:, s.index("Na+")]


def theirs(count: int = 2_000) -> float:
    """PhreeqcRM.RunCells: each cell is given another cell's concentrations, so that none starts at its answer."""
    try:
        from phreeqcrm import PhreeqcRM
    except ImportError as error:
        raise Missing("phreeqcrm") from error
    totals, pH = waters(count)
    totals["Cl-"] = np.full(count, 0.05)
    text = ""
    for i in range(count):
        lines = [f" {COMPONENTS[c]} {t[i]:.12g}{' charge' if c == 'Na+' else ''}" for c, t in totals.items()]
        text += "\n".join([f"SOLUTION {i + 1}", " units mol/kgw", f" pH {pH[i]:.12g}", *lines, ""])
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            rm = PhreeqcRM(count, 1)
            rm.SetScreenOn(False)
            rm.SetUnitsSolution(2)
            rm.SetRebalanceFraction(0.0)
            assert rm.LoadDatabase(str(DATABASE)) == 0
            assert rm.RunString(True, True, False, text + "END\n") == 0
            rm.FindComponents()
            start = np.full(7 * count, -1, dtype=np.int32)
            start[:count] = np.arange(1, count + 1)
            rm.InitialPhreeqc2Module(start)
            rm.RunCells()
            given = np.array(rm.GetConcentrations()).reshape(-1, count)
            rm.SetConcentrations(np.roll(given, 1, axis=1).ravel())
            began = time.process_time()
            rm.RunCells()
            return count / (time.process_time() - began)
        finally:
            os.chdir(before)
