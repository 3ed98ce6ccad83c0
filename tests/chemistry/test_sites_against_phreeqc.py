"""Exchangers and surfaces that share cations with a water: the same equilibrium as USGS PHREEQC finds."""

import numpy as np
import pytest
from phreeqc import SHIPPED, printing, run, solution

from rhizolith.chemistry import choose, read_database, speciate

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
