"""Random waters, oxic and anoxic, cold and warm: every species and phase as USGS PHREEQC computes it."""

import os
from pathlib import Path

import numpy as np
import pytest
from phreeqc import SHIPPED, merged, printing, run, solution

from rhizolith.chemistry import choose, read_database, speciate

COMMON = ["Ca+2", "Mg+2", "Na+", "K+", "Cl-", "CO3-2", "Al+3", "H4SiO4", "PO4-3", "H2Ox", "H3Cit"]
KINDS = {
    "oxic": [*COMMON, "SO4-2", "NO3-", "Fe+3", "O2", "F-", "Zn+2"],
    "anoxic": [*COMMON, "SO4-2", "HS-", "NH4+", "Fe+2", "Mn+2", "CH4"],
    "in between": [*COMMON, "SO4-2", "NO3-", "NH4+", "Fe+2", "Fe+3", "Mn+2", "O2", "H2Cat"],
}
WATERS = 80
"""of each kind"""
METALS = ("Al+3", "Fe+3", "Zn+2")


def _random(components: list[str], seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    totals = {c: 10 ** rng.uniform(-7, -5 if c in METALS else -2.3, WATERS) for c in components}
    return totals, rng.uniform(3.0, 10.0, WATERS)


@pytest.mark.parametrize("kind", KINDS)
def test_log_activities_and_saturation_equal_phreeqc(kind, tmp_path):
    components = KINDS[kind]
    totals, pH = _random(components, seed=len(kind))
    text, expected = "", []
    database = read_database()
    for part, celsius in enumerate((25.0, 8.0)):  # half of the waters each
        s = choose(database, components, celsius + 273.15)
        half = slice(part * WATERS // 2, (part + 1) * WATERS // 2)
        water = speciate(s, {c: t[half] for c, t in totals.items()}, pH=pH[half])
        logs = water.log_activities()
        phases = {p: water.saturation(p) for p in s.phases}
        for i in range(WATERS // 2):
            here = {c: float(t[half][i]) for c, t in totals.items()}
            text += solution(len(expected) + 1, here, repr(float(pH[half][i])), celsius)
            expected.append(
                {f"LA('{n}')": logs[i, j] for j, n in enumerate(s.species)}
                | {f"SI('{p}')": v[i] for p, v in phases.items()}
                | {"MU": water.ionic_strength[i]}
            )
    known = printing(s.species, list(s.phases))
    found = run(tmp_path, merged(tmp_path, SHIPPED / "phreeqc.dat", SHIPPED / "rhizolith.dat"), known + text + "END\n")
    assert len(found) == WATERS
    apart = {
        (i, key): value - reference[key]
        for i, (mine, reference) in enumerate(zip(expected, found, strict=True))
        for key, value in mine.items()
        if not abs(value - reference[key]) < 1e-6
    }
    assert not apart, f"{len(apart)} differ, among them {dict(list(apart.items())[:12])}"


@pytest.mark.parametrize("name", ["Kinec_v3.dat", "phreeqc_rates.dat"])
def test_other_databases_and_the_b_dot_model_equal_phreeqc(name, tmp_path):
    """Kinec_v3 has LLNL's activity model (B-dot, its own CO2) and writes its redox reactions with O2."""
    shared = Path(os.environ.get("RHIZOLITH_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    path = shared / "data" / "PHREEQC_rates" / name
    if not path.exists():
        pytest.skip("skipped: shared data absent")
    states = ["Ca", "Mg", "Na", "K", "Cl", "S(6)", "C(4)", "Al", "Si", "Fe(2)", "Fe(3)", "N(5)", "O(0)"]
    rng = np.random.default_rng(5)
    totals = {c: 10 ** rng.uniform(-7, -5 if c in ("Al", "Fe(3)") else -2.3, 20) for c in states}
    pH = rng.uniform(3.0, 10.0, 20)
    s = choose(read_database(path), states, 283.15)
    water = speciate(s, totals, pH=pH)
    logs = water.log_activities()
    text = printing(s.species, list(s.phases))
    for i in range(20):
        text += f"SOLUTION {i + 1}\n units mol/kgw\n pH {float(pH[i])!r}\n temp 10.0\n"
        text += "".join(f" {c} {float(t[i]) * (2 if c == 'O(0)' else 1)!r}\n" for c, t in totals.items())
    apart = {}
    for i, reference in enumerate(run(tmp_path, path, text + "END\n")):
        mine = {f"LA('{n}')": logs[i, j] for j, n in enumerate(s.species)}
        mine |= {f"SI('{p}')": water.saturation(p)[i] for p in s.phases}
        apart |= {(i, k): v - reference[k] for k, v in mine.items() if not abs(v - reference[k]) < 1e-6}
    assert len(s.species) > 50
    assert not apart, f"{len(apart)} differ, among them {dict(list(apart.items())[:12])}"
