"""A soil from a laboratory's numbers: what was measured is kept, what was not is filled and remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rhizolith.description.document import Document, read_document
from rhizolith.description.scenario import Held, Soil
from rhizolith.errors import InputError
from rhizolith.knowledge import tables

CARBON, IRON, ALUMINIUM = 12.011e-3, 55.845e-3, 26.982e-3
"""kg mol⁻¹"""
PARTICLE_DENSITY = 2650.0
"""kg m⁻³, of mineral soil (assumed, the usual value)"""
KEYS = [
    "name", "source", "place", "note", "pH", "bulk_density", "porosity", "water_content", "organic_carbon", "clay",
    "clay_mineral",
    "cec", "oxalate_iron", "oxalate_aluminium", "pyrophosphate_iron", "pyrophosphate_aluminium", "dithionite_iron",
    "minerals", "associations", "solution", "biomass_carbon", "acid_groups", "closing", "total_nitrogen",
]  # fmt: skip
MASSES = {
    "kaolinite": 258.16e-3,
    "smectite": 367.0e-3,
    "allophane": 198.0e-3,
    "ferrihydrite": 106.87e-3,
    "goethite": 88.85e-3,
}


def soil_path(name: str) -> Path:
    """Where a soil that ships with rhizolith is kept."""
    return tables.DATA / "soils" / f"{name}.yaml"


def shipped_soils() -> list[str]:
    """Names of the soils that ship with rhizolith."""
    return sorted(p.stem for p in (tables.DATA / "soils").glob("*.yaml"))


def read_soil(path: str | Path) -> Soil:
    """A soil from a YAML file, or a shipped one by name; InputError with every problem."""
    known = soil_path(str(path))
    document = read_document(known if known.exists() else path)
    soil = build_soil(document)
    problems = document.all_problems()
    if problems or soil is None:
        raise InputError(problems)
    return soil


def build_soil(d: Document) -> Soil | None:
    """The soil of a document; None, with problems in the document, when it cannot be made."""
    filled: dict[str, str] = {}
    ph = d.number("pH", "", 1, 13, None)
    if ph is None and not d.problems:
        d.bad("", "a soil needs its pH", "add a line like `pH: 5.2`")
    density = _or(
        d.number("bulk_density", "kg/m^3", 50, 2600), 1300.0, "bulk_density", "assumed: 1.3 g per cm3", filled
    )
    porosity = _or(
        d.number("porosity", "", 0.05, 0.98),
        1 - density / PARTICLE_DENSITY,
        "porosity",
        "from bulk density and 2.65 g per cm3 of solids",
        filled,
    )
    water = _or(
        d.number("water_content", "", 0.005, 0.98),
        0.55 * porosity,
        "water_content",
        "assumed: 55 % of the pores",
        filled,
    )
    if water > porosity:
        d.bad(
            "water_content", f"{water:g} is more than the pores hold ({porosity:g})", "lower it or raise the porosity"
        )
    carbon = _or(d.number("organic_carbon", "kg/kg", 0, 0.6), 0.015, "organic_carbon", "assumed: 15 g per kg", filled)
    clay = d.number("clay", "kg/kg", 0, 1) or 0.0
    minerals = _minerals(d, clay, ph or 6.0, filled)
    held = _associations(d, minerals, carbon / CARBON, filled)
    biomass = d.number("biomass_carbon", "kg/kg", 0, 0.1)
    acid = d.number("acid_groups", "mol/kg", 0, 10)
    cec = _or(d.number("cec", "mol/kg", 0, 5), 0.1, "cec", "assumed: 10 cmol per kg", filled)
    solution = _solution(d)
    text = {k: d.word(k) for k in ("name", "source", "place", "note", "closing")}
    d.number("total_nitrogen", "kg/kg", 0, 0.1)
    d.finish(KEYS)
    if d.all_problems() or ph is None:
        return None
    if biomass is None:
        filled["biomass"] = "assumed: 1.5 % of organic carbon"
    if acid is None:
        filled["acid_groups"] = "assumed: 5 mol of acid groups per kg of organic carbon"
    microbes = biomass if biomass is not None else 0.015 * carbon
    return Soil(
        **{**text, "name": text["name"] or Path(d.path).stem}, pH=ph, bulk_density=density, porosity=porosity,
        water_content=water, organic_carbon=carbon / CARBON, cec=cec, minerals=minerals, associations=tuple(held),
        acid_groups=acid if acid is not None else 5 * carbon, solution=solution,
        biomass=microbes / CARBON, filled=filled,
    )  # fmt: skip


def _or(value: float | None, default: float, key: str, why: str, filled: dict[str, str]) -> float:
    if value is None:
        filled[key] = why
        return default
    return value


def _minerals(d: Document, clay: float, ph: float, filled: dict[str, str]) -> dict[str, float]:
    """From the list of minerals, else from selective dissolution."""
    given = d.section("minerals")
    extracts = {
        k: d.number(k, "kg/kg", 0, 0.4)
        for k in (
            "oxalate_iron",
            "oxalate_aluminium",
            "pyrophosphate_iron",
            "pyrophosphate_aluminium",
            "dithionite_iron",
        )
    }
    kind = d.word("clay_mineral", ["kaolinite", "smectite"], "kaolinite")
    found: dict[str, float] = {}
    if given is not None:
        from rhizolith.description.masses import molar_mass_of

        for name in given.values:
            if name not in tables.minerals():
                given.get(name)
                _unknown_mineral(given, name)
                continue
            amount = given.number(name, "kg/kg", 0, 1)
            if amount:
                found[name] = amount / molar_mass_of(tables.minerals()[name]["formula"])
        return found
    iron, aluminium = extracts["oxalate_iron"] or 0.0, extracts["oxalate_aluminium"] or 0.0
    short_iron = max(iron - (extracts["pyrophosphate_iron"] or 0.0), 0.0)
    short_aluminium = max(aluminium - (extracts["pyrophosphate_aluminium"] or 0.0), 0.0)
    crystalline = max((extracts["dithionite_iron"] or 0.0) - iron, 0.0)
    if short_iron:
        found["ferrihydrite"] = short_iron / IRON
        filled["minerals.ferrihydrite"] = "oxalate minus pyrophosphate iron, taken as Fe(OH)3"
    if crystalline:
        found["goethite"] = crystalline / IRON
        filled["minerals.goethite"] = "dithionite minus oxalate iron, taken as goethite"
    if short_aluminium:
        name = "allophane" if ph >= 4.9 else "amorphous_al_hydroxide"
        found[name] = short_aluminium / ALUMINIUM / (2 if name == "allophane" else 1)
        filled[f"minerals.{name}"] = "oxalate minus pyrophosphate aluminium; allophane from pH 4.9 up (assumed)"
    rest = clay - sum(found.get(m, 0.0) * MASSES.get(m, 0.08) for m in found)
    if rest > 0:
        found[kind] = rest / MASSES[kind]
        filled[f"minerals.{kind}"] = f"what is left of the clay, taken as {kind}"
    return found


def _unknown_mineral(given: Document, name: str) -> None:
    from difflib import get_close_matches

    near = ", ".join(get_close_matches(name, tables.minerals(), 3, 0.3)) or ", ".join(tables.minerals())
    given.bad(name, "is no mineral rhizolith knows", f"did you mean {near}?")


def _solution(d: Document) -> dict[str, float]:
    section = d.section("solution")
    if section is None:
        return {}
    found = {}
    for name in section.values:
        value = section.number(name, "mol/m^3", 0, 5000)
        if value is not None:
            found[name] = value
    return found


def _associations(d: Document, minerals: dict[str, float], carbon: float, filled: dict[str, str]) -> list[Held]:
    if "associations" in d.values:
        found = [h for n, entry in enumerate(d.items("associations")) if (h := _one(d, entry, n, minerals)) is not None]
        if sum(h.carbon for h in found) > carbon * 1.001:
            d.bad(
                "associations", "hold more carbon than the soil's organic carbon", "lower them or raise organic_carbon"
            )
        return found
    return _share_out(minerals, carbon, filled)


def _one(d: Document, entry: Any, n: int, minerals: dict[str, float]) -> Held | None:
    if not isinstance(entry, Document):
        d.bad("associations", f"entry {n + 1} is no group of settings", "write `- mineral: goethite` and so on")
        return None
    mineral = entry.word("mineral", list(minerals) or [""])
    organic = entry.word("organic", list(tables.organics()), "dissolved_organic_matter")
    bond = entry.word("bond", ["inner_sphere", "outer_sphere", "hydrophobic"], "inner_sphere")
    arrangement = entry.word("arrangement", ["monolayer", "outer_layer", "occluded", "coprecipitated"], "monolayer")
    carbon = entry.number("carbon", "kg/kg", 0, 0.6)
    denticity = entry.number("denticity", "", 1, 20, 1.0)
    entry.finish(["mineral", "organic", "bond", "arrangement", "carbon", "denticity"])
    if entry.problems or not mineral or carbon is None:
        return None
    made: dict[str, Any] = {"mineral": mineral, "organic": organic, "bond": bond, "arrangement": arrangement}
    return Held(**made, carbon=carbon / CARBON, denticity=denticity or 1.0)


def _share_out(minerals: dict[str, float], carbon: float, filled: dict[str, str]) -> list[Held]:
    """Mineral-held carbon shared out by surface where nobody measured it."""
    from rhizolith.description.masses import molar_mass_of

    capacity = {}
    for name, amount in minerals.items():
        mass = amount * molar_mass_of(tables.minerals()[name]["formula"])
        surface = tables.known(name, "specific_surface_area").value
        capacity[name] = mass * surface * tables.known(name, "sorption_capacity").value
    if not capacity or carbon <= 0:
        return []
    budget = 0.7 * carbon
    found: list[Held] = []
    if "ferrihydrite" in minerals:
        trapped = min(0.25 * budget, 0.5 * minerals["ferrihydrite"])
        found.append(Held(mineral="ferrihydrite", bond="inner_sphere", arrangement="coprecipitated", carbon=trapped))
        budget -= trapped
    load = min(0.6, budget / sum(capacity.values()))
    for name, most in capacity.items():
        layered = name in ("kaolinite", "smectite", "calcite")
        inner = load * most * (0.3 if layered else 0.8)
        found.append(Held(mineral=name, bond="inner_sphere", carbon=inner, denticity=2))
        found.append(Held(mineral=name, bond="outer_sphere", carbon=load * most - inner))
    largest = max(capacity, key=lambda m: capacity[m])
    left = min(max(budget - load * sum(capacity.values()), 0.0), 0.2 * capacity[largest])
    if left > 0:
        found.append(Held(mineral=largest, bond="hydrophobic", arrangement="outer_layer", carbon=left))
    filled["associations"] = (
        "assumed: 70 % of organic carbon is mineral-held, shared out by the minerals' sorption capacity"
    )
    return found
