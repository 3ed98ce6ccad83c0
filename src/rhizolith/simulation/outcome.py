"""How a run ended, as one sentence from a fixed list that ends in what to try."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rhizolith.kernels.rodas import Trajectory
from rhizolith.simulation.place import DAY

if TYPE_CHECKING:
    from rhizolith.description.scenario import Scenario
    from rhizolith.simulation.grid import Grid

REASONS = {
    "step too small": (
        "the rates change faster than any step can follow",
        "look for a rate constant far outside its range, or loosen the tolerance",
    ),
    "too many steps": (
        "it took too many steps",
        "loosen the tolerance, shorten the duration, or look for a rate constant far outside its range",
    ),
    "not finite": (
        "a rate there is no finite number",
        "look for a parameter or an amount far outside its range, or leave out mechanisms one by one",
    ),
}
"""What the engine says → (why, what to try)."""

OPEN = 1e-10
"""Open balance of an element, of what moved, above which a run is not to be trusted (what this project promises)."""


@dataclass(frozen=True)
class Outcome:
    """The end of a run. `failed` when it could not go on; a run that someone stopped has not failed."""

    sentence: str
    failed: bool = False


def judge(trajectory: Trajectory, scenario: Scenario, grid: Grid) -> Outcome:
    """The sentence for how a trajectory ended."""
    reached = float(trajectory.times[-1]) / DAY
    if trajectory.finished:
        return Outcome(f"Finished: reached {reached:.4g} days.")
    if trajectory.outcome not in REASONS:
        return Outcome(f"Stopped by the user: kept what was reached, {reached:.4g} days; run again for the rest.")
    why, try_this = REASONS[trajectory.outcome]
    return Outcome(f"Could not go on {_place(trajectory, grid)}: {why}; {try_this}.", failed=True)


def checked(outcome: Outcome, balance: Mapping[str, float]) -> Outcome:
    """The outcome, unless matter came from nowhere or got lost: `balance` is the open part of each element."""
    worst = max(balance, key=lambda e: abs(balance[e]), default="")
    if outcome.failed or not worst or abs(balance[worst]) <= OPEN:
        return outcome
    gap = f"Could not close the balance of {worst}: {abs(balance[worst]):.1e} of what moved is missing"
    return Outcome(f"{gap}; do not use these numbers, tighten the tolerance and run again.", failed=True)


def _place(trajectory: Trajectory, grid: Grid) -> str:
    """When, where and which unknown, from the engine's `t = 12 s, cell 3, Fe+2`."""
    found = re.match(r"t = (\S+) s, cell (\d+), (.+)$", trajectory.stopped_at)
    if found is None:
        return trajectory.stopped_at or "from the start"
    when, cell, unknown = float(found[1]) / DAY, int(found[2]), found[3]
    name = f"the activity of {unknown[3:]}" if unknown.startswith("ln:") else unknown
    where = "" if grid.geometry == "batch" else f", {grid.centres[cell] * 1e3:.3g} mm from the axis"
    return f"after {when:.4g} days{where}, because of {name}"
