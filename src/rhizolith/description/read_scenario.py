"""A scenario from a YAML file, with every problem found before anything runs."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rhizolith.description.document import Document, read_document
from rhizolith.description.read_soil import build_soil, shipped_soils, soil_path
from rhizolith.description.scenario import Root, Scenario, Soil
from rhizolith.errors import InputError, Problem
from rhizolith.knowledge import tables

CARBON = 12.011e-3
"""kg mol⁻¹"""
KEYS = [
    "name", "soil", "root", "geometry", "thickness", "cells", "duration", "output_every", "temperature", "organics",
    "open_to_air", "mechanisms", "parameters", "tolerance", "database",
]  # fmt: skip


def read_scenario(path: str | Path) -> Scenario:
    """The scenario in a file; InputError carries every problem with its line."""
    d = read_document(path)
    soil, extra = _soil(d, Path(path).parent)
    root = _root(d)
    settings: dict[str, Any] = {
        "name": d.word("name", default=Path(path).stem),
        "geometry": d.word("geometry", ["cylinder", "slab", "batch"], "cylinder" if root else "batch"),
        "thickness": d.number("thickness", "m", 1e-4, 10, 0.01),
        "cells": int(d.number("cells", "", 1, 400, 40) or 40),
        "duration": d.number("duration", "s", 1, 3.2e9, 30 * 86400.0),
        "output_every": d.number("output_every", "s", 1, 3.2e8, None),
        "temperature": d.number(
            "temperature", "K", 263.15, 333.15, 293.15, "rates and constants hold from -10 to 60 degrees C"
        ),
        "tolerance": d.number("tolerance", "", 1e-10, 1e-2, 3e-4),
        "open_to_air": d.get("open_to_air", True) is not False,
    }
    if settings["output_every"] is None:
        settings["output_every"] = (settings["duration"] or 1.0) / 120
    _choices(d, settings, root)
    _consistent(d, settings, root)
    d.finish(KEYS)
    problems = [*d.all_problems(), *extra]
    if problems or soil is None:
        raise InputError(problems)
    return Scenario(soil=soil, root=root, text=d.text, **settings)


def _soil(d: Document, folder: Path) -> tuple[Soil | None, list[Problem]]:
    value = d.get("soil")
    if value is None:
        d.bad("soil", "is missing", f"name a file or one of {', '.join(shipped_soils())}")
        return None, []
    if isinstance(value, Document):
        return build_soil(value), []
    name = str(value)
    path = soil_path(name) if soil_path(name).exists() else folder / name
    if not path.exists():
        near = get_close_matches(name, shipped_soils(), 3, 0.3) or shipped_soils()
        d.bad("soil", f"there is no soil {name!r}", f"give the path of a soil file, or one of {', '.join(near)}")
        return None, []
    try:
        below = read_document(path)
    except InputError as error:
        return None, list(error.problems)
    soil = build_soil(below)
    return soil, below.all_problems()


def _root(d: Document) -> Root | None:
    section = d.section("root")
    if section is None:
        return None
    radius = section.number("radius", "m", 1e-6, 0.05, 1.8e-4)
    density = section.number("length_density", "m/m^3", 1.0, 1e7, 5e4)
    exudation: dict[str, float] = {}
    rates = section.section("exudation")
    if rates is not None:
        for name in rates.values:
            if name not in tables.organics():
                rates.get(name)
                rates.bad(name, "is no organic class", f"known are {', '.join(tables.organics())}")
                continue
            try:
                value = rates.number(name, "mol/m/s", 0, 1e-6)
            except ValueError:
                value = None
            if value is not None:
                exudation[name] = value
    name = section.word("name", default="root")
    section.finish(["name", "radius", "length_density", "exudation"])
    if section.all_problems() or radius is None or density is None:
        return None
    root = Root(name=name, radius=radius, length_density=density, exudation=exudation)
    if root.outer <= 1.05 * radius:
        section.bad(
            "radius", f"the root ({radius * 1e3:g} mm) is thicker than its share of soil ({root.outer * 1e3:.3g} mm)",
            "lower the radius or the length density",
        )  # fmt: skip
    return root


def _choices(d: Document, settings: dict[str, Any], root: Root | None) -> None:
    from rhizolith.knowledge.tables import organics

    classes = d.items("organics")
    unknown = [c for c in classes if c not in organics()]
    for c in unknown:
        d.bad("organics", f"{c!r} is no organic class", f"known are {', '.join(organics())}")
    if classes and not unknown:
        settings["organics"] = tuple(classes)
    elif root is not None and root.exudation:
        settings["organics"] = tuple(root.exudation)
    section = d.section("mechanisms")
    if section is not None:
        for key in ("include", "exclude"):
            if key in section.values:
                settings[key] = tuple(str(x) for x in section.items(key))
        section.finish(["include", "exclude"])
    overrides = d.section("parameters")
    settings["parameters"] = {}
    if overrides is not None:
        for key in overrides.values:
            value = overrides.number(key, "", -1e30, 1e30)
            if value is not None:
                settings["parameters"][key] = value
    database = d.get("database")
    if database:
        settings["database"] = tuple(str(x) for x in (database if isinstance(database, list) else [database]))


def _consistent(d: Document, settings: dict[str, Any], root: Root | None) -> None:
    if settings["geometry"] == "cylinder" and root is None and d.get("root") is None:
        d.bad("geometry", "a cylinder needs a root", "add a `root:` section or choose slab or batch")
    if settings["duration"] and settings["output_every"] and settings["output_every"] > settings["duration"]:
        d.bad("output_every", "is longer than the run", "write results at least once")
