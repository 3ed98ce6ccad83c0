"""Ecoenzymatic stoichiometry and CUE against 60 soils worked out in R, and the traps of spreadsheets and units."""

import csv

import numpy as np
import pytest

from rhizolith.errors import InputError
from rhizolith.indices import carbon_use, enzyme_forms, enzymes


@pytest.fixture(scope="module")
def iberia(shared):
    """Columns of the reference table, activities in nmol g-1 h-1."""
    with (shared / "eco/iberian_aridity_enzymes/reference_R/ecoenzymatic_stoichiometry.csv").open() as f:
        rows = list(csv.DictReader(f))
    columns = {
        name: np.array([float(r[name]) if r[name] not in ("NA", "NaN", "") else np.nan for r in rows])
        for name in rows[0]
        if name not in ("Name", "Site")
    }
    return columns, [enzyme_forms.in_nanomoles(columns[f"{e}_umol"], "umol g-1 h-1") for e in "CNP"]


PUBLISHED = {
    "evcmdl_t1": enzyme_forms.ratio,
    "evcmdl_t2": enzyme_forms.ratio_of_logs,
    "evcmdl_t3": enzyme_forms.share,
    "evcmdl_t4": enzyme_forms.arcsine_share,
    "evcmdl_t5": enzyme_forms.arcsine_root_share,
    "evcmdl_t6": enzyme_forms.log_ratio,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_six_published_forms_are_reproduced(iberia, name):
    columns, activities = iberia
    form = PUBLISHED[name]
    length, angle = (f(*activities, form=form) for f in (enzymes.vector_length, enzymes.vector_angle))
    assert len(length) == len(angle) == 60
    assert np.abs(length - columns[f"{name}_length"]).max() < 1e-9
    assert np.abs(angle - columns[f"{name}_angle"]).max() < 1e-9


def test_ratio_and_share_agree_on_the_class_and_spreadsheet_order_flips_it(iberia):
    _, (C, N, P) = iberia
    by_ratio = enzymes.limitation(enzymes.vector_angle(C, N, P))
    by_share = enzymes.limitation(enzymes.vector_angle(C, N, P, form=enzyme_forms.share))
    assert (by_ratio == by_share).all()
    x, y = enzyme_forms.ratio(C, N, P)
    swapped = enzymes.limitation(np.degrees(np.arctan2(x, y)))
    known = by_ratio != ""
    assert not (swapped == by_ratio)[known].any()


def test_logarithms_of_micromoles_would_change_the_class_and_are_refused(iberia):
    columns, (C, N, P) = iberia
    with pytest.raises(InputError, match="changes sign"):
        enzyme_forms.ratio_of_logs(*(columns[f"{e}_umol"] for e in "CNP"))
    usable = np.all([np.isfinite(a) & (a > 1) for a in (C, N, P)], axis=0)
    right = enzymes.limitation(enzymes.vector_angle(C[usable], N[usable], P[usable], form=enzyme_forms.ratio_of_logs))
    c, n, p = (np.log(a[usable] / 1000) for a in (C, N, P))
    wrong = enzymes.limitation(np.degrees(np.arctan2(c / n, c / p)))
    assert np.mean(wrong == right) < 0.15


def test_units_of_activity_are_converted_or_refused():
    assert enzyme_forms.in_nanomoles(0.5, "µmol g-1 h-1") == 500
    assert enzyme_forms.in_nanomoles(2, "umol kg-1 h-1") == 2
    with pytest.raises(InputError, match="FPU"):
        enzyme_forms.in_nanomoles(1, "FPU")


def test_threshold_ratios_and_their_line_are_reproduced(shared, iberia):
    columns, (C, N, P) = iberia
    with (shared / "eco/iberian_aridity_enzymes/reference_R/sma_regressions_nmol.csv").open() as f:
        lines = {r["regression"]: r for r in csv.DictReader(f)}
    for name, X, ratio in (("N", N, 8.6), ("P", P, 60.0)):
        positive = (C > 0) & (X > 0)
        line = enzymes.sma(np.log(X[positive]), np.log(C[positive]))
        reference = lines[f"lnC~ln{name}"]
        assert line.slope == pytest.approx(float(reference["slope"]), rel=1e-10)
        assert np.exp(line.intercept) == pytest.approx(float(reference["exp_intercept"]), rel=1e-10)
        expected = columns[f"TER_C{name}"]
        found = enzymes.threshold_ratio(C, X, ratio)
        assert len(found) == 60 and np.abs(found / expected - 1).max() < 1e-9


def test_cue_by_stoichiometry_is_reproduced(iberia):
    columns, (C, N, P) = iberia
    s = {}
    for name, X, ratio in (("N", N, 8.6), ("P", P, 60.0)):
        with np.errstate(divide="ignore", invalid="ignore"):
            eea = C / X
        s[name] = carbon_use.nutrient_availability(eea, columns[f"L_C{name}_molar"], ratio)
        assert len(s[name]) == 60 and np.abs(s[name] / columns[f"S_C{name}"] - 1).max() < 1e-9
        assert np.abs(carbon_use.cue_one(s[name]) - columns[f"CUE_C{name}"]).max() < 1e-12
    assert np.abs(carbon_use.cue_stoichiometric(s["N"], s["P"]) - columns["CUE_geom"]).max() < 1e-12


def test_cue_stays_between_none_and_its_ceiling():
    assert carbon_use.cue_stoichiometric(0, 5) == 0
    assert carbon_use.cue_stoichiometric(1e9, 1e9) == pytest.approx(0.6)
    assert carbon_use.cue_one(0.5) == pytest.approx(0.3)


def test_growth_from_heavy_water_by_hand():
    # 1 µg O in DNA at 2.2 atom %, 0.2 natural, in water of 20 atom % excess: 0.1 µg O is new, 0.32 µg DNA
    new = carbon_use.dna_produced(1.0, 2.2, 0.2, 20.0)
    assert new == pytest.approx(0.1 / 0.3121)
    growth = carbon_use.growth_18o(200.0, new, 3.2, 24.0)
    assert growth == pytest.approx(200 * (0.1 / 0.3121) / 3.2 / 24)
    assert carbon_use.cue_measured(growth, growth) == pytest.approx(0.5)
    assert carbon_use.turnover_time(200.0, growth) == pytest.approx(24 * 3.2 * 3.121)
    assert np.isnan(carbon_use.cue_measured(0, 0))


def test_a_fitted_balance_point_replaces_45_degrees():
    rng = np.random.default_rng(1)
    C, N, P = np.exp(rng.normal([[3], [2], [4]], 0.3, (3, 200)))
    angle = enzymes.balance_angle(C, N, P)
    classes = enzymes.limitation(enzymes.vector_angle(C, N, P, form=enzyme_forms.share), boundary=angle)
    assert abs(np.mean(classes == "P") - 0.5) < 0.1
    assert abs(angle - 45) > 5
