"""The verb: a scenario in, a Dataset out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rhizolith.description.scenario import Scenario


def simulate(scenario: Scenario, *, progress: Callable[[float], None] | None = None, **overrides: Any) -> Any:
    """Follow the rhizosphere of a scenario; every mole of disrupted and formed carbon is attributed to a mechanism.

    overrides replace fields of the scenario (`duration=…` in s, `parameters={…}`).
    Returns an xarray.Dataset (see the reference of a run). Raises InputError for a scenario that cannot be started,
    ModelError for a mechanism that does not balance. A run that stops early returns what it reached, with `outcome`
    saying why.
    """
    from rhizolith.simulation.result import to_dataset
    from rhizolith.simulation.run import run

    chosen = scenario.model_copy(update=overrides) if overrides else scenario
    return to_dataset(run(chosen, progress))
