"""Rate laws against published numbers."""

import numpy as np
import pytest
from bench import LN10, Bench, everything

UNSATURATED = {"ln:Fe+3": -30 * LN10, "ln:Al+3": -30 * LN10, "ln:H4SiO4": -12 * LN10}


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(everything())


def per_area(bench: Bench, mineral: str, ph: float, temperature: float = 298.15) -> float:
    """mol m⁻² s⁻¹ of fresh bare surface far from equilibrium, from the whole rate law."""
    bare = {a.name: 0.0 for a in bench.model.scene.on(mineral)}
    state = UNSATURATED | bare | {"ln:H+": -ph * LN10, "temperature": temperature, f"{mineral}.reactive_share": 1.0}
    kilograms = bench.values[mineral] * next(m for m in bench.model.scene.minerals if m.name == mineral).molar_mass
    area = kilograms * bench.values["bulk_density"] * bench.values[f"{mineral}.specific_surface_area"]
    return float(bench.rate(f"proton_dissolution:{mineral}", state)) / area


def test_gibbsite_as_palandri_and_kharaka_have_it(bench):
    """log10 rate -10.57 at pH 3 and -11.00 at pH 7: the sum of the three terms (Palandri2004)."""
    k = {"H": 10**-7.65, "w": 10**-11.5, "OH": 10**-16.65}
    for ph in (3, 5, 7, 9):
        total = k["H"] * 10 ** (-0.992 * ph) + k["w"] + k["OH"] * 10 ** (0.784 * ph)
        assert per_area(bench, "gibbsite", ph) == pytest.approx(total, rel=1e-3)
    assert np.log10(per_area(bench, "gibbsite", 3)) == pytest.approx(-10.57, abs=0.05)
    assert np.log10(per_area(bench, "gibbsite", 7)) == pytest.approx(-11.00, abs=0.05)


def test_kaolinite_warms_as_palandri_and_kharaka_have_it(bench):
    """65.9 kJ/mol of the acid term, 22.2 of the neutral one (Palandri2004)."""
    rise = np.exp(65.9e3 / 8.314462618 * (1 / 288.15 - 1 / 298.15))
    assert per_area(bench, "kaolinite", 0, 298.15) / per_area(bench, "kaolinite", 0, 288.15) == pytest.approx(
        rise, rel=0.02
    )


def test_iron_oxides_in_half_molar_acid(bench):
    """Goethite 4.8e-11, lepidocrocite 6.3e-9 mol m⁻² s⁻¹ in 0.5 M HCl at 25 °C; hematite between them (Sidhu1981)."""
    ph = -np.log10(0.5)
    rate = {m: per_area(bench, m, ph) for m in ("goethite", "lepidocrocite", "hematite")}
    assert rate["goethite"] == pytest.approx(4.8e-11, rel=0.1)
    assert rate["lepidocrocite"] == pytest.approx(6.3e-9, rel=0.1)
    assert rate["lepidocrocite"] > rate["hematite"] > rate["goethite"]


def test_iron_oxidizes_as_morgan_and_lahav_have_it(bench):
    """d[Fe]/dt = 6e-5 [Fe+2] + 1.7 [FeOH+] + 4.3e5 [Fe(OH)2] per minute in air-saturated water (Morgan2007)."""
    state = {"O2": 0.258, "ln:H+": -7 * LN10, "Fe+2": 1e3, "ln:Fe+2": -5 * LN10, "ionic_strength": 1e-12}
    first, second = (np.exp(bench.values[f"ln_k:{s}"]) for s in ("FeOH+", "Fe(OH)2"))
    free = 1e-5
    expected = (6e-5 + 1.7 * first * 1e7 + 4.3e5 * second * 1e14) * free / 60 * 1000 * bench.values["water_content"]
    assert bench.rate("iron_oxidation", state) == pytest.approx(expected, rel=1e-3)


def test_respiration_halves_at_twelve_kilojoules_per_electron(bench):
    """F_T is one half where the energy per electron pays for 120 mV, 11.6 kJ (LaRowe2012: -12 kJ)."""
    name = "reductive_dissolution_microbial:ferrihydrite:sugar"
    anoxic = {"O2": 0.0}
    free = bench.rate(name, anoxic | {"ln:Fe+2": -30 * LN10})
    # F_T is near 1 where iron is scarce and falls with every e-fold of it: from there the bracket is widened until F_T
    # is below one half. Where that is follows from ΔG° and RT, which the temperature of the soil moves
    low = -10.0
    high = next(h for h in np.arange(0.0, 40.0) if bench.rate(name, anoxic | {"ln:Fe+2": h * LN10}) < 0.5 * free)
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (
            (middle, high) if bench.rate(name, anoxic | {"ln:Fe+2": middle * LN10}) > 0.5 * free else (low, middle)
        )
    energies = []
    for log_fe in (low, low + 1):
        share = bench.rate(name, anoxic | {"ln:Fe+2": log_fe * LN10}) / free
        energies.append(np.log(1 / share - 1))
    assert energies[0] == pytest.approx(0, abs=1e-6)
    assert energies[1] - energies[0] == pytest.approx(LN10, rel=1e-6), "one decade of Fe(II) is one ln 10 of RT"
