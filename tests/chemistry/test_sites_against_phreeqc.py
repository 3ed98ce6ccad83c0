"""Exchangers and surfaces that share cations with a water: the same equilibrium as USGS PHREEQC finds."""

import numpy as np
import pytest
from phreeqc import SHIPPED, printing, run, solution

from rhizolith.chemistry import choose, davies, read_database, speciate

DATABASE = SHIPPED / "phreeqc.dat"
IONS = ["Ca+2", "Mg+2", "Na+", "K+", "Cl-", "Al+3"]
HELD = {"CaX2": "Ca+2", "MgX2": "Mg+2", "NaX": "Na+", "KX": "K+", "AlX3": "Al+3"}
WATERS = 40


@pytest.fixture
def without_hydroxide_on_sites(tmp_path):
    """phreeqc.dat less AlOHX2, whose activity coefficient PHREEQC takes from the proton that leaves."""
    lines = DATABASE.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if "AlOHX2" in line)
    end = next(i for i in range(at + 1, len(lines)) if not lines[i].strip().startswith("-"))
    path = tmp_path / "database.dat"
    path.write_text("\n".join(lines[:at] + lines[end:]))
    return path


def _sums_of(s, water, more):
    """Totals of waters with something added, component → array."""
    totals = dict(zip(s.components, water.totals.T, strict=True))
    return {c: totals.get(c, 0.0) + more.get(c, 0.0) for c in {*totals, *more}}


def test_an_exchanger_and_a_water_come_to_phreeqcs_equilibrium(tmp_path, without_hydroxide_on_sites):
    """40 waters, each brought together with an exchanger of another composition; Ca-rich to Na-rich, pH 4 to 7."""
    rng = np.random.default_rng(7)
    totals = {c: 10 ** rng.uniform(-5, -2.5, WATERS) for c in IONS}
    totals["Al+3"] = 10 ** rng.uniform(-8, -6, WATERS)
    pH = rng.uniform(4.0, 7.0, WATERS)
    held = {x: 10 ** rng.uniform(-4, -2, WATERS) for x in HELD}
    database = read_database(without_hydroxide_on_sites)
    alone = choose(database, IONS)
    together = choose(database, [*IONS, "X-"])
    sites = sum(held[x] * {"2": 2, "3": 3}.get(x[-1], 1) for x in held)
    more = {"X-": sites} | {c: held[x] for x, c in HELD.items()}
    water = speciate(together, _sums_of(alone, speciate(alone, totals, pH=pH), more))
    ions = ("Ca+2", "Na+", "Al+3", "H+", "AlOH+2")
    text = printing(ions, sites=list(HELD))
    for i in range(WATERS):
        text += solution(i + 1, {c: float(t[i]) for c, t in totals.items()}, repr(float(pH[i])), 25.0)
        text += f"EXCHANGE {i + 1}\n" + "".join(f" {x} {float(n[i])!r}\n" for x, n in held.items()) + "END\n"
    found = run(tmp_path, without_hydroxide_on_sites, text)
    reacted = found[1::2]  # the water alone comes first
    assert len(reacted) == WATERS
    assert "AlOHX2" not in together.species
    logs = water.log_activities()
    for i, reference in enumerate(reacted):
        for name in ions:
            assert abs(logs[i, together.species_index(name)] - reference[f"LA('{name}')"]) < 1e-6, (i, name)
        for x in HELD:
            assert abs(np.log10(water[x][i]) - np.log10(reference[f"MOL('{x}')"])) < 1e-6, (i, x)


def test_a_hydrolysed_cation_keeps_its_own_activity_coefficient_on_an_exchanger():
    """AlOHX2 counts as AlOH+2 by Davies, z = 2, as its `-gamma 0 0` says; PHREEQC takes that of the H+, inverted."""
    s = choose(read_database(DATABASE), ["Al+3", "Cl-", "X-"])
    assert s.curves[s.species_index("AlOHX2")] == davies(2.0, None)
    assert s.curves[s.species_index("AlX3")] == s.curves[s.species_index("Al+3")]


def test_charged_iron_oxide_in_equilibrium_with_random_waters_is_phreeqcs(tmp_path):
    """Hydrous ferric oxide (Dzombak & Morel, two kinds of sites, diffuse layer) beside 20 waters from pH 3 to 10."""
    rng = np.random.default_rng(11)
    names = ["Ca+2", "Mg+2", "Na+", "Cl-", "SO4-2", "PO4-3", "Zn+2", "H4SiO4"]
    totals = {c: 10 ** rng.uniform(-5, -2, 20) for c in names}
    pH = rng.uniform(3.0, 10.0, 20)
    database = read_database(DATABASE)
    free = choose(database, names)
    water = speciate(free, totals, pH=pH)
    s = choose(database, [*names, "Hfo_w", "Hfo_s"])
    given = {c: np.exp(water.ln_activity[:, free.index(c)]) for c in names}
    beside = speciate(s, {"Hfo_w": 2e-4, "Hfo_s": 5e-6}, pH=pH, activities=given, surface_area={"Hfo": 54.0})
    held = [n for n in s.species if n.startswith("Hfo")]
    text = printing(("H+",), sites=held, more=['EDL("psi", "Hfo")'])
    for i in range(20):
        text += solution(i + 1, {c: float(t[i]) for c, t in totals.items()}, repr(float(pH[i])), 25.0)
        text += f"SURFACE {i + 1}\n -equilibrate {i + 1}\n Hfo_wOH 2e-4 600 0.09\n Hfo_sOH 5e-6\nEND\n"
    found = run(tmp_path, DATABASE, text)
    assert len(found) % 20 == 0
    found = found[1 :: len(found) // 20]  # water, then the surface brought to equilibrium with it
    assert len(held) > 15
    for i, reference in enumerate(found):
        assert beside.potential("Hfo")[i] == pytest.approx(reference["EDL('psi', 'Hfo')"], rel=2e-4)
        for name in held:
            assert abs(np.log10(beside[name][i]) - np.log10(reference[f"MOL('{name}')"])) < 1e-6, (i, name)
