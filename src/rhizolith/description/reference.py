"""The reference page of soils and scenarios, made from the tables that the readers use."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from rhizolith.description import scenario_fields, soil_fields
from rhizolith.description.number import Number

HEAD = """# Soils and scenarios: every setting

A description is a YAML file. A number carries its unit, in any unit of the same kind (`0.2 mm`, `5 cm/cm^3`,
`12 cmol(+)/kg`, `19 degC`); it may carry its spread (`12 ± 2 g/kg`, `10 to 14 g/kg`) or its story:

    cec:
      value: 12 cmol/kg
      low: 8 cmol/kg
      high: 16 cmol/kg
      grade: assumed          # measured (when left out), fitted, assumed
      source: read off a figure

What is left out is filled by a rule or a table; every filled value is listed in the report with its range and reason.
`rhizolith check FILE` names every problem at once. "Inside" is the unit of the Python objects and of results.

This page is made from the code: `python -m rhizolith.description.reference docs/reference/scenario.md`.
"""


NAMED = {
    "minerals.NAME": soil_fields.MINERAL,
    "solution.COMPONENT": soil_fields.SOLUTE,
    "exchangeable.CATION": soil_fields.EXCHANGEABLE,
}
TAIL = """
Amounts of an element may be given as mass of the element or in moles; minerals as mass or in moles of their formula.
Silt, sand, nitrogen, surface area and base saturation are kept for `assess`; a run does not need them.
"""


def _numbers(rows: Mapping[str, Number]) -> str:
    lines = ["| setting | example | inside | possible | what it is |", "| --- | --- | --- | --- | --- |"]
    for key, n in rows.items():
        lines.append(f"| `{key}` | {n.example} | {n.unit or '1'} | {n.low:g} to {n.high:g} | {n.about} |")
    return "\n".join(lines)


def _words(rows: Mapping[str, str]) -> str:
    return "\n".join(["| setting | what it is |", "| --- | --- |", *(f"| `{k}` | {v} |" for k, v in rows.items())])


def page() -> str:
    """The text of docs/reference/scenario.md."""
    s, r = soil_fields, scenario_fields
    parts = [
        HEAD,
        "## A scenario\n", _words(r.WORDS | r.GROUPS), "", _numbers(r.NUMBERS),
        "\n## Its root\n", _words(r.ROOT_GROUPS), "",
        _numbers({**r.ROOT_NUMBERS, "exudation.CLASS": r.EXUDATION, "uptake.NUTRIENT": r.UPTAKE}),
        "\n## A soil\n\nOnly `pH` is needed. Amounts are per mass of dry soil.\n",
        _words(s.WORDS | s.GROUPS | s.ASSESSED), "",
        _numbers({**s.NUMBERS, **NAMED}),
        TAIL,
        "\n### An association\n", _words(s.ASSOCIATION), "",
    ]  # fmt: skip
    return "\n".join(parts)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
