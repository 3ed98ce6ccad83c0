"""The reference page is what the code says, and it misses nothing that a description can hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from rhizolith.description import reference, scenario_fields, soil_fields
from rhizolith.description.scenario import Held, Root, Scenario, Soil

WRITTEN = Path(__file__).resolve().parents[2] / "docs/reference/scenario.md"
NOT_WRITTEN = {"evidence", "filled", "text", "extracts", "include", "exclude", "biomass"}
"""fields that files hold under other names: extracts one by one, mechanisms as a group, biomass as biomass_carbon"""


def test_the_page_is_up_to_date():
    fix = "run: python -m rhizolith.description.reference docs/reference/scenario.md"
    assert WRITTEN.read_text(encoding="utf-8") == reference.page(), fix


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        (Soil, soil_fields.KNOWN), (Held, soil_fields.ASSOCIATION), (Scenario, scenario_fields.KNOWN),
        (Root, scenario_fields.ROOT_KNOWN),
    ],
)  # fmt: skip
def test_every_field_can_be_written_and_is_on_the_page(kind, known):
    page = reference.page()
    for field in set(kind.model_fields) - NOT_WRITTEN:
        assert field in known
        assert f"`{field}`" in page


@pytest.mark.parametrize("numbers", [soil_fields.NUMBERS, scenario_fields.NUMBERS, scenario_fields.ROOT_NUMBERS])
def test_every_example_is_possible(numbers):
    from rhizolith.description.units import quantity

    for key, n in numbers.items():
        assert n.about and n.low <= quantity(n.example, n.unit, n.molar_mass) <= n.high, key
