"""PHREEQC's example 13 (Parkhurst & Appelo 2013): a salt pulse in a column whose pores are one quarter stagnant.

Water flows through three quarters of the pores and exchanges with the rest in first order; exchangers in both hold
back sodium, not chloride. PHREEQC moves, mixes and equilibrates by turns; the engine solves two waters in every cell
at once.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.linalg import expm

from rhizolith.chemistry import choose, read_database, speciate
from rhizolith.chemistry.rows import algebraic_rows, exchange_rows, solve_exchange
from rhizolith.kernels import CellSystem, Graph
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.rodas import Transport, integrate
from rhizolith.simulation.log_rows import log_rows

sys.path.insert(0, str(Path(__file__).parents[1] / "chemistry"))
from phreeqc import SHIPPED, printing, run

LENGTH, SPEED, DISPERSIVITY = 2.0, 0.1 / 3600, 0.015
"""m, m s⁻¹ in the mobile pores, m"""
TRANSFER, PORES = 6.8e-6, {"mobile": 0.3, "stagnant": 0.1}
"""s⁻¹ per volume of soil; volume of pores per volume of soil"""
CAPACITY = 1e-3
"""mol kg⁻¹ water, in both kinds of pores"""
PULSE, END = 5 * 3600.0, 15 * 3600.0
IONS = ("Na+", "K+", "Cl-", "NO3-")


def phreeqc_input(cells):
    """PHREEQC's input (its example 13a) for a column of so many cells."""
    per, x = cells // 20, LENGTH / cells
    before = " units mmol/kgw\n pH 7\n pe 13 O2(g) -0.7\n K 1\n N(5) 1\n"
    return f"""EXCHANGE_SPECIES
K+ + X- = KX
 -log_k 0.0
 -gamma 3.5 0.015
SOLUTION 0
 units mmol/kgw
 pH 7
 pe 13 O2(g) -0.7
 Na 1
 Cl 1
 N(5) 1
SOLUTION 1-{2 * cells + 1}
{before}EXCHANGE 1-{2 * cells + 1}
 -equil 1
 X {CAPACITY}
END
TRANSPORT
 -cells {cells}
 -shifts {5 * per}
 -flow_direction forward
 -time_step {x / SPEED!r}
 -boundary_conditions flux flux
 -diffusion_coefficient 0
 -lengths {x!r}
 -dispersivities {DISPERSIVITY}
 -stagnant 1 {TRANSFER} {PORES["mobile"]} {PORES["stagnant"]}
 -print_cells 1-{cells}
 -print_frequency {5 * per}
END
SOLUTION 0
{before}END
TRANSPORT
 -shifts {10 * per}
END
"""


def flow(cells):
    """Coefficients of neighbours and cell, and of what flows in (s⁻¹): advection in the middle, dispersion."""
    dx = LENGTH / cells
    spread, half = DISPERSIVITY * SPEED / dx**2, SPEED / (2 * dx)
    below, here, above = np.full(cells, spread + half), np.full(cells, -2 * spread), np.full(cells, spread - half)
    below[0], above[-1] = 0.0, 0.0
    here[0], here[-1] = -spread - half, -spread - half
    return below, here, above, SPEED / dx


class Pore:
    """The unknowns and equilibria of one of the two waters of a cell."""

    def __init__(self, g, s, kind, cations):
        self.totals = {c: g.symbol(f"{kind}:{c}") for c in s.components}
        ln = [f"{kind}:ln:{c}" for c in s.components]
        held = [f"{kind}:{c}@X" for c in cations]
        self.chemistry = algebraic_rows(
            s, g, list(self.totals.values()), [g.symbol(n) for n in ln], g.symbol(f"{kind}:ionic_strength")
        )
        self.exchange = exchange_rows(
            self.chemistry, cations, g.symbol(f"{kind}:ln:X"), [g.symbol(h) for h in held], g.symbol("capacity"),
            prefix="X",
        )  # fmt: skip
        logs = log_rows(self.chemistry, self.totals)
        self.local = [*ln, f"{kind}:ionic_strength", f"{kind}:ln:X", *held]
        self.rows = [*(logs[c] for c in s.components), self.chemistry.rows[-1], *self.exchange.rows]
        self.held = {f"{kind}:{c}": f"{kind}:{c}@X" for c in cations}


def engine(cells):
    """mmol/kg of the ions in the mobile water after the pulse and at the end, [time, ion, cell]."""
    s, g = choose(read_database(SHIPPED / "phreeqc.dat"), list(IONS)), Graph()
    before, pulse = (
        speciate(s, {**dict.fromkeys(IONS, 1e-15), **water}, pH=7.0, water_activity=False)
        for water in ({"K+": 1e-3, "NO3-": 1e-3}, {"Na+": 1e-3, "Cl-": 1e-3, "NO3-": 1e-3})
    )
    cations = preference(s, before)
    mobile, stagnant = (Pore(g, s, kind, cations) for kind in PORES)
    components = list(s.components)
    across = {c: TRANSFER * (mobile.totals[c] - stagnant.totals[c]) for c in components}
    rows = [g.symbol("entrance") * g.symbol(f"in:{c}") - across[c] / PORES["mobile"] for c in components]
    rows += [across[c] / PORES["stagnant"] for c in components]
    moving, still = [f"mobile:{c}" for c in components], [f"stagnant:{c}" for c in components]
    local = [*still, *mobile.local, *stagnant.local]
    unknowns = [*moving, *local]
    mass = {(j, j): g.constant(1) for j in range(2 * len(components))}
    for a, b in (mobile.held | stagnant.held).items():
        mass[unknowns.index(a), unknowns.index(b)] = g.constant(1e3)
    parameters = {**mobile.chemistry.parameters, **mobile.exchange.parameters, "capacity": CAPACITY}
    inflow = [{f"in:{c}": 1e3 * water.totals[0, i] for i, c in enumerate(components)} for water in (pulse, before)]
    system = CellSystem(
        graph=g, mobile=tuple(moving), local=tuple(local),
        rows=tuple(g.lift(r) for r in (*rows, *mobile.rows, *stagnant.rows)), mass=mass,
        parameters=(*parameters, *inflow[0]), cell_data=("entrance",),
        scales=tuple(3e3 if ":ln:" in u else 1e-3 if "@" in u or "ionic" in u else 1.0 for u in unknowns),
        nonnegative=tuple(u.split(":")[1] in IONS for u in unknowns),
    )  # fmt: skip
    ln = dict(zip(components, before.ln_activity[0], strict=True))
    ln_site, amounts = solve_exchange(cations, ln, CAPACITY)
    chemistry = [*ln.values(), before.ionic_strength[0], ln_site, *amounts.values()]
    totals = list(1e3 * before.totals[0])
    y = np.repeat(np.array([*totals, *totals, *chemistry, *chemistry])[:, None], cells, 1)
    compiled, (below, here, above, entrance) = compile_system(system), flow(cells)
    every = Transport(tuple(np.repeat(a[None], len(components), axis=0) for a in (below, here, above)))
    found, data = [], {"entrance": np.where(np.arange(cells) == 0, entrance, 0.0)}
    for water, span in zip(inflow, ([0.0, PULSE], [PULSE, END]), strict=True):
        done = integrate(compiled, y, span, {**parameters, **water}, data, every, rtol=1e-5, atol=1e-7)
        assert done.finished, done.sentence
        y = done.y[-1]
        found.append(y[[unknowns.index(f"mobile:{c}") for c in IONS]])
    return np.array(found)


def preference(s, water):
    """Cation → log10 K of exchange relative to Na, such that molalities count, nearly as in the example."""
    at = {c: (s.components.index(c), s.species_index(c)) for c in ("Na+", "K+")}
    ln_gamma = {c: water.ln_activity[0, i] - np.log(water.molality[0, j]) for c, (i, j) in at.items()}
    return {c: -v / np.log(10) for c, v in ln_gamma.items()}


def linear(cells, retarded):
    """Share of the pulse left in the mobile water of each cell at the end, exchange being a mere factor."""
    below, here, above, entrance = flow(cells)
    still = np.eye(cells) * TRANSFER
    moving = np.diag(here) + np.diag(below[1:], -1) + np.diag(above[:-1], 1)
    rates = np.block(
        [
            [moving - still / PORES["mobile"], still / PORES["mobile"]],
            [still / PORES["stagnant"], -still / PORES["stagnant"]],
        ]
    )
    rates /= retarded
    inflow = np.append(entrance / retarded, np.zeros(2 * cells - 1))
    after = np.linalg.solve(rates, expm(rates * PULSE) @ inflow - inflow)
    return (expm(rates * (END - PULSE)) @ after)[:cells]


def reference(folder, cells):
    """PHREEQC's mmol/kg of sodium and chloride at the end of the pulse and of the run, [time, ion, cell]."""
    more = ['TOT("Na")', 'TOT("Cl")', "CELL_NO", "DIST"]
    folder.mkdir()
    blocks = run(folder, SHIPPED / "phreeqc.dat", printing(more=more) + phreeqc_input(cells))
    told = [b for b in blocks if 1 <= b.get("CELL_NO", 0) <= cells and b["DIST"] > 0]
    found = []
    for group in (told[-3 * cells : -2 * cells], told[-cells:]):
        assert [b["CELL_NO"] for b in group] == list(range(1, cells + 1))
        found.append([[1e3 * b[f"TOT('{e}')"] for b in group] for e in ("Na", "Cl")])
    return np.array(found)


def distance(found, told):
    """Mean over the range of each curve."""
    return np.abs(found - told).mean(axis=-1) / np.ptp(told, axis=-1)


def coarser(profile, cells):
    """Means over neighbours."""
    return profile.reshape(*profile.shape[:-1], cells, -1).mean(axis=-1)


def test_example_13_a_quarter_of_the_pores_lags_behind(tmp_path):
    found = engine(180)[:, [0, 2]]
    coarse, fine = reference(tmp_path / "coarse", 20), reference(tmp_path / "fine", 60)
    far, near = (distance(coarser(found, n), r) for n, r in ((20, coarse), (60, fine)))
    assert (near < [[0.01, 0.003], [0.04, 0.005]]).all()
    # what taking turns spreads, above all what is retarded, falls with PHREEQC's cells: threefold finer, near a third
    assert (near < far / 2).all()
    assert (distance(coarser(found, 20), (3 * coarser(fine, 20) - coarse) / 2) < [[0.003, 0.003], [0.015, 0.003]]).all()


def test_example_13_is_linear_with_sodium_retarded_twice():
    cells = 100
    found = engine(cells)[1]
    assert np.abs(found[0] - linear(cells, 2.0)).max() < 1e-4
    assert np.abs(found[2] - linear(cells, 1.0)).max() < 1e-6
    assert np.abs(found[3] - 1).max() < 1e-6
