"""Which species a water holds and how the totals of its components are shared among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhizolith.chemistry.activity import LN10, WATER_FACTOR, debye_huckel, log10_gamma
from rhizolith.chemistry.database import Database
from rhizolith.chemistry.decouple import Decoupler, Formation
from rhizolith.chemistry.formula import charge
from rhizolith.errors import InputError, Problem, RunError

Array = NDArray[Any]
REST = 1e-13
"""Relative mole-balance residual at which a water counts as solved."""


@dataclass(frozen=True)
class Speciation:
    """Components, the species made of them, and their constants at one temperature."""

    components: tuple[str, ...]
    species: tuple[str, ...]
    nu: Array
    """[species, component]"""
    water: Array
    """[species] water molecules in the formation"""
    ln_k: Array
    charges: Array
    """[species]"""
    gammas: tuple[tuple[float, float] | None, ...]
    a: float
    b: float
    temperature: float
    model: str
    phases: Mapping[str, tuple[Array, float, float]]
    """name → (ν of the dissolved components, ln K, water molecules)"""
    left_out: tuple[str, ...]
    """Species of the chosen elements that cannot be written without electrons."""

    def __repr__(self) -> str:
        size = f"{len(self.components)} components, {len(self.species)} species"
        return f"Speciation({size}, {self.temperature - 273.15:g} °C)"

    def ln_gamma(self, ionic: Array) -> Array:
        """ln γ of every species [water, species] at each water's ionic strength."""
        root = np.sqrt(ionic)
        rows = [
            log10_gamma(z, g, self.a, self.b, ionic, root, self.model)
            for z, g in zip(self.charges, self.gammas, strict=True)
        ]
        return LN10 * np.array(rows).T

    def index(self, component: str) -> int:
        """Position of a component; InputError naming the closest ones when there is none."""
        if component in self.components:
            return self.components.index(component)
        near = ", ".join(get_close_matches(component, self.components, 3)) or ", ".join(self.components)
        raise InputError(Problem("water", f"{component!r} is no component of this water", f"choose among {near}"))


def choose(
    database: Database,
    components: Sequence[str],
    temperature: float = 298.15,
    *,
    phases: Sequence[str] = (),
    model: str = "wateq",
) -> Speciation:
    """All species of a database that can be made of `components` (H+ is always one); temperature in K."""
    decoupler = Decoupler(database)
    names = list(dict.fromkeys(["H+", *components]))
    unknown = [c for c in names if c not in decoupler.components]
    if unknown:
        raise InputError(
            Problem(
                "components",
                f"{c!r} is no component of the database",
                f"did you mean {', '.join(get_close_matches(c, decoupler.components, 3))}",
            )
            for c in unknown
        )
    chosen: list[Formation] = []
    left_out = []
    for name in [*names, *(s for s in database.species if s not in names)]:
        made = decoupler.species(name)
        if made is None:
            reaction = database.species[name]
            used = {s for s, _ in (*reaction.left, *reaction.right)} - {"e-", "H2O", name}
            left_out += [name] if used <= set(names) and name not in ("e-", "H2O") else []
        elif (
            set(made.components) <= set(names)
            and name != "e-"
            and not (name in decoupler.components and name not in names)
        ):
            chosen.append(made)
    found = {}
    for name in phases or database.phases:
        phase = decoupler.phase(name) if name in database.phases else None
        if phase is not None and set(phase.components) <= set(names):
            row = np.array([phase.components.get(c, 0.0) for c in names])
            found[name] = (row, LN10 * phase.log_k_at(temperature), phase.water)
    a, b = debye_huckel(temperature)
    return Speciation(
        components=tuple(names),
        species=tuple(f.name for f in chosen),
        nu=np.array([[f.components.get(c, 0.0) for c in names] for f in chosen]),
        water=np.array([f.water for f in chosen]),
        ln_k=np.array([LN10 * f.log_k_at(temperature) for f in chosen]),
        charges=np.array([charge(f.name) for f in chosen]),
        gammas=tuple(f.gamma for f in chosen),
        a=a, b=b, temperature=temperature, model=model, phases=found, left_out=tuple(left_out),
    )  # fmt: skip


@dataclass(frozen=True)
class Water:
    """Solved waters: natural logs of activities, molalities (mol kg⁻¹), ionic strength."""

    speciation: Speciation
    ln_activity: Array
    """[water, component]"""
    molality: Array
    """[water, species]"""
    ionic_strength: Array
    ln_water: Array
    """ln activity of water"""

    @property
    def totals(self) -> Array:
        """mol kg⁻¹ of each component [water, component]."""
        return self.molality @ self.speciation.nu

    @property
    def pH(self) -> Array:
        """−log10 of the proton activity."""
        return -self.ln_activity[:, self.speciation.index("H+")] / LN10

    @property
    def charge(self) -> Array:
        """Sum of charges (mol kg⁻¹)."""
        return self.molality @ self.speciation.charges

    def log_activities(self) -> Array:
        """log10 activity of every species [water, species]."""
        s = self.speciation
        return (self.ln_activity @ s.nu.T + s.ln_k + self.ln_water[:, None] * s.water) / LN10

    def saturation(self, phase: str) -> Array:
        """Saturation index log10 Ω of a phase."""
        nu, ln_k, water = self.speciation.phases[phase]
        return (self.ln_activity @ nu + water * self.ln_water - ln_k) / LN10


def speciate(
    speciation: Speciation,
    totals: Mapping[str, object] | Array,
    *,
    pH: object = None,
    activities: Mapping[str, object] | None = None,
    charge: str | None = None,
    water_activity: bool = True,
    most: int = 400,
) -> Water:
    """Share the totals (mol kg⁻¹ of water) of one or many waters among species.

    totals: component → number or array, or an array [water, component]; a component left out is absent
    (1e-30). H+ may be given as a total, as `pH`, or closed by `charge="H+"`. `activities`
    fixes species by activity instead of a total (a gas pressure through its dissolved species, say): the
    balance given up is that of the species' own component, or of `component` in (component, activity).
    `charge` names the component whose total closes the charge. `water_activity=False` keeps the activity of water at 1.
    Raises InputError for negative totals, RunError for a water that cannot be solved.
    """
    solver = _Solver(speciation, totals, pH, activities or {}, charge)
    solver.water_factor = WATER_FACTOR if water_activity and speciation.model != "ideal" else 0.0
    return solver.solve(most)


class _Solver:
    water_factor = WATER_FACTOR

    def __init__(self, s: Speciation, totals, pH, activities, charge) -> None:  # type: ignore[no-untyped-def]
        self.s = s
        self.total = self._totals(totals, [pH, *activities.values()])
        waters, n = self.total.shape
        self.fixed: dict[int, tuple[Array, Array]] = {}
        if pH is not None:
            self.fixed[s.index("H+")] = (
                np.eye(n)[s.index("H+")],
                np.broadcast_to(-LN10 * np.asarray(pH, float), (waters,)),
            )
        for name, value in activities.items():
            component, amount = value if isinstance(value, tuple) else (name, value)
            if name not in s.species:
                raise InputError(
                    Problem(
                        "water",
                        f"{name!r} is no species of this water",
                        f"choose among {', '.join(get_close_matches(name, s.species, 3))}",
                    )
                )
            i = s.species.index(name)
            target = np.log(np.asarray(amount, float)) - s.ln_k[i]
            self.fixed[s.index(component)] = (s.nu[i], np.broadcast_to(target, (waters,)))
        self.charge_row = s.index(charge) if charge else None
        self._check()

    def _totals(self, totals, others) -> Array:  # type: ignore[no-untyped-def]
        if not isinstance(totals, Mapping):
            return np.atleast_2d(np.asarray(totals, float)).copy()
        arrays = {self.s.index(k): np.asarray(v, float) for k, v in totals.items()}
        plain = [np.asarray(o[1] if isinstance(o, tuple) else o, float) for o in others if o is not None]
        shape = np.broadcast_shapes((1,), *(a.shape for a in arrays.values()), *(p.shape for p in plain))
        table = np.full((*shape, len(self.s.components)), 1e-30)
        for k, v in arrays.items():
            table[..., k] = v
        return table

    def _check(self) -> None:
        h = self.s.index("H+")
        problems = []
        for j, name in enumerate(self.s.components):
            if j == h or j in self.fixed:
                continue
            bad = np.flatnonzero(~(self.total[:, j] >= 0))
            if len(bad):
                problems.append(
                    Problem(
                        f"water {bad[0] + 1}",
                        f"the total of {name} is {self.total[bad[0], j]:g} mol/kg",
                        "totals are zero or more",
                    )
                )
        if problems:
            raise InputError(problems)
        self.total[:, [j for j in range(self.total.shape[1]) if j != h]] = np.maximum(
            self.total[:, [j for j in range(self.total.shape[1]) if j != h]], 1e-30
        )

    def molalities(self, x: Array, ln_gamma: Array, ln_w: Array) -> Array:
        ln_m = x @ self.s.nu.T + self.s.ln_k + ln_w[:, None] * self.s.water - ln_gamma
        return np.exp(np.clip(ln_m, -690.0, 20.0))

    def solve(self, most: int) -> Water:
        s, total = self.s, self.total
        waters, _ = total.shape
        x = np.log(np.maximum(np.abs(total), 1e-30)) - 1.0
        x[:, s.index("H+")] = -7 * LN10
        for j, (row, target) in self.fixed.items():
            if np.count_nonzero(row) == 1:
                x[:, j] = target / row[j]
        ionic = np.maximum(0.5 * np.abs(total) @ charge_squares(s), 1e-7)
        ln_w = np.zeros(waters)
        self.approach(x, ionic)
        active = np.arange(waters)
        for _ in range(most):
            _, change = self.newton(x, ionic, ln_w, active)
            active = active[change > 0]
            if not len(active):
                break
        else:
            if (bad := self.unsolved(x, ionic, ln_w)).any():
                raise RunError(
                    f"water {int(np.flatnonzero(bad)[0]) + 1} could not be speciated; check its totals and its charge"
                )
        m = self.molalities(x, s.ln_gamma(ionic), ln_w)
        return Water(s, x, m, ionic, ln_w)

    def approach(self, x: Array, ionic: Array) -> None:
        """Bring the amount made of every component near its total, one component at a time, before Newton starts."""
        free = [j for j in range(x.shape[1]) if j not in self.fixed and j != self.s.index("H+")]
        ln_gamma, zero = self.s.ln_gamma(np.minimum(ionic, 0.1)), np.zeros(len(x))
        made_of = np.maximum(self.s.nu, 0)
        for _ in range(40):
            made = self.molalities(x, ln_gamma, zero) @ made_of
            x[:, free] += 0.5 * np.log(np.maximum(self.total[:, free], 1e-30) / np.maximum(made[:, free], 1e-300))

    def unsolved(self, x: Array, ionic: Array, ln_w: Array) -> Array:
        m = self.molalities(x, self.s.ln_gamma(ionic), ln_w)
        _, size, r = self.system(x, m, np.arange(len(x)))
        return np.asarray((np.abs(r) > 1e-9 * size).any(axis=1))

    def system(self, x: Array, m: Array, rows: Array) -> tuple[Array, Array, Array]:
        """Jacobian, size of each balance and residual of the waters `rows`."""
        s = self.s
        jac = np.einsum("wi,ij,ik->wjk", m, s.nu, s.nu, optimize=True)
        made = m @ s.nu
        size = m @ np.abs(s.nu) + np.abs(self.total[rows])
        r = self.total[rows] - made
        if self.charge_row is not None:
            jac[:, self.charge_row] = np.einsum("wi,ij->wj", m * s.charges, s.nu)
            r[:, self.charge_row] = -(m @ s.charges)
            size[:, self.charge_row] = m @ np.abs(s.charges)
        for j, (row, target) in self.fixed.items():
            jac[:, j] = row
            r[:, j] = target[rows] - x @ row
            size[:, j] = 1.0
        return jac, size, r

    def newton(self, x: Array, ionic: Array, ln_w: Array, rows: Array) -> tuple[Array, Array]:
        s = self.s
        m = self.molalities(x[rows], s.ln_gamma(ionic[rows]), ln_w[rows])
        jac, size, r = self.system(x[rows], m, rows)
        scaled = jac / size[:, :, None]
        scaled += 1e-14 * np.eye(scaled.shape[1])
        delta = np.linalg.solve(scaled, (r / size)[:, :, None])[:, :, 0]
        largest = np.abs(delta).max(axis=1, keepdims=True)
        x[rows] += delta * np.minimum(1.0, 2.5 / np.maximum(largest, 1e-300))
        m = self.molalities(x[rows], s.ln_gamma(ionic[rows]), ln_w[rows])
        new = 0.5 * m @ s.charges**2
        new_w = np.log(np.maximum(1 - self.water_factor * m.sum(axis=1), 0.5))
        calm = largest[:, 0] < 1.0
        moved = np.abs(new - ionic[rows]) / (new + 1e-12)
        ionic[rows] = np.where(calm, new, np.sqrt(np.minimum(new, 5.0) * ionic[rows] + 1e-20))
        ln_w[rows] = np.where(calm, new_w, ln_w[rows])
        done = (np.abs(r / size).max(axis=1) < REST * 50) & (moved < 1e-12) & (largest[:, 0] < 1e-10)
        return delta, np.where(done, 0.0, 1.0)


def charge_squares(s: Speciation) -> Array:
    """z² of each component's own species."""
    return np.array([charge(c) ** 2 for c in s.components])
