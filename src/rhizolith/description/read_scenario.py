"""A scenario from a YAML file, with every problem found before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rhizolith.description.document import Document, closest, read_document
from rhizolith.description.read_root import build_root
from rhizolith.description.read_soil import build_soil, shipped_soils, soil_path
from rhizolith.description.scenario import Scenario, Soil, inconsistent
from rhizolith.description.scenario_fields import GEOMETRIES, KNOWN, NUMBERS
from rhizolith.description.units import quantity
from rhizolith.errors import InputError, Problem
from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate

OUTPUTS = 120
"""states kept when nobody says how often (our choice)"""


def read_scenario(path: str | Path) -> Scenario:
    """The scenario in a file; InputError carries every problem with its line."""
    d = read_document(path)
    scenario, elsewhere = _build(d, Path(path).parent)
    problems = [*d.all_problems(), *elsewhere]
    if problems or scenario is None:
        raise InputError(problems)
    return scenario


def _build(d: Document, folder: Path) -> tuple[Scenario | None, list[Problem]]:
    soil, elsewhere = _soil(d, folder)
    section = d.section("root")
    root = build_root(section) if section is not None else None
    fields: dict[str, Any] = {"soil": soil, "root": root, "text": d.text, "filled": {}}
    fields["name"] = d.word("name", default=Path(d.path).stem)
    fields["note"] = d.word("note")
    fields["geometry"] = d.word("geometry", GEOMETRIES, "cylinder" if section is not None else "batch")
    fields["open_to_air"] = d.flag("open_to_air", True)
    _numbers(d, fields)
    _organics(d, fields)
    _mechanisms(d, fields)
    _parameters(d, fields)
    _database(d, fields, folder)
    d.finish(KNOWN)
    if d.all_problems() or elsewhere or soil is None:
        return None, elsewhere
    for key, what, fix in inconsistent(Scenario.model_construct(**fields)):
        d.bad(key, what, fix)
    return (None if d.all_problems() else Scenario(**fields)), elsewhere


def _soil(d: Document, folder: Path) -> tuple[Soil | None, list[Problem]]:
    """The soil, inline, shipped or in a file of its own, and the problems of that file."""
    value = d.get("soil")
    if isinstance(value, Document):
        return build_soil(value), []
    if value is None:
        d.bad("soil", "is missing", f"name a soil file, or one that ships: {', '.join(shipped_soils())}")
        return None, []
    if not isinstance(value, str):
        d.bad("soil", "the name of a soil stands here", f"such as {', '.join(shipped_soils())}, or the path of a file")
        return None, []
    path = soil_path(value) if value in shipped_soils() else folder / value
    try:
        found = path.exists()
    except (OSError, ValueError):
        found = False
    if not found:
        near = closest(value, shipped_soils())
        d.bad("soil", f"there is no soil {value[:60]!r}", f"give the path of a soil file, or one that ships; {near}")
        return None, []
    try:
        below = read_document(path)
    except InputError as error:
        return None, list(error.problems)
    soil = build_soil(below)
    return soil, below.all_problems()


def _numbers(d: Document, fields: dict[str, Any]) -> None:
    """Durations, temperature and the grid; gaps from the soil or from custom."""
    for key, n in NUMBERS.items():
        found = d.measure(key, n.unit, n.low, n.high, example=n.example)
        if found is None:
            continue
        told, filled = found
        fields[key] = told.value
        if filled:
            fields["filled"][key] = told
    if "cells" in fields:
        if fields["cells"] != int(fields["cells"]):
            d.bad("cells", f"{fields['cells']:g} is no whole number", "write a whole number of cells")
        fields["cells"] = int(fields["cells"])
    fields.setdefault("duration", 30 * 86400.0)
    fields.setdefault("output_every", max(fields["duration"] / OUTPUTS, 1.0) if fields["duration"] >= 1 else 1.0)
    if "temperature" not in fields and fields["soil"] is not None:
        told = _temperature(fields["soil"])
        fields["temperature"], fields["filled"]["temperature"] = told.value, told


def _temperature(soil: Soil) -> Estimate:
    if soil.temperature is not None and 273.15 <= soil.temperature <= 333.15:
        low, high = max(soil.temperature - 8, 273.15), min(soil.temperature + 8, 333.15)
        return Estimate(soil.temperature, "K", low, high, "assumed", "assumed: the mean of the soil, the year round")
    return Estimate(293.15, "K", 278.15, 303.15, "assumed", "assumed: 20 degC, a growing season")


def _organics(d: Document, fields: dict[str, Any]) -> None:
    classes = d.items("organics")
    known = tables.organics()
    for c in classes:
        if not isinstance(c, str) or c not in known:
            shown = c if isinstance(c, str) else "entry"
            d.bad("organics", f"{shown[:60]!r} is no organic class", closest(shown, known))
    if classes:
        fields["organics"] = tuple(dict.fromkeys(c for c in classes if isinstance(c, str)))
    elif fields["root"] is not None and fields["root"].exudation:
        fields["organics"] = tuple(fields["root"].exudation)


def _mechanisms(d: Document, fields: dict[str, Any]) -> None:
    """Names only; whether they exist is known where mechanisms are chosen."""
    section = d.section("mechanisms")
    if section is None:
        return
    for key in ("include", "exclude"):
        names = section.items(key)
        for n in names:
            if not isinstance(n, str):
                section.bad(key, "the name of a mechanism stands here", "see `rhizolith show mechanisms`")
        if section.has(key):
            fields[key] = tuple(n for n in names if isinstance(n, str))
    section.finish(("include", "exclude"))


def _parameters(d: Document, fields: dict[str, Any]) -> None:
    """Overrides: a bare number is in the unit of the table; tabulated ones may carry a unit of their own."""
    section = d.section("parameters")
    found: dict[str, float] = {}
    for key in section.values if section else ():
        assert section is not None
        value = section.get(key)
        item, _, name = key.rpartition(".")
        known = tables.parameters().get((item, name))
        unit = known.unit if known else ""
        try:
            bare = isinstance(value, (int, float)) and not isinstance(value, bool)
            found[key] = quantity(value, "" if bare else unit)
        except (ValueError, OverflowError) as error:
            section.bad(key, str(error), "write a number in the unit that `rhizolith show parameters` gives")
            continue
        if known and known.low >= 0 > found[key]:
            section.bad(
                key, f"{found[key]:g} is less than nothing", f"it usually lies near {known.value:g} {unit}".rstrip()
            )
    fields["parameters"] = found


def _database(d: Document, fields: dict[str, Any], folder: Path) -> None:
    value = d.get("database")
    if value is None:
        return
    paths = value if isinstance(value, list) else [value]
    found = []
    for p in paths:
        if not isinstance(p, str) or not p:
            d.bad("database", "the path of a file stands here", "leave the line out to use the shipped databases")
            continue
        try:
            there = (folder / p).is_file()
        except (OSError, ValueError):
            there = False
        if not there:
            d.bad("database", f"there is no file {p[:80]!r}", "check the path; it starts from the scenario's folder")
        found.append(str(folder / p))
    fields["database"] = tuple(found)
