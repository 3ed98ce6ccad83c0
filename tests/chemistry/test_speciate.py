"""What `speciate` promises whatever the water: balances, charge, limits, words; no reference program needed."""

import numpy as np
import pytest

from rhizolith.chemistry import choose, davies, ideal, read_database, speciate
from rhizolith.chemistry.activity import Curve, Curves, Slopes, ln_gamma
from rhizolith.errors import InputError, RunError

ACID = {"Ca+2": 8e-4, "Mg+2": 3e-4, "K+": 2e-4, "Na+": 2e-4, "Al+3": 2e-6, "H2Ox": 1e-4, "SO4-2": 2e-4}


@pytest.fixture(scope="module")
def database():
    return read_database()


@pytest.fixture(scope="module")
def soil(database):
    return choose(database, [*ACID, "Cl-"], 288.15)


def test_a_batch_solves_each_water_as_if_alone(soil):
    """The promise of a batch; waters 7 apart in pH and 1000-fold in strength."""
    strength, pH = np.geomspace(0.01, 10, 9), np.linspace(3.5, 10, 9)
    batch = speciate(soil, {c: n * strength for c, n in ACID.items()}, pH=pH)
    for i in range(9):
        alone = speciate(soil, {c: n * strength[i] for c, n in ACID.items()}, pH=pH[i])
        assert batch.ln_activity[i] == pytest.approx(alone.ln_activity[0], abs=1e-9)


def test_totals_come_back_and_the_charge_is_closed(soil):
    water = speciate(soil, ACID, pH=4.6, charge="Cl-")
    totals = dict(zip(soil.components, water.totals[0], strict=True))
    assert [totals[c] for c in ACID] == pytest.approx(list(ACID.values()), rel=1e-11)
    assert abs(water.charge_error()[0]) < 1e-11
    again = speciate(soil, totals)  # the proton total stands for the pH
    assert again.pH[0] == pytest.approx(4.6, abs=1e-9)


def test_pure_water_is_neutral(database):
    """pH = pKw/2 = 6.998 with phreeqc.dat (Kw 10^-13.995 at 25 °C): half of log K, which a reader can check."""
    s = choose(database, ["Na+"])
    water = speciate(s, {}, charge="H+")
    assert water.pH[0] == pytest.approx(-s.ln_k[s.species_index("OH-")] / np.log(10) / 2, abs=1e-4)


def test_dilute_waters_are_ideal(database):
    """Every activity model ends at γ = 1: the three agree at 1e-9 mol/kg and part at 0.1."""
    components = ["Ca+2", "SO4-2", "Na+", "Cl-"]
    models = [choose(database, components), choose(database, components, rule=davies)]
    ideally = choose(database, components, rule=ideal)
    for total, apart in ((1e-9, 2e-3), (0.1, None)):
        logs = [speciate(s, {"Ca+2": total, "Cl-": 2 * total}, pH=7.0).log_activities() for s in (*models, ideally)]
        far = max(float(np.abs(one - logs[-1]).max()) for one in logs[:-1])
        assert far < apart if apart else far > 0.1


def test_temperature_moves_constants_but_not_names(soil):
    warm = soil.at(308.15)
    assert warm.species == soil.species and warm.components == soil.components
    assert warm.ln_k[warm.species_index("OH-")] > soil.ln_k[soil.species_index("OH-")]


def test_a_phase_holds_its_saturation_and_gives_what_is_missing(database):
    s = choose(database, ["Ca+2", "CO3-2", "Cl-"])
    water = speciate(s, {"Cl-": 1e-3}, equilibrium={"Calcite": ("Ca+2", 0.3), "CO2(g)": ("CO3-2", -3.4)}, charge="H+")
    assert water.saturation("Calcite")[0] == pytest.approx(0.3, abs=1e-9)
    assert water.saturation("CO2(g)")[0] == pytest.approx(-3.4, abs=1e-9)
    assert abs(water.charge_error()[0]) < 1e-10


def test_a_potential_needs_both_sides_of_its_couple(database):
    s = choose(database, ["Fe+2", "Fe+3", "O2"])
    water = speciate(s, {"Fe+2": [1e-5, 1e-5], "Fe+3": [1e-6, 0.0], "O2": [2.5e-4, 0.0]}, pH=3.0)
    # Nernst by hand: pe = 13.0 + log10(a(Fe+3)/a(Fe+2))
    logs = water.log_activities()[0]
    by_hand = 13.02 + logs[s.species_index("Fe+3")] - logs[s.species_index("Fe+2")]
    assert water.pe("Fe+3/Fe+2")[0] == pytest.approx(by_hand, abs=1e-6)
    assert np.isnan(water.eh("Fe+3/Fe+2")[1]) and np.isnan(water.eh("O2/H2O")[1])


def test_what_cannot_be_is_refused_in_words():
    s = choose(read_database(), ["Ca+2", "Cl-", "Fe+2", "Fe+3"])
    for wrong in (
        {"totals": {"Ca+2": -1e-3}}, {"totals": {"Ca+2": np.nan}}, {"totals": {"Sr+2": 1e-3}},
        {"totals": {}, "equilibrium": {"Calcite": ("Ca+2", 0.0)}}, {"totals": {}, "pH": 5.0, "charge": "H+"},
        {"totals": {}, "surface_area": {"Hfo": 5.0}}, {"totals": {}, "pH": 55.0}, {"totals": {}, "pH": np.nan},
        {"totals": {}, "activities": {"Ca+2": 0.0}}, {"totals": {"Rust": 1.0}},
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            speciate(s, pH=wrong.pop("pH", None), **wrong)
        assert all(p.fix for p in caught.value.problems)
    with pytest.raises(RunError, match="cannot be closed with Cl-"):
        speciate(s, {"Ca+2": 0.0}, pH=9.0, charge="Cl-")  # nothing positive balances OH-


def test_curves_of_many_waters_equal_the_formula_that_the_engine_traces(database):
    """ln γ in bulk against the one written out, and its slope against a finite difference."""
    s = choose(database, ["Ca+2", "SO4-2", "Na+", "CO3-2", "Al+3"])
    kinds = [*dict.fromkeys(s.curves), Curve(4.0, 5.0, bdot=1.0), Curve(co2=1.0)]
    slopes = Slopes(0.51, 0.33, 0.041, -0.5, -0.2)
    ionic = np.geomspace(1e-6, 1.0, 13)
    value, change = Curves(kinds, slopes).at(ionic)
    step = 1e-6 * ionic
    for k, curve in enumerate(kinds):
        assert value[k] == pytest.approx(ln_gamma(curve, slopes, ionic, np.sqrt(ionic)), abs=1e-14)
        up, down = (ln_gamma(curve, slopes, x, np.sqrt(x)) for x in (ionic + step, ionic - step))
        assert change[k] == pytest.approx((up - down) / (2 * step), rel=1e-6, abs=1e-8)


def test_no_water_of_a_soil_is_lost(database):
    """600 soil solutions with ligands, metals in excess of both, pH unknown; and again with minerals and soil air."""
    components = [
        *ACID, "Cl-", "CO3-2", "Fe+2", "Fe+3", "H4SiO4", "PO4-3", "NH4+", "NO3-", "O2", "Mn+2", "H3Cit", "H2Cat",
        "H3Sid",
    ]  # fmt: skip
    s = choose(database, components)
    rng = np.random.default_rng(3)
    totals = {c: 10 ** rng.uniform(-8, -3, 600) for c in components}
    water = speciate(s, totals, charge="H+")
    assert (np.abs(water.charge_error()) < 1e-10).all()
    assert (np.abs(water.totals[:, 1:] / np.array([totals[c] for c in s.components[1:]]).T - 1) < 1e-10).all()
    held = {"Gibbsite": ("Al+3", 0.0), "Goethite": ("Fe+3", 0.0), "CO2(g)": ("CO3-2", -2.0)}
    open_air = speciate(s, {c: t for c, t in totals.items() if c not in ("Al+3", "Fe+3", "CO3-2")},
                        equilibrium=held, charge="H+")  # fmt: skip
    for phase, (_, index) in held.items():
        assert np.abs(open_air.saturation(phase) - index).max() < 1e-9
