"""How the totals of a water's components are shared among its species."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from rhizolith.chemistry.activity import WATER_FACTOR, ideal
from rhizolith.chemistry.formula import charge as charge_of
from rhizolith.chemistry.log_k import LN10
from rhizolith.chemistry.newton import Constraint, Newton, State
from rhizolith.chemistry.solvent import diffuse_charge
from rhizolith.chemistry.species_set import Array, Speciation, choose
from rhizolith.chemistry.water import Water
from rhizolith.errors import InputError, Problem, RunError

__all__ = ["Speciation", "Water", "choose", "speciate"]

ABSENT = 1e-30
"""mol kg⁻¹ that stands for zero, so that ln a exists."""
PH_RANGE = (-2.0, 16.0)
"""beyond any water: concentrated acids reach −1, saturated NaOH 15"""
TRIES = ((3.0, 1), (2.0, 3), (0.5, 8))
"""Largest step in ln a, and how many times more steps: tried in this order, large steps for the many easy waters."""
CHUNK = 1024
"""Waters solved together: their numbers fit in the processor's cache."""


def speciate(
    speciation: Speciation,
    totals: Mapping[str, Any] | Array,
    *,
    pH: Any = None,
    activities: Mapping[str, Any] | None = None,
    equilibrium: Mapping[str, tuple[str, Any]] | None = None,
    charge: str | None = None,
    surface_area: Mapping[str, Any] | None = None,
    water_activity: bool = True,
    most: int = 100,
) -> Water:
    """Share the totals (mol kg⁻¹ of water) of one or many waters among species.

    totals: component → number or array [water], or an array [water, component]; a component left out is absent
    (1e-30). A site (X-, Hfo_wOH) has the number of sites as its total. H+ may be given as a total, as `pH`, or
    closed by `charge="H+"`. `activities` fixes species by activity instead of a total (a gas pressure through
    its dissolved species, say): the balance given up is that of the species' own component, or of `component`
    in (component, activity). `equilibrium` fixes the saturation index of a phase or gas at the cost of a
    component's balance: {"CO2(g)": ("CO3-2", -3.5), "Calcite": ("Ca+2", 0.0)}. `charge` names the component
    whose total closes the charge (of surfaces too). `surface_area` gives a surface (Hfo, for the sites Hfo_w and
    Hfo_s) its area in m² per kg of water and with it a diffuse layer; without it the surface is not electrostatic.
    `water_activity=False` keeps the activity of water at 1, as the rows of the
    engine do.

    >>> s = choose(read_database(), ["Ca+2", "Cl-", "Al+3", "H2Ox"])
    >>> w = speciate(s, {"Ca+2": 5e-4, "Al+3": 1e-6, "H2Ox": 1e-4}, pH=4.5, charge="Cl-")
    >>> w["AlOx+"], w.saturation("Gibbsite")

    Raises InputError for totals that are not numbers of zero or more (all of them, by water) and for what is fixed
    at a value that no water has; RunError naming
    the waters that have no solution, as when the charge cannot be closed with the component named.
    """
    s = speciation
    _check_fixed(pH, activities or {}, equilibrium or {})
    areas = _areas(s, surface_area or {})
    table, given = _table(s, totals, [pH, *_values(activities), *_values(equilibrium), *areas.values()])
    constraints = _constraints(s, len(table), pH, activities or {}, equilibrium or {})
    closing = s.index(charge) if charge else None
    if closing in constraints:
        what = f"{charge} is fixed and cannot close the charge too"
        raise InputError(Problem("water", what, "name a component whose total is free"))
    _check(s, table, {*constraints, *([] if closing is None else [closing])})
    factor = WATER_FACTOR if water_activity and s.rule is not ideal else 0.0
    newton = Newton(s, constraints, closing, factor, tuple(areas))
    state = _start(newton, table, given, areas)
    unsolved = [n for part in _chunks(state) for n in _solve(newton, state, part, most)]
    water = _water(newton, state)
    if unsolved:
        raise RunError(_why(newton, water, unsolved, charge))
    return water


def _values(named: Mapping[str, Any] | None) -> list[Any]:
    return [v[1] if isinstance(v, tuple) else v for v in (named or {}).values()]


def _table(s: Speciation, totals: Mapping[str, Any] | Array, others: Sequence[Any]) -> tuple[Array, set[int]]:
    """[water, component] and which components were given."""
    if not isinstance(totals, Mapping):
        table = np.array(np.atleast_2d(np.asarray(totals, float)))
        return table, set(range(table.shape[1]))
    arrays = {s.index(k): np.asarray(v, float) for k, v in totals.items()}
    shapes = [np.shape(v) for v in (*arrays.values(), *(o for o in others if o is not None))]
    table = np.full((*np.broadcast_shapes((1,), *shapes), len(s.components)), ABSENT)
    for k, v in arrays.items():
        table[..., k] = v
    return table, set(arrays)


def _constraints(
    s: Speciation, waters: int, pH: Any, activities: Mapping[str, Any], equilibrium: Mapping[str, tuple[str, Any]]
) -> dict[int, Constraint]:
    found: dict[int, Constraint] = {}
    h = s.index("H+")

    def wide(value: Any) -> Array:
        return np.array(np.broadcast_to(np.asarray(value, float), (waters,)))

    if pH is not None:
        found[h] = Constraint(np.eye(len(s.components))[h], wide(-LN10 * np.asarray(pH, float)))
    for name, value in activities.items():
        component, amount = value if isinstance(value, tuple) else (name, value)
        i = s.species_index(name)
        target = np.log(np.asarray(amount, float)) - s.ln_k[i]
        found[s.index(component)] = Constraint(s.nu[i], wide(target), s.water[i])
    for name, (component, index) in equilibrium.items():
        if name not in s.phases:
            what = f"the phase {name!r} cannot be made of the components of this water"
            raise InputError(Problem("water", what, "add its components, or a database that has it"))
        nu, ln_k, water = s.phases[name]
        found[s.index(component)] = Constraint(nu, wide(ln_k + LN10 * np.asarray(index, float)), water)
    for j, c in found.items():
        if c.row[j] == 0:
            what = f"{s.components[j]} is no part of what is to be fixed in its place"
            raise InputError(Problem("water", what, "name a component that the species or phase contains"))
    return found


def _check_fixed(pH: Any, activities: Mapping[str, Any], equilibrium: Mapping[str, tuple[str, Any]]) -> None:
    """InputError with everything fixed at a value that no water has."""
    problems = []
    acidity = np.asarray(0.0 if pH is None else pH, float)
    for i in np.flatnonzero(~((acidity > PH_RANGE[0]) & (acidity < PH_RANGE[1]))):
        what = f"pH {acidity.flat[i]:g} is no pH of a water"
        problems.append(Problem(f"water {i + 1}", what, "give −log10 of the proton activity, between −2 and 16"))
    for name, value in activities.items():
        amount = np.asarray(value[1] if isinstance(value, tuple) else value, float)
        if not ((amount > 0) & np.isfinite(amount)).all():
            problems.append(Problem("activities", f"the activity of {name} is not positive", "give a positive number"))
    for name, (_, index) in equilibrium.items():
        if not np.isfinite(np.asarray(index, float)).all():
            problems.append(Problem("equilibrium", f"the saturation index of {name} is no number", "0 is equilibrium"))
    if problems:
        raise InputError(problems)


def _own_charges(s: Speciation) -> Array:
    """Charge of each component's own species; −1 for an exchange site, which exists only with its cation."""
    return np.array([charge_of(c) for c in s.components])


def _check(s: Speciation, table: Array, free: set[int]) -> None:
    """InputError with every total that is no amount; H+ may be negative (alkalinity)."""
    h = s.index("H+")
    problems = []
    for j, name in enumerate(s.components):
        if j in free:
            continue
        low = -np.inf if j == h else 0.0
        for i in np.flatnonzero(~(np.isfinite(table[:, j]) & (table[:, j] >= low))):
            what = f"the total of {name} is {table[i, j]:g} mol/kg"
            problems.append(Problem(f"water {i + 1}", what, "totals are finite and zero or more"))
    if problems:
        raise InputError(problems)


def _areas(s: Speciation, areas: Mapping[str, Any]) -> dict[str, Array]:
    problems = []
    for name, area in areas.items():
        if name not in s.surfaces:
            known = ", ".join(s.surfaces) or "none; choose its sites as components (Hfo_w)"
            problems.append(Problem("surface_area", f"{name!r} is no surface of this water", f"it has {known}"))
        elif not (np.asarray(area, float) > 0).all():
            problems.append(Problem("surface_area", f"the area of {name} is not positive", "give m² per kg of water"))
    if problems:
        raise InputError(problems)
    return {name: np.asarray(area, float) for name, area in areas.items()}


def _start(newton: Newton, table: Array, given: set[int], areas: Mapping[str, Array]) -> State:
    s = newton.s
    h = s.index("H+")
    total = np.ascontiguousarray(table.T)
    for j in range(len(total)):
        if j != h:
            np.maximum(total[j], ABSENT, out=total[j])
    if newton.charge is not None and newton.charge not in given:
        total[newton.charge] = 1e-3
    x = np.log(np.maximum(np.abs(total), ABSENT)) - 0.5
    x[h] = -7 * LN10
    for j in newton.site_columns:
        x[j] = 0.0
    for j, c in newton.constraints.items():
        x[j] = c.target / c.row[j] if np.count_nonzero(c.row) == 1 else np.log(1e-4)
    z2 = np.where(np.isin(s.components, s.sites), 0.0, _own_charges(s) ** 2)
    ionic = np.clip(0.5 * z2 @ np.abs(np.where(total == total[h], 0, total)), 1e-6, 1.0)
    waters = total.shape[1]
    targets = np.array([c.target for c in newton.constraints.values()]).reshape(-1, waters)
    offset = np.log(total[newton.site_columns])
    flat = np.zeros((len(areas), waters))  # surfaces start without a potential
    capacity = flat + diffuse_charge(s.temperature) * np.array([flat[0] + a for a in areas.values()]).reshape(
        -1, waters
    )
    return State(np.vstack([x, flat]), ionic, flat.sum(axis=0), total, targets, offset, capacity, np.arange(waters))


def _chunks(state: State) -> Iterator[Array]:
    for begin in range(0, len(state.number), CHUNK):
        yield np.arange(begin, min(begin + CHUNK, len(state.number)))


def _solve(newton: Newton, state: State, part: Array, most: int) -> list[int]:
    """Solve a part in place, again from other starts where Newton got lost; numbers of the waters without solution."""
    left = part
    for reach, patience in TRIES:
        piece = state.take(left)
        piece.number = np.arange(len(left))
        lost = newton.run(piece, most * patience, reach)
        piece.number = left
        solved = np.setdiff1d(np.arange(len(left)), lost)
        state.put(piece.take(solved if reach != TRIES[-1][0] else np.arange(len(left))))
        left = left[lost]
        if not len(left):
            break
    return left.tolist()


def _water(newton: Newton, state: State) -> Water:
    m = np.empty((len(newton.s.species), len(state.number)))
    for part in _chunks(state):
        piece = state.take(part)
        m[:, part] = newton.molality(piece, newton.activity(piece.ionic)[0])
    n = len(newton.s.components)
    potentials = {name: -y for name, y in zip(newton.surfaces, state.x[n:], strict=True)}
    return Water(newton.s, state.x[:n].T, m.T, state.ionic, state.ln_water, potentials)


def _why(newton: Newton, water: Water, unsolved: list[int], charge: str | None) -> str:
    some = ", ".join(str(i + 1) for i in unsolved[:5]) + (f" and {len(unsolved) - 5} more" if len(unsolved) > 5 else "")
    open_charge = water.charge_error()[unsolved]
    if charge and np.abs(open_charge).max() > 1e-3:
        sign = "positive" if open_charge[np.abs(open_charge).argmax()] > 0 else "negative"
        return (
            f"water {some}: the charge cannot be closed with {charge}, {sign} charge is left over; "
            f"check the totals and the pH, or close it with an ion of the other sign"
        )
    return f"water {some} could not be speciated; check its totals, and what is fixed against each other"
