"""Where each mechanism has to stop, speed up or slow down, whatever its constants."""

import numpy as np
import pytest
from bench import LN10, Bench, everything, soil

from rhizolith.description.scenario import Scenario
from rhizolith.description.soil import Held

PH5 = {"ln:H+": -5 * LN10}
ANOXIC = {"O2": 0.0, "ln:O2": -60 * LN10}
UNSATURATED = {"ln:Fe+3": -20 * LN10, "ln:Al+3": -20 * LN10, "ln:H4SiO4": -8 * LN10, "ln:Ca+2": -8 * LN10}
DISSOLUTION = (
    "proton_dissolution",
    "ligand_dissolution",
    "reductive_dissolution_abiotic",
    "reductive_dissolution_microbial",
)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(everything())


def named(bench, mechanism, **more):
    """Processes of a mechanism by association parts."""
    found = [r.process for r in bench.model.reactions if r.process.mechanism == mechanism]
    return [p.name for p in found if all(v in p.association.split("/") for v in more.values())]


@pytest.mark.parametrize("mechanism", ["reductive_dissolution_abiotic", "reductive_dissolution_microbial"])
def test_minerals_without_iron_or_manganese_are_never_reduced(mechanism):
    """A hard zero: there is no process at all (checklist F-008)."""
    held = tuple(Held(mineral=m, carbon=0.01) for m in ("gibbsite", "kaolinite", "allophane"))
    quiet = Bench(
        Scenario(
            name="no metal", geometry="batch", soil=soil({"gibbsite": 0.1, "kaolinite": 0.5, "allophane": 0.1}, held)
        )
    )
    touched = [r for r in quiet.model.reactions if r.process.mechanism == mechanism and r.process.association]
    assert touched == []
    assert quiet.sum("mineral_catalysis") == 0


@pytest.mark.parametrize("mechanism", ["proton_dissolution", "ligand_dissolution"])
@pytest.mark.parametrize("mineral", ["goethite", "ferrihydrite", "gibbsite", "kaolinite"])
def test_a_saturated_water_dissolves_nothing(bench, mechanism, mineral):
    full = {"ln:Fe+3": 0.0, "ln:Al+3": 0.0, "ln:H4SiO4": 0.0}
    assert bench.rate(f"{mechanism}:{mineral}", UNSATURATED) > 0
    assert bench.rate(f"{mechanism}:{mineral}", UNSATURATED | full) == 0


def test_only_a_supersaturated_water_precipitates(bench):
    assert bench.rate("coprecipitation:ferrihydrite", UNSATURATED) == 0
    assert bench.rate("coprecipitation:ferrihydrite", {"ln:Fe+3": -5 * LN10}) > 0
    trapped = "coprecipitation:bound:ferrihydrite/dissolved_organic_matter/inner_sphere/coprecipitated"
    ratio = bench.rate(trapped, {"ln:Fe+3": -5 * LN10, "Dom": 1e6}) / bench.rate(
        "coprecipitation:ferrihydrite", {"ln:Fe+3": -5 * LN10, "Dom": 1e6}
    )
    assert ratio == pytest.approx(bench.values["coprecipitation.carbon_to_mineral"], rel=1e-5)


def test_siderite_forms_from_nothing_and_only_above_saturation(bench):
    """Twice the water forms twice as much; at saturation, and where there is none to dissolve, nothing happens."""
    name, none = "siderite_precipitation:siderite", {"siderite": 0.0}
    at = {p: {"ln:Fe+2": -3 * LN10, "ln:CO3-2": (p - 10.89 + 3) * LN10} for p in (-1, 0, 1, 20)}
    hot = {"ln_k:Siderite": -10.89 * LN10}
    assert bench.rate(name, none | at[-1] | hot) == bench.rate(name, none | at[0] | hot) == 0
    some, most = (bench.rate(name, none | at[p] | hot) for p in (1, 20))
    constant = bench.values["siderite_precipitation.rate_constant"]
    assert some == pytest.approx(0.25 * constant * 0.9)
    assert most == pytest.approx(0.25 * constant)
    assert bench.rate(name, none | at[20] | hot | {"water_content": 0.5}) == pytest.approx(2 * most)
    assert bench.rate("proton_dissolution:siderite", none | at[-1] | hot) == 0


@pytest.mark.parametrize("mechanism", DISSOLUTION)
def test_organic_matter_on_a_surface_protects_it(bench, mechanism):
    """Adsorbed and coprecipitated matter blocks (checklist F-015), occluded matter does not."""
    name = f"{mechanism}:ferrihydrite" + (":sugar" if mechanism.endswith("microbial") else "")
    way = "ferrihydrite/dissolved_organic_matter/inner_sphere/"
    state = UNSATURATED | ANOXIC | {"ln:Qui": -10 * LN10}
    bare = bench.rate(name, state)
    assert bare > 0
    for arrangement in ("monolayer", "coprecipitated"):
        assert bench.rate(name, state | {way + arrangement: 5.0}) < bare
    assert bench.rate(name, state | {way + "occluded": 5.0}) == bare


def test_matter_leaves_as_its_mineral_does(bench):
    """Each association loses the share that its mineral loses."""
    state = UNSATURATED
    gone = bench.rate("proton_dissolution:gibbsite", state) / bench.values["gibbsite"]
    for name in named(bench, "proton_dissolution", mineral="gibbsite"):
        association = bench.reactions[name].process.association
        if association:
            assert bench.rate(name, state) / bench.values[association] == pytest.approx(gone)


def test_acid_dissolves_faster_and_warmth_too(bench):
    cold = {"temperature": 278.15}
    for mineral in ("goethite", "ferrihydrite", "kaolinite", "gibbsite"):
        name = f"proton_dissolution:{mineral}"
        slow = bench.rate(name, UNSATURATED | PH5)
        assert bench.rate(name, UNSATURATED | {"ln:H+": -3 * LN10}) > slow
        assert bench.rate(name, UNSATURATED | PH5 | cold) < slow


def test_oxygen_stops_the_breathing_of_iron(bench):
    """Air-saturated soil respires less than 1 % of the iron that it does without oxygen."""
    name = "reductive_dissolution_microbial:ferrihydrite:sugar"
    anoxic = bench.rate(name, ANOXIC)
    assert 0 < bench.rate(name, {"O2": 0.25}) < 0.01 * anoxic
    assert bench.rate(name, {"O2": 0.01}) < anoxic


def test_energy_stops_the_breathing_of_ordered_oxides_first(bench):
    """At the same anoxic water of high pH and Fe(II) hematite and goethite stop before ferrihydrite."""
    state = ANOXIC | {"ln:H+": -7.5 * LN10, "ln:Fe+2": -3 * LN10, "ln:Fe+3": -22 * LN10, "ln:CO3-2": -6 * LN10}
    share = {}
    for mineral in ("ferrihydrite", "goethite"):
        name = f"reductive_dissolution_microbial:{mineral}:sugar"
        share[mineral] = bench.rate(name, state) / bench.rate(name, ANOXIC)
    assert share["goethite"] < share["ferrihydrite"]


def test_phenols_reduce_manganese_oxide_where_goethite_has_stopped(bench):
    state = {
        "ln:H+": -7 * LN10,
        "ln:Fe+2": -4 * LN10,
        "ln:Fe+3": -21 * LN10,
        "ln:Qui": -4 * LN10,
        "ln:H2Cat": -4 * LN10,
    }
    assert bench.rate("reductive_dissolution_abiotic:goethite", state) == 0
    assert bench.rate("reductive_dissolution_abiotic:birnessite", state) > 0


def test_siderophores_and_carboxylates_do_more_together(bench):
    """More than the sum of both alone (Cervini2002)."""
    name = "ligand_dissolution:goethite"
    acids = {o.component: 0.0 for o in bench.model.scene.organics if o.strong_ligand}
    oxalate, siderophore = {"H2Ox": 0.2}, {"H3Sid": 0.04}
    apart = sum(bench.rate(name, UNSATURATED | acids | one) for one in (oxalate, siderophore))
    assert bench.rate(name, UNSATURATED | acids) == 0
    assert bench.rate(name, UNSATURATED | acids | oxalate | siderophore) > apart > 0


def test_only_strong_ligands_displace_inner_sphere_matter(bench):
    """G-007; what is inside a mineral is out of reach, more contacts hold longer (E-004)."""
    none = {"H2Ox": 0.0, "H3Cit": 0.0, "H3Sid": 0.0}
    assert bench.sum("ligand_exchange", none | {"Glc": 10.0}) == 0
    assert bench.sum("ligand_exchange", none | {"H2Ox": 0.5}) > 0
    touched = {
        r.process.association.split("/")[2:][0]
        for r in bench.model.reactions
        if r.process.mechanism == "ligand_exchange"
    }
    assert touched == {"inner_sphere"}
    assert not named(bench, "ligand_exchange", arrangement="occluded") + named(
        bench, "ligand_exchange", a="coprecipitated"
    )


def test_ions_displace_outer_sphere_matter_only(bench):
    bonds = {
        r.process.association.split("/")[2] for r in bench.model.reactions if r.process.mechanism == "ion_exchange"
    }
    assert bonds == {"outer_sphere"}
    assert bench.sum("ion_exchange", {"ionic_strength": 0.2}) > bench.sum("ion_exchange", {"ionic_strength": 0.01})
    assert bench.sum("ion_exchange", {"PO4-3": 1.0}) > bench.sum("ion_exchange", {"PO4-3": 0.0})


def test_assemblies_fall_apart_as_charges_repel(bench):
    """Deprotonation disperses (X-002); salt and bridging cations hold together; ligands take the bridges."""
    at5 = bench.sum("dispersion", PH5)
    assert bench.sum("dispersion", {"ln:H+": -9 * LN10}) > at5
    assert bench.sum("dispersion", PH5 | {"ionic_strength": 0.5}) < at5
    assert bench.sum("dispersion", PH5 | {"ln:Ca+2": np.log(1e-2)}) < at5
    assert bench.sum("dispersion", PH5 | {"H2Ox": 5.0}) > at5


def test_sorption_and_desorption_balance_at_one_concentration(bench):
    name = "goethite/dissolved_organic_matter/inner_sphere/monolayer"
    off = bench.rate(f"sorption_disequilibrium:{name}")
    on = bench.rate(f"sorption_disequilibrium:bound:{name}")
    poor = bench.rate(f"sorption_disequilibrium:bound:{name}", {"Dom": 0.1 * bench.values["Dom"]})
    assert poor == pytest.approx(0.1 * on)
    balanced = bench.values["Dom"] * off / on
    assert bench.rate(f"sorption_disequilibrium:bound:{name}", {"Dom": balanced}) == pytest.approx(off)


def test_a_full_surface_binds_no_more(bench):
    name = "goethite/dissolved_organic_matter/inner_sphere/monolayer"
    assert bench.rate(f"sorption_disequilibrium:bound:{name}", {name: 100.0}) == 0


def test_weak_bonds_let_go_first(bench):
    """E-002, G-010"""
    k = {
        b: bench.values[f"sorption_disequilibrium.desorption_{b}"]
        for b in ("inner_sphere", "outer_sphere", "hydrophobic")
    }
    assert k["inner_sphere"] < k["outer_sphere"] <= k["hydrophobic"]


def test_more_contacts_hold_longer():
    """E-004, E-005"""

    def freed(denticity):
        held = (Held(mineral="goethite", carbon=0.01, denticity=denticity),)
        bench = Bench(Scenario(name="d", geometry="batch", soil=soil({"goethite": 0.2}, held), organics=("oxalate",)))
        return bench.sum("sorption_disequilibrium"), bench.sum("ligand_exchange", {"H2Ox": 0.5})

    assert all(many < one for one, many in zip(freed(1.0), freed(4.0), strict=True))


def test_calcium_bridges(bench):
    name = "sorption_disequilibrium:bound:goethite/dissolved_organic_matter/inner_sphere/monolayer"
    assert bench.rate(name, {"Ca+2": 30.0}) > bench.rate(name, {"Ca+2": 0.0})


def test_less_order_is_dissolved_faster_and_silicates_slowest(bench):
    """F-010 to F-014: the same kilograms in the same water, undersaturated, acid, with oxalate."""
    state = UNSATURATED | {"ln:H+": -4 * LN10, "H2Ox": 0.5}
    masses = {m.name: m.molar_mass * bench.values[m.name] for m in bench.model.scene.minerals}

    def share(mineral):
        both = sum(bench.rate(f"{m}:{mineral}", state) for m in ("proton_dissolution", "ligand_dissolution"))
        return float(both) / masses[mineral]

    pairs = {"ferrihydrite": "lepidocrocite", "lepidocrocite": "goethite", "goethite": "hematite"}
    for disordered, ordered in (pairs | {"amorphous_al_hydroxide": "gibbsite", "allophane": "gibbsite"}).items():
        assert share(disordered) > share(ordered)
    for metal in ("ferrihydrite", "amorphous_al_hydroxide", "allophane", "goethite", "gibbsite"):
        assert share(metal) > share("kaolinite")


def test_matter_binds_less_as_the_surface_loses_its_positive_charge(bench):
    name = "sorption_disequilibrium:bound:goethite/dissolved_organic_matter/inner_sphere/monolayer"
    assert bench.rate(name, {"ln:H+": -8 * LN10}) < bench.rate(name, PH5)


def test_enzymes_reach_what_sticks_out_and_minerals_hold_enzymes(bench):
    """H-004, H-005"""
    base = "enzymatic_depolymerization:goethite/dissolved_organic_matter/"
    reach = {
        w: bench.rate(base + w) for w in ("outer_sphere/outer_layer", "inner_sphere/monolayer", "inner_sphere/occluded")
    }
    assert reach["outer_sphere/outer_layer"] > reach["inner_sphere/monolayer"] > reach["inner_sphere/occluded"]
    name = base + "inner_sphere/monolayer"
    assert bench.rate(name, {"enzyme": 0.0}) == 0
    assert bench.rate(name, {"kaolinite": 5.0}) < bench.rate(name)


def test_radicals_need_iron_and_oxygen(bench):
    assert bench.sum("oxidant_depolymerization") > 0
    assert bench.sum("oxidant_depolymerization", {"O2": 0.0}) == 0
    assert bench.sum("oxidant_depolymerization", {"Fe+2": 0.0}) == 0


def test_manganese_oxide_is_the_strongest_oxidant(bench):
    by = {m: bench.rate(f"mineral_catalysis:{m}/dissolved_organic_matter/inner_sphere/monolayer") for m in
          ("birnessite", "ferrihydrite", "goethite", "hematite")}  # fmt: skip
    assert by["birnessite"] > 10 * by["ferrihydrite"] > 10 * 0.9 * by["goethite"]


def test_microbes_use_the_carbon_of_sugar_better_than_that_of_oxalate(bench):
    def built(organic):
        return bench.rate(f"growth:growth_yield:{organic}") / bench.rate(f"respiration:growth_yield:{organic}")

    assert built("sugar") > built("citrate") > built("oxalate")


def test_stress_and_want_of_oxygen_slow_microbes(bench):
    name = "growth:growth_yield:sugar"
    usual = bench.rate(name)
    for hard in ({"ln:H+": -2.5 * LN10}, {"ln:H+": -11 * LN10}, {"ionic_strength": 2.0}, {"O2": 1e-4}):
        assert bench.rate(name, hard) < 0.5 * usual


def test_death_returns_what_lived(bench):
    """Nitrogen of the dead that their remains do not hold becomes ammonium."""
    death = bench.reactions["death:growth_yield"]
    assert death.unknowns["Dom"] > 0 and death.unknowns["NH4+"] > 0 and death.unknowns["growth_yield"] == -1


def test_debris_feeds_the_solution_with_more_enzyme_ever_less(bench):
    one, two, four = (bench.rate("particulate_decay", {"enzyme": n * 2e-4}) for n in (1, 2, 4))
    assert 0 < one < two < four < 4 * one
    assert bench.rate("particulate_decay", {"particulate": 0.0}) == 0


def test_the_root_acts_at_its_surface_by_day_while_young(bench):
    name = "exudation:sugar"
    noon, midnight = {"t": 0.5 * 86400.0}, {"t": 1.0 * 86400.0}
    assert bench.rate(name, {"root_area": 0.0}) == 0
    assert bench.rate(name, noon) > bench.rate(name, midnight) > 0
    assert bench.rate(name, {"t": 40.5 * 86400.0}) < bench.rate(name, noon)


def test_hunger_for_phosphorus_raises_carboxylates_only(bench):
    fed, hungry = {"PO4-3": 1.0}, {"PO4-3": 0.0}
    assert bench.rate("exudation:citrate", hungry) > bench.rate("exudation:citrate", fed)
    assert bench.rate("exudation:sugar", hungry) == bench.rate("exudation:sugar", fed)


def test_cations_are_paid_with_protons_and_anions_with_their_uptake(bench):
    assert bench.reactions["uptake:NH4+"].unknowns["H+"] > 0
    assert bench.reactions["uptake:NO3-"].unknowns["H+"] < 0


def test_gas_and_water_agree_at_equilibrium(bench):
    warm = 8.205736608e-5 * bench.values["temperature"]
    k = np.exp(bench.values["ln_k:O2(g)"] + bench.values.get("ln_k:O2", 0.0))
    dissolved = k * bench.values["O2(g)"] * warm
    state = {"ln:O2": np.log(dissolved), "ionic_strength": 1e-12}
    assert abs(bench.rate("dissolving:O2", state)) < 1e-6 * bench.rate("dissolving:O2", {"ln:O2": -60.0})


def test_ammonium_burns_to_acid(bench):
    unknowns = bench.reactions["nitrification"].unknowns
    assert unknowns["H+"] == 2 and unknowns["NO3-"] == 1
    assert bench.rate("nitrification", ANOXIC) == 0


def test_guilds_trade_growth_for_acquisition_and_tolerance(bench):
    """Y-A-S: on sugar growers are fastest; under alkali and salt the tolerant are; acquirers make most enzyme."""
    guilds = ("growth_yield", "resource_acquisition", "stress_tolerance")

    def fastest(kind, state):
        rates = {g: bench.rate(f"{kind}:{g}:sugar", state) for g in guilds}
        return max(rates, key=rates.get)

    assert fastest("growth", {}) == "growth_yield"
    assert fastest("growth", {"ln:H+": -10.5 * LN10, "ionic_strength": 0.5}) == "stress_tolerance"
    assert fastest("enzyme", {}) == "resource_acquisition"


def test_microbes_fed_with_sugar_make_ligands(bench):
    """J-010: sugar dissolves minerals through microbes."""
    assert bench.reactions["ligand:resource_acquisition:sugar"].unknowns["H3Cit"] > 0
    assert bench.rate("ligand:resource_acquisition:sugar") > bench.rate("ligand:growth_yield:sugar") > 0
    assert bench.rate("ligand:resource_acquisition:sugar", {"Glc": 0.0}) == 0


def test_water_shuts_the_way_of_gases(bench):
    """Renewal falls with the air content to the power 10/3 over porosity squared."""
    state = {"CO2(g)": 1.0, "air_content": 0.25, "water_content": 0.25}
    open_, shut = (
        abs(bench.rate("renewal:CO2", state | s)) for s in ({}, {"air_content": 0.05, "water_content": 0.45})
    )
    assert open_ / shut == pytest.approx(5 ** (10 / 3), rel=1e-6)
