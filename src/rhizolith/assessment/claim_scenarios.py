"""The scenarios behind the claims: a shipped soil or one that stands for an ecosystem, changed in one thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rhizolith.errors import ModelError
from rhizolith.knowledge import evidence, tables

DAYS, CELLS = 4, 12
RADIUS, LENGTH_DENSITY = 1.8e-4, 5e4
"""m, m m⁻³: median fine root of GRooT, and a usual topsoil"""
ECOSYSTEM = "ecosystem "
NO_SITE = "assumed: a soil of no site, as the review names this ecosystem"
UNITS = {"pH": "", "exchangeable_calcium": None}
"""units in evidence_ecosystems.csv other than g/kg; None: a run has no use for it, its water sets the exchanger"""


def scenario(variant: str) -> Any:
    """The Scenario of one row of `evidence_variants.csv`.

    `soil` is a shipped soil, or `ecosystem NAME` of evidence_ecosystems.csv. `changes` (JSON): `soil.…` settings of the
    soil file, put there before gaps are filled; `associations.carbon` (a factor) and `associations.denticity`;
    `root.…` fields and `root.exudation`; others are fields of the scenario. Raises ModelError for an unknown variant.
    """
    from rhizolith.description.scenario import Root, Scenario

    row = next((r for r in tables.rows("evidence_variants") if r["variant"] == variant), None)
    if row is None:
        raise ModelError(f"there is no variant {variant!r} in evidence_variants.csv")
    changes = json.loads(row["changes"])
    root = Root(radius=RADIUS, length_density=LENGTH_DENSITY)
    fields: dict[str, Any] = {k: v for k, v in changes.items() if "." not in k}
    if fields.get("geometry") != "batch":
        fields["root"] = root.model_copy(update={k[5:]: v for k, v in changes.items() if k.startswith("root.")})
    fields |= {"duration": DAYS * 86400.0, "output_every": 7200.0}
    return Scenario(name=variant, soil=_soil(row["soil"], changes), cells=CELLS, **fields)


def _soil(name: str, changes: Mapping[str, Any]) -> Any:
    """The soil with its settings changed, gaps filled afterwards."""
    from rhizolith.description.read_soil import soil_from, soil_settings

    settings = ecosystem_settings(name.removeprefix(ECOSYSTEM)) if name.startswith(ECOSYSTEM) else soil_settings(name)
    for key, value in changes.items():
        if key.startswith("soil."):
            *groups, last = key.split(".")[1:]
            place = settings
            for group in groups:
                place = place.setdefault(group, {})
            place[last] = value
            if last == "saturation":
                settings.pop("water_content", None)
    soil = soil_from(settings, name)
    more, contacts = changes.get("associations.carbon", 1.0), changes.get("associations.denticity")
    held = [
        a.model_copy(update={"carbon": a.carbon * more, "denticity": contacts or a.denticity})
        for a in soil.associations
    ]
    return soil.model_copy(update={"associations": tuple(held)})


def ecosystem_settings(name: str) -> dict[str, Any]:
    """Soil-file settings of an ecosystem's soil: the very numbers the rules are tried on, each graded assumed."""
    row = next((r for r in evidence.ecosystems() if r["ecosystem"] == name), None)
    if row is None:
        raise ModelError(f"there is no ecosystem {name!r} in evidence_ecosystems.csv")
    from rhizolith.assessment.measured import inputs

    settings: dict[str, Any] = {"name": name, "source": NO_SITE}
    for key in inputs():
        unit = UNITS.get(key, "g/kg")
        if row.get(key) and unit is not None:
            settings[key] = {"value": f"{row[key]} {unit}".strip(), "grade": "assumed", "source": NO_SITE}
    if row["clay_mineral"]:
        settings["clay_mineral"] = row["clay_mineral"]
    return settings
