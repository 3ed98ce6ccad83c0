"""The published examples of PHREEQC (Parkhurst & Appelo 2013) that ask for equilibrium, against its own output.

Values are those of the `.sel` and `.out` files distributed with PHREEQC 3 (USGS, public domain), to their last digit.
"""

from pathlib import Path

import numpy as np
import pytest
from phreeqc import printing, run

from rhizolith.chemistry import choose, read_database, speciate
from rhizolith.chemistry.database import SHIPPED

PHREEQC = SHIPPED / "phreeqc.dat"


@pytest.mark.parametrize(
    "celsius, anhydrite, gypsum", [(25, -0.2342, 0), (30, -0.1760, 0), (57, 0, -0.0905), (75, 0, -0.2317)]
)
def test_example_2_gypsum_gives_way_to_anhydrite_when_warm(celsius, anhydrite, gypsum):
    s = choose(read_database(PHREEQC), ["Ca+2", "SO4-2"], celsius + 273.15, phases=["Gypsum", "Anhydrite"])
    stable, other, expected = ("Gypsum", "Anhydrite", anhydrite) if gypsum == 0 else ("Anhydrite", "Gypsum", gypsum)
    # as much sulfate as calcium: the total of sulfate that leaves pH 7 to the water itself
    low, high = 1e-3, 5e-2
    for _ in range(60):
        sulfate = 0.5 * (low + high)
        water = speciate(s, {"SO4-2": sulfate}, equilibrium={stable: ("Ca+2", 0.0)}, charge="H+", pH=None)
        calcium = water.totals[0, s.index("Ca+2")]
        low, high = (sulfate, high) if calcium > sulfate else (low, sulfate)
    assert water.saturation(other)[0] == pytest.approx(expected, abs=1.5e-4)


def test_example_3_calcite_dissolves_under_carbon_dioxide(tmp_path):
    """Run anew: the output distributed (pH 7.295) was made with a constant of CaHCO3+ 5 orders above the database's."""
    s = choose(read_database(PHREEQC), ["Ca+2", "CO3-2"], phases=["Calcite", "CO2(g)"])
    water = speciate(s, {}, equilibrium={"Calcite": ("Ca+2", 0.0), "CO2(g)": ("CO3-2", -2.0)}, charge="H+")
    text = printing(s.species, more=['TOT("Ca")', 'TOT("C")']) + "SOLUTION 1\n pH 7 charge\nEQUILIBRIUM_PHASES\n"
    reference = run(tmp_path, PHREEQC, text + " CO2(g) -2.0\n Calcite 0.0\nEND\n")[-1]
    logs = water.log_activities()[0]
    # PHREEQC lets the gas be 0.005 % less fugitive than its pressure
    assert logs == pytest.approx([reference[f"LA('{n}')"] for n in s.species], abs=6e-5)
    totals = dict(zip(s.components, water.totals[0], strict=True))
    assert totals["Ca+2"] == pytest.approx(reference["TOT('Ca')"], rel=1e-4)
    assert totals["CO3-2"] == pytest.approx(reference["TOT('C')"], rel=1e-4)


@pytest.fixture(scope="module")
def feldspar(tmp_path_factory):
    path = tmp_path_factory.mktemp("example6") / "feldspar.dat"
    path.write_text("""PHASES
Gibbsite
 Al(OH)3 + 3 H+ = Al+3 + 3 H2O
 log_k 8.049
 delta_h -22.792 kcal
Kaolinite
 Al2Si2O5(OH)4 + 6 H+ = H2O + 2 H4SiO4 + 2 Al+3
 log_k 5.708
 delta_h -35.306 kcal
""")
    return choose(read_database(PHREEQC, path), ["K+", "Al+3", "H4SiO4"], phases=["Gibbsite", "Kaolinite"])


def test_example_6_feldspar_dissolves_to_gibbsite(feldspar):
    """Simulation 6A1: 2.658e-8 mol of K-feldspar saturate pure water with gibbsite."""
    dissolved = np.geomspace(2.5e-8, 2.8e-8, 40)
    water = speciate(feldspar, {"K+": dissolved, "Al+3": dissolved, "H4SiO4": 3 * dissolved}, charge="H+")
    amount = np.interp(0.0, water.saturation("Gibbsite"), dissolved)
    assert amount == pytest.approx(2.658e-8, rel=3e-4)
    logs = [np.interp(amount, dissolved, water.log_activities()[:, feldspar.species_index(n)]) for n in ("K+", "H+")]
    assert logs == pytest.approx([-7.5756, -7.0037], abs=1e-4)


def test_example_6_feldspar_turns_to_kaolinite_by_way_of_gibbsite(feldspar):
    """Simulation 6A2: 2.1784e-6 mol dissolve until kaolinite forms, of whose Al 1.7849e-6 mol lies in gibbsite."""
    dissolved = np.geomspace(2.0e-6, 2.4e-6, 60)
    water = speciate(
        feldspar, {"K+": dissolved, "H4SiO4": 3 * dissolved}, equilibrium={"Gibbsite": ("Al+3", 0.0)}, charge="H+"
    )
    amount = np.interp(0.0, water.saturation("Kaolinite"), dissolved)
    gibbsite = dissolved - water.totals[:, feldspar.index("Al+3")]
    assert amount == pytest.approx(2.1784e-6, rel=1e-4)
    assert np.interp(amount, dissolved, gibbsite) == pytest.approx(1.7849e-6, rel=1e-4)
    assert np.interp(amount, dissolved, water.pH) == pytest.approx(8.20884, abs=2e-5)


ZINC_ON_IRON_OXIDE = """
1e-7 5    9.9667e-08 1.3174e-11 3.1450e-10
1e-7 5.5  9.7570e-08 9.7072e-11 2.3165e-09
1e-7 6    8.4496e-08 6.2324e-10 1.4836e-08
1e-7 6.5  4.2359e-08 2.3391e-09 5.5230e-08
1e-7 7    8.7607e-09 3.7285e-09 8.7461e-08
1e-7 7.5  1.1918e-09 4.0447e-09 9.4738e-08
1e-7 8    1.4817e-10 4.0887e-09 9.5749e-08
1e-4 5    9.9686e-05 1.3167e-08 2.9577e-07
1e-4 5.5  9.8302e-05 9.7147e-08 1.5849e-06
1e-4 6    9.5439e-05 6.8198e-07 3.8284e-06
1e-4 6.5  9.0590e-05 4.4736e-06 4.7812e-06
1e-4 7    7.4599e-05 2.0021e-05 4.9534e-06
1e-4 7.5  4.8410e-05 4.5580e-05 4.9823e-06
1e-4 8    2.5143e-05 6.7388e-05 4.9897e-06
"""
"""ex8.sel: total Zn, pH, and mol/kg of Zn+2, Zn on weak sites and on strong sites"""
DZOMBAK_MOREL = """SURFACE_SPECIES
Hfo_sOH + H+ = Hfo_sOH2+; log_k 7.18
Hfo_sOH = Hfo_sO- + H+; log_k -8.82
Hfo_sOH + Zn+2 = Hfo_sOZn+ + H+; log_k 0.66
Hfo_wOH + H+ = Hfo_wOH2+; log_k 7.18
Hfo_wOH = Hfo_wO- + H+; log_k -8.82
Hfo_wOH + Zn+2 = Hfo_wOZn+ + H+; log_k -2.32
"""


def test_example_8_zinc_sorbs_to_charged_iron_oxide(tmp_path):
    (tmp_path / "zinc.dat").write_text(DZOMBAK_MOREL)
    zinc, pH, *expected = np.array([line.split() for line in ZINC_ON_IRON_OXIDE.split("\n")[1:-1]], float).T
    s = choose(read_database(PHREEQC, tmp_path / "zinc.dat"), ["Zn+2", "Na+", "NO3-", "Hfo_s", "Hfo_w"])
    totals = {"Zn+2": zinc, "NO3-": 0.1, "Hfo_sOH": 5e-6, "Hfo_wOH": 2e-4}
    water = speciate(s, totals, pH=pH, charge="Na+", surface_area={"Hfo": 600 * 0.09})
    for name, published in zip(("Zn+2", "Hfo_wOZn+", "Hfo_sOZn+"), expected, strict=True):
        assert water[name] == pytest.approx(published, rel=6e-5)
    assert (np.diff(water.potential("Hfo")[:7]) < 0).all()  # positive below the point of zero charge, pH 8


OXIDATION = """
1.1574e-03 98.933 1.0673 6.0448
5.7870e-03 98.190 1.8102 5.8069
4.1667e-02 96.561 3.4389 5.5220
4.1667e-01 92.698 7.3016 5.1949
1.0000e+00 90.271 9.7294 5.0724
4.0000e+00 84.672 15.328 4.8815
1.0000e+01 79.317 20.683 4.7581
"""
"""ex9.sel: days, Fe(2) and Fe(3) in µmol/kg, pH"""


def test_example_9_ferrous_iron_oxidizes():
    """dFe/dt = −(2.91e-9 + 1.33e12 a_OH² p_O2) Fe(II): the rate follows from the water, the time from the rate."""
    s = choose(read_database(PHREEQC, Path(__file__).with_name("decoupled_iron.dat")),
               ["Fe_di", "Fe_tri", "Na+", "Cl-"], phases=["Goethite"])  # fmt: skip
    start = speciate(s, {"Fe_di+2": 1e-4, "Na+": 1e-2}, pH=7.0, charge="Cl-")
    chloride = start.totals[0, s.index("Cl-")]
    days, ferrous, ferric, pH = np.array([line.split() for line in OXIDATION.split("\n")[1:-1]], float).T
    oxidized = np.concatenate([np.geomspace(1e-14, 1e-8, 400)[:-1], np.geomspace(1e-8, 99.9e-6, 6000)])
    water = speciate(s, {"Fe_di+2": 1e-4 - oxidized, "Fe_tri+3": oxidized, "Na+": 1e-2, "Cl-": chloride}, charge="H+")
    hydroxide = 10 ** water.log_activities()[:, s.species_index("OH-")]
    rate = (2.91e-9 + 1.33e12 * hydroxide**2 * 10**-0.67) * (1e-4 - oxidized)
    slowness = 1 / rate
    time = np.concatenate([[0.0], np.cumsum(0.5 * (slowness[1:] + slowness[:-1]) * np.diff(oxidized))]) / 86400
    assert np.interp(days, time, oxidized) * 1e6 == pytest.approx(ferric, rel=1e-3)
    assert np.interp(days, time, 1e-4 - oxidized) * 1e6 == pytest.approx(ferrous, rel=1e-3)
    assert np.interp(days, time, water.pH) == pytest.approx(pH, abs=1e-3)


BREAKTHROUGH = """
40 1.0000e-03 1.2000e-03 2.0000e-04 0.0000e+00
54 9.9998e-04 1.2000e-03 2.0002e-04 0.0000e+00
57 9.9860e-04 1.2000e-03 2.0140e-04 0.0000e+00
59 9.7266e-04 1.2000e-03 2.2734e-04 0.0000e+00
60 8.8947e-04 1.2000e-03 3.1053e-04 0.0000e+00
61 6.5396e-04 1.2000e-03 5.4604e-04 0.0000e+00
62 3.1876e-04 1.2000e-03 8.8124e-04 0.0000e+00
63 1.0663e-04 1.2000e-03 1.0934e-03 0.0000e+00
66 2.0460e-06 1.2000e-03 1.1980e-03 1.8112e-25
70 8.9558e-09 1.2000e-03 1.2000e-03 8.8181e-17
82 4.7052e-23 1.2000e-03 6.4179e-10 6.0000e-04
"""
"""ex11adv.sel: shift, and mol/kg of Na, Cl, K and Ca that leave the column"""


def test_example_11_calcium_chloride_washes_a_sodium_potassium_exchanger():
    """40 cells, moved on by one and brought to equilibrium with their exchanger, 82 times."""
    s = choose(read_database(PHREEQC), ["Na+", "K+", "Ca+2", "Cl-", "NO3-", "X-"])
    nitrate = {"Na+": 1e-3, "K+": 2e-4, "NO3-": 1.2e-3}
    free = speciate(s, nitrate, charge="H+")
    activity = {n: float(np.exp(free.ln_activity[0, s.index(n)])) for n in ("Na+", "K+")}
    column = speciate(s, {"X-": 1.1e-3, "NO3-": 1.2e-3}, activities=activity, charge="H+")
    inflow = speciate(s, {"Ca+2": 6e-4, "Cl-": 1.2e-3}, charge="H+").totals
    moving = np.repeat((column.molality * s.dissolved) @ s.balance, 40, axis=0)
    fixed = np.repeat(column.totals, 40, axis=0) - moving
    out = {}
    for shift in range(1, 83):
        moving = np.vstack([inflow, moving[:-1]])
        water = speciate(s, moving + fixed)
        moving = (water.molality * s.dissolved) @ s.balance
        fixed = water.totals - moving
        out[shift] = moving[-1, [s.index(n) for n in ("Na+", "Cl-", "K+", "Ca+2")]]
    for line in BREAKTHROUGH.split("\n")[1:-1]:
        shift, *published = map(float, line.split())
        assert out[int(shift)] == pytest.approx(published, rel=1e-3, abs=1e-20), shift


def test_example_1_seawater_has_one_potential_per_couple():
    """Its ammonium and nitrate say 0.2766 V where its oxygen says 0.7336 V: couples are not in equilibrium."""
    totals = {
        "Ca+2": 1.066e-2, "Cl-": 5.657e-1, "Fe+2": 3.711e-8, "K+": 1.058e-2, "Mg+2": 5.507e-2, "Mn+2": 3.773e-9,
        "NH4+": 1.724e-6, "NO3-": 4.847e-6, "Na+": 4.854e-1, "O2": 4.378e-4 / 2, "SO4-2": 2.926e-2,
        "H4SiO4": 7.382e-5, "CO3-2": 2.240e-3,
    }  # fmt: skip
    s = choose(read_database(PHREEQC), totals)
    water = speciate(s, totals, pH=8.22)
    assert water.ionic_strength[0] == pytest.approx(0.6736, rel=2e-3)
    assert water.pe("NO3-/NH4+")[0] == pytest.approx(4.6758, abs=3e-3)
    assert water.eh("NO3-/NH4+")[0] == pytest.approx(0.2766, abs=2e-4)
    assert water.pe("O2/H2O")[0] == pytest.approx(12.4018, abs=3e-3)
    assert water.eh("O2/H2O")[0] == pytest.approx(0.7336, abs=2e-4)
