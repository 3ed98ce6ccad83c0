"""What becomes of the carbon that leaves an association: bound again, breathed, built in, still dissolved, gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rhizolith.mechanisms.stoichiometry import Reaction
from rhizolith.simulation.balance import capacity, contents

if TYPE_CHECKING:
    from rhizolith.simulation.run import Run

Array = NDArray[np.float64]
ROUTES = ("re-associated", "respired", "assimilated", "dissolved", "leached")


def totals(run: Run) -> Array:
    """Extent of every process in the whole soil at every output time, mol [time, process]."""
    count = len(run.model.reactions)
    return np.asarray(run.trajectory.integrals[:, :count] @ run.grid.volumes)


def carbon_of(run: Run) -> dict[str, float]:
    """Unknown → mol C in one mole of it."""
    return {name: held.get("C", 0.0) for name, held in contents(run).items()}


def fate(run: Run) -> Array:
    """Cumulative mol C of what was mobilized, by route [route, time]; the routes add up to what was disrupted.

    In solution a mobilized mole mixes with the rest of its class (exudates, necromass) over the whole soil and shares
    its fate: of each class the mobilized share of what is there goes whichever way the class goes in that interval.
    """
    model, extents = run.model, totals(run)
    carbon = carbon_of(run)
    result = np.zeros((len(ROUTES), len(run.trajectory.times)))
    organics = {a.organic: model.scene.organic(a.organic) for a in model.scene.associations}
    for organic in organics.values():
        c = organic.component
        released, others, sinks = _flows(run, c, carbon)
        present = run.trajectory.y[:, model.system.unknowns.index(c)] @ capacity(run, c) * carbon[c]
        gains = np.diff(extents @ released), np.diff(extents @ others)
        losses = np.diff(extents @ sinks.T, axis=0)
        result += _followed(present, gains, losses)
    return result


def _followed(present: Array, gains: tuple[Array, Array], losses: Array) -> Array:
    """Cumulative fate [route, time] of what is released into one class.

    `present`: at every time; gains and losses: in every interval. What a process turns into another dissolved
    class counts as dissolved from then on.
    """
    gone, still = np.zeros((len(ROUTES), len(present))), np.zeros(len(present))
    for k, (released, other) in enumerate(zip(*gains, strict=True)):
        pool = present[k] + released + other
        share = min(1.0, max(0.0, (still[k] + released) / pool)) if pool > 0 else 0.0
        gone[:, k + 1] = share * losses[k]
        still[k + 1] = still[k] + released - gone[:, k + 1].sum()
    result = np.cumsum(gone, axis=1)
    result[ROUTES.index("dissolved")] += still
    return result


def _flows(run: Run, component: str, carbon: dict[str, float]) -> tuple[Array, Array, Array]:
    """Carbon of one dissolved class per unit of every process: released, other gains, [route] losses."""
    reactions = run.model.reactions
    released, others = np.zeros(len(reactions)), np.zeros(len(reactions))
    sinks = np.zeros((len(ROUTES), len(reactions)))
    for i, reaction in enumerate(reactions):
        change = reaction.unknowns.get(component, 0.0) * carbon[component]
        if change > 0:
            (released if reaction.process.direction == "disruption" else others)[i] = change
        elif change < 0:
            for route, part in _routes(run, reaction, carbon).items():
                sinks[ROUTES.index(route), i] = -change * part
    return released, others, sinks


def _routes(run: Run, reaction: Reaction, carbon: dict[str, float]) -> dict[str, float]:
    """How the carbon that a process takes is shared among the routes, by what it makes."""
    scene = run.model.scene
    made: dict[str, float] = {}
    for unknown, nu in reaction.unknowns.items():
        if nu > 0 and carbon.get(unknown, 0.0) > 0:
            if "/" in unknown:
                route = "re-associated"
            elif unknown in ("CO3-2", "HCO3-", "CO2(g)"):
                route = "respired"
            elif unknown in run.model.speciation.components:
                route = "dissolved"
            else:
                route = "assimilated"
            made[route] = made.get(route, 0.0) + nu * carbon[unknown]
    whole = sum(made.values())
    if whole <= 0 or (reaction.process.boundary and not scene.guilds):
        return {"leached": 1.0}
    return {route: amount / whole for route, amount in made.items()}
