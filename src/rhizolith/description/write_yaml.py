"""A soil or scenario as YAML: SI with units, gaps filled and marked, so that reading it gives the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rhizolith.description import scenario_fields, soil_fields
from rhizolith.knowledge.estimate import Estimate

if TYPE_CHECKING:
    from rhizolith.description.root import Root
    from rhizolith.description.scenario import Scenario
    from rhizolith.description.soil import Soil

Story = tuple[dict[str, Estimate], dict[str, Estimate]]


def soil_yaml(soil: Soil) -> str:
    """A soil as text."""
    return _dump(_soil(soil))


def scenario_yaml(scenario: Scenario) -> str:
    """A scenario with its soil and its root as text."""
    story: Story = ({}, scenario.filled)
    found: dict[str, Any] = {k: v for k in ("name", "note") if (v := getattr(scenario, k))}
    found["geometry"] = scenario.geometry
    for key, n in scenario_fields.NUMBERS.items():
        found[key] = _number(getattr(scenario, key), n.unit, key, story)
    found["organics"] = list(scenario.organics)
    found["open_to_air"] = scenario.open_to_air
    chosen = {"include": scenario.include, "exclude": scenario.exclude or None}
    if any(v is not None for v in chosen.values()):
        found["mechanisms"] = {k: list(v) for k, v in chosen.items() if v is not None}
    if scenario.parameters:
        found["parameters"] = dict(scenario.parameters)
    if scenario.database:
        found["database"] = list(scenario.database)
    found["soil"] = _soil(scenario.soil)
    if scenario.root is not None:
        found["root"] = _root(scenario.root)
    return _dump(found)


def _dump(found: dict[str, Any]) -> str:
    import yaml

    return str(yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=10_000))


def _text(value: float, unit: str) -> Any:
    return f"{value!r} {unit}" if unit else value


def _number(value: float, unit: str, name: str, story: Story) -> Any:
    """`1.2 kg/m^3`, or a group with its spread, grade and source where that is known."""
    evidence, filled = story
    told = filled.get(name) or evidence.get(name)
    if told is None or (told.low == told.high and told.grade == "measured" and not told.source and not told.about):
        return _text(value, unit)
    group: dict[str, Any] = {"value": _text(value, unit)}
    group |= {"low": _text(told.low, unit), "high": _text(told.high, unit), "grade": told.grade}
    group |= {k: v for k in ("source", "about") if (v := getattr(told, k))}
    return group | ({"filled": True} if name in filled else {})


def _soil(soil: Soil) -> dict[str, Any]:
    story: Story = (soil.evidence, soil.filled)
    found: dict[str, Any] = {k: v for k in soil_fields.WORDS if (v := getattr(soil, k, ""))}
    if soil.depth is not None:
        found["depth"] = f"{soil.depth[0]!r} to {soil.depth[1]!r} m"
    for key, n in soil_fields.NUMBERS.items():
        value = (
            soil.extracts.get(key) if key in EXTRACTS else getattr(soil, "biomass" if key == "biomass_carbon" else key)
        )
        if value is not None:
            found[key] = _number(value, n.unit, key, story)
    for group, unit in (("minerals", "mol/kg"), ("exchangeable", "mol/kg"), ("solution", "mol/m^3")):
        amounts = getattr(soil, group)
        if amounts:
            found[group] = {name: _number(v, unit, f"{group}.{name}", story) for name, v in amounts.items()}
    if soil.associations:
        found["associations"] = [
            {
                "mineral": a.mineral, "organic": a.organic, "bond": a.bond, "arrangement": a.arrangement,
                "carbon": _number(a.carbon, "mol/kg", f"associations.{a.name}", story), "denticity": a.denticity,
            }
            for a in soil.associations
        ]  # fmt: skip
    elif soil.minerals:
        found["associations"] = []
    return found


EXTRACTS = tuple(k for k in soil_fields.NUMBERS if k.split("_")[0] in soil_fields.EXTRACTANTS)


def _root(root: Root) -> dict[str, Any]:
    story: Story = (root.evidence, root.filled)
    found: dict[str, Any] = {"name": root.name}
    for key, n in scenario_fields.ROOT_NUMBERS.items():
        if (value := getattr(root, key)) is not None:
            found[key] = _number(value, n.unit, key, story)
    for group, n in (("exudation", scenario_fields.EXUDATION), ("uptake", scenario_fields.UPTAKE)):
        rates = getattr(root, group)
        if rates:
            found[group] = {name: _number(v, n.unit, f"{group}.{name}", story) for name, v in rates.items()}
    return found
