"""Whether a scenario that can be read can also be started: names, databases and the charge of its water."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from rhizolith.errors import InputError, Problem

if TYPE_CHECKING:
    from rhizolith.description.scenario import Scenario
    from rhizolith.simulation.assemble import Model
    from rhizolith.simulation.initial import Start


def ready(scenario: Scenario) -> tuple[Model, Start]:
    """The model of a scenario and its first state, checked as far as can be without running; takes 0.1 s.

    Raises InputError with every problem: a mechanism or parameter that does not exist, a database that cannot be
    read or lacks what the soil needs, water whose charge cannot be closed. `where` names the setting by dotted path.
    """
    from rhizolith.mechanisms.registry import select
    from rhizolith.simulation.assemble import assemble
    from rhizolith.simulation.initial import start

    found: list[Problem] = []
    begin = None
    try:
        select(*scenario.mechanism_choice)
    except InputError as error:
        found += error.problems
        scenario = scenario.model_copy(update={"include": None, "exclude": ()})
    try:
        model = assemble(scenario)
        found += misnamed(model)
        begin = start(model)
    except InputError as error:
        found += error.problems
    if found or begin is None:
        raise InputError(found)
    return model, begin


def misnamed(model: Model) -> list[Problem]:
    """Overrides that no mechanism and no table knows, each with the closest names that do exist."""
    from rhizolith.knowledge import tables
    from rhizolith.mechanisms.registry import all_mechanisms

    known = {f"{item}.{quantity}" for item, quantity in tables.parameters()} | set(model.used)
    known |= {f"{m.name}.{key}" for m in all_mechanisms().values() for key in m.parameters}
    found = []
    for name in model.scenario.parameters:
        if name not in known:
            near = get_close_matches(name, sorted(known), 3, 0.5)
            fix = f"did you mean {', '.join(near)}?" if near else "see `rhizolith show parameters`"
            found.append(Problem(f"parameters.{name}", "is no parameter of this model", fix))
    return found
