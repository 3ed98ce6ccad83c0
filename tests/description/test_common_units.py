"""The short table of units says what pint says, up to the rounding that versions of pint differ in."""

import subprocess
import sys

import pytest

from rhizolith.description import common_units, units

PAIRS = [(w, u, None) for u, row in common_units.FACTORS.items() for w in row]
PAIRS += [(w, u, 0.012) for u, row in common_units.FROM_MASS.items() for w in row] + [("degC", "K", None)]
PAIRS += [(w, u, 0.0558) for u in ("mol/kg", "mol/m^3") for w in common_units.FACTORS[u]]


@pytest.mark.parametrize(("written", "unit", "mass"), PAIRS)
def test_each_common_unit_converts_as_pint_does(written, unit, mass, monkeypatch):
    numbers = (0.0, 1.0, 0.3, -7.7, 12.34, 1e-9, 4.2e7)
    ours = [units.quantity(f"{x!r} {written}", unit, mass) for x in numbers]
    assert None not in [common_units.converted(x, units._tidy(written), unit, mass) for x in numbers]
    monkeypatch.setattr(units, "converted", lambda *_: None)
    theirs = [units.quantity(f"{x!r} {written}", unit, mass) for x in numbers]
    assert ours == pytest.approx(theirs, rel=1e-15, abs=0)


def test_a_mass_without_molar_mass_is_still_no_amount():
    with pytest.raises(ValueError, match="not an amount per mass"):
        units.quantity("3 g/kg", "mol/kg")


def test_a_number_too_large_for_its_unit_is_refused():
    with pytest.raises(ValueError, match="finite"):
        units.quantity("1e308 week", "s")


def test_checking_a_scenario_in_customary_units_needs_no_registry():
    code = (
        "import sys; from pathlib import Path; from rhizolith import Scenario; import rhizolith.description as d;"
        "Scenario.read(Path(d.__file__).parent / 'templates' / 'demo.yaml'); assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
