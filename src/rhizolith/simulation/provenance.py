"""What a run owes to others: values nobody measured for it, and where the rest was read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rhizolith.knowledge import tables
from rhizolith.knowledge.estimate import Estimate

if TYPE_CHECKING:
    from rhizolith.description.scenario import Scenario
    from rhizolith.simulation.run import Run

_ENTRY = re.compile(r"^\s*@\w+\s*\{\s*([^,\s]+)", re.M)
GIVEN = "given in the scenario"


def row(name: str, e: Estimate) -> dict[str, Any]:
    """One value as the report lists it."""
    return {
        "name": name, "value": e.value, "unit": e.unit, "low": e.low, "high": e.high, "grade": e.grade,
        "source": e.source, "about": e.about,
    }  # fmt: skip


def assumed(run: Run) -> list[dict[str, Any]]:
    """Every value that is not the user's own, with range, grade and source."""
    rows = [row(name, e) for name, e in sorted(run.model.used.items()) if e.source != GIVEN]
    rows += [row(name, e) for name, e in run.model.scenario.assumptions().items()]
    return rows


def known_keys() -> set[str]:
    """Keys of references.bib."""
    file = tables.DATA / "references.bib"
    return set(_ENTRY.findall(file.read_text(encoding="utf-8"))) if file.exists() else set()


def sources(run: Run) -> list[str]:
    """Keys of references.bib that the run's values and its soil name."""
    scenario = run.model.scenario
    known = [*run.model.used.values(), *scenario.assumptions().values(), *scenario.soil.evidence.values()]
    texts = [e.source for e in known] + [scenario.soil.source]
    words = {w for text in texts for w in re.findall(r"[A-Za-z][\w-]+", text)}
    return sorted(words & known_keys())


def scenario_text(scenario: Scenario) -> str:
    """The scenario as YAML, complete."""
    writer = getattr(scenario, "to_yaml", None)
    if writer is not None:
        return str(writer())
    import yaml

    return yaml.safe_dump(scenario.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
