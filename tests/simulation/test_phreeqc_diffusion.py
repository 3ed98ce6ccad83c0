"""PHREEQC's example 12 (Parkhurst & Appelo 2013): heat, sodium that exchanges and chloride diffuse into a column.

Water at one end is held at 24 mM NaCl and 24 °C; the other end is closed, with a metre of the same water before it.
Heat and sodium are retarded threefold, chloride is not, so that heat must equal sodium and all three have analytic
solutions. Heat is a quantity that diffuses with the water's components; the constants stay those of 25 °C.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.special import erf, erfc

from rhizolith.chemistry import choose, read_database, speciate
from rhizolith.chemistry.rows import algebraic_rows, exchange_rows, solve_exchange
from rhizolith.kernels import CellSystem, Graph
from rhizolith.kernels.compiled import compile_system
from rhizolith.kernels.rodas import Transport, integrate
from rhizolith.simulation.log_rows import log_rows

sys.path.insert(0, str(Path(__file__).parents[1] / "chemistry"))
from phreeqc import SHIPPED, printing, run

LENGTH, WARM, DIFFUSION, DURATION = 20.0, 1.0, 0.3e-9, 1e10
"""m, m of warm salt water before the closed end, m² s⁻¹, s"""
SALT, CAPACITY = 24e-3, 48e-3
"""mol kg⁻¹ water: of the salts, and of what the exchanger holds"""
RETARDED = 1 + CAPACITY / SALT
"""of sodium: equal preference, and as much cation everywhere, make the exchange linear; heat is given the same"""
IONS = ("Na+", "K+", "Cl-", "NO3-")


def phreeqc_input(cells):
    """PHREEQC's input (its example 12a) for a column of so many cells."""
    warm = round(cells * WARM / LENGTH)
    salty = " units mol/kgw\n pH 7\n temp 24\n pe 12 O2(g) -0.67\n Na 24e-3\n Cl 24e-3\n"
    before = " units mol/kgw\n pH 7\n temp 0\n pe 12 O2(g) -0.67\n K 24e-3\n N(5) 24e-3\n"
    return f"""EXCHANGE_SPECIES
Na+ + X- = NaX
 -log_k 0.0
 -gamma 4.0 0.075
K+ + X- = KX
 -log_k 0.0
 -gamma 3.5 0.015
SOLUTION 0
{salty}SOLUTION 1-{cells - warm}
{before}EXCHANGE 1-{cells - warm}
 KX {CAPACITY}
SOLUTION {cells - warm + 1}-{cells}
{salty}EXCHANGE {cells - warm + 1}-{cells}
 NaX {CAPACITY}
TRANSPORT
 -cells {cells}
 -shifts 1
 -flow_direction diffusion
 -boundary_conditions constant closed
 -lengths {LENGTH / cells!r}
 -thermal_diffusion {RETARDED}
 -dispersivities 0.0
 -diffusion_coefficient {DIFFUSION}
 -time_step {DURATION}
 -print_cells 1-{cells}
END
"""


def analytic(x, retarded):
    """Share of the held value: an error function from the open end, a block at the closed one with its mirror image."""
    width = 2 * np.sqrt(DIFFUSION * DURATION / retarded)
    closed = LENGTH - x
    return erfc(x / width) + (erf((closed + WARM) / width) - erf((closed - WARM) / width)) / 2


def diffusion_to_a_held_end(cells):
    """Coefficients of neighbours and cell (s⁻¹), and of what is held half a cell before the first one."""
    rate = DIFFUSION / (LENGTH / cells) ** 2
    below, here, above = np.full(cells, rate), np.full(cells, -2 * rate), np.full(cells, rate)
    below[0], above[-1] = 0.0, 0.0
    here[0], here[-1] = -3 * rate, -rate
    return below, here, above, 2 * rate


def engine(cells):
    """mmol/kg of the ions and °C at the end, [quantity, cell]."""
    s, g = choose(read_database(SHIPPED / "phreeqc.dat"), list(IONS)), Graph()
    components = list(s.components)
    totals = {c: g.symbol(c) for c in components}
    chemistry = algebraic_rows(
        s, g, list(totals.values()), [g.symbol(f"ln:{c}") for c in components], g.symbol("ionic_strength")
    )
    inside, outside = (
        speciate(s, {**dict.fromkeys(IONS, 1e-15), **water}, pH=7.0, water_activity=False)
        for water in ({"K+": SALT, "NO3-": SALT}, {"Na+": SALT, "Cl-": SALT})
    )
    cations = preference(s, inside)
    held, site = [g.symbol(f"{c}@X") for c in cations], g.symbol("ln:X")
    exchange = exchange_rows(chemistry, cations, site, held, g.symbol("capacity"), prefix="X")
    logs = log_rows(chemistry, totals)
    mobile = [*components, "heat"]
    entering = [g.symbol("entrance") * g.symbol(f"in:{c}") for c in mobile]
    local = [*(f"ln:{c}" for c in components), "ionic_strength", "ln:X", *(f"{c}@X" for c in cations)]
    unknowns = [*mobile, *local]
    rows = [*entering, *(logs[c] for c in components), chemistry.rows[-1], *exchange.rows]
    mass = {(j, j): g.constant(1) for j in range(len(components))}
    mass[unknowns.index("heat"), unknowns.index("heat")] = g.constant(RETARDED)
    mass |= {(components.index(c), unknowns.index(f"{c}@X")): g.constant(1e3) for c in cations}
    held_water = {f"in:{c}": 1e3 * outside.totals[0, i] for i, c in enumerate(components)} | {"in:heat": 24.0}
    parameters = {**chemistry.parameters, **exchange.parameters, **held_water, "capacity": CAPACITY}
    system = CellSystem(
        graph=g, mobile=tuple(mobile), local=tuple(local), rows=tuple(g.lift(r) for r in rows), mass=mass,
        parameters=tuple(parameters), cell_data=("entrance",),
        scales=tuple(24.0 if c in mobile else 3e3 if c.startswith("ln:") else 0.05 for c in unknowns),
        nonnegative=tuple(c in IONS for c in unknowns),
    )  # fmt: skip

    def at_first(water, celsius):
        ln = dict(zip(components, water.ln_activity[0], strict=True))
        ln_site, amounts = solve_exchange(cations, ln, CAPACITY)
        return [*(1e3 * water.totals[0]), celsius, *ln.values(), water.ionic_strength[0], ln_site, *amounts.values()]

    y = np.repeat(np.array(at_first(inside, 0.0))[:, None], cells, 1)
    y[:, -round(cells * WARM / LENGTH) :] = np.array(at_first(outside, 24.0))[:, None]
    below, here, above, entrance = diffusion_to_a_held_end(cells)
    every = tuple(np.repeat(a[None], len(mobile), axis=0) for a in (below, here, above))
    done = integrate(
        compile_system(system), y, [0.0, DURATION], parameters,
        {"entrance": np.where(np.arange(cells) == 0, entrance, 0.0)}, Transport(every), rtol=1e-5, atol=1e-7,
        first_step=1.0, max_step=DURATION,
    )  # fmt: skip
    assert done.finished, done.sentence
    return done.y[-1, [unknowns.index(c) for c in (*IONS, "heat")]]


def preference(s, water):
    """Cation → log10 K of exchange relative to Na, such that molalities count.

    In the example an exchanged ion has the activity coefficient it has in the water; the ionic strength is the same
    everywhere, so that this is a constant factor.
    """
    at = {c: (s.components.index(c), s.species_index(c)) for c in ("Na+", "K+")}
    ln_gamma = {c: water.ln_activity[0, i] - np.log(water.molality[0, j]) for c, (i, j) in at.items()}
    return {c: -g / np.log(10) for c, g in ln_gamma.items()}


def apart(found, exact):
    """Largest distance over the range."""
    return float(np.abs(found - exact).max() / np.ptp(exact))


def test_example_12_heat_and_sodium_diffuse_alike_and_chloride_ahead(tmp_path):
    cells = 60
    more = ['TOT("Na")', 'TOT("K")', 'TOT("Cl")', 'TOT("N(5)")', "TC", "CELL_NO", "SIM_TIME"]
    blocks = run(tmp_path, SHIPPED / "phreeqc.dat", printing(more=more) + phreeqc_input(cells))
    told = [b for b in blocks if b.get("CELL_NO", 0) >= 1 and b["SIM_TIME"] > 0][-cells:]
    assert [b["CELL_NO"] for b in told] == list(range(1, cells + 1))
    reference = np.array([[b["TC"] if k == "TC" else 1e3 * b[k.replace(chr(34), "'")] for b in told] for k in more[:5]])
    found = engine(cells)
    for k, name in enumerate([*IONS, "heat"]):
        assert apart(found[k], reference[k]) < 0.002, name


def test_example_12_nears_its_analytic_solution_with_the_square_of_the_cell_width():
    errors = []
    for cells in (20, 60):
        na, k, cl, no3, heat = engine(cells)
        assert np.abs(heat - na).max() < 1e-6  # the point of the example: exchange retards sodium as heat is retarded
        assert np.abs(k + na - 24).max() < 1e-6
        assert np.abs(no3 + cl - 24).max() < 1e-6
        x = (np.arange(cells) + 0.5) * LENGTH / cells
        errors.append([apart(na, 24 * analytic(x, RETARDED)), apart(cl, 24 * analytic(x, 1.0))])
    coarse, fine = np.array(errors)
    assert (fine < 5e-3).all()
    assert (np.log(coarse / fine) / np.log(3) > 1.9).all()
