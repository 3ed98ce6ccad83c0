"""Assessing one soil: hard limits, signs, intervals that are never points, and nonsense refused at once."""

import numpy as np
import pytest

from rhizolith.assessment.assess import assess
from rhizolith.assessment.draws import shared_draws
from rhizolith.assessment.from_root import levels_of
from rhizolith.assessment.inventory import associations, take_inventory
from rhizolith.assessment.measured import crystals, from_mapping, inputs, settings
from rhizolith.assessment.susceptibility import never, rules, trait_range
from rhizolith.description.scenario import Root
from rhizolith.errors import InputError
from rhizolith.knowledge import evidence
from rhizolith.knowledge.tables import minerals, parameters

ANDOSOL = "andosol_uganda"
FULL = {
    "pH": 5.2, "clay": 300, "organic_carbon": 36, "total_nitrogen": 3, "cec": 16, "exchangeable_calcium": 6,
    "pyrophosphate_iron": 2, "pyrophosphate_aluminium": 2.5, "oxalate_iron": 9, "oxalate_aluminium": 5,
    "oxalate_silicon": 1.5, "oxalate_manganese": 0.3, "dithionite_iron": 24, "dithionite_aluminium": 4, "depth": 5,
    "mineral_held_carbon": 25,
}  # fmt: skip
STATED = {
    "plant": "tree", "mycorrhiza": "ecto", "nutrient_status": "limited", "water_regime": "moist", "climate": "temperate"
}  # fmt: skip


@pytest.fixture(scope="module")
def andosol():
    return assess(ANDOSOL, samples=800)


def test_carbon_of_the_associations_is_the_mineral_held_carbon(andosol):
    parts = andosol.inventory.carbon[0].sum(axis=1)
    assert np.allclose(parts, andosol.inventory.held[0], rtol=1e-9)
    assert (andosol.inventory.carbon >= 0).all()
    assert (andosol.inventory.held[0] <= 1.1 * andosol.inventory.filled["organic_carbon"][0] + 1e-9).all()


def test_reduction_of_a_mineral_without_redox_active_metal_is_zero_not_low(andosol):
    for mechanism in ("reductive_dissolution_abiotic", "reductive_dissolution_microbial"):
        m = andosol.mechanisms.index(mechanism)
        for name in ("phyllosilicate", "calcium_bridged", "short_range_aluminium"):
            assert (andosol.vulnerability[:, andosol.associations.index(name), m] == 0).all()
        assert (andosol.vulnerability[:, andosol.associations.index("short_range_iron"), m] > 0).any()
    table = andosol.table.set_index(["association", "mechanism"])
    assert table.loc[("phyllosilicate", "reductive_dissolution_abiotic"), "band"] == "excluded"
    assert not any(never(m).any() for m in andosol.mechanisms if not m.startswith("reductive"))


def test_poorly_ordered_iron_dissolves_before_crystalline_iron(andosol):
    """F-012 to F-014; the other way round for enzymes on crystalline surfaces (L-013, a hypothesis)."""
    short, crystal = (andosol.associations.index(n) for n in ("short_range_iron", "crystalline_iron"))
    layers = andosol.associations.index("phyllosilicate")
    for mechanism in ("proton_dissolution", "ligand_dissolution", "reductive_dissolution_microbial"):
        s = np.median(andosol.susceptibility[:, :, andosol.mechanisms.index(mechanism)], axis=0)
        assert s[short] > s[crystal] > s[layers]


def test_weak_bonds_go_first_and_entrapped_matter_last(andosol):
    """G-010 and E-010."""
    s = np.median(andosol.susceptibility[:, :, andosol.mechanisms.index("sorption_disequilibrium")], axis=0)
    by = dict(zip(andosol.associations, s, strict=True))
    assert min(by["phyllosilicate"], by["outer_layer"]) > by["short_range_iron"] > by["coprecipitated"]


def test_an_input_narrows_and_none_of_them_is_a_point():
    one, all_ = assess({"pH": 5.2}, samples=800), assess(FULL, setting=STATED, samples=800)

    def wide(spectrum):
        low, high = np.quantile(spectrum.inventory.carbon[0], (0.05, 0.95), axis=0)
        return (high - low) / np.maximum(np.median(spectrum.inventory.carbon[0], axis=0), 1e-9)

    assert (wide(all_) > 0).all()
    assert np.median(wide(all_)) < 0.5 * np.median(wide(one))
    assert "mineral_held_carbon" not in set(all_.what_to_measure.to_find_out)


def test_without_a_root_nothing_is_set_off_but_what_needs_no_root():
    spectrum = assess(ANDOSOL, root="none", samples=300)
    exposure = dict(zip(spectrum.mechanisms, spectrum.exposure.max(axis=0), strict=True))
    assert exposure["ligand_dissolution"] == exposure["enzymatic_depolymerization"] == 0
    assert exposure["mineral_catalysis"] > 0
    assert (spectrum.formation == 0).all()


def test_settings_move_the_exposure_the_way_their_claims_say():
    wet, dry = (assess(ANDOSOL, setting={"water_regime": w}, samples=400) for w in ("wet", "dry"))
    ecto, arbuscular = (assess(ANDOSOL, setting={"mycorrhiza": m}, samples=400) for m in ("ecto", "arbuscular"))
    m = wet.mechanisms.index
    assert np.median(wet.exposure[:, m("reductive_dissolution_microbial")]) > np.median(
        dry.exposure[:, m("reductive_dissolution_microbial")]
    )
    ligands = [s.exposure[:, m("ligand_dissolution")] for s in (ecto, arbuscular)]
    assert np.median(ligands[0]) > np.median(ligands[1]) > 0, "arbuscular fungi: low, not zero (X-004)"


def test_why_opens_rules_claims_and_sources(andosol):
    why = andosol.why("short_range_iron", "ligand_dissolution")
    assert {"S01", "S05"} <= {rule.rule for rule, _ in why.fired}
    assert "mycorrhiza" in " ".join(why.lacked)
    assert set(why.claims) <= set(evidence.claims())
    assert why.strength == "limited", "J-010 is limited evidence and on the way"
    excluded = andosol.why("phyllosilicate", "reductive_dissolution_abiotic")
    assert excluded.claims[0] == "F-008" and "excluded" in str(excluded)
    with pytest.raises(InputError, match="did you mean"):
        andosol.why("phyllosilicates", "ligand_dissolution")


def test_every_rule_and_setting_opens_its_source():
    for rule in rules():
        assert all(evidence.claim(c).refs_resolved for c in rule.claims), rule.rule
        assert rule.strength in evidence.STRENGTH and rule.direction in "+-0"
    for row in evidence.rows("evidence_settings"):
        assert all(evidence.claim(c) for c in row["claims"].split(";"))
    for name in associations():
        for rule in rules():
            if rule.kind != "measured" and rule.trait not in ("coverage", "charge"):
                low, high = trait_range(name, rule.trait)
                assert 0 <= low <= high <= 3


def test_a_thousand_partial_soils_never_crash_and_never_give_a_point():
    """Random subsets of inputs and settings, extremes among them."""
    rng = np.random.default_rng(7)
    keys = [k for k in inputs() if k != "depth"]
    for _ in range(1000):
        chosen = rng.choice(keys, rng.integers(1, len(keys)), replace=False)
        soil = {k: float(inputs()[k]["low"]) + rng.random() ** 4 * 0.3 * float(inputs()[k]["high"]) for k in chosen}
        stated = {k: str(rng.choice(w)) for k, w in settings().items() if rng.random() < 0.4}
        try:
            spectrum = assess(soil, setting=stated, samples=60)
        except InputError as error:
            assert all(p.what and p.where for p in error.problems)
            continue
        assert np.isfinite(spectrum.inventory.carbon).all() and np.isfinite(spectrum.vulnerability).all()
        assert (np.ptp(spectrum.by_mechanism, axis=0) > 0).sum() >= 1
        held = spectrum.inventory.held[0]
        assert np.ptp(held) > 0 or soil.get("organic_carbon", 1) == 0 or held.max() == 0


def test_nonsense_is_refused_with_every_reason_at_once():
    soil = {"pH": 99, "clay": -3, "foo": 2, "oxalate_iron": "lots", "organic_carbon": float("inf"), "cec": True}
    with pytest.raises(InputError) as refused:
        assess(soil, setting={"plant": "gras", "moon": "full"})
    text = str(refused.value)
    assert len(refused.value.problems) == 8
    for word in ("pH", "clay", "foo", "oxalate_iron", "organic_carbon", "cec", "grass", "moon"):
        assert word in text
    with pytest.raises(InputError, match="nothing was measured"):
        assess({"name": "empty"})
    with pytest.raises(InputError, match="add up"):
        assess({"clay": 700, "silt": 400})
    with pytest.raises(InputError):
        assess(3.2)


def test_known_pitfalls_are_named():
    notes = assess(
        {**FULL, "pyrophosphate_iron": 15, "oxalate_iron": 9, "dithionite_iron": 7}, samples=60
    ).inventory.notes[0]
    assert any("peptized" in n for n in notes) and any("magnetite" in n for n in notes)


def test_the_dataset_and_the_page_carry_the_caveat_and_sources(andosol, tmp_path):
    from rhizolith.reporting import report

    data = andosol.to_dataset()
    assert data.attrs["made_by"] == "assess"
    assert float(data.vulnerability.sel(quantile=0.5).max()) <= 1
    page = report(data, to=tmp_path / "p.html")
    assert "Hypothesis, not prediction" in page and "S01" not in page.split("<script")[0]
    data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    assert report(tmp_path / "a.nc") == page


def test_the_same_seed_gives_the_same_spectrum():
    first, second = assess(ANDOSOL, samples=200), assess(ANDOSOL, samples=200)
    assert np.array_equal(first.vulnerability, second.vulnerability)
    assert not np.array_equal(first.vulnerability, assess(ANDOSOL, samples=200, seed=2).vulnerability)


def test_a_measured_surface_limits_what_is_adsorbed():
    free, small = (assess({**FULL, **more}, samples=300) for more in ({}, {"surface_area": 3.0}))
    on = [free.associations.index(n) for n in ("short_range_iron", "crystalline_iron", "phyllosilicate")]
    assert (small.inventory.capacity[0][:, on].sum(axis=1) <= 3.0 * 1.2 * 1.5).all(), "area, load, error of the area"
    assert np.median(small.inventory.carbon[0][:, on]) < np.median(free.inventory.carbon[0][:, on])
    outer = free.associations.index("outer_layer")
    assert np.median(small.inventory.carbon[0][:, outer]) > np.median(free.inventory.carbon[0][:, outer])


def test_carbon_to_nitrogen_stands_for_nitrogen():
    soil = assess({"organic_carbon": 24.0, "c_to_n": "12"}, samples=60).soil
    assert soil.values["total_nitrogen"][0] == pytest.approx(2.0)


def test_an_organic_soil_has_no_more_carbon_on_minerals_than_its_few_minerals_carry():
    """Peat of 480 g C per kg is nearly all organic matter; a tenth of it at most is on minerals."""
    peat = assess({"pH": 3.8, "organic_carbon": 480, "clay": 20}, samples=500)
    assert np.quantile(peat.inventory.held[0], 0.95) < 60
    assert "organic soil" in peat.inventory.notes[0][0]
    told = assess({"pH": 3.8, "organic_carbon": 480, "mineral_held_carbon": 80}, samples=500)
    assert np.median(told.inventory.held[0]) == pytest.approx(80, rel=0.05), "what was measured stands"
    plain = assess({"organic_carbon": 60}, samples=500).inventory.held[0]
    assert np.median(plain) / 60 == pytest.approx(0.657, abs=0.03), "the median share of heavy fractions, not limited"


def test_minerals_by_diffraction_may_be_any_that_soils_have():
    """Quartz and calcite are no error and count for nothing; illite is a phyllosilicate; magnetite is believed."""
    seen = from_mapping({"minerals": {"quartz": 420.0, "illite": 150.0, "kaolinite": 100.0, "magnetite": 4.0}})
    assert seen.unread == ("quartz",) and seen.setting["magnetite"][0] == "present"
    both = take_inventory(seen, shared_draws(200, 1)).capacity[0, :, list(associations()).index("phyllosilicate")]
    one = from_mapping({"minerals": {"kaolinite": 250.0, "magnetite": 4.0}})
    assert np.allclose(both, take_inventory(one, shared_draws(200, 1)).capacity[0, :, 6])
    assert set(minerals()) <= set(crystals()), "whatever can be simulated can be assessed"


def root(**told) -> Root:
    """A fine root that says so much of itself."""
    return Root(radius=1.8e-4, length_density=5e4, **told)


def test_a_described_root_speaks_of_its_triggers():
    """Ten times the oxalate of the usual root is a high exposure to ligands, none of it a low one; protons acidify."""
    usual = parameters()["root", "exudation_oxalate"].value * root().surface

    def exposed(mechanism, **told):
        spectrum = assess({"pH": 6.5}, root=root(**told), samples=400)
        return np.median(spectrum.exposure[:, spectrum.mechanisms.index(mechanism)])

    much, none = ({"oxalate": n * usual, "citrate": 0.0} for n in (10, 0))
    assert exposed("ligand_dissolution", exudation=much) > exposed("ligand_dissolution") + 0.1
    assert exposed("ligand_dissolution", exudation=none) < exposed("ligand_dissolution") - 0.1
    assert exposed("proton_dissolution", proton_release=1e-7) > exposed("proton_dissolution", proton_release=-1e-8)
    told = assess({"pH": 6.5}, root=root(proton_release=1e-7), samples=100)
    assert "read from the root, beside the usual fine root: acidification high" in told.inventory.notes[0]
    assert levels_of(root()) == {}, "what a root leaves to the usual one says nothing"
    with pytest.raises(InputError, match="is no root"):
        assess({"pH": 6}, root=3)
