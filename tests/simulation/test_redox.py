"""Redox potentials of couples, against potentials a reader can check in a table."""

import numpy as np
import pytest

from rhizolith.chemistry.database import read_database
from rhizolith.chemistry.speciation import choose
from rhizolith.knowledge import tables
from rhizolith.simulation.redox import couples


@pytest.fixture(scope="module")
def found():
    database = read_database(*tables.DATABASES)
    names = ["Fe+2", "Fe+3", "O2", "NH4+", "NO3-", "CO3-2"]
    return {c.name: c for c in couples(database, choose(database, names, 298.15))}


def test_the_couples_of_a_soil_water_are_found(found):
    assert list(found)[:2] == ["Fe+3/Fe+2", "O2/H2O"]
    assert "NO3-/NH4+" in found


def test_standard_potentials(found):
    """E0 of Fe3+/Fe2+ is 0.771 V, of O2(aq)/H2O 1.272 V, of NO3-/NH4+ 0.88 V at 25 C (tables of electrochemistry)."""
    at = {c: np.array(0.0) for c in ("H+", "Fe+2", "Fe+3", "O2", "NH4+", "NO3-", "CO3-2")}
    assert found["Fe+3/Fe+2"].potential(at, 298.15) == pytest.approx(0.771, abs=2e-3)
    assert found["O2/H2O"].potential(at, 298.15) == pytest.approx(1.272, abs=3e-3)
    assert found["NO3-/NH4+"].potential(at, 298.15) == pytest.approx(0.88, abs=5e-3)


def test_a_proton_less_costs_59_millivolt_where_protons_take_part(found):
    at = {c: np.array(0.0) for c in ("H+", "Fe+2", "Fe+3", "O2", "NH4+", "NO3-", "CO3-2")}
    ph7 = at | {"H+": np.array(-7 * 2.302585092994046)}
    oxygen = found["O2/H2O"]
    assert oxygen.potential(at, 298.15) - oxygen.potential(ph7, 298.15) == pytest.approx(7 * 0.05916, abs=1e-3)
    iron = found["Fe+3/Fe+2"]
    assert iron.potential(at, 298.15) == iron.potential(ph7, 298.15)
