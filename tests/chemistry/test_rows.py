"""The rows that the engine solves say the same as `speciate`: zero where it has solved a water, and nowhere near it."""

from pathlib import Path

import numpy as np
import pytest

from rhizolith.chemistry import algebraic_rows, choose, parameters_of, read_database, speciate
from rhizolith.chemistry.database import SHIPPED
from rhizolith.chemistry.exchange import selectivities, solve_exchange
from rhizolith.errors import InputError
from rhizolith.kernels import Graph, evaluate

ACID = {"Ca+2": 8e-4, "Na+": 2e-4, "Al+3": 2e-6, "Fe+3": 1e-6, "H2Ox": 1e-4, "SO4-2": 2e-4, "CO3-2": 1e-4}


def _rows(s):
    """Rows over symbols `T:component`, `ln:component` and `I`."""
    g = Graph()
    totals = [g.symbol(f"T:{c}") for c in s.components]
    return algebraic_rows(s, g, totals, [g.symbol(f"ln:{c}") for c in s.components], g.symbol("I"))


def _state(s, water):
    values = {f"T:{c}": t * 1e3 for c, t in zip(s.components, water.totals.T, strict=True)}
    values |= {f"ln:{c}": x for c, x in zip(s.components, water.ln_activity.T, strict=True)}
    return values | {"I": water.ionic_strength}


@pytest.mark.parametrize("sites", [[], ["X"], ["Hfo_w", "Hfo_s"]])
def test_rows_vanish_where_a_water_is_solved(sites):
    s = choose(read_database(), [*ACID, "Cl-", *sites])
    totals = ACID | {"Ca+2": 5e-3} | dict.fromkeys(sites, 1e-3)
    water = speciate(s, totals, pH=np.array([4.0, 6.0, 8.0]), charge="Cl-", water_activity=False)
    made = _rows(s)
    values = made.parameters | _state(s, water)
    left = np.array([np.broadcast_to(r, 3) for r in evaluate(list(made.rows), values)])
    size = np.append(np.abs(water.totals).max(axis=0), water.ionic_strength.max())
    assert (np.abs(left) <= 1e-10 * size[:, None] + 1e-22).all()
    moved = values | {"ln:H+": values["ln:H+"] + 0.1}
    assert max(np.abs(r).max() for r in evaluate(list(made.rows), moved)) > 1e-6


def test_saturation_molality_and_activity_are_those_of_the_water():
    s = choose(read_database(), [*ACID, "Cl-"], 288.15)
    water = speciate(s, ACID, pH=4.5, charge="Cl-", water_activity=False)
    made, values = _rows(s), _state(s, water)
    [saturation, molality, activity] = evaluate(
        [made.log_saturation("Gibbsite"), made.molality["Al(Ox)2-"], made.ln_activity["Al(Ox)2-"]],
        values | made.parameters,
    )
    assert saturation == pytest.approx(water.saturation("Gibbsite") * np.log(10), abs=1e-9)
    assert molality == pytest.approx(water["Al(Ox)2-"], rel=1e-9)
    index = s.species_index("Al(Ox)2-")
    assert activity == pytest.approx(water.log_activities()[:, index] * np.log(10), abs=1e-9)


def test_temperature_is_data():
    """The rows traced at 25 °C solve the water at 8 °C, once their parameters are those of 8 °C."""
    s = choose(read_database(), [*ACID, "Cl-"])
    cold = s.at(281.15)
    water = speciate(cold, ACID, pH=4.5, charge="Cl-", water_activity=False)
    made = _rows(s)
    for parameters, solved in ((parameters_of(cold), True), (made.parameters, False)):
        left = evaluate(list(made.rows), parameters | _state(s, water))
        assert (max(float(np.abs(r).max()) for r in left) < 1e-13) is solved


def test_an_exchanger_in_equilibrium_is_the_same_alone_and_with_its_water(tmp_path):
    """`solve_exchange` (activities given) against `speciate` (totals given); γ on the exchanger taken out of both."""
    lines, inside = [], False
    for line in (SHIPPED / "phreeqc.dat").read_text(encoding="utf-8").splitlines():
        inside = line.startswith("EXCHANGE_SPECIES") or (inside and not line.startswith("SURFACE"))
        if not (inside and line.strip().startswith("-gamma")):
            lines.append(line)
    path = Path(tmp_path / "without_gamma.dat")
    path.write_text("\n".join(lines), encoding="utf-8")
    db = read_database(path)
    cations = {c: k for c, k in selectivities(db).items() if c in ("Ca+2", "Mg+2", "Na+", "K+")}
    assert cations["Ca+2"] == pytest.approx(0.8) and cations["K+"] == pytest.approx(0.7)
    s = choose(db, ["Ca+2", "Mg+2", "Na+", "K+", "Cl-", "X"])
    water = speciate(s, {"X": 0.05, "Ca+2": 0.01, "Mg+2": 0.008, "Na+": 0.01, "K+": 0.01}, pH=6.0, charge="Cl-")
    ln_a = {c: float(water.ln_activity[0, s.index(c)]) for c in cations}
    _, held = solve_exchange(cations, ln_a, 0.05)
    for name, cation in (("CaX2", "Ca+2"), ("MgX2", "Mg+2"), ("NaX", "Na+"), ("KX", "K+")):
        assert held[cation] == pytest.approx(float(water[name][0]), rel=1e-9)
    assert sum(held[c] * (2 if c.endswith("+2") else 1) for c in held) == pytest.approx(0.05, rel=1e-12)
    with pytest.raises(InputError, match="no exchanger"):
        selectivities(db, "Clay")
